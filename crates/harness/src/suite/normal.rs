//! Log lines without what differs from run to run.

/// Makes a line of the tcp, http or error log comparable.
///
/// The client's address and port and the date go; timers that aren't negative become `+` (a leading `+` of logasap stays
/// as `++`); the rest stays as it is. A line of another shape keeps all but a leading address.
pub fn log_line(line: &str) -> String {
    let line = line.trim_end_matches(['\n', '\r']);
    let Some((client, rest)) = line.split_once(' ') else { return line.to_string() };
    if !client.starts_with("127.") && !client.starts_with("unix:") && !client.starts_with("::") {
        return line.to_string();
    }
    let rest = match rest.strip_prefix('[').and_then(|r| r.split_once("] ")) {
        Some((_, rest)) => rest,
        None => rest,
    };
    let words: Vec<String> = rest.split(' ').enumerate().map(|(at, word)| field(at, word)).collect();
    words.join(" ")
}

/// Timers stand in the third field of both log formats.
fn field(at: usize, word: &str) -> String {
    let parts: Vec<&str> = word.split('/').collect();
    let is_timers = at == 2 && parts.len() >= 3 && parts.iter().all(|p| timer(p).is_some());
    if !is_timers {
        return word.to_string();
    }
    let shown: Vec<&str> = parts.iter().filter_map(|p| timer(p)).collect();
    shown.join("/")
}

fn timer(word: &str) -> Option<&'static str> {
    let (plus, digits) = match word.strip_prefix('+') {
        Some(digits) => (true, digits),
        None => (false, word),
    };
    match digits.parse::<i64>() {
        Ok(-1) if !plus => Some("-1"),
        Ok(0..) if plus => Some("++"),
        Ok(0..) => Some("+"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        for (line, want) in [
            (
                "127.0.0.1:1234 [22/Nov/2026:15:00:00.123] fe be/s1 0/0/1/2/3 200 57 - - ---- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"",
                "fe be/s1 +/+/+/+/+ 200 57 - - ---- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"",
            ),
            (
                "127.0.0.1:1 [x] fe fe/<NOSRV> -1/-1/-1/-1/12 400 187 - - PR-- 1/1/0/0/0 0/0 \"<BADREQ>\"",
                "fe fe/<NOSRV> -1/-1/-1/-1/+ 400 187 - - PR-- 1/1/0/0/0 0/0 \"<BADREQ>\"",
            ),
            ("127.0.0.1:1 [x] fe be/s1 0/0/+5 +0 -- 1/1/0/0/0 0/0", "fe be/s1 +/+/++ +0 -- 1/1/0/0/0 0/0"),
            ("Server be/s1 is DOWN", "Server be/s1 is DOWN"),
            ("127.0.0.1:1 [x] fe/1: Received something", "fe/1: Received something"),
        ] {
            assert_eq!(log_line(line), want);
        }
    }
}
