//! Lines that wait to be sent, end to end in one buffer.

/// The most lines that wait in one worker for one output. More are sent at once.
pub(super) const MAX_LINES: usize = 32;
/// The most bytes that wait in one worker for one output, but for one line more.
pub(super) const MAX_BYTES: usize = 32 * 1024;

/// Whole lines, each with its line feed. The two vectors keep their capacity, so that a steady flow of lines
/// allocates nothing.
#[derive(Default)]
pub(super) struct Lines {
    bytes: Vec<u8>,
    /// Where each line ends in `bytes`.
    ends: Vec<u32>,
}

impl Lines {
    /// Appends the line that `write` makes at the end of the buffer that it is given.
    pub fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len() as u32);
    }

    /// Whether the lines should be sent without waiting for more.
    pub fn is_full(&self) -> bool {
        self.ends.len() >= MAX_LINES || self.bytes.len() >= MAX_BYTES
    }

    /// How many lines.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All bytes of all lines.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The `n`th line, from 0.
    pub fn line(&self, n: usize) -> &[u8] {
        &self.bytes[self.start(n)..self.ends[n] as usize]
    }

    /// The lines from `first` on, as many as fit into `room` bytes but at least one, and the number of the line
    /// behind them.
    pub fn chunk(&self, first: usize, room: usize) -> (&[u8], usize) {
        let start = self.start(first);
        let fitting = self.ends[first..].iter().take_while(|end| **end as usize - start <= room).count();
        let next = first + fitting.max(1);
        (&self.bytes[start..self.ends[next - 1] as usize], next)
    }

    /// Appends all lines of `other`.
    pub fn extend(&mut self, other: &Lines) {
        let base = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| base + end));
    }

    /// Forgets all lines, keeping the room that they took.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn start(&self, n: usize) -> usize {
        if n == 0 { 0 } else { self.ends[n - 1] as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Lines {
        let mut all = Lines::default();
        for line in lines {
            all.push(|out| out.extend_from_slice(line.as_bytes()));
        }
        all
    }

    #[test]
    fn chunks_hold_whole_lines_and_at_least_one() {
        let lines = of(&["aaaa\n", "bb\n", "cccccccc\n", "d\n"]);
        assert_eq!(lines.chunk(0, 8), (b"aaaa\nbb\n".as_slice(), 2));
        assert_eq!(lines.chunk(2, 8), (b"cccccccc\n".as_slice(), 3));
        assert_eq!(lines.chunk(3, 8), (b"d\n".as_slice(), 4));
        assert_eq!(lines.line(1), b"bb\n");
    }

    #[test]
    fn lines_of_two_buffers_stay_apart() {
        let mut lines = of(&["a\n"]);
        lines.extend(&of(&["bb\n", "c\n"]));
        assert_eq!((lines.len(), lines.line(1), lines.line(2)), (3, b"bb\n".as_slice(), b"c\n".as_slice()));
        lines.clear();
        assert!(lines.is_empty());
    }

    #[test]
    fn full_by_number_and_by_size() {
        let mut lines = Lines::default();
        (0..MAX_LINES - 1).for_each(|_| lines.push(|out| out.push(b'\n')));
        assert!(!lines.is_full());
        lines.push(|out| out.push(b'\n'));
        assert!(lines.is_full());
        lines.clear();
        lines.push(|out| out.resize(MAX_BYTES, b'x'));
        assert!(lines.is_full());
    }
}
