//! Names of documents: `file:` URIs and the paths that they stand for (RFC 8089).

/// The path that a URI stands for; `None` if it isn't a file of this machine.
pub fn to_path(uri: &str) -> Option<Vec<u8>> {
    let rest = uri.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").filter(|path| path.starts_with('/')).unwrap_or(rest);
    if !path.starts_with('/') {
        return None;
    }
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
        let escaped = (byte == b'%').then(|| Some(digit(at + 1)? * 16 + digit(at + 2)?)).flatten();
        match escaped.and_then(|code| u8::try_from(code).ok()) {
            Some(code) => {
                out.push(code);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    Some(out)
}

/// The URI of a path.
pub fn of_path(path: &[u8]) -> String {
    let mut uri = String::from("file://");
    for &byte in path {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri += &format!("%{byte:02X}");
        }
    }
    uri
}

/// The directory that a path is in.
pub fn folder(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(0) => b"/",
        Some(slash) => &path[..slash],
        None => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (uri, path) in [
            ("file:///etc/haproxy/a.cfg", Some(&b"/etc/haproxy/a.cfg"[..])),
            ("file://localhost/a", Some(b"/a")),
            ("file:///a%20b/%C3%a9%zz%4", Some(b"/a b/\xc3\xa9%zz%4")),
            ("file://host/a", None),
            ("untitled:Untitled-1", None),
            ("", None),
        ] {
            assert_eq!(to_path(uri).as_deref(), path, "{uri}");
        }
        let path = "/a b/é%.cfg".as_bytes();
        assert_eq!(of_path(path), "file:///a%20b/%C3%A9%25.cfg");
        assert_eq!(to_path(&of_path(path)).as_deref(), Some(path));
        assert_eq!((folder(b"/a/b"), folder(b"/a"), folder(b"a")), (&b"/a"[..], &b"/"[..], &b""[..]));
    }
}
