//! «Did you mean …?»: how far apart two words are.

/// The word among `known` that is closest to `word`, if one is close enough to be worth naming. Ties go to
/// the first one.
pub fn closest<'a>(word: &[u8], known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the word may be wrong; more than that and the guess is noise.
    let limit = (word.len().div_ceil(3)).min(MAX_DISTANCE);
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let bound = best.map_or(limit, |(d, _)| d.saturating_sub(1));
        if let Some(d) = distance(word, candidate.as_bytes(), bound) {
            if d == 0 {
                return Some(candidate);
            }
            best = Some((d, candidate));
            if bound == 0 {
                break;
            }
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The Damerau–Levenshtein distance (optimal string alignment: insertions, deletions, substitutions, and
/// swaps of neighbours, each counting 1; letters compare without case) if it is at most `bound`. Words of
/// more than 64 bytes have no distance: no keyword is that long, and the cost stays small.
pub fn distance(a: &[u8], b: &[u8], bound: usize) -> Option<usize> {
    if a.len() > MAX_WORD || b.len() > MAX_WORD || a.len().abs_diff(b.len()) > bound {
        return None;
    }
    let mut before = [0usize; MAX_WORD + 1];
    let mut last = [0usize; MAX_WORD + 1];
    let mut row = [0usize; MAX_WORD + 1];
    for (j, cell) in last.iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        row[0] = i;
        let mut least = i;
        for j in 1..=b.len() {
            let same = a[i - 1].eq_ignore_ascii_case(&b[j - 1]);
            let mut cost = (last[j - 1] + usize::from(!same)).min(last[j] + 1).min(row[j - 1] + 1);
            let swapped =
                i > 1 && j > 1 && a[i - 1].eq_ignore_ascii_case(&b[j - 2]) && a[i - 2].eq_ignore_ascii_case(&b[j - 1]);
            if swapped {
                cost = cost.min(before[j - 2] + 1);
            }
            row[j] = cost;
            least = least.min(cost);
        }
        if least > bound {
            return None;
        }
        (before, last) = (last, row);
    }
    Some(last[b.len()]).filter(|&d| d <= bound)
}

const MAX_WORD: usize = 64;
const MAX_DISTANCE: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let cases: &[(&str, &str, Option<usize>)] = &[
            ("", "", Some(0)),
            ("abc", "abc", Some(0)),
            ("ABC", "abc", Some(0)),
            ("abc", "abd", Some(1)),
            ("abc", "acb", Some(1)),
            ("abc", "ab", Some(1)),
            ("abc", "xabc", Some(1)),
            ("kitten", "sitting", Some(3)),
            ("abc", "xyz", Some(3)),
            ("abcdef", "uvwxyz", None),
        ];
        for &(a, b, want) in cases {
            assert_eq!(distance(a.as_bytes(), b.as_bytes(), 3), want, "{a} {b}");
            assert_eq!(distance(b.as_bytes(), a.as_bytes(), 3), want, "{b} {a}");
        }
        assert_eq!(distance(&[b'a'; 65], &[b'a'; 65], 3), None);
    }

    #[test]
    fn closest_word() {
        let known = ["daemon", "maxconn", "nbthread", "mode", "balance"];
        for (word, want) in [
            ("daemo", Some("daemon")),
            ("mxaconn", Some("maxconn")),
            ("Balance", Some("balance")),
            ("mdoe", Some("mode")),
            ("zzzzzz", None),
            ("", None),
        ] {
            assert_eq!(closest(word.as_bytes(), known), want, "{word}");
        }
    }
}
