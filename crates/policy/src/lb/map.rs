//! `balance static-rr` and `hash-type map-based`: a table in which each server stands as often as it weighs.

use super::{Load, PickCtx};
use base::ix::SrvIx;

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
            Some(hash) => Some(self.table[hash as usize % self.table.len()]),
            None => self.turn(ctx.avoid, load),
        }
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

fn table(weights: &[u32]) -> Vec<SrvIx> {
    let mut table = Vec::new();
    for (at, weight) in weights.iter().enumerate() {
        for _ in 0..*weight {
            table.push(SrvIx::from(at));
        }
    }
    table
}
