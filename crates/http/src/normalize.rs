//! Bringing a request's target into one of the forms that mean the same (RFC 3986 section 6.2.2): pure functions over
//! path and query. Each answers `None` if nothing has to change.

/// Where path, query and fragment of `all` end: at the first `?`, at the first `#`.
fn parts(all: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let end = memchr::memchr(b'#', all).unwrap_or(all.len());
    let query = memchr::memchr(b'?', &all[..end]).unwrap_or(end);
    (&all[..query], &all[query..end], &all[end..])
}

/// The whole with another path; `None` if that is the old one.
fn with_path(all: &[u8], change: impl FnOnce(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    let (path, query, fragment) = parts(all);
    let mut made = change(path);
    if made == path {
        return None;
    }
    made.extend_from_slice(query);
    made.extend_from_slice(fragment);
    Some(made)
}

/// `#` becomes `%23`.
pub fn encode_fragment(all: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(b'#', all)?;
    let mut made = Vec::with_capacity(all.len() + 8);
    for b in all {
        match b {
            b'#' => made.extend_from_slice(b"%23"),
            b => made.push(*b),
        }
    }
    Some(made)
}

/// The fragment goes.
pub fn strip_fragment(all: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(b'#', all).map(|end| all[..end].to_vec())
}

/// Adjacent slashes in the path become one.
pub fn merge_slashes(all: &[u8]) -> Option<Vec<u8>> {
    with_path(all, |path| {
        let mut made = Vec::with_capacity(path.len());
        for b in path {
            if *b != b'/' || made.last() != Some(&b'/') {
                made.push(*b);
            }
        }
        made
    })
}

/// Segments `.` leave the path.
pub fn strip_dot(all: &[u8]) -> Option<Vec<u8>> {
    with_path(all, |path| {
        let mut made: Vec<u8> = Vec::with_capacity(path.len());
        let mut segments = path.split(|b| *b == b'/').peekable();
        while let Some(segment) = segments.next() {
            let is_last = segments.peek().is_none();
            if segment == b"." {
                // What went before it has left its slash, which stays.
                continue;
            }
            made.extend_from_slice(segment);
            if !is_last {
                made.push(b'/');
            }
        }
        made
    })
}

/// Segments `..` take the one before them along. `full`: those at the beginning, that have none before them, go too.
pub fn strip_dot_dot(all: &[u8], full: bool) -> Option<Vec<u8>> {
    with_path(all, |path| {
        let Some(rest) = path.strip_prefix(b"/") else { return path.to_vec() };
        let mut kept: Vec<&[u8]> = Vec::new();
        // How many of them are `..` that nothing takes away.
        let mut fixed = 0;
        let mut open = false;
        for segment in rest.split(|b| *b == b'/') {
            open = segment == b"..";
            match open {
                true if kept.len() > fixed => {
                    kept.pop();
                }
                true if full => {}
                true => {
                    kept.push(segment);
                    fixed += 1;
                    open = false;
                }
                false => kept.push(segment),
            }
        }
        let mut made = Vec::with_capacity(path.len());
        for segment in &kept {
            made.push(b'/');
            made.extend_from_slice(segment);
        }
        // What a `..` at the end stands for is a directory.
        if open || made.is_empty() {
            made.push(b'/');
        }
        made
    })
}

/// What a normalizer answers that can refuse.
pub type Checked = Result<Option<Vec<u8>>, BadEscape>;

/// What isn't an escape, though it has a percent sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadEscape;

/// Escaped letters, digits, `-`, `.`, `_` and `~` become themselves. `strict`: a percent sign that begins no escape is an
/// error; else it stays.
pub fn decode_unreserved(all: &[u8], strict: bool) -> Checked {
    escapes(all, strict, |code, escape, made| match code {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => made.push(code),
        _ => made.extend_from_slice(escape),
    })
}

/// Letters of escapes become upper case. `strict`: as for [`decode_unreserved`].
pub fn uppercase_escapes(all: &[u8], strict: bool) -> Checked {
    escapes(all, strict, |_, escape, made| made.extend(escape.iter().map(u8::to_ascii_uppercase)))
}

fn escapes(all: &[u8], strict: bool, write: impl Fn(u8, &[u8], &mut Vec<u8>)) -> Checked {
    if memchr::memchr(b'%', all).is_none() {
        return Ok(None);
    }
    let mut made = Vec::with_capacity(all.len());
    let mut rest = all;
    while let Some(at) = memchr::memchr(b'%', rest) {
        made.extend_from_slice(&rest[..at]);
        let code = rest.get(at + 1..at + 3).and_then(|two| Some(hex(two[0])? << 4 | hex(two[1])?));
        rest = match code {
            Some(code) => {
                write(code, &rest[at..at + 3], &mut made);
                &rest[at + 3..]
            }
            None if strict => return Err(BadEscape),
            None => {
                made.push(b'%');
                &rest[at + 1..]
            }
        };
    }
    made.extend_from_slice(rest);
    Ok(Some(made).filter(|made| made != all))
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).and_then(|n| u8::try_from(n).ok())
}

/// The query's parameters in the order of their names; those of one name stay in their order.
pub fn sort_query(all: &[u8]) -> Option<Vec<u8>> {
    let (path, query, fragment) = parts(all);
    let query = query.strip_prefix(b"?")?;
    let mut params: Vec<&[u8]> = query.split(|b| *b == b'&').collect();
    let name = |param: &&[u8]| param.iter().position(|b| *b == b'=').unwrap_or(param.len());
    params.sort_by(|a, b| a[..name(a)].cmp(&b[..name(b)]));
    let made = [path, b"?", &params.join(&b'&'), fragment].concat();
    (made != all).then_some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Any<'a> = &'a dyn Fn(&[u8]) -> Option<Vec<u8>>;

    fn check(f: impl Fn(&[u8]) -> Option<Vec<u8>>, cases: &[(&str, &str)]) {
        for (from, want) in cases {
            let got = f(from.as_bytes());
            let shown = got.as_deref().map_or(*from, |got| core::str::from_utf8(got).unwrap());
            assert_eq!(shown, *want, "{from}");
            assert_eq!(got.is_some(), from != want, "{from}");
        }
    }

    #[test]
    fn fragments() {
        check(encode_fragment, &[("/#foo", "/%23foo"), ("/a?b#c#d", "/a?b%23c%23d"), ("/", "/")]);
        check(strip_fragment, &[("/#foo", "/"), ("/a?b#c", "/a?b"), ("/a", "/a")]);
    }

    #[test]
    fn paths() {
        check(
            merge_slashes,
            &[("//", "/"), ("/foo//bar", "/foo/bar"), ("/a?b//c", "/a?b//c"), ("///a///", "/a/"), ("/a#//", "/a#//")],
        );
        check(
            strip_dot,
            &[
                ("/.", "/"),
                ("/./bar/", "/bar/"),
                ("/a/./a", "/a/a"),
                ("/a/.", "/a/"),
                ("/.well-known/", "/.well-known/"),
                ("/././.", "/"),
                ("/a?/./", "/a?/./"),
                ("/..", "/.."),
            ],
        );
        check(
            |all| strip_dot_dot(all, false),
            &[
                ("/foo/../", "/"),
                ("/foo/../bar/", "/bar/"),
                ("/foo/bar/../", "/foo/"),
                ("/foo/bar/..", "/foo/"),
                ("/../bar/", "/../bar/"),
                ("/bar/../../", "/../"),
                ("/foo//../", "/foo/"),
                ("/foo/%2E%2E/", "/foo/%2E%2E/"),
                ("/a?/../", "/a?/../"),
                ("/..", "/.."),
                ("/a/..", "/"),
                ("*", "*"),
            ],
        );
        check(
            |all| strip_dot_dot(all, true),
            &[
                ("/../bar/", "/bar/"),
                ("/bar/../../", "/"),
                ("/..", "/"),
                ("/../..?q", "/?q"),
                ("/a/b/../../../c", "/c"),
            ],
        );
    }

    #[test]
    fn percent_signs() {
        let lax = |f: fn(&[u8], bool) -> Checked| move |all: &[u8]| f(all, false).unwrap();
        check(
            lax(decode_unreserved),
            &[
                ("/%61dmin", "/admin"),
                ("/foo%3Fbar=baz", "/foo%3Fbar=baz"),
                ("/%%36%36", "/%66"),
                ("/%ZZ", "/%ZZ"),
                ("/%2e%2E?%7e", "/..?~"),
                ("/%", "/%"),
                ("/%4", "/%4"),
            ],
        );
        check(lax(uppercase_escapes), &[("/%6f", "/%6F"), ("/%zz", "/%zz"), ("/%aA?%bb", "/%AA?%BB")]);
        for bad in ["/%%36%36", "/%ZZ", "/%", "/a%1"] {
            assert_eq!(decode_unreserved(bad.as_bytes(), true), Err(BadEscape), "{bad}");
            assert_eq!(uppercase_escapes(bad.as_bytes(), true), Err(BadEscape), "{bad}");
        }
    }

    #[test]
    fn queries() {
        check(
            sort_query,
            &[
                ("/?c=3&a=1&b=2", "/?a=1&b=2&c=3"),
                ("/?aaa=3&a=1&aa=2", "/?a=1&aa=2&aaa=3"),
                ("/?a=3&b=4&a=1&b=5&a=2", "/?a=3&a=1&a=2&b=4&b=5"),
                ("/?", "/?"),
                ("/a", "/a"),
                ("/?b&a#x", "/?a&b#x"),
            ],
        );
    }

    /// Whatever comes: doing it twice changes nothing more, and only what a normalizer is for changes.
    #[test]
    fn again_is_the_same() {
        let alphabet = b"/.%2eEaF?&=#b";
        let mut seed = 0x2545_f491_4f6c_dd1du64;
        for _ in 0..20_000 {
            let mut text = vec![b'/'];
            for _ in 0..seed % 24 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                text.push(alphabet[(seed % alphabet.len() as u64) as usize]);
            }
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let all: [Any<'_>; 8] = [
                &encode_fragment,
                &strip_fragment,
                &merge_slashes,
                &strip_dot,
                &|t| strip_dot_dot(t, false),
                &|t| strip_dot_dot(t, true),
                &|t| uppercase_escapes(t, false).unwrap(),
                &sort_query,
            ];
            for (n, f) in all.iter().enumerate() {
                if let Some(once) = f(&text) {
                    let shown = String::from_utf8_lossy(&text).into_owned();
                    assert!(f(&once).is_none(), "{n}: {shown} {}", String::from_utf8_lossy(&once));
                    assert_eq!(once.first(), Some(&b'/'), "{n}: {shown}");
                }
            }
        }
    }
}
