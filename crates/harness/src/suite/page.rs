//! Default error pages as one step, since half of all cases end with one. The suite of error pages spells each out.

use super::text;
use crate::conn::Conn;

/// The status when `bytes` are exactly one default error page.
pub fn status(bytes: &[u8]) -> Option<&str> {
    let (head, body) = split(std::str::from_utf8(bytes).ok()?)?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?;
    check(head, body, status).is_ok().then_some(status)
}

/// Takes one page of that status from the connection.
pub fn expect(conn: &mut Conn, status: &str) -> Result<(), String> {
    let head = conn.take_head().map_err(|got| format!("got only: {}", text::show(&got)))?;
    let head = String::from_utf8_lossy(&head).into_owned();
    let len = length(&head).ok_or_else(|| format!("got a head without a length: {}", text::show(head.as_bytes())))?;
    let body = conn.take(len).map_err(|got| format!("got only this body: {}", text::show(&got)))?;
    check(&head, &String::from_utf8_lossy(&body), status)
        .map_err(|why| format!("{why}: {}", text::show(head.as_bytes())))
}

fn check(head: &str, body: &str, status: &str) -> Result<(), &'static str> {
    if !head.starts_with(&format!("HTTP/1.1 {status} ")) {
        return Err("another status");
    }
    if length(head) != Some(body.len()) {
        return Err("another length");
    }
    if !body.starts_with(&format!("<html><body><h1>{status} ")) || !body.ends_with("</body></html>\n") {
        return Err("another body");
    }
    let mut names = head.lines().skip(1).filter_map(|l| l.split_once(':')).map(|(n, _)| n.to_ascii_lowercase());
    let known = ["content-length", "cache-control", "connection", "content-type"];
    if names.any(|n| !known.contains(&n.as_str())) { Err("more header fields") } else { Ok(()) }
}

fn split(page: &str) -> Option<(&str, &str)> {
    let at = page.find("\r\n\r\n")? + 4;
    Some(page.split_at(at))
}

fn length(head: &str) -> Option<usize> {
    let line = head.lines().map(str::to_ascii_lowercase).find(|l| l.starts_with("content-length:"))?;
    line["content-length:".len()..].trim().parse().ok()
}
