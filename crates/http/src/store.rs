//! Memory of heads that have gone, kept for the next ones.

use std::cell::RefCell;
use std::rc::Rc;

use crate::head::Field;

/// The heap parts of heads, for one thread: a dropped [`crate::Head`] gives its field list and edit area back, so
/// that a request in steady state allocates nothing.
#[derive(Clone)]
pub struct HeadStore(Rc<RefCell<Vec<Parts>>>);

/// What a head needs from the heap.
#[derive(Default)]
pub(crate) struct Parts {
    pub fields: Vec<Field>,
    pub edits: Vec<u8>,
}

/// More than this many sets aren't kept. A request's head is needed until its response begins, in case that it has to be
/// sent again.
const MAX_SETS: usize = 512;
/// Larger areas came from an unusual message and go back to the allocator.
const MAX_KEPT_FIELDS: usize = 128;
const MAX_KEPT_EDITS: usize = 8192;

impl HeadStore {
    /// An empty store.
    pub fn new() -> HeadStore {
        HeadStore(Rc::default())
    }

    /// An empty field list with whatever capacity is at hand, for a parser.
    pub(crate) fn take(&self) -> Parts {
        self.0.borrow_mut().pop().unwrap_or_default()
    }

    pub(crate) fn put_back(&self, mut parts: Parts) {
        let mut sets = self.0.borrow_mut();
        if sets.len() >= MAX_SETS
            || parts.fields.capacity() > MAX_KEPT_FIELDS
            || parts.edits.capacity() > MAX_KEPT_EDITS
        {
            return;
        }
        parts.fields.clear();
        parts.edits.clear();
        sets.push(parts);
    }

    /// How many sets lie here.
    pub fn idle(&self) -> usize {
        self.0.borrow().len()
    }
}

impl Default for HeadStore {
    fn default() -> HeadStore {
        HeadStore::new()
    }
}
