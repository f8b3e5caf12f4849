//! Integer patterns: numbers, ranges and comparisons (manual 7.1.2).

/// A comparison that stands before the values.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Operator {
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

/// The range that one pattern means: `n`, `a:b`, `a:` or `:b`.
pub(crate) fn parse(text: &[u8], operator: Operator) -> Result<(i64, i64), String> {
    let shown = crate::error::show(text);
    let bad = || format!("'{shown}' is not a number");
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
    let backwards = matches!((low, high), (Some(low), Some(high)) if low > high);
    if backwards || (low.is_none() && high.is_none()) {
        return Err(format!("'{shown}' is not a valid number range"));
    }
    let one = low == high;
    let (low, high) = (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX));
    // A comparison takes the bound that it is about from a range, and leaves the other one as it is.
    Ok(match operator {
        Operator::Eq => (low, high),
        Operator::Ge => (low, if one { i64::MAX } else { high }),
        Operator::Gt => low.checked_add(1).map_or(EMPTY, |n| (n, if one { i64::MAX } else { high })),
        Operator::Le => (if one { i64::MIN } else { low }, high),
        Operator::Lt => high.checked_sub(1).map_or(EMPTY, |n| (if one { i64::MIN } else { low }, n)),
    })
}

const EMPTY: (i64, i64) = (1, 0);

/// A decimal number; a plus sign is none.
fn number(text: &str) -> Option<i64> {
    if text.starts_with('+') { None } else { text.parse().ok() }
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
        check("5", Operator::Gt, Some((6, i64::MAX)));
        check("5", Operator::Ge, Some((5, i64::MAX)));
        check("5", Operator::Lt, Some((i64::MIN, 4)));
        check("5", Operator::Le, Some((i64::MIN, 5)));
        check("100:200", Operator::Gt, Some((101, 200)));
        check("100:200", Operator::Lt, Some((100, 199)));
        check("100:200", Operator::Le, Some((100, 200)));
        for bad in ["", ":", "x", "5x", "1:2:3", "1.0", "+5", "0x5", "99999999999999999999", "5:1"] {
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
