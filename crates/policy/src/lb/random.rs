//! `balance random`: the least loaded out of some draws, each weighted.
//!
//! Draws go over a tree of partial sums (Fenwick), so that weights are respected exactly and change in
//! O(log n); no ring of virtual servers is needed.

use super::{Load, PickCtx};
use base::ix::SrvIx;

/// Weights of all servers, 0 for those that take no part.
#[derive(Debug)]
pub(super) struct Random {
    draws: u32,
    /// By server index.
    weights: Vec<u32>,
    /// `sums[i]` covers the weights of the `lowest_bit(i + 1)` servers up to and with `i`.
    sums: Vec<u64>,
    members: usize,
}

impl Random {
    pub(super) fn new(draws: u32) -> Random {
        Random { draws: draws.max(1), weights: Vec::new(), sums: Vec::new(), members: 0 }
    }

    pub(super) fn clear(&mut self) {
        *self = Random::new(self.draws);
    }

    /// Adds a server or changes its weight.
    pub(super) fn insert(&mut self, ix: SrvIx, weight: u32) {
        while self.weights.len() <= ix.at() {
            self.push_empty();
        }
        let old = core::mem::replace(&mut self.weights[ix.at()], weight);
        self.members = self.members + usize::from(old == 0 && weight > 0) - usize::from(old > 0 && weight == 0);
        let mut i = ix.at() + 1;
        while i <= self.sums.len() {
            self.sums[i - 1] = self.sums[i - 1] + u64::from(weight) - u64::from(old);
            i += lowest_bit(i);
        }
    }

    pub(super) fn remove(&mut self, ix: SrvIx) {
        self.insert(ix, 0);
    }

    pub(super) fn pick(&self, ctx: &PickCtx, load: &impl Fn(SrvIx) -> Load) -> Option<SrvIx> {
        let mut rng = Rng(ctx.random);
        let mut best: Option<(SrvIx, Load)> = None;
        for _ in 0..self.draws.min(MAX_DRAWS) {
            let Some(ix) = self.draw(rng.next()) else { break };
            if Some(ix) == ctx.avoid && self.members > 1 {
                continue;
            }
            let this = load(ix);
            if this.takes_more() && best.is_none_or(|(at, other)| self.is_better(ix, &this, at, &other)) {
                best = Some((ix, this));
            }
        }
        best.map(|(ix, _)| ix).or_else(|| self.search(rng.next(), ctx.avoid, load))
    }

    /// Every draw was full or to be avoided: the next one behind a further draw that isn't.
    fn search(&self, random: u64, avoid: Option<SrvIx>, load: &impl Fn(SrvIx) -> Load) -> Option<SrvIx> {
        let start = self.draw(random)?.at();
        let n = self.weights.len();
        let fits = |ix: SrvIx| self.weights[ix.at()] > 0 && load(ix).takes_more();
        let around = (0..n).map(|step| SrvIx::from((start + step) % n));
        around.filter(|ix| Some(*ix) != avoid).find(|ix| fits(*ix)).or(avoid.filter(|ix| ix.at() < n && fits(*ix)))
    }

    /// The server whose share of the total weight contains this random number.
    fn draw(&self, random: u64) -> Option<SrvIx> {
        let total = self.total();
        if total == 0 {
            return None;
        }
        // Multiplying instead of a remainder: no division, and no bias worth speaking of.
        let mut left = ((u128::from(random) * u128::from(total)) >> 64) as u64;
        let mut at = 0;
        let mut step = (self.sums.len() + 1).next_power_of_two();
        while step > 0 {
            if at + step <= self.sums.len() && self.sums[at + step - 1] <= left {
                left -= self.sums[at + step - 1];
                at += step;
            }
            step /= 2;
        }
        Some(SrvIx::from(at))
    }

    /// Less load per weight wins, then fewer requests of late.
    fn is_better(&self, ix: SrvIx, load: &Load, other: SrvIx, other_load: &Load) -> bool {
        let per_weight = |load: u32, of: SrvIx| u64::from(load) * u64::from(self.weights[of.at()]);
        let (mine, theirs) = (per_weight(load.total(), other), per_weight(other_load.total(), ix));
        let (my_rate, their_rate) = (per_weight(load.rate, other), per_weight(other_load.rate, ix));
        (mine, my_rate) < (theirs, their_rate)
    }

    fn total(&self) -> u64 {
        let mut at = self.sums.len();
        let mut total = 0;
        while at > 0 {
            total += self.sums[at - 1];
            at -= lowest_bit(at);
        }
        total
    }

    fn push_empty(&mut self) {
        let i = self.sums.len() + 1;
        // The new cell covers those before it within its span.
        let mut sum = 0;
        let mut below = i - 1;
        while below > i - lowest_bit(i) {
            sum += self.sums[below - 1];
            below -= lowest_bit(below);
        }
        self.sums.push(sum);
        self.weights.push(0);
    }
}

/// More draws than this add nothing but time.
const MAX_DRAWS: u32 = 64;

fn lowest_bit(i: usize) -> usize {
    i & i.wrapping_neg()
}

/// SplitMix64: as many numbers as needed out of the one that the caller gave.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
