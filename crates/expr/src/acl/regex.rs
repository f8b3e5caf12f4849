//! Regular expressions of ACLs. Users write PCRE; the linear-time engine gets the patterns that mean the same to it,
//! every other one is refused: it would match something else, or not in bounded time.

use regex::bytes::{Captures, Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// Compiles a pattern for asking whether it matches at all.
pub(super) fn compile(pattern: &[u8], ignore_case: bool) -> Result<Regex, String> {
    build(pattern, ignore_case, END)
}

/// Regular expressions of which any may match: one, or many that are searched together in one pass.
#[derive(Clone, Debug)]
pub(super) enum RegSet {
    One(Regex),
    Many(RegexSet),
    /// Together they would take too much memory.
    List(Box<[Regex]>),
}

impl RegSet {
    /// The set of these patterns, each with whether it ignores case; every one is known to compile.
    pub(super) fn new(mut single: Vec<Regex>, patterns: &[(Box<[u8]>, bool)]) -> RegSet {
        if single.len() == 1 {
            return single.pop().map_or_else(|| RegSet::List(Box::default()), RegSet::One);
        }
        let flagged = |(pattern, ignore_case): &(Box<[u8]>, bool)| {
            let pattern = translate(core::str::from_utf8(pattern).ok()?, END).ok()?;
            Some(if *ignore_case { format!("(?i:{pattern})") } else { pattern })
        };
        let all: Option<Vec<String>> = patterns.iter().map(flagged).collect();
        let set = all.and_then(|all| RegexSetBuilder::new(all).unicode(false).size_limit(LARGEST).build().ok());
        set.map_or_else(|| RegSet::List(single.into()), RegSet::Many)
    }

    pub(super) fn has(&self, text: &[u8]) -> bool {
        match self {
            RegSet::One(regex) => regex.is_match(text),
            RegSet::Many(set) => set.is_match(text),
            RegSet::List(all) => all.iter().any(|r| r.is_match(text)),
        }
    }
}

/// PCRE's `$` also matches before a final newline.
const END: &str = "(?:\\n?\\z)";
/// What a compiled expression, or a set of them, may take (bytes).
const LARGEST: usize = 16 * 1024 * 1024;

/// A regular expression whose matches and groups are wanted.
#[derive(Clone, Debug)]
pub struct Rx {
    regex: Regex,
    /// It has a `$`, which PCRE also lets match before a final newline.
    has_end: bool,
    source: Box<[u8]>,
    ignore_case: bool,
}

impl Rx {
    /// Compiles a pattern; the error is the reason alone.
    pub fn new(pattern: &[u8], ignore_case: bool) -> Result<Rx, String> {
        let regex = build(pattern, ignore_case, "\\z")?;
        Ok(Rx { regex, has_end: pattern.contains(&b'$'), source: pattern.into(), ignore_case })
    }

    /// The first match at or behind `from`.
    pub fn captures_at<'t>(&self, text: &'t [u8], from: usize) -> Option<Captures<'t>> {
        let whole = self.regex.captures_at(text, from);
        let before_newline = match text {
            [rest @ .., b'\n'] if self.has_end && from <= rest.len() => self.regex.captures_at(rest, from),
            _ => None,
        };
        let start = |c: &Captures<'t>| c.get(0).map_or(usize::MAX, |m| m.start());
        match (whole, before_newline) {
            (Some(w), Some(b)) => Some(if start(&b) < start(&w) { b } else { w }),
            (w, b) => w.or(b),
        }
    }
}

impl PartialEq for Rx {
    fn eq(&self, other: &Rx) -> bool {
        self.source == other.source && self.ignore_case == other.ignore_case
    }
}

impl Eq for Rx {}

impl core::hash::Hash for Rx {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.source.hash(state);
        self.ignore_case.hash(state);
    }
}

/// Compiles a pattern whose `$` means `end` in the engine's dialect.
fn build(pattern: &[u8], ignore_case: bool, end: &str) -> Result<Regex, String> {
    let shown = crate::error::show(pattern);
    let pattern = core::str::from_utf8(pattern)
        .map_err(|_| format!("regex '{shown}' : bytes above 127 are not supported yet"))?;
    let pattern = translate(pattern, end).map_err(|why| format!("regex '{shown}' : {why} not supported yet"))?;
    RegexBuilder::new(&pattern)
        .unicode(false)
        .case_insensitive(ignore_case)
        .size_limit(LARGEST)
        .build()
        .map_err(|e| format!("regex '{shown}' is invalid, or not supported yet: {}", reason(&e)))
}

/// The last line of the engine's message, which says what is wrong.
fn reason(e: &regex::Error) -> String {
    let all = e.to_string();
    all.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// The pattern in the engine's dialect, or the name of what the two dialects see differently.
fn translate(pattern: &str, end: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern.chars().peekable();
    let mut can_repeat = Repeat::Nothing;
    while let Some(c) = rest.next() {
        let mut now = Repeat::Atom;
        match c {
            '\\' => escape(&mut rest, &mut out)?,
            '[' => class(&mut rest, &mut out)?,
            '$' => out.push_str(end),
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
