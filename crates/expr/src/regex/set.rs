//! Many expressions at once: one pass over the text for those of the linear-time engine.

use std::sync::OnceLock;

use super::{LARGEST, Rx, RxError, dialect, has_inner_newline};

/// Expressions in an order.
#[derive(Debug, Default)]
pub struct RxSet {
    members: Box<[Member]>,
    /// Those that are searched together, and which members they are.
    together: Option<(regex::bytes::RegexSet, Box<[u32]>)>,
    /// The others, in order.
    alone: Box<[u32]>,
    /// One of those that are searched together has a `$`.
    has_end: bool,
}

/// One expression. Those that are searched together are compiled by themselves only when their groups are wanted.
#[derive(Debug)]
struct Member {
    source: Box<[u8]>,
    ignore_case: bool,
    rx: OnceLock<Option<Rx>>,
}

impl Member {
    fn rx(&self) -> Option<&Rx> {
        // It has been compiled in the set's form, so it is one.
        self.rx.get_or_init(|| Rx::new(&self.source, self.ignore_case).ok()).as_ref()
    }
}

impl RxSet {
    /// The set of these patterns, each with whether it ignores case. The error comes with the pattern's place.
    pub fn new<'p>(patterns: impl Iterator<Item = (&'p [u8], bool)>) -> Result<RxSet, (usize, RxError)> {
        let member =
            |(source, ignore_case): (&[u8], bool)| Member { source: source.into(), ignore_case, rx: OnceLock::new() };
        let members: Box<[Member]> = patterns.map(member).collect();
        let (mut forms, mut linear, mut alone, mut has_end) = (Vec::new(), Vec::new(), Vec::new(), false);
        for (i, member) in (0..).zip(&members) {
            match dialect::linear(&member.source).filter(|_| members.len() > 1) {
                Some(form) => {
                    forms.push(if member.ignore_case { format!("(?i:{})", form.pattern) } else { form.pattern });
                    linear.push(i);
                    has_end |= form.has_end;
                }
                None => alone.push(i),
            }
        }
        let set = regex::bytes::RegexSetBuilder::new(forms).unicode(false).size_limit(LARGEST).build().ok();
        let together = set.filter(|set| !set.is_empty()).map(|set| (set, Box::from(linear)));
        if together.is_none() {
            // Together they would take too much memory, or one of them is none.
            alone = (0..).take(members.len()).collect();
            has_end = false;
        }
        for i in &alone {
            let member = &members[*i as usize];
            let rx = Rx::new(&member.source, member.ignore_case).map_err(|why| (*i as usize, why))?;
            let _ = member.rx.set(Some(rx));
        }
        Ok(RxSet { members, together, alone: alone.into(), has_end })
    }

    /// Whether any of them matches.
    pub fn is_match(&self, text: &[u8]) -> bool {
        let alone = |i: &u32| self.rx(*i as usize).is_some_and(|rx| rx.is_match(text));
        match &self.together {
            Some((_, members)) if self.has_end && has_inner_newline(text) => {
                members.iter().any(alone) || self.alone.iter().any(alone)
            }
            Some((set, _)) => set.is_match(text) || self.alone.iter().any(alone),
            None => self.alone.iter().any(alone),
        }
    }

    /// The first of them that matches and that `counts`.
    pub fn first(&self, text: &[u8], counts: impl Fn(usize) -> bool) -> Option<usize> {
        let alone = |i: &usize| counts(*i) && self.rx(*i).is_some_and(|rx| rx.is_match(text));
        let first_of = |members: &[u32], before: usize| {
            members.iter().map(|i| *i as usize).take_while(|i| *i < before).find(alone)
        };
        let together = match &self.together {
            Some((_, members)) if self.has_end && has_inner_newline(text) => first_of(members, usize::MAX),
            // Which of them match is found out at a cost; that none does, without.
            Some((set, members)) if set.is_match(text) => {
                set.matches(text).iter().map(|n| members[n] as usize).find(|i| counts(*i))
            }
            _ => None,
        };
        first_of(&self.alone, together.unwrap_or(usize::MAX)).or(together)
    }

    /// One of them.
    pub fn rx(&self, i: usize) -> Option<&Rx> {
        self.members.get(i)?.rx()
    }
}
