//! Ranges of integers, cut so that they don't overlap: each piece belongs to the first range around it.

use std::collections::BinaryHeap;

use core::cmp::Reverse;

use super::super::entries::Entries;
use crate::acl::int;

#[derive(Debug)]
pub(in crate::list) struct IntIx {
    pieces: Box<[(i64, i64, u32)]>,
    ranges: Box<[(i64, i64)]>,
}

impl IntIx {
    pub(super) fn new(entries: &Entries) -> Result<IntIx, (usize, String)> {
        let range = |ix| int::parse(entries.key(ix), int::Operator::Eq).map_err(|why| (ix, why));
        let ranges: Box<[(i64, i64)]> = (0..entries.len()).map(range).collect::<Result<_, _>>()?;
        Ok(IntIx { pieces: pieces(&ranges), ranges })
    }

    /// The first entry that holds `n`.
    pub(super) fn first(&self, entries: &Entries, n: i64) -> Option<usize> {
        let behind = self.pieces.partition_point(|piece| piece.0 <= n);
        let (_, to, ix) = *self.pieces[..behind].last()?;
        let ix = ix as usize;
        if n > to {
            return None;
        }
        if entries.is_alive(ix) {
            return Some(ix);
        }
        // The others around it are behind it in the list. Deleted ones are soon gone.
        let holds = |ix: &usize| (self.ranges[*ix].0..=self.ranges[*ix].1).contains(&n) && entries.is_alive(*ix);
        (ix + 1..self.ranges.len()).find(holds)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.pieces) + size_of_val(&*self.ranges)
    }
}

fn pieces(ranges: &[(i64, i64)]) -> Box<[(i64, i64, u32)]> {
    let mut order: Vec<u32> = (0..ranges.len() as u32).collect();
    order.sort_by_key(|ix| ranges[*ix as usize].0);
    let mut out: Vec<(i64, i64, u32)> = Vec::with_capacity(ranges.len());
    // Ranges that have begun, the first in the list on top.
    let mut open: BinaryHeap<Reverse<u32>> = BinaryHeap::new();
    let (mut next, mut at) = (order.into_iter().peekable(), i64::MIN);
    loop {
        if open.is_empty() {
            let Some(ix) = next.peek() else { return out.into() };
            at = at.max(ranges[*ix as usize].0);
        }
        while let Some(ix) = next.next_if(|ix| ranges[*ix as usize].0 <= at) {
            open.push(Reverse(ix));
        }
        while open.peek().is_some_and(|top| ranges[top.0 as usize].1 < at) {
            open.pop();
        }
        let Some(top) = open.peek().map(|top| top.0) else { continue };
        let end = ranges[top as usize].1;
        let end = next.peek().map_or(end, |ix| end.min(ranges[*ix as usize].0.saturating_sub(1)));
        match out.last_mut() {
            Some(last) if last.2 == top && last.1.checked_add(1) == Some(at) => last.1 = end,
            _ => out.push((at, end, top)),
        }
        let Some(behind) = end.checked_add(1) else { return out.into() };
        at = behind;
    }
}
