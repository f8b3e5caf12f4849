//! `balance static-rr` and `hash-type map-based`: a table in which each server stands as often as it weighs.
//!
//! The table is made anew, at the next pick, when servers come or go: its length is the sum of the weights
//! after division by their greatest common divisor, so equal weights make it as long as there are servers.

use super::{Load, PickCtx};
use base::ix::SrvIx;
use core::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// The table and the servers it is made from.
#[derive(Debug)]
pub(super) struct Map {
    hashed: bool,
    /// By server index, 0 for those that take no part.
    weights: Vec<u32>,
    table: Vec<SrvIx>,
    /// Whether `table` is behind `weights`.
    stale: bool,
    /// Where the next turn starts.
    next: usize,
}

impl Map {
    pub(super) fn in_turns() -> Map {
        Map { hashed: false, weights: Vec::new(), table: Vec::new(), stale: false, next: 0 }
    }

    pub(super) fn hashed() -> Map {
        Map { hashed: true, ..Map::in_turns() }
    }

    pub(super) fn clear(&mut self) {
        self.weights.clear();
        self.stale = true;
    }

    pub(super) fn insert(&mut self, ix: SrvIx, weight: u32) {
        if self.weights.len() <= ix.at() {
            self.weights.resize(ix.at() + 1, 0);
        }
        self.weights[ix.at()] = weight;
        self.stale = true;
    }

    pub(super) fn remove(&mut self, ix: SrvIx) {
        self.insert(ix, 0);
    }

    pub(super) fn pick(&mut self, ctx: &PickCtx, load: &impl Fn(SrvIx) -> Load) -> Option<SrvIx> {
        if core::mem::take(&mut self.stale) {
            self.table = table(&self.weights);
            self.next = 0;
        }
        if self.table.is_empty() {
            return None;
        }
        match ctx.hash.filter(|_| self.hashed) {
            Some(hash) => Some(self.by_hash(hash, ctx.avoid)),
            None => self.turn(ctx.avoid, load),
        }
    }

    /// A hash insists on its server, full or not; after a failure of that one, the next other one in the
    /// table is taken.
    fn by_hash(&self, hash: u32, avoid: Option<SrvIx>) -> SrvIx {
        let n = self.table.len();
        let first = hash as usize % n;
        let around = (0..n).map(|step| self.table[(first + step) % n]);
        around.clone().find(|ix| Some(*ix) != avoid).unwrap_or(self.table[first])
    }

    fn turn(&mut self, avoid: Option<SrvIx>, load: &impl Fn(SrvIx) -> Load) -> Option<SrvIx> {
        let n = self.table.len();
        let mut fallback = None;
        for step in 0..n {
            let at = (self.next + step) % n;
            let ix = self.table[at];
            if load(ix).is_full() {
                continue;
            }
            if Some(ix) != avoid {
                self.next = (at + 1) % n;
                return Some(ix);
            }
            fallback = Some(ix);
        }
        fallback
    }
}

/// One pass over the slots of the table. A server of weight `w` is due every `total / w` slots, `w - 1`
/// times; slots at which nobody is due go to each server once, in their order. Where several are due, the
/// heaviest comes first.
fn table(weights: &[u32]) -> Vec<SrvIx> {
    let divisor = weights.iter().fold(0, |d, w| gcd(d, *w)).max(1);
    let weights: Vec<u64> = weights.iter().map(|w| u64::from(w / divisor)).collect();
    let total: u64 = weights.iter().sum();
    let mut free: VecDeque<usize> = (0..weights.len()).filter(|at| weights[*at] > 0).collect();
    let mut had_free = vec![false; weights.len()];
    // The slot at which a server's `nth` turn is due.
    let due_at = |at: usize, nth: u64| (nth * total).div_ceil(weights[at]) - 1;
    let mut due: BinaryHeap<(u64, bool, Reverse<usize>)> = BinaryHeap::new();
    // Who comes due at each slot: a list through the servers, each of which waits in one place at a time.
    let mut first = vec![NOBODY; total as usize];
    let mut next = vec![NOBODY; weights.len()];
    let mut turn = vec![1; weights.len()];
    for at in free.iter().copied().filter(|at| weights[*at] > 1) {
        next[at] = core::mem::replace(&mut first[due_at(at, 1) as usize], at as u32);
    }
    let mut table = Vec::with_capacity(total as usize);
    for slot in 0..total as usize {
        let mut waiting = first[slot];
        while waiting != NOBODY {
            let at = waiting as usize;
            waiting = next[at];
            due.push((weights[at], !had_free[at], Reverse(at)));
            turn[at] += 1;
            if turn[at] < weights[at] {
                next[at] = core::mem::replace(&mut first[due_at(at, turn[at]) as usize], at as u32);
            }
        }
        let at = match due.pop() {
            Some((.., Reverse(at))) => at,
            None => free.pop_front().inspect(|at| had_free[*at] = true).unwrap_or(0),
        };
        table.push(SrvIx::from(at));
    }
    table
}

/// The end of a list.
const NOBODY: u32 = u32::MAX;

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(weights: &[u32]) -> String {
        table(weights).iter().map(|ix| char::from_digit(ix.0 + 1, 10).unwrap()).collect()
    }

    /// What HAProxy 2.6 was seen to do. With three and more different weights that don't divide each other
    /// its order differs from this one in places, never its proportions.
    #[test]
    fn the_order_that_haproxy_was_seen_to_use() {
        for (weights, expected) in [
            (&[1, 1, 1][..], "123"),
            (&[7, 7, 7], "123"),
            (&[1, 2, 3], "132323"),
            (&[3, 2, 1], "112123"),
            (&[10, 20, 30], "132323"),
            (&[1, 3], "1222"),
            (&[5, 1], "111112"),
            (&[1, 9], "1222222222"),
            (&[5, 1, 1], "1112113"),
            (&[9, 1, 1, 1], "111121113114"),
            (&[4, 1, 1, 1, 1], "11213145"),
            (&[2, 2, 1], "12123"),
            (&[2, 1, 1], "1123"),
            (&[3, 3, 1, 1], "12123124"),
            (&[3, 2], "11212"),
            (&[2, 3], "12122"),
            (&[5, 3], "11211212"),
            (&[7, 4], "11211211212"),
            (&[2, 2, 2, 3], "124314234"),
        ] {
            assert_eq!(text(weights), expected, "{weights:?}");
        }
    }

    #[test]
    fn every_server_stands_as_often_as_it_weighs() {
        for weights in [&[256, 100, 1][..], &[3, 5, 7], &[0, 4, 0, 6], &[5, 4, 3, 2, 1], &[1], &[]] {
            let divisor = weights.iter().fold(0, |d, w| gcd(d, *w)).max(1);
            let table = table(weights);
            for (at, weight) in weights.iter().enumerate() {
                let times = table.iter().filter(|ix| ix.at() == at).count();
                assert_eq!(times as u32, weight / divisor, "{weights:?}");
            }
        }
    }
}
