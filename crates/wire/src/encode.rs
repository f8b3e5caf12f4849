//! Making bytes safe to print: logs (manual 8.6), header fields and bodies (8.2.6), RFC 5424 values, JSON.
//!
//! Everything appends to its caller's buffer and takes time linear in its input, runs of safe bytes being
//! copied as a whole.

/// Appends `bytes` as a log field: everything outside of 32..=126, `"` and `#` become `#XX` in upper case.
pub fn log_field(bytes: &[u8], out: &mut Vec<u8>) {
    replace(bytes, &LOG_FIELD, out, hash_hex);
}

/// Appends `bytes` as a captured header: as [`log_field`], and `{`, `|` and `}` too.
pub fn log_header(bytes: &[u8], out: &mut Vec<u8>) {
    replace(bytes, &LOG_HEADER, out, hash_hex);
}

/// As [`log_field`], with a backslash before `\` and `]` (flag `E`); `"` stays `#22`.
pub fn log_field_escaped(bytes: &[u8], out: &mut Vec<u8>) {
    replace(bytes, &LOG_FIELD_ESCAPED, out, |byte, out| match byte {
        b'\\' | b']' => backslash(byte, out),
        _ => hash_hex(byte, out),
    });
}

/// Appends `bytes` with a backslash before `"`, `\` and `]`: a PARAM-VALUE (RFC 5424 6.3.3, flag `E` on an
/// expression). Nothing else is changed.
pub fn param_value(bytes: &[u8], out: &mut Vec<u8>) {
    replace(bytes, &PARAM_VALUE, out, backslash);
}

/// Appends `bytes` for a header field or body: what a header's value can't hold (RFC 9110 5.5) becomes
/// `%XX`.
pub fn http_text(bytes: &[u8], out: &mut Vec<u8>) {
    replace(bytes, &HTTP_TEXT, out, |byte, out| {
        out.push(b'%');
        hex(byte, out);
    });
}

/// Appends `bytes` as the inside of a JSON string (RFC 8259 7). Valid UTF-8 stays; any other byte above 127
/// is taken for Latin-1, so that the output is always valid and nothing is lost.
pub fn json_text(bytes: &[u8], out: &mut Vec<u8>) {
    for chunk in bytes.utf8_chunks() {
        replace(chunk.valid().as_bytes(), &JSON, out, json_escape);
        for byte in chunk.invalid() {
            json_escape(*byte, out);
        }
    }
}

type Set = [bool; 256];

const LOG_FIELD: Set = set(b"\"#", true);
const LOG_HEADER: Set = set(b"\"#{|}", true);
const LOG_FIELD_ESCAPED: Set = set(b"\"#\\]", true);
const PARAM_VALUE: Set = set(b"\"\\]", false);
const HTTP_TEXT: Set = http_text_set();
const JSON: Set = json_set();

/// These bytes, and if wanted all that can't be printed.
const fn set(bytes: &[u8], unprintable: bool) -> Set {
    let mut set = [false; 256];
    let mut i = 0;
    while i < 256 {
        set[i] = unprintable && !(i >= 32 && i <= 126);
        i += 1;
    }
    i = 0;
    while i < bytes.len() {
        set[bytes[i] as usize] = true;
        i += 1;
    }
    set
}

/// Control characters but tab.
const fn http_text_set() -> Set {
    let mut set = json_controls();
    set[b'\t' as usize] = false;
    set[127] = true;
    set
}

const fn json_set() -> Set {
    let mut set = json_controls();
    set[b'"' as usize] = true;
    set[b'\\' as usize] = true;
    set[127] = true;
    set
}

const fn json_controls() -> Set {
    let mut set = [false; 256];
    let mut i = 0;
    while i < 32 {
        set[i] = true;
        i += 1;
    }
    set
}

/// Copies runs of bytes outside of `special` and hands the others to `write`.
fn replace(bytes: &[u8], special: &Set, out: &mut Vec<u8>, write: impl Fn(u8, &mut Vec<u8>)) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| special[usize::from(*b)]) {
        out.extend_from_slice(&rest[..at]);
        write(rest[at], out);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

fn hash_hex(byte: u8, out: &mut Vec<u8>) {
    out.push(b'#');
    hex(byte, out);
}

fn backslash(byte: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'\\', byte]);
}

fn json_escape(byte: u8, out: &mut Vec<u8>) {
    match byte {
        b'"' | b'\\' => backslash(byte, out),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => {
            out.extend_from_slice(b"\\u00");
            hex(byte, out);
        }
    }
}

fn hex(byte: u8, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(encode: fn(&[u8], &mut Vec<u8>), input: &[u8], expected: &str) {
        let mut out = b"+".to_vec();
        encode(input, &mut out);
        assert_eq!(String::from_utf8_lossy(&out[1..]), expected);
    }

    /// The first three lines are what HAProxy 2.6 logged.
    #[test]
    fn each_encoding() {
        check(log_header, b"a\"{|}#]\\ b\tc\xe9", "a#22#7B#7C#7D#23]\\ b#09c#E9");
        check(log_field, b"/a\"{|}?c=]\\", "/a#22{|}?c=]\\");
        check(log_field_escaped, b"/a\"{|}?c=]\\", "/a#22{|}?c=\\]\\\\");
        check(log_field, b" ~\x1f\x7f\0", " ~#1F#7F#00");
        check(param_value, b"\"#][\\{|}\n", "\\\"#\\][\\\\{|}\n");
        check(http_text, b"a b\"\t\r\n\0\x7f\xe9", "a b\"\t%0D%0A%00%7F\u{fffd}");
        check(json_text, b"a\"\\/\n\r\t\x01\x7f", "a\\\"\\\\/\\n\\r\\t\\u0001\\u007F");
        check(json_text, "é€".as_bytes(), "é€");
        check(json_text, b"\xe9t\xe2\x82", "\\u00E9t\\u00E2\\u0082");
        check(log_field, b"", "");
    }

    #[test]
    fn every_byte_is_printable_in_logs() {
        let all: Vec<u8> = (0..=255).collect();
        for encode in [log_field, log_header, log_field_escaped] {
            let mut out = Vec::new();
            encode(&all, &mut out);
            assert!(out.iter().all(|b| (32..=126).contains(b) && *b != b'"'));
        }
    }
}
