//! Arguments in parentheses, the second level of quoting (manual 2.2): used by conditions here, and by
//! sample fetches, converters and whatever else takes arguments.

/// One argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arg {
    /// Its bytes after quotes and escapes were resolved.
    pub text: Vec<u8>,
    /// Offset of its first byte in the text that was cut.
    pub at: usize,
}

/// What is wrong with a list of arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgsError {
    /// A quote isn't closed; the offset is the quote's.
    UnmatchedQuote {
        /// Offset in the text that was cut.
        at: usize,
    },
    /// The text ends before the closing parenthesis.
    Unclosed {
        /// Offset in the text that was cut.
        at: usize,
    },
    /// More arguments than `max`.
    TooMany {
        /// Offset of the first one too many.
        at: usize,
    },
}

impl ArgsError {
    /// Where it is wrong: an offset in the text that was cut.
    pub fn at(self) -> usize {
        match self {
            ArgsError::UnmatchedQuote { at } | ArgsError::Unclosed { at } | ArgsError::TooMany { at } => at,
        }
    }
}

/// Cuts the list that starts behind an opening parenthesis at offset `start` of `text` into at most `max`
/// arguments; gives them and the offset behind the closing parenthesis. `()` has no argument; blanks belong
/// to arguments. Escapes are those of the first level without `\#`, `\$` and `\xNN`; a backslash before any
/// other character stands for itself.
pub fn list(text: &[u8], start: usize, max: usize) -> Result<(Vec<Arg>, usize), ArgsError> {
    let mut args = Vec::new();
    if text.get(start) == Some(&b')') {
        return Ok((args, start + 1));
    }
    let mut at = start;
    loop {
        if args.len() == max {
            return Err(ArgsError::TooMany { at });
        }
        let (arg, end) = argument(text, at)?;
        args.push(Arg { text: arg, at });
        match text.get(end) {
            Some(b',') => at = end + 1,
            Some(_) => return Ok((args, end + 1)),
            None => return Err(ArgsError::Unclosed { at: end }),
        }
    }
}

/// One argument and the offset of the comma or parenthesis behind it, or of the end of the text.
fn argument(text: &[u8], start: usize) -> Result<(Vec<u8>, usize), ArgsError> {
    let mut out = Vec::new();
    let mut at = start;
    let mut weak: Option<usize> = None;
    while let Some(&byte) = text.get(at) {
        match byte {
            b',' | b')' if weak.is_none() => break,
            b'"' => weak = if weak.is_some() { None } else { Some(at) },
            b'\'' if weak.is_none() => {
                let rest = &text[at + 1..];
                let len = memchr::memchr(b'\'', rest).ok_or(ArgsError::UnmatchedQuote { at })?;
                out.extend_from_slice(&rest[..len]);
                at += len + 1;
            }
            b'\\' => match text.get(at + 1).and_then(|&next| escaped(next)) {
                Some(byte) => {
                    out.push(byte);
                    at += 1;
                }
                None => out.push(b'\\'),
            },
            _ => out.push(byte),
        }
        at += 1;
    }
    match weak {
        Some(at) => Err(ArgsError::UnmatchedQuote { at }),
        None => Ok((out, at)),
    }
}

/// What a backslash and this character stand for, if anything but themselves.
fn escaped(byte: u8) -> Option<u8> {
    match byte {
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        b' ' | b'\\' | b'\'' | b'"' => Some(byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Result<(&[&str], usize), ArgsError>) {
        let got = list(text.as_bytes(), 0, 3);
        let got = got.map(|(args, end)| (args.into_iter().map(|a| a.text).collect::<Vec<_>>(), end));
        let want = want.map(|(args, end)| (args.iter().map(|a| a.as_bytes().to_vec()).collect::<Vec<_>>(), end));
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn lists() {
        check(")", Ok((&[], 1)));
        check("a)x", Ok((&["a"], 2)));
        check(",)", Ok((&["", ""], 2)));
        check(" a , b )", Ok((&[" a ", " b "], 8)));
        check(r#""a,b",c)"#, Ok((&["a,b", "c"], 8)));
        check(r#"'a)"\',c)"#, Ok((&[r#"a)"\"#, "c"], 9)));
        check(r#""a"b"c")"#, Ok((&["abc"], 8)));
        check(r#"\",\'\\\ \t)"#, Ok((&["\"", "'\\ \t"], 12)));
        check(r"\1,\$,\x41)", Ok((&[r"\1", r"\$", r"\x41"], 11)));
        check(r"a\,b)", Ok((&[r"a\", "b"], 5)));
        check(r"a\)", Ok((&[r"a\"], 3)));
        check("a,b,c,d)", Err(ArgsError::TooMany { at: 6 }));
        check("a", Err(ArgsError::Unclosed { at: 1 }));
        check("", Err(ArgsError::Unclosed { at: 0 }));
        check("a,\"b)", Err(ArgsError::UnmatchedQuote { at: 2 }));
        check("a,'b)", Err(ArgsError::UnmatchedQuote { at: 2 }));
        check("a\\", Err(ArgsError::Unclosed { at: 2 }));
    }

    #[test]
    fn offsets() {
        let (args, end) = list(b"f(a,'b')", 2, 8).unwrap();
        assert_eq!((args[0].at, args[1].at, end), (2, 4, 8));
    }
}
