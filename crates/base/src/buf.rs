//! Owned byte buffers from a per-thread pool: last in, first out, with a hard cap.
//!
//! A `Buf` owns its memory and goes back to its pool when dropped, also while a panic unwinds. I/O takes a
//! `&mut Buf` and never a borrowed slice, so that a completion-based driver can lend the memory to the kernel.
//! The memory is zeroed once, when it is first made, so no unsafe code is needed to read into it.

use core::fmt;
use std::cell::RefCell;
use std::rc::Rc;

/// A growable window (`start..end`) over a fixed piece of memory.
///
/// Invariant: `start <= end <= mem.len()`. What lies before `start` is headroom, behind `end` is room to read into.
pub struct Buf {
    mem: Box<[u8]>,
    start: usize,
    end: usize,
    home: Option<Pool>,
}

impl Buf {
    /// A buffer of `cap` bytes outside of any pool (tests, rare paths).
    pub fn unpooled(cap: usize) -> Buf {
        Buf { mem: vec![0; cap].into_boxed_slice(), start: 0, end: 0, home: None }
    }

    /// An unpooled buffer that holds exactly `bytes`.
    pub fn from_bytes(bytes: &[u8]) -> Buf {
        Buf { mem: bytes.into(), start: 0, end: bytes.len(), home: None }
    }

    /// The bytes held.
    pub fn data(&self) -> &[u8] {
        &self.mem[self.start..self.end]
    }

    /// The bytes held, to be changed in place.
    pub fn data_mut(&mut self) -> &mut [u8] {
        &mut self.mem[self.start..self.end]
    }

    /// How many bytes are held.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether no byte is held.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// All memory of this buffer, in bytes.
    pub fn capacity(&self) -> usize {
        self.mem.len()
    }

    /// Bytes that can be appended without moving anything.
    pub fn room(&self) -> usize {
        self.mem.len() - self.end
    }

    /// Bytes free before the data.
    pub fn headroom(&self) -> usize {
        self.start
    }

    /// The memory behind the data, to read into; follow with [`Buf::commit`].
    pub fn spare_mut(&mut self) -> &mut [u8] {
        &mut self.mem[self.end..]
    }

    /// The first `n` bytes of the spare memory now hold data. `n` beyond the room is a bug of the caller and
    /// is cut to the room.
    pub fn commit(&mut self, n: usize) {
        debug_assert!(n <= self.room());
        self.end = (self.end + n).min(self.mem.len());
    }

    /// Drops the first `n` bytes held (all of them if there are fewer). An emptied buffer starts again at its front.
    pub fn consume(&mut self, n: usize) {
        debug_assert!(n <= self.len());
        self.start = (self.start + n).min(self.end);
        if self.start == self.end {
            self.clear();
        }
    }

    /// Keeps only the first `n` bytes held.
    pub fn truncate(&mut self, n: usize) {
        self.end = self.end.min(self.start + n);
    }

    /// Drops all bytes held.
    pub fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
    }

    /// An empty buffer gets `n` bytes of headroom (at most its capacity).
    pub fn reserve_headroom(&mut self, n: usize) {
        debug_assert!(self.is_empty());
        self.start = n.min(self.mem.len());
        self.end = self.start;
    }

    /// Moves the data to the front, so that all free memory is behind it.
    pub fn compact(&mut self) {
        if self.start > 0 {
            self.mem.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
    }

    /// Appends `bytes` if they fit as a whole; otherwise changes nothing and answers false.
    #[must_use]
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        if bytes.len() > self.room() {
            return false;
        }
        self.mem[self.end..self.end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
        true
    }

    /// Puts `bytes` before the data if the headroom suffices; otherwise changes nothing and answers false.
    #[must_use]
    pub fn push_front(&mut self, bytes: &[u8]) -> bool {
        if bytes.len() > self.start {
            return false;
        }
        let start = self.start - bytes.len();
        self.mem[start..self.start].copy_from_slice(bytes);
        self.start = start;
        true
    }
}

impl Drop for Buf {
    fn drop(&mut self) {
        if let Some(pool) = self.home.take() {
            pool.take_back(std::mem::take(&mut self.mem));
        }
    }
}

impl fmt::Debug for Buf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buf({} of {} bytes)", self.len(), self.capacity())
    }
}

/// Buffers of one size for one thread, the most recently used first (its memory is warm).
#[derive(Clone)]
pub struct Pool(Rc<RefCell<Shelf>>);

struct Shelf {
    size: usize,
    /// Never more than this many buffers exist at a time.
    cap: usize,
    /// How many are lent.
    lent: usize,
    /// The fewest on the shelf since the last [`Pool::trim`]: what nobody needed meanwhile.
    low_water: usize,
    free: Vec<Box<[u8]>>,
}

impl Pool {
    /// A pool of buffers of `size` bytes, of which at most `cap` are lent at a time.
    pub fn new(size: usize, cap: usize) -> Pool {
        Pool(Rc::new(RefCell::new(Shelf { size, cap, lent: 0, low_water: 0, free: Vec::new() })))
    }

    /// A buffer, empty, or `None` when the cap is reached.
    pub fn get(&self) -> Option<Buf> {
        let mut shelf = self.0.borrow_mut();
        if shelf.lent >= shelf.cap {
            return None;
        }
        shelf.lent += 1;
        let mem = shelf.free.pop();
        shelf.low_water = shelf.low_water.min(shelf.free.len());
        let mem = mem.unwrap_or_else(|| vec![0; shelf.size].into_boxed_slice());
        Some(Buf { mem, start: 0, end: 0, home: Some(self.clone()) })
    }

    /// The size of each buffer, in bytes.
    pub fn buf_size(&self) -> usize {
        self.0.borrow().size
    }

    /// How many buffers are lent now.
    pub fn lent(&self) -> usize {
        self.0.borrow().lent
    }

    /// How many buffers lie on the shelf.
    pub fn idle(&self) -> usize {
        self.0.borrow().free.len()
    }

    /// Frees half of what has not been needed since the last call. Called now and then by the worker.
    pub fn trim(&self) {
        let mut shelf = self.0.borrow_mut();
        let drop = shelf.low_water.div_ceil(2);
        let keep = shelf.free.len().saturating_sub(drop);
        shelf.free.truncate(keep);
        shelf.low_water = shelf.free.len();
    }

    fn take_back(&self, mem: Box<[u8]>) {
        let mut shelf = self.0.borrow_mut();
        shelf.lent -= 1;
        shelf.free.push(mem);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_moves_within_its_memory() {
        let mut b = Buf::unpooled(8);
        assert!(b.push(b"abcdef"));
        b.consume(2);
        assert_eq!((b.data(), b.headroom(), b.room()), (&b"cdef"[..], 2, 2));
        assert!(!b.push(b"xyz"), "three bytes don't fit behind");
        assert!(b.push_front(b"12"));
        assert_eq!(b.data(), b"12cdef");
        b.consume(6);
        assert_eq!((b.headroom(), b.room()), (0, 8));
    }

    #[test]
    fn pool_is_lifo_capped_and_trimmed() {
        let pool = Pool::new(16, 2);
        let a = pool.get().unwrap();
        let b = pool.get().unwrap();
        assert!(pool.get().is_none(), "the cap holds");
        let last = b.mem.as_ptr();
        drop(a);
        drop(b);
        assert_eq!(pool.get().unwrap().mem.as_ptr(), last);
        assert_eq!((pool.lent(), pool.idle()), (0, 2));
        pool.trim();
        pool.trim();
        pool.trim();
        assert_eq!(pool.idle(), 0);
    }
}
