//! `balance roundrobin`: in turns by weight; weights may change at any time.

use super::Load;
use base::ix::SrvIx;
use std::collections::BTreeSet;

/// The servers in the order of their next turns.
#[derive(Default, Debug)]
pub(super) struct RoundRobin {
    order: BTreeSet<Place>,
    /// By server index; `None` for those that aren't in `order`.
    members: Vec<Option<Member>>,
    /// Virtual time: grows by `UNIT / total weight` per pick.
    now: u64,
    total: u64,
}

type Place = (u64, SrvIx);

#[derive(Clone, Copy, Debug)]
struct Member {
    weight: u32,
    place: Place,
}

const UNIT: u64 = 1 << 32;

impl RoundRobin {
    pub(super) fn insert(&mut self, ix: SrvIx, weight: u32) {
        self.remove(ix);
        if self.members.len() <= ix.at() {
            self.members.resize(ix.at() + 1, None);
        }
        let place = (self.now + UNIT / u64::from(weight.max(1)), ix);
        self.order.insert(place);
        self.total += u64::from(weight);
        self.members[ix.at()] = Some(Member { weight, place });
    }

    pub(super) fn remove(&mut self, ix: SrvIx) {
        if let Some(member) = self.members.get_mut(ix.at()).and_then(Option::take) {
            self.order.remove(&member.place);
            self.total -= u64::from(member.weight);
        }
    }

    pub(super) fn reweigh(&mut self, ix: SrvIx, weight: u32) {
        self.insert(ix, weight);
    }

    pub(super) fn pick(&mut self, avoid: Option<SrvIx>, load: &impl Fn(SrvIx) -> Load) -> Option<SrvIx> {
        let mut fallback = None;
        for (_, ix) in &self.order {
            if load(*ix).is_full() {
                continue;
            }
            if Some(*ix) != avoid {
                fallback = Some(*ix);
                break;
            }
            fallback = Some(*ix);
        }
        let ix = fallback?;
        let member = self.members[ix.at()].as_mut()?;
        self.order.remove(&member.place);
        self.now = self.now.max(member.place.0);
        member.place.0 += UNIT / u64::from(member.weight);
        self.order.insert(member.place);
        Some(ix)
    }
}
