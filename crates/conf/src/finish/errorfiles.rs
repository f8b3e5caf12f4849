//! `errorfile` contents: a whole HTTP response, or nothing at all.

use super::End;
use crate::build::{ErrorFile, ProxyB};
use crate::compile::Run;
use diag::Diagnostic;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Checks the files of a proxy, each file once.
pub fn finish(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB) -> BTreeMap<u16, Arc<[u8]>> {
    let bufsize = end.global.tune.bufsize as usize;
    let mut made = BTreeMap::new();
    for (status, file) in &proxy.errorfiles {
        if end.told.insert((file.span, false)) {
            check(run, file, bufsize);
        }
        made.insert(*status, Arc::clone(&file.content));
    }
    made
}

/// Reports what keeps a file from being sent.
pub fn check(run: &mut Run<'_>, file: &ErrorFile, bufsize: usize) {
    let fault = if file.content.len() > bufsize {
        Some(format!("the file is larger than a buffer ({bufsize} bytes)"))
    } else {
        fault(&file.content)
    };
    if let Some(fault) = fault {
        run.diags.push(Diagnostic::alert(file.span, format!("'errorfile' : {fault}.")).manual("4.2"));
    }
}

/// What keeps a file from being an HTTP response. An empty one is right: then nothing is sent.
pub fn fault(content: &[u8]) -> Option<String> {
    if content.is_empty() {
        return None;
    }
    let mut rest = content;
    let mut lines = Vec::new();
    loop {
        let Some(end) = rest.iter().position(|c| *c == b'\n') else {
            return Some("unable to parse headers: no empty line ends them".to_owned());
        };
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        rest = &rest[end + 1..];
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let (status, fields) = match lines.split_first() {
        Some((status, fields)) => (*status, fields),
        None => return Some("unable to parse headers: there is no status line".to_owned()),
    };
    if !is_status_line(status) {
        return Some("unable to parse headers: the first line is no status line".to_owned());
    }
    for (number, field) in fields.iter().enumerate() {
        let Some((name, value)) = field_parts(field) else {
            return Some(format!("unable to parse headers: line {} is no header field", number + 2));
        };
        if name.eq_ignore_ascii_case(b"content-length") {
            let announced = core::str::from_utf8(value).ok().and_then(|v| v.parse::<usize>().ok());
            if announced != Some(rest.len()) {
                let (body, said) = (rest.len(), String::from_utf8_lossy(value));
                return Some(format!("the body has {body} bytes, its content-length says {said}"));
            }
        }
    }
    None
}

/// `HTTP/1.x NNN …`.
fn is_status_line(line: &[u8]) -> bool {
    matches!(line, [b'H', b'T', b'T', b'P', b'/', major, b'.', minor, b' ', a, b, c, rest @ ..]
        if major.is_ascii_digit() && minor.is_ascii_digit()
            && [a, b, c].iter().all(|d| d.is_ascii_digit())
            && (rest.is_empty() || rest[0] == b' '))
}

fn field_parts(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|c| *c == b':')?;
    let name = &line[..colon];
    let token = |c: &u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(c);
    (!name.is_empty() && name.iter().all(token)).then(|| (name, line[colon + 1..].trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults() {
        let cases: &[(&str, bool)] = &[
            ("", true),
            ("HTTP/1.0 400 Bad\r\nContent-Length: 3\r\n\r\nabc", true),
            ("HTTP/1.0 400 Bad\nA: b\n\nbody", true),
            ("HTTP/1.1 400\r\n\r\n", true),
            ("HTTP/1.0 400 Bad\r\nContent-Length: 4\r\n\r\nabc", false),
            ("HTTP/1.0 400 Bad\r\nA b\r\n\r\n", false),
            ("HTTP/1.0 400 Bad\r\nA: b\r\n", false),
            ("root:x:0\n\n", false),
            ("\r\n", false),
        ];
        for (text, right) in cases {
            assert_eq!(fault(text.as_bytes()).is_none(), *right, "{text:?}");
        }
    }
}
