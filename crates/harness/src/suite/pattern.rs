//! What a line must look like: literal bytes with a few kinds of gaps.

use super::text;

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Literal(Vec<u8>),
    /// One digit or more.
    Digits,
    /// Any one byte.
    Byte,
    /// Anything, also nothing.
    Any,
}

/// A parsed expectation.
#[derive(Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

impl Pattern {
    pub fn parse(text: &str) -> Result<Pattern, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let gap = [("{n}", Part::Digits), ("{b}", Part::Byte), ("{*}", Part::Any)];
            if let Some((word, part)) = gap.into_iter().find(|(word, _)| rest.starts_with(word)) {
                if !literal.is_empty() {
                    parts.push(Part::Literal(text::unescape(&std::mem::take(&mut literal))?));
                }
                parts.push(part);
                rest = &rest[word.len()..];
                continue;
            }
            // A backslash takes the character after it along, so that `\{n}` isn't a gap.
            let len = rest.chars().take(if rest.starts_with('\\') { 2 } else { 1 }).map(char::len_utf8).sum();
            literal.push_str(&rest[..len]);
            rest = &rest[len..];
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(text::unescape(&literal)?));
        }
        Ok(Pattern(parts))
    }

    /// The number of bytes it matches, when that is fixed.
    pub fn width(&self) -> Option<usize> {
        self.0.iter().try_fold(0, |sum, part| match part {
            Part::Literal(bytes) => Some(sum + bytes.len()),
            Part::Byte => Some(sum + 1),
            Part::Digits | Part::Any => None,
        })
    }

    pub fn matches(&self, bytes: &[u8]) -> bool {
        matches(&self.0, bytes)
    }
}

fn matches(parts: &[Part], bytes: &[u8]) -> bool {
    match parts.split_first() {
        None => bytes.is_empty(),
        Some((Part::Literal(literal), rest)) => bytes.strip_prefix(&literal[..]).is_some_and(|b| matches(rest, b)),
        Some((Part::Byte, rest)) => !bytes.is_empty() && matches(rest, &bytes[1..]),
        Some((Part::Digits, rest)) => {
            let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
            (1..=digits).rev().any(|n| matches(rest, &bytes[n..]))
        }
        Some((Part::Any, rest)) => (0..=bytes.len()).any(|n| matches(rest, &bytes[n..])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps() {
        for (pattern, bytes, want) in [
            ("a b", "a b", true),
            ("a b", "a b ", false),
            ("a{n}b", "a123b", true),
            ("a{n}b", "ab", false),
            ("{*}end", "the end", true),
            ("{*}end", "the end.", false),
            ("x{b}y", "x.y", true),
            ("\\{n}", "{n}", true),
            ("\\{n}", "5", false),
            ("{n}{n}", "12", true),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(bytes.as_bytes()), want, "{pattern} {bytes}");
        }
        assert_eq!(Pattern::parse("ab{b}\\r").unwrap().width(), Some(4));
        assert_eq!(Pattern::parse("ab{n}").unwrap().width(), None);
    }
}
