//! `balance first`: fill one server after the other, by id.

use super::Load;
use base::ix::SrvIx;
use std::collections::BTreeSet;

/// The servers in the order of their ids.
#[derive(Default, Debug)]
pub(super) struct First {
    order: BTreeSet<(u32, SrvIx)>,
}

impl First {
    pub(super) fn insert(&mut self, ix: SrvIx, id: u32) {
        self.order.insert((id, ix));
    }

    /// Rare, so the id need not be known here.
    pub(super) fn remove(&mut self, ix: SrvIx) {
        self.order.retain(|(_, other)| *other != ix);
    }

    pub(super) fn pick(&self, avoid: Option<SrvIx>, load: &impl Fn(SrvIx) -> Load) -> Option<SrvIx> {
        let mut fallback = None;
        for (_, ix) in &self.order {
            if load(*ix).is_full() {
                continue;
            }
            if Some(*ix) != avoid {
                return Some(*ix);
            }
            fallback = Some(*ix);
        }
        fallback
    }
}
