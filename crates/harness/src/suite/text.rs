//! Escapes: how bytes are written in a suite.

/// The longest text that one line of a suite may stand for, in bytes.
const LONGEST: usize = 8 << 20;

/// The bytes that an escaped text stands for.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = escape(&rest[at + 1..], &mut out)?;
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

/// Decodes one escape, its backslash gone, and answers what follows it.
fn escape<'a>(rest: &'a str, out: &mut Vec<u8>) -> Result<&'a str, String> {
    let plain = |byte| (byte, &rest[1..]);
    let (byte, rest) = match rest.as_bytes().first() {
        Some(b'r') => plain(b'\r'),
        Some(b'n') => plain(b'\n'),
        Some(b't') => plain(b'\t'),
        Some(b'0') => plain(0),
        Some(b's') => plain(b' '),
        Some(b'\\') => plain(b'\\'),
        Some(b'{') => plain(b'{'),
        Some(b'x') => {
            let hex = rest.get(1..3).ok_or("\\x needs two digits")?;
            (u8::from_str_radix(hex, 16).map_err(|_| format!("\\x{hex}: not hexadecimal"))?, &rest[3..])
        }
        Some(b'(') => return repeat(&rest[1..], out),
        _ => return Err(format!("no escape \\{rest}")),
    };
    out.push(byte);
    Ok(rest)
}

/// `text*N)`: the text N times.
fn repeat<'a>(rest: &'a str, out: &mut Vec<u8>) -> Result<&'a str, String> {
    let end = rest.find(')').ok_or("\\( has no end")?;
    let (text, times) = rest[..end].rsplit_once('*').ok_or("\\( has no *")?;
    let times: usize = times.parse().map_err(|_| format!("{times}: not a number"))?;
    let text = unescape(text)?;
    if text.len().saturating_mul(times) > LONGEST {
        return Err(format!("more than {LONGEST} bytes"));
    }
    out.extend(text.repeat(times));
    Ok(&rest[end + 1..])
}

/// How `bytes` are written: the inverse of [`unescape`], with long runs of one byte shortened.
pub fn show(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let run = bytes[at..].iter().take_while(|b| **b == byte).count();
        if run >= 16 && byte != b' ' {
            out.push_str(&format!("\\({}*{run})", one(byte)));
            at += run;
        } else {
            out.push_str(&one(byte));
            at += 1;
        }
    }
    out
}

fn one(byte: u8) -> String {
    match byte {
        b'\r' => "\\r".to_string(),
        b'\n' => "\\n".to_string(),
        b'\t' => "\\t".to_string(),
        0 => "\\0".to_string(),
        b'\\' => "\\\\".to_string(),
        b'{' => "\\{".to_string(),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (text, bytes) in [
            ("GET / HTTP/1.1\\r\\n", &b"GET / HTTP/1.1\r\n"[..]),
            ("\\0\\xff\\t\\\\", b"\0\xff\t\\"),
            ("\\{n}", b"{n}"),
            ("\\(a*20)b", b"aaaaaaaaaaaaaaaaaaaab"),
        ] {
            assert_eq!(unescape(text).as_deref(), Ok(bytes), "{text}");
            assert_eq!(show(bytes), text);
        }
        assert_eq!(unescape("\\(ab\\r*2)").as_deref(), Ok(&b"ab\rab\r"[..]));
        for bad in ["\\q", "\\", "\\x1", "\\(a", "\\(a)", "\\(a*99999999)"] {
            assert!(unescape(bad).is_err(), "{bad}");
        }
    }
}
