//! Byte classes of RFC 9110 section 5.6.

static TCHAR: [bool; 256] = tchars();

const fn tchars() -> [bool; 256] {
    let mut t = [false; 256];
    let mut b = 0;
    while b < 256 {
        let c = b as u8;
        t[b] = c.is_ascii_alphanumeric()
            || matches!(
                c,
                b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
            );
        b += 1;
    }
    t
}

/// Whether `b` may stand in a token, hence in a field name or a method.
#[inline]
pub fn is_tchar(b: u8) -> bool {
    TCHAR[b as usize]
}

/// Whether `name` is a legal field name: one or more token bytes.
pub fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|&b| is_tchar(b))
}

/// Whether `value` can be sent as a field value: without CR, LF or NUL, the bytes that can split a message.
pub fn is_value(value: &[u8]) -> bool {
    memchr::memchr3(b'\r', b'\n', 0, value).is_none()
}

/// `s` without the blanks around it: space, tab, and the line ends of a value that is still folded.
#[inline]
pub fn trim_ows(mut s: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = s {
        s = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = s {
        s = rest;
    }
    s
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values() {
        assert!(is_name(b"x-Forwarded_for!"));
        for bad in ["", "a b", "a:", "(", "a\0", "é", "a\"b", "a/b"] {
            assert!(!is_name(bad.as_bytes()), "{bad:?}");
        }
        assert!(is_value(b"") && is_value("é\t\x01".as_bytes()));
        assert!(!is_value(b"a\rb") && !is_value(b"a\n") && !is_value(b"\0"));
        assert_eq!(trim_ows(b" \t a b\t "), b"a b");
        assert_eq!(trim_ows(b" \t"), b"");
    }
}
