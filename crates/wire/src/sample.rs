//! `sample <ranges>:<size>` of a log target: which of each `<size>` messages are sent there.

use core::fmt;

/// Which messages of each round go to a target.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Sample {
    /// From 1, both ends included, ascending and apart.
    ranges: Box<[(u32, u32)]>,
    size: u32,
}

/// Why ranges were refused. `Display` gives the words that the reference uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SampleError {
    /// No colon.
    NoSize,
    /// Nothing before the colon.
    NoRanges,
    /// Not a positive number or two of them, in order.
    Range(String),
    /// The size isn't a positive number.
    Size {
        /// What stands there.
        size: String,
        /// What stands before the colon.
        ranges: String,
    },
    /// Two ranges have a number in common.
    Overlap,
    /// A range ends behind the size.
    TooSmall {
        /// The size.
        size: u32,
        /// Where the last range ends.
        highest: u32,
    },
}

/// The most ranges that one target may have.
const MAX_RANGES: usize = 1024;

impl Sample {
    /// Reads `1-3,5:10`.
    pub fn parse(text: &str) -> Result<Sample, SampleError> {
        let (list, size_text) = text.split_once(':').ok_or(SampleError::NoSize)?;
        if list.is_empty() {
            return Err(SampleError::NoRanges);
        }
        let size = number(size_text)
            .ok_or_else(|| SampleError::Size { size: size_text.to_owned(), ranges: list.to_owned() })?;
        // A trailing comma is let through, as the reference does.
        let words: Vec<&str> = list.strip_suffix(',').unwrap_or(list).split(',').collect();
        if words.len() > MAX_RANGES {
            return Err(SampleError::Range(words[MAX_RANGES].to_owned()));
        }
        let mut ranges = words.iter().map(|w| range(w)).collect::<Result<Vec<_>, _>>()?;
        ranges.sort_unstable();
        if ranges.windows(2).any(|pair| pair[0].1 >= pair[1].0) {
            return Err(SampleError::Overlap);
        }
        let highest = ranges.last().map_or(0, |(_, high)| *high);
        if highest > size {
            return Err(SampleError::TooSmall { size, highest });
        }
        Ok(Sample { ranges: ranges.into(), size })
    }

    /// Whether message number `n` (from 0, counted over all messages that reach this target) is sent.
    pub fn keeps(&self, n: u64) -> bool {
        let place = (n % u64::from(self.size)) as u32 + 1;
        let after = self.ranges.partition_point(|(low, _)| *low <= place);
        after > 0 && place <= self.ranges[after - 1].1
    }
}

impl fmt::Display for SampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SampleError::NoSize => f.write_str("Missing sample size"),
            SampleError::NoRanges => f.write_str("no sampling ranges given"),
            SampleError::Range(word) => write!(f, "wrong sample range '{word}'"),
            SampleError::Size { size, ranges } => {
                write!(f, "wrong sample size '{size}' for sample range '{ranges}'")
            }
            SampleError::Overlap => f.write_str("ranges are overlapping"),
            SampleError::TooSmall { size, highest } => write!(
                f,
                "sample size {size} should be greater or equal to {highest} the maximum of the high ranges limits"
            ),
        }
    }
}

fn range(word: &str) -> Result<(u32, u32), SampleError> {
    let (low, high) = word.split_once('-').unwrap_or((word, word));
    match (number(low), number(high)) {
        (Some(low), Some(high)) if low <= high => Ok((low, high)),
        _ => Err(SampleError::Range(word.to_owned())),
    }
}

/// A positive decimal number without sign.
fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| digits && *n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_it_says() {
        for (text, kept) in [
            ("1:1", "xxxxxxxx"),
            ("1:3", "x..x..x."),
            ("2-3:4", ".xx..xx."),
            ("4,1-2:5", "xx.x.xx."),
            ("1,:2", "x.x.x.x."),
        ] {
            let sample = Sample::parse(text).unwrap();
            let seen: String = (0..8).map(|n| if sample.keeps(n) { 'x' } else { '.' }).collect();
            assert_eq!(seen, kept, "{text}");
        }
    }

    #[test]
    fn refused_with_the_reference_words() {
        for (text, words) in [
            ("1-3,2-5:9", "ranges are overlapping"),
            ("3-1:9", "wrong sample range '3-1'"),
            ("0:9", "wrong sample range '0'"),
            ("a:3", "wrong sample range 'a'"),
            ("1-:3", "wrong sample range '1-'"),
            ("-2:3", "wrong sample range '-2'"),
            ("+2:3", "wrong sample range '+2'"),
            ("1-2-3:10", "wrong sample range '1-2-3'"),
            ("4294967296:4294967297", "wrong sample size '4294967297' for sample range '4294967296'"),
            ("1:0", "wrong sample size '0' for sample range '1'"),
            ("1:10x", "wrong sample size '10x' for sample range '1'"),
            ("1:", "wrong sample size '' for sample range '1'"),
            ("1,3", "Missing sample size"),
            (":10", "no sampling ranges given"),
            ("5:3", "sample size 3 should be greater or equal to 5 the maximum of the high ranges limits"),
        ] {
            assert_eq!(Sample::parse(text).unwrap_err().to_string(), words, "{text}");
        }
    }
}
