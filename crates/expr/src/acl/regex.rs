//! Regular expressions of ACLs. Users write PCRE; the linear-time engine gets the patterns that mean the same to it,
//! every other one is refused: it would match something else, or not in bounded time.

use regex::bytes::{Regex, RegexBuilder};

/// Compiles a pattern for asking whether it matches at all.
pub(crate) fn compile(pattern: &[u8], ignore_case: bool) -> Result<Regex, String> {
    let shown = crate::error::show(pattern);
    let pattern = core::str::from_utf8(pattern)
        .map_err(|_| format!("regex '{shown}' : bytes above 127 are not supported yet"))?;
    let pattern = translate(pattern).map_err(|why| format!("regex '{shown}' : {why} not supported yet"))?;
    RegexBuilder::new(&pattern)
        .unicode(false)
        .case_insensitive(ignore_case)
        .size_limit(16 * 1024 * 1024)
        .build()
        .map_err(|e| format!("regex '{shown}' is invalid, or not supported yet: {}", reason(&e)))
}

/// The last line of the engine's message, which says what is wrong.
fn reason(e: &regex::Error) -> String {
    let all = e.to_string();
    all.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// The pattern in the engine's dialect, or the name of what the two dialects see differently.
fn translate(pattern: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern.chars().peekable();
    let mut can_repeat = Repeat::Nothing;
    while let Some(c) = rest.next() {
        let mut now = Repeat::Atom;
        match c {
            '\\' => escape(&mut rest, &mut out)?,
            '[' => class(&mut rest, &mut out)?,
            // PCRE's `$` also matches before a final newline.
            '$' => out.push_str("(?:\\n?\\z)"),
            '(' => {
                out.push(c);
                if rest.peek() == Some(&'?') {
                    group(&mut rest, &mut out)?;
                }
                now = Repeat::Nothing;
            }
            '|' | '^' => {
                out.push(c);
                now = Repeat::Nothing;
            }
            '*' | '+' | '?' if can_repeat == Repeat::Repeated => match c {
                '?' => {
                    out.push(c);
                    now = Repeat::Lazy;
                }
                _ => return Err("a possessive or doubled quantifier is"),
            },
            '*' | '+' | '?' => {
                if can_repeat != Repeat::Atom {
                    return Err("a quantifier behind nothing is");
                }
                out.push(c);
                now = Repeat::Repeated;
            }
            '{' => {
                counted(&mut rest, &mut out)?;
                if can_repeat != Repeat::Atom {
                    return Err("a quantifier behind nothing is");
                }
                now = Repeat::Repeated;
            }
            '}' | ']' => {
                out.push('\\');
                out.push(c);
            }
            c if !c.is_ascii() => return Err("bytes above 127 are"),
            c => out.push(c),
        }
        can_repeat = now;
    }
    Ok(out)
}

/// What a quantifier would apply to.
#[derive(PartialEq)]
enum Repeat {
    Nothing,
    Atom,
    Repeated,
    Lazy,
}

type Chars<'p> = core::iter::Peekable<core::str::Chars<'p>>;

/// Escapes that mean the same in both dialects.
fn escape(rest: &mut Chars<'_>, out: &mut String) -> Result<(), &'static str> {
    let c = rest.next().ok_or("a backslash at the end is")?;
    match c {
        'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' | 'A' | 'z' | 'n' | 'r' | 't' | 'f' | 'a' => {
            if matches!(c, 'b' | 'B') && rest.peek() == Some(&'{') {
                return Err("'\\b{' is");
            }
            out.push('\\');
            out.push(c);
        }
        'x' => {
            let hex: String = (0..2).filter_map(|_| rest.next_if(char::is_ascii_hexdigit)).collect();
            if hex.len() != 2 {
                return Err("'\\x' without two digits is");
            }
            out.push_str("\\x");
            out.push_str(&hex);
        }
        c if c.is_ascii_alphanumeric() => return Err("a backreference or special escape is"),
        c if !c.is_ascii() => return Err("bytes above 127 are"),
        c => literal(c, out),
    }
    Ok(())
}

/// An escaped character that stands for itself.
fn literal(c: char, out: &mut String) {
    // Behind a backslash the engine gives some of the others a meaning of their own.
    if "\\.+*?()|[]{}^$#&-~/".contains(c) {
        out.push('\\');
    }
    out.push(c);
}

/// A class, whose `[` has been read.
fn class(rest: &mut Chars<'_>, out: &mut String) -> Result<(), &'static str> {
    out.push('[');
    if rest.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    // A bracket in the first place is literal.
    if rest.next_if_eq(&']').is_some() {
        out.push_str("\\]");
    }
    loop {
        match rest.next().ok_or("a class without an end is")? {
            ']' => break,
            '[' => match rest.peek() {
                Some(':') => posix(rest, out)?,
                Some('.' | '=') => return Err("a collating element is"),
                _ => out.push_str("\\["),
            },
            '\\' => match rest.peek() {
                Some('b' | 'B' | 'A' | 'z') => return Err("an anchor in a class is"),
                _ => escape(rest, out)?,
            },
            // Two of these in a row are set operations in the engine's dialect.
            c @ ('&' | '~') => {
                out.push('\\');
                out.push(c);
            }
            '-' => {
                out.push('-');
                if rest.peek() == Some(&'-') {
                    return Err("'--' in a class is");
                }
            }
            c if !c.is_ascii() => return Err("bytes above 127 are"),
            c => out.push(c),
        }
    }
    out.push(']');
    Ok(())
}

/// `[:name:]`, whose `[` has been read.
fn posix(rest: &mut Chars<'_>, out: &mut String) -> Result<(), &'static str> {
    let mut name = String::new();
    for c in rest.by_ref() {
        name.push(c);
        if c == ']' {
            break;
        }
    }
    // PCRE takes an unknown name for an error as well.
    if !name.ends_with(":]") || name.len() < 3 {
        return Err("'[:' in a class is");
    }
    out.push('[');
    out.push_str(&name);
    Ok(())
}

/// What follows `(?`: plain, named and flagged groups; the flags `i`, `s` and `x`… of both dialects that agree.
fn group(rest: &mut Chars<'_>, out: &mut String) -> Result<(), &'static str> {
    let mut spec = String::new();
    for c in rest.by_ref() {
        spec.push(c);
        if spec.len() > 1 && !matches!(c, 'i' | 's' | '-') {
            break;
        }
    }
    let plain = spec == "?:" || (spec.len() > 2 && spec.ends_with([':', ')']));
    if !plain {
        return Err("this kind of group is");
    }
    out.push_str(&spec);
    Ok(())
}

/// What follows `{`: a count in digits, otherwise PCRE takes the brace for itself.
fn counted(rest: &mut Chars<'_>, out: &mut String) -> Result<(), &'static str> {
    let ahead: String = rest.clone().take_while(|c| *c != '}').collect();
    let mut parts = ahead.split(',');
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let ok = match (parts.next(), parts.next(), parts.next()) {
        (Some(n), None, None) => digits(n),
        (Some(n), Some(m), None) => digits(n) && (m.is_empty() || digits(m)),
        _ => false,
    };
    if !ok || rest.clone().count() <= ahead.chars().count() {
        return Err("a brace that counts nothing is");
    }
    out.push('{');
    for _ in 0..=ahead.chars().count() {
        out.extend(rest.next());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, want: bool) {
        assert_eq!(
            compile(pattern.as_bytes(), false).unwrap().is_match(text.as_bytes()),
            want,
            "{pattern} on {text:?}"
        );
    }

    #[test]
    fn matches() {
        check("^[^/:]*://", "http://x", true);
        check("^[^/:]*://", "/a://", false);
        check("^/a/(b|c)+/d{2,3}$", "/a/bcb/ddd", true);
        check("a$", "a\n", true);
        check("a$", "a\n\n", false);
        check("[]x]", "]", true);
        check("[[x]", "[", true);
        check("[a&&b]", "&", true);
        check("\\.(png|jpe?g)$", "x.jpeg", true);
        check("[[:digit:]]{3}", "a123", true);
        check("a.c", "a\nc", false);
        check("(?i)ABC", "xabc", true);
        check("(?:ab)+?", "ab", true);
        check("\\/\\-\\<", "/-<", true);
        check("x}", "x}", true);
        check("[\\w.-]+@", "a.b-c@", true);
    }

    #[test]
    fn refuses_what_means_something_else() {
        for pattern in [
            "(a)\\1",
            "a++",
            "a*+",
            "a**",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?>a)",
            "(?P<n>a)",
            "\\v",
            "\\h",
            "\\K",
            "\\Qa\\E",
            "a{,3}",
            "a{x",
            "[a--b]",
            "\\pL",
            "(?u)a",
            "(?x) a",
            "\u{e9}",
            "*a",
            "(",
            "[a",
            "a\\",
            "\\x4",
            "\\b{start}",
            "(?m)a$",
        ] {
            assert!(compile(pattern.as_bytes(), false).is_err(), "{pattern}");
        }
        assert!(compile(&[b'a', 0xff], false).is_err());
    }
}
