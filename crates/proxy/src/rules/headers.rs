//! Editing header fields (manual 4.4).

use super::doing::{Doing, Verdict};
use expr::Expr;
use expr::conv::expand;
use http::{EditError, Head, elements};
use rules::Step;
use rules::action::{BinHeaders, Header, NameHow, NameMatch, Rewrite};
use wire::varint;

/// `add-header`.
pub fn add(doing: &mut Doing<'_>, header: &Header) -> Step<Verdict> {
    let text = doing.text(&header.value);
    let result = doing.head.add(&header.name, &text);
    doing.put_back(text);
    edited(doing, result)
}

/// `set-header`.
pub fn set(doing: &mut Doing<'_>, header: &Header) -> Step<Verdict> {
    let text = doing.text(&header.value);
    let result = doing.head.set(&header.name, &text);
    doing.put_back(text);
    edited(doing, result)
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
            doing.head.retain(|field| !regex.is_match(field.name));
        }
    }
    edited(doing, Ok(()))
}

/// `replace-header`: values that match are replaced as a whole.
pub fn replace(doing: &mut Doing<'_>, rewrite: &Rewrite) -> Step<Verdict> {
    let format = doing.text(&rewrite.format);
    let mut made = Vec::new();
    let result = each_value(doing.head, &rewrite.name, &mut made, |value, made| {
        let Some(groups) = rewrite.regex.captures_at(value, 0) else { return Some(false) };
        expand(&format, |n| groups.get(n).map_or(&b""[..], |m| m.as_bytes()), made).then_some(true)
    });
    doing.put_back(format);
    edited(doing, result)
}

/// `replace-value`: the same for each of the values between commas.
pub fn replace_value(doing: &mut Doing<'_>, rewrite: &Rewrite) -> Step<Verdict> {
    let format = doing.text(&rewrite.format);
    let mut made = Vec::new();
    let result = each_value(doing.head, &rewrite.name, &mut made, |value, made| {
        let (mut any, mut rest) = (false, 0);
        for element in elements(value) {
            let from = element.as_ptr().addr() - value.as_ptr().addr();
            let between = &value[rest..from];
            rest = from + element.len();
            match rewrite.regex.captures_at(element, 0) {
                None => {
                    made.extend_from_slice(between);
                    made.extend_from_slice(element);
                }
                Some(groups) => {
                    any = true;
                    // The blanks around a value go with it, as observed.
                    made.extend_from_slice(between.trim_ascii_end());
                    rest += value[rest..].len() - value[rest..].trim_ascii_start().len();
                    if !expand(&format, |n| groups.get(n).map_or(&b""[..], |m| m.as_bytes()), made) {
                        return None;
                    }
                }
            }
        }
        made.extend_from_slice(&value[rest..]);
        Some(any)
    });
    doing.put_back(format);
    edited(doing, result)
}

/// Gives each field of a name the value that `change` writes, unless it says that nothing changes. `None` from it: the
/// new value isn't valid.
fn each_value(
    head: &mut Head,
    name: &[u8],
    made: &mut Vec<u8>,
    change: impl Fn(&[u8], &mut Vec<u8>) -> Option<bool>,
) -> Result<(), EditError> {
    let mut at = 0;
    while let Some(field) = head.find_name(name).starting_at(at).next() {
        at = field.at + 1;
        made.clear();
        if change(field.value, made).ok_or(EditError::BadValue)? {
            head.replace_value(at - 1, made)?;
        }
    }
    Ok(())
}

/// `add-headers-bin`, and with `replace` `set-headers-bin`.
pub fn put_bin(doing: &mut Doing<'_>, bin: &BinHeaders, replace: bool) -> Step<Verdict> {
    let Some(bytes) = bytes_of(doing, &bin.fields) else { return Step::Next };
    let most = doing.client.front.h1.max_lines;
    let mut rest = &bytes[..];
    let mut result = Ok(());
    while result.is_ok() && !rest.is_empty() {
        let (Some(name), Some(value)) = (varint::read_bytes(&mut rest), varint::read_bytes(&mut rest)) else {
            result = Err(EditError::BadValue);
            break;
        };
        if name.is_empty() {
            // An empty field ends the list.
            break;
        }
        if bin.prefix.as_ref().is_some_and(|prefix| !fits(name, prefix, NameHow::Begin)) {
            continue;
        }
        result = match (doing.head.field_count() < most, replace) {
            (false, _) => Err(EditError::NoRoom),
            (true, true) => doing.head.set(name, value),
            (true, false) => doing.head.add(name, value),
        };
    }
    edited(doing, result)
}

/// `del-headers-bin`.
pub fn del_bin(doing: &mut Doing<'_>, names: &Expr, how: NameHow) -> Step<Verdict> {
    let Some(bytes) = bytes_of(doing, names) else { return Step::Next };
    let mut rest = &bytes[..];
    let mut result = Ok(());
    while !rest.is_empty() {
        match varint::read_bytes(&mut rest) {
            None => {
                result = Err(EditError::BadName);
                break;
            }
            Some(b"") => break,
            Some(name) => {
                doing.head.retain(|field| !fits(field.name, name, how));
            }
        }
    }
    edited(doing, result)
}

/// An expression's bytes, copied: the head that they may lie in is about to change. Rare enough to allocate.
fn bytes_of(doing: &Doing<'_>, expr: &Expr) -> Option<Vec<u8>> {
    doing.eval(expr, |value, _| value.and_then(|value| value.bytes()).map(<[u8]>::to_vec))
}

/// The end of a change of fields: what they say of the body has to be looked at again.
fn edited(doing: &mut Doing<'_>, result: Result<(), EditError>) -> Step<Verdict> {
    doing.x.edited = true;
    doing.rewritten(result)
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
