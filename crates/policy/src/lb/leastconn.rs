//! `balance leastconn`: the fewest served and queued per weight, in turns among equals.

use super::Load;
use base::ix::SrvIx;
use std::collections::BTreeSet;

/// The servers in the order of their relative load.
#[derive(Default, Debug)]
pub(super) struct LeastConn {
    order: BTreeSet<Place>,
    /// By server index; `None` for those that aren't in `order`.
    members: Vec<Option<Member>>,
    /// Grows with each insertion, so that equals are used in turns.
    turn: u64,
}

/// Relative load first, then who came here first.
type Place = (u64, u64, SrvIx);

#[derive(Clone, Copy, Debug)]
struct Member {
    weight: u32,
    load: u32,
    place: Place,
}

impl LeastConn {
    pub(super) fn insert(&mut self, ix: SrvIx, weight: u32, load: u32) {
        self.remove(ix);
        if self.members.len() <= ix.at() {
            self.members.resize(ix.at() + 1, None);
        }
        self.turn += 1;
        let place = (relative(load, weight), self.turn, ix);
        self.order.insert(place);
        self.members[ix.at()] = Some(Member { weight, load, place });
    }

    pub(super) fn remove(&mut self, ix: SrvIx) {
        if let Some(member) = self.members.get_mut(ix.at()).and_then(Option::take) {
            self.order.remove(&member.place);
        }
    }

    pub(super) fn reweigh(&mut self, ix: SrvIx, weight: u32) {
        if let Some(member) = self.member(ix) {
            self.insert(ix, weight, member.load);
        }
    }

    pub(super) fn set_load(&mut self, ix: SrvIx, load: u32) {
        if let Some(member) = self.member(ix) {
            self.insert(ix, member.weight, load);
        }
    }

    pub(super) fn pick(&self, avoid: Option<SrvIx>, load: &impl Fn(SrvIx) -> Load) -> Option<SrvIx> {
        let mut fallback = None;
        for (_, _, ix) in &self.order {
            if !load(*ix).takes_more() {
                continue;
            }
            if Some(*ix) != avoid {
                return Some(*ix);
            }
            fallback = Some(*ix);
        }
        fallback
    }

    fn member(&self, ix: SrvIx) -> Option<Member> {
        self.members.get(ix.at()).copied().flatten()
    }
}

/// Fixed-point quotient; loads stay below 2^32, so 24 fractional bits fit.
fn relative(load: u32, weight: u32) -> u64 {
    (u64::from(load) << 24) / u64::from(weight.max(1))
}
