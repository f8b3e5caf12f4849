//! Names of proxies, servers and other sections.

/// The first byte of a name that has no place in it, with its offset: names of proxies and servers are made
/// of letters, digits, `-`, `_`, `.` and `:` (manual 4).
pub fn bad_byte(name: &[u8]) -> Option<(usize, u8)> {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    name.iter().position(|&b| !good(b)).map(|at| (at, name[at]))
}

/// How the reference says that a name has a bad character: `what` is `'frontend' name` or `server name`.
pub fn message(name: &[u8], byte: u8, what: &str) -> String {
    format!("character '{}' is not permitted in {what} '{}'.", byte.escape_ascii(), String::from_utf8_lossy(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, want) in [
            ("a-b_c.d:e9", None),
            ("", None),
            ("a b", Some((1, b' '))),
            ("a/b", Some((1, b'/'))),
            ("!", Some((0, b'!'))),
            ("é", Some((0, 0xc3))),
        ] {
            assert_eq!(bad_byte(name.as_bytes()), want, "{name}");
        }
        assert_eq!(
            message(b"a!b", b'!', "'frontend' name"),
            "character '!' is not permitted in 'frontend' name 'a!b'."
        );
    }
}
