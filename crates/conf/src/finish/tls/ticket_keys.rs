//! `tls-ticket-keys`: one key a line, in base64.

/// How many keys count, and as many must be there.
const KEYS: usize = 3;

/// Reads the file's content; the answer is the last keys.
pub fn read(bytes: &[u8]) -> Result<Vec<Box<[u8]>>, String> {
    let mut keys: Vec<Box<[u8]>> = Vec::new();
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    for (number, line) in text.split(|c| *c == b'\n').enumerate().filter(|_| !text.is_empty()) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let right = base64(line).filter(|key| match keys.first() {
            Some(first) => key.len() == first.len(),
            None => matches!(key.len(), 48 | 80),
        });
        match right {
            Some(key) => keys.push(key.into()),
            None => return Err(format!("wrong sized key on line {}", number + 1)),
        }
        if keys.len() > KEYS {
            keys.remove(0);
        }
    }
    if keys.len() < KEYS {
        return Err(format!("please supply at least {KEYS} keys in the tls-tickets-file"));
    }
    Ok(keys)
}

/// Decodes base64 with its padding (RFC 4648, 4).
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(4) {
        return None;
    }
    let padding = text.iter().rev().take(2).take_while(|c| **c == b'=').count();
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for four in text.chunks(4) {
        let mut word = 0u32;
        for c in four {
            let value = match c {
                b'A'..=b'Z' => c - b'A',
                b'a'..=b'z' => c - b'a' + 26,
                b'0'..=b'9' => c - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' => 0,
                _ => return None,
            };
            word = word << 6 | u32::from(value);
        }
        out.extend_from_slice(&word.to_be_bytes()[1..]);
    }
    if text[..text.len() - padding].contains(&b'=') {
        return None;
    }
    out.truncate(out.len() - padding);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_the_rfc_has_it() {
        for (text, want) in [
            ("Zg==", Some("f")),
            ("Zm8=", Some("fo")),
            ("Zm9v", Some("foo")),
            ("Zm9", None),
            ("Z===", None),
            ("Zm9!", None),
        ] {
            assert_eq!(base64(text.as_bytes()).as_deref(), want.map(str::as_bytes), "{text}");
        }
    }

    #[test]
    fn files() {
        let (small, large) = ("A".repeat(64), "A".repeat(106) + "A=");
        let file = |lines: &[&str]| lines.join("\n") + "\n";
        let three = file(&[&small, &small, &small]);
        assert_eq!(read(three.as_bytes()).map(|keys| keys.len()), Ok(3));
        let five = file(&[&large, &large, &large, &large, &large]);
        assert_eq!(read(five.as_bytes()).map(|keys| (keys.len(), keys[0].len())), Ok((3, 80)));
        for (bad, why) in [
            (file(&[&small, &small]), "please supply at least 3 keys in the tls-tickets-file"),
            (String::new(), "please supply at least 3 keys in the tls-tickets-file"),
            (file(&[&small, &large, &small]), "wrong sized key on line 2"),
            (file(&["AAAA"]), "wrong sized key on line 1"),
            (three.clone() + "\n", "wrong sized key on line 4"),
        ] {
            assert_eq!(read(bad.as_bytes()), Err(why.to_owned()));
        }
    }
}
