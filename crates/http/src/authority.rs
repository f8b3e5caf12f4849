//! Hosts and authorities (RFC 3986 section 3.2).

/// An authority taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Authority<'a> {
    /// What stands before the `@`.
    pub userinfo: Option<&'a [u8]>,
    /// Name or address, brackets included.
    pub host: &'a [u8],
    /// The bytes behind the `:`, maybe none.
    pub port: Option<&'a [u8]>,
}

/// Why bytes aren't an authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorityError {
    /// The host holds a byte that can't stand there, or its brackets don't match.
    BadHost,
    /// The port isn't a number up to 65535.
    BadPort,
}

/// Takes an authority, or the value of a `host` field, apart and checks its bytes.
pub fn split_authority(authority: &[u8]) -> Result<Authority<'_>, AuthorityError> {
    let (userinfo, rest) = match memchr::memrchr(b'@', authority) {
        Some(at) => (Some(&authority[..at]), &authority[at + 1..]),
        None => (None, authority),
    };
    let (host, port) = split_port(rest)?;
    if let Some(port) = port
        && !port.is_empty()
    {
        port_number(port).ok_or(AuthorityError::BadPort)?;
    }
    if !is_host(host) || !userinfo.unwrap_or_default().iter().all(|&b| is_userinfo(b)) {
        return Err(AuthorityError::BadHost);
    }
    Ok(Authority { userinfo, host, port })
}

/// Whether an authority and a `host` value name the same place: the same host whatever its case, and the same port,
/// where no port means the default one of the scheme.
pub fn same_authority(scheme: &[u8], authority: &[u8], host: &[u8]) -> bool {
    if authority.eq_ignore_ascii_case(host) {
        return true;
    }
    let default = default_port(scheme);
    let (Ok((a, a_port)), Ok((b, b_port))) = (split_port(authority), split_port(host)) else { return false };
    // The outer `None` is no number at all, the inner one no port.
    let port = |p: Option<&[u8]>| match p {
        None | Some([]) => Some(default),
        Some(digits) => port_number(digits).map(Some),
    };
    a.eq_ignore_ascii_case(b) && port(a_port).is_some() && port(a_port) == port(b_port)
}

/// The port that a URI of this scheme means when it states none.
pub fn default_port(scheme: &[u8]) -> Option<u16> {
    if scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"ws") {
        Some(80)
    } else if scheme.eq_ignore_ascii_case(b"https") || scheme.eq_ignore_ascii_case(b"wss") {
        Some(443)
    } else {
        None
    }
}

/// Host (with brackets) and port of `host[:port]`.
fn split_port(s: &[u8]) -> Result<(&[u8], Option<&[u8]>), AuthorityError> {
    let host_end = match s {
        [b'[', ..] => memchr::memchr(b']', s).ok_or(AuthorityError::BadHost)? + 1,
        _ => memchr::memchr(b':', s).unwrap_or(s.len()),
    };
    match &s[host_end..] {
        [] => Ok((s, None)),
        [b':', port @ ..] => Ok((&s[..host_end], Some(port))),
        _ => Err(AuthorityError::BadHost),
    }
}

fn port_number(digits: &[u8]) -> Option<u16> {
    if digits.len() > 5 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let n = digits.iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0'));
    u16::try_from(n).ok()
}

fn is_host(host: &[u8]) -> bool {
    match host {
        [b'[', inner @ .., b']'] => {
            !inner.is_empty() && inner.iter().all(|&b| is_reg_name(b) || b == b':') && !inner.contains(&b'%')
        }
        _ => host.iter().all(|&b| is_reg_name(b)),
    }
}

/// `unreserved / pct-encoded / sub-delims`; the two digits behind a `%` are letters or digits, hence legal anyway.
fn is_reg_name(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(b, b'-' | b'.' | b'_' | b'~' | b'%' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*')
        || matches!(b, b'+' | b',' | b';' | b'=')
}

fn is_userinfo(b: u8) -> bool {
    is_reg_name(b) || b == b':'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split() {
        let split = |s: &'static str| split_authority(s.as_bytes());
        let ok = |host: &'static str, port: Option<&'static str>| {
            Ok(Authority { userinfo: None, host: host.as_bytes(), port: port.map(str::as_bytes) })
        };
        assert_eq!(split("a.b"), ok("a.b", None));
        assert_eq!(split("a:80"), ok("a", Some("80")));
        assert_eq!(split("a:"), ok("a", Some("")));
        assert_eq!(split("[::1]:443"), ok("[::1]", Some("443")));
        assert_eq!(split("u:p@h").map(|a| a.userinfo), Ok(Some(&b"u:p"[..])));
        for bad in ["a:b", "a:65536", "a:080808", "a:1:2"] {
            assert_eq!(split(bad), Err(AuthorityError::BadPort), "{bad}");
        }
        for bad in ["[::1", "[::1]x", "a/b", "a b", "a\"", "[]", "é", "a?b"] {
            assert_eq!(split(bad), Err(AuthorityError::BadHost), "{bad}");
        }
    }

    #[test]
    fn same() {
        let same = |scheme: &str, a: &str, b: &str| same_authority(scheme.as_bytes(), a.as_bytes(), b.as_bytes());
        assert!(same("http", "A.b", "a.B"));
        assert!(same("http", "a:80", "a"));
        assert!(same("https", "a", "a:443"));
        assert!(same("http", "a:", "a:80"));
        assert!(same("ftp", "a:21", "a:21"));
        assert!(same("http", "[::1]:80", "[::1]"));
        assert!(same("foo", "a:", "a"));
        assert!(!same("http", "a:443", "a"));
        assert!(!same("ftp", "a:21", "a"));
        assert!(!same("http", "a", "b"));
        assert!(!same("http", "a", "a:x"));
    }
}
