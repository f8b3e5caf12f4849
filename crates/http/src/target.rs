//! Request targets (RFC 9112 section 3.2).

use core::ops::Range;

use crate::Method;

/// The four forms of a request target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `/path?query`.
    Origin,
    /// `scheme://authority/path?query`.
    Absolute,
    /// `host:port`, for CONNECT.
    Authority,
    /// `*`, for OPTIONS.
    Asterisk,
}

/// How tolerant the check of a target is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UriPolicy {
    /// Accept bytes above 127 and fragments (`option accept-unsafe-violations-in-http-request`).
    pub relaxed: bool,
}

/// A request target taken apart; the ranges are within the target's bytes, empty where it has no such part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Which form it has.
    pub form: Form,
    /// `http` in `http://host/`.
    pub scheme: Range<usize>,
    /// Host and port, with user information if there is some.
    pub authority: Range<usize>,
    /// Path, query and fragment, or `*`.
    pub path: Range<usize>,
}

/// Why bytes aren't a request target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TargetError {
    /// There are none.
    Empty,
    /// A control byte, a blank or DEL, or a byte above 127 where these aren't accepted, at this position.
    BadByte(usize),
    /// A `#` where it isn't accepted, at this position.
    Fragment(usize),
    /// It has none of the four forms, or not one that fits the method.
    BadForm,
}

impl Target {
    /// Takes `target` apart. The bytes are taken as they are: see [`Target::check_bytes`].
    pub fn parse(method: Method, target: &[u8]) -> Result<Target, TargetError> {
        let n = target.len();
        match target {
            [] => Err(TargetError::Empty),
            _ if method == Method::Connect => {
                Ok(Target { form: Form::Authority, scheme: 0..0, authority: 0..n, path: n..n })
            }
            [b'/', ..] => Ok(Target { form: Form::Origin, scheme: 0..0, authority: 0..0, path: 0..n }),
            b"*" => Ok(Target { form: Form::Asterisk, scheme: 0..0, authority: 0..0, path: 0..1 }),
            _ => absolute(target),
        }
    }

    /// Refuses the bytes that HAProxy refuses in a target (manual, `option accept-unsafe-violations-in-http-request`).
    pub fn check_bytes(target: &[u8], policy: UriPolicy) -> Result<(), TargetError> {
        for (at, &b) in target.iter().enumerate() {
            match b {
                b'#' if !policy.relaxed => return Err(TargetError::Fragment(at)),
                0..=32 | 127 => return Err(TargetError::BadByte(at)),
                128.. if !policy.relaxed => return Err(TargetError::BadByte(at)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// `scheme "://" authority path`, after RFC 3986 section 3.
fn absolute(target: &[u8]) -> Result<Target, TargetError> {
    let colon = memchr::memchr(b':', target).ok_or(TargetError::BadForm)?;
    let scheme = &target[..colon];
    let legal = |&b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    if !scheme.first().is_some_and(u8::is_ascii_alphabetic) || !scheme.iter().all(legal) {
        return Err(TargetError::BadForm);
    }
    if !target[colon..].starts_with(b"://") {
        return Err(TargetError::BadForm);
    }
    let from = colon + 3;
    let path = target[from..].iter().position(|b| matches!(b, b'/' | b'?' | b'#')).map_or(target.len(), |at| from + at);
    Ok(Target { form: Form::Absolute, scheme: 0..colon, authority: from..path, path: path..target.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Form, scheme, authority and path of a target, or the error.
    fn check(method: Method, target: &str, want: Result<(Form, &str, &str, &str), TargetError>) {
        let got = Target::parse(method, target.as_bytes());
        let got = got.map(|t| (t.form, &target[t.scheme], &target[t.authority], &target[t.path]));
        assert_eq!(got, want, "{target}");
    }

    #[test]
    fn forms() {
        let ok =
            |target, form, scheme, authority, path| check(Method::Get, target, Ok((form, scheme, authority, path)));
        ok("/", Form::Origin, "", "", "/");
        ok("//a/b?c#d", Form::Origin, "", "", "//a/b?c#d");
        ok("*", Form::Asterisk, "", "", "*");
        ok("http://h:1/p?q", Form::Absolute, "http", "h:1", "/p?q");
        ok("a+b.c-1://h", Form::Absolute, "a+b.c-1", "h", "");
        ok("http://h?q", Form::Absolute, "http", "h", "?q");
        ok("http:///p", Form::Absolute, "http", "", "/p");
        check(Method::Connect, "h:1", Ok((Form::Authority, "", "h:1", "")));
        check(Method::Get, "", Err(TargetError::Empty));
        for bad in ["a", "a:b", "http:/a", "://a", "1a://b", "a_b://c", "**", "?a"] {
            check(Method::Get, bad, Err(TargetError::BadForm));
        }
    }

    #[test]
    fn bytes() {
        let (strict, relaxed) = (UriPolicy { relaxed: false }, UriPolicy { relaxed: true });
        assert_eq!(Target::check_bytes(b"/!\"<>\\^`{|}~", strict), Ok(()));
        assert_eq!(Target::check_bytes(b"/a#b", strict), Err(TargetError::Fragment(2)));
        assert_eq!(Target::check_bytes(b"/\x80#", relaxed), Ok(()));
        for bad in [b' ', b'\t', b'\r', b'\n', 0, 127, 128, 255] {
            assert_eq!(Target::check_bytes(&[b'/', bad], strict), Err(TargetError::BadByte(1)), "{bad}");
            assert_eq!(Target::check_bytes(&[b'/', bad], relaxed).is_ok(), bad >= 128, "{bad}");
        }
    }
}
