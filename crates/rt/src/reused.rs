//! Futures that come and go with every request, in memory that is used again.
//!
//! An allocator has to find a block of the right size for each, and hands out one that has left the cache; here the
//! worker keeps the blocks of those that have gone, the last one on top.

use crate::ctx;
use core::future::Future;
use core::mem::MaybeUninit;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll};

/// Futures up to this size lie in blocks that are kept. A power of two, which allocators like.
const SIZE: usize = 4096;

/// A worker keeps so many blocks at most.
pub(crate) const MAX_KEPT: usize = 256;

/// Memory for one future.
#[repr(align(64))]
pub(crate) struct Block {
    _bytes: [MaybeUninit<u8>; SIZE],
}

/// A future on the heap, as `Pin<Box<F>>` would be.
pub struct Reused<F> {
    at: NonNull<F>,
}

/// Puts a future into memory that this worker has used before, if there is any. Outside of workers it is a plain box.
pub fn reused<F: Future>(future: F) -> Reused<F> {
    let at = if Reused::<F>::FITS {
        let kept = ctx::try_with(|worker| worker.blocks.borrow_mut().pop()).flatten();
        let block = Box::into_raw(kept.unwrap_or_else(|| Box::new(Block { _bytes: [MaybeUninit::uninit(); SIZE] })));
        let at = block.cast::<F>();
        // SAFETY: the block is ours alone, and large and aligned enough for an F (`FITS`).
        unsafe { at.write(future) };
        at
    } else {
        Box::into_raw(Box::new(future))
    };
    // SAFETY: `Box::into_raw` gives no null pointer.
    Reused { at: unsafe { NonNull::new_unchecked(at) } }
}

impl<F> Reused<F> {
    const FITS: bool = size_of::<F>() <= SIZE && align_of::<F>() <= align_of::<Block>();
}

// Moving the pointer doesn't move the future.
impl<F> Unpin for Reused<F> {}

impl<F: Future> Future for Reused<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is ours alone and stays where it is until it is dropped.
        unsafe { Pin::new_unchecked(self.at.as_mut()) }.poll(cx)
    }
}

impl<F> Drop for Reused<F> {
    fn drop(&mut self) {
        if !Self::FITS {
            // SAFETY: it was made by `Box::into_raw` of a `Box<F>`.
            return drop(unsafe { Box::from_raw(self.at.as_ptr()) });
        }
        let block = self.at.as_ptr().cast::<Block>();
        // Also when the future's drop panics.
        let _back = GivesBack(block);
        // SAFETY: the future was written there and hasn't been dropped.
        unsafe { self.at.as_ptr().drop_in_place() };
    }
}

/// Gives a block, made by `Box::into_raw`, back when dropped.
struct GivesBack(*mut Block);

impl Drop for GivesBack {
    fn drop(&mut self) {
        // SAFETY: it came from `Box::into_raw`, and whatever lay in it is gone.
        let block = unsafe { Box::from_raw(self.0) };
        ctx::try_with(|worker| {
            let mut kept = worker.blocks.borrow_mut();
            if kept.len() < MAX_KEPT {
                kept.push(block);
            }
        });
    }
}
