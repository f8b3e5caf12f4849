//! Comma-separated lists in field values (RFC 9110 section 5.6.1).

use crate::trim_ows;

/// The elements of a field value that is a list: split at commas outside of quoted strings, without blanks
/// around, empty ones included.
pub fn elements(value: &[u8]) -> Elements<'_> {
    Elements { left: Some(value) }
}

/// Whether `token` is an element of the list, whatever its case.
pub fn has_token(value: &[u8], token: &[u8]) -> bool {
    elements(value).any(|e| e.eq_ignore_ascii_case(token))
}

/// See [`elements`].
#[derive(Clone)]
pub struct Elements<'a> {
    left: Option<&'a [u8]>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let left = self.left?;
        let end = element_end(left);
        self.left = left.get(end + 1..);
        Some(trim_ows(&left[..end]))
    }
}

/// Where the first element of `s` ends: at a comma that isn't quoted, or at the end.
fn element_end(s: &[u8]) -> usize {
    let mut quoted = false;
    let mut at = 0;
    while let Some(&b) = s.get(at) {
        match b {
            b'"' => quoted = !quoted,
            b'\\' if quoted => at += 1,
            b',' if !quoted => return at,
            _ => {}
        }
        at += 1;
    }
    s.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, want: &[&str]) {
        let got: Vec<_> = elements(value.as_bytes()).map(|e| std::str::from_utf8(e).unwrap()).collect();
        assert_eq!(got, want, "{value:?}");
    }

    #[test]
    fn lists() {
        check("", &[""]);
        check("a", &["a"]);
        check("a,b , c\t", &["a", "b", "c"]);
        check(",a,,", &["", "a", "", ""]);
        check(r#"W/"a,b", "c\",d""#, &[r#"W/"a,b""#, r#""c\",d""#]);
        check(r#"a="x,y"#, &[r#"a="x,y"#]);
        check("\"a\\", &["\"a\\"]);
        assert!(has_token(b"Keep-Alive, Upgrade", b"upgrade"));
        assert!(!has_token(b"close-x", b"close"));
    }
}
