//! Integer patterns: numbers, ranges and comparisons (manual 7.1.2).

/// A comparison that stands before the values.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Operator {
    #[default]
    Eq,
    Ge,
    Gt,
    Le,
    Lt,
}

impl Operator {
    pub(super) fn find(word: &[u8]) -> Option<Operator> {
        Some(match word {
            b"eq" => Operator::Eq,
            b"ge" => Operator::Ge,
            b"gt" => Operator::Gt,
            b"le" => Operator::Le,
            b"lt" => Operator::Lt,
            _ => return None,
        })
    }
}

/// A set of integers, as ranges that neither overlap nor touch, in ascending order.
#[derive(Clone, Debug, Default)]
pub(super) struct IntSet {
    ranges: Box<[(i64, i64)]>,
}

impl IntSet {
    pub(super) fn new(mut ranges: Vec<(i64, i64)>) -> IntSet {
        ranges.retain(|(from, to)| from <= to);
        ranges.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
        for (from, to) in ranges {
            match merged.last_mut() {
                Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        IntSet { ranges: merged.into() }
    }

    #[inline]
    pub(super) fn has(&self, n: i64) -> bool {
        let behind = self.ranges.partition_point(|&(from, _)| from <= n);
        behind > 0 && n <= self.ranges[behind - 1].1
    }
}

/// The range that one pattern means: `n`, `a:b`, `a:`, `:b`, each also as `major.minor`, whose major part is 65,536
/// times the minor one's weight.
pub(super) fn parse(text: &[u8], operator: Operator) -> Result<(i64, i64), String> {
    let shown = crate::error::show(text);
    let bad = || format!("'{shown}' is neither a number nor a supported operator");
    let text = core::str::from_utf8(text).map_err(|_| bad())?;
    let (low, high) = match text.split_once(':') {
        None => {
            let n = number(text).ok_or_else(bad)?;
            (Some(n), Some(n))
        }
        Some((low, high)) => {
            let bound = |t: &str| if t.is_empty() { Ok(None) } else { number(t).map(Some).ok_or_else(bad) };
            (bound(low)?, bound(high)?)
        }
    };
    if low.is_none() && high.is_none() {
        return Err(bad());
    }
    let (low, high) = (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX));
    Ok(match operator {
        Operator::Eq => (low, high),
        Operator::Ge => (low, i64::MAX),
        Operator::Gt => low.checked_add(1).map_or(EMPTY, |n| (n, i64::MAX)),
        Operator::Le => (i64::MIN, high),
        Operator::Lt => high.checked_sub(1).map_or(EMPTY, |n| (i64::MIN, n)),
    })
}

const EMPTY: (i64, i64) = (1, 0);

fn number(text: &str) -> Option<i64> {
    match text.split_once('.') {
        None => text.parse().ok(),
        Some((major, minor)) => {
            let (major, minor) = (major.parse::<u16>().ok()?, minor.parse::<u16>().ok()?);
            Some((i64::from(major) << 16) + i64::from(minor))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, operator: Operator, want: Option<(i64, i64)>) {
        assert_eq!(parse(text.as_bytes(), operator).ok(), want, "{text}");
    }

    #[test]
    fn patterns() {
        check("5", Operator::Eq, Some((5, 5)));
        check("-5", Operator::Eq, Some((-5, -5)));
        check("1024:65535", Operator::Eq, Some((1024, 65535)));
        check("1024:", Operator::Eq, Some((1024, i64::MAX)));
        check(":1023", Operator::Eq, Some((i64::MIN, 1023)));
        check("3:3.1", Operator::Eq, Some((3, (3 << 16) + 1)));
        check("5", Operator::Gt, Some((6, i64::MAX)));
        check("5", Operator::Ge, Some((5, i64::MAX)));
        check("5", Operator::Lt, Some((i64::MIN, 4)));
        check("5", Operator::Le, Some((i64::MIN, 5)));
        for bad in ["", ":", "x", "5x", "1:2:3", "1.x", "99999999999999999999"] {
            check(bad, Operator::Eq, None);
        }
    }

    proptest! {
        #[test]
        fn as_a_list_would(ranges in prop::collection::vec((-50i64..50, -5i64..20), 0..12), n in -60i64..80) {
            let ranges: Vec<(i64, i64)> = ranges.into_iter().map(|(a, len)| (a, a + len)).collect();
            let want = ranges.iter().any(|&(a, b)| (a..=b).contains(&n));
            prop_assert_eq!(IntSet::new(ranges).has(n), want);
        }
    }
}
