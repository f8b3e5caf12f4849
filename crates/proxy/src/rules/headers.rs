//! Editing header fields (manual 4.4).

use super::doing::{Doing, Verdict};
use rules::Step;
use rules::action::{Header, NameHow, NameMatch};

/// `add-header`.
pub fn add(doing: &mut Doing<'_>, header: &Header) -> Step<Verdict> {
    let text = doing.text(&header.value);
    let result = doing.head.add(&header.name, &text);
    doing.put_back(text);
    doing.rewritten(result)
}

/// `set-header`.
pub fn set(doing: &mut Doing<'_>, header: &Header) -> Step<Verdict> {
    let text = doing.text(&header.value);
    let result = doing.head.set(&header.name, &text);
    doing.put_back(text);
    doing.rewritten(result)
}

/// `del-header`.
pub fn del(doing: &mut Doing<'_>, names: &NameMatch) -> Step<Verdict> {
    match names {
        NameMatch::Text(name, NameHow::Exact) => {
            doing.head.remove_name(name);
        }
        NameMatch::Text(text, how) => {
            doing.head.retain(|field| !fits(field.name, text, *how));
        }
        NameMatch::Regex(regex) => {
            doing.head.retain(|field| regex.captures_at(field.name, 0).is_none());
        }
    }
    Step::Next
}

/// Whether a field's name (in lower case) is meant by `text`.
pub fn fits(name: &[u8], text: &[u8], how: NameHow) -> bool {
    let same = |part: &[u8]| part.eq_ignore_ascii_case(text);
    let len = text.len();
    match how {
        NameHow::Exact => same(name),
        NameHow::Begin => name.get(..len).is_some_and(same),
        NameHow::End => name.len() >= len && same(&name[name.len() - len..]),
        NameHow::Within => len == 0 || name.windows(len).any(same),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        use NameHow::*;
        for (name, text, how, want) in [
            ("x-a", "X-A", Exact, true),
            ("x-ab", "x-a", Exact, false),
            ("x-ab", "X-a", Begin, true),
            ("x", "x-a", Begin, false),
            ("x-ab", "-AB", End, true),
            ("ab", "-ab", End, false),
            ("x-ab-c", "Ab", Within, true),
            ("x-ab-c", "ac", Within, false),
            ("x", "", Within, true),
        ] {
            assert_eq!(fits(name.as_bytes(), text.as_bytes(), how), want, "{name} {text} {how:?}");
        }
    }
}
