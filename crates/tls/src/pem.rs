//! PEM (RFC 7468) as OpenSSL reads it: text around the blocks is skipped, a block that is cut off ends the file.

/// The largest file that is looked at, in bytes: 16 MB hold 10,000 CAs.
pub const MAX_FILE: usize = 16 << 20;

/// One block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// What stands behind `BEGIN`.
    pub label: String,
    /// The value of `DEK-Info` (RFC 1421), if the content is encrypted that way.
    pub dek_info: Option<String>,
    pub der: Vec<u8>,
}

/// Why a file can't be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PemError {
    TooLong,
    /// The block that begins in this line (from 1) has no end of its own.
    Unfinished(usize),
    /// What the block that begins in this line holds isn't base64.
    BadBase64(usize),
}

impl core::fmt::Display for PemError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            PemError::TooLong => write!(f, "the file is too large"),
            PemError::Unfinished(line) => write!(f, "the PEM block of line {line} doesn't end"),
            PemError::BadBase64(line) => write!(f, "the PEM block of line {line} isn't base64"),
        }
    }
}

/// All blocks of a file, in order.
pub fn parse(bytes: &[u8]) -> Result<Vec<Block>, PemError> {
    if bytes.len() > MAX_FILE {
        return Err(PemError::TooLong);
    }
    let mut blocks = Vec::new();
    let mut lines = bytes.split(|c| *c == b'\n').map(<[u8]>::trim_ascii_end).enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(label) = marker(line, b"-----BEGIN ") else { continue };
        let mut text = Vec::new();
        let mut dek_info = None;
        loop {
            let Some((_, line)) = lines.next() else { return Err(PemError::Unfinished(number + 1)) };
            if let Some(end) = marker(line, b"-----END ") {
                if end != label {
                    return Err(PemError::Unfinished(number + 1));
                }
                break;
            }
            match line.iter().position(|c| *c == b':') {
                Some(colon) if line[..colon].eq_ignore_ascii_case(b"DEK-Info") => {
                    dek_info = Some(String::from_utf8_lossy(line[colon + 1..].trim_ascii()).into_owned());
                }
                Some(_) => {}
                None => text.extend_from_slice(line.trim_ascii()),
            }
        }
        let der = base64(&text).ok_or(PemError::BadBase64(number + 1))?;
        blocks.push(Block { label: String::from_utf8_lossy(label).into_owned(), dek_info, der });
    }
    Ok(blocks)
}

/// Writes a block.
pub fn encode(label: &str, der: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in der.chunks(3) {
        let word = three.iter().enumerate().fold(0u32, |word, (i, byte)| word | u32::from(*byte) << (16 - 8 * i));
        for i in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= three.len() { char::from(digit) } else { '=' });
        }
    }
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out + &format!("-----END {label}-----\n")
}

fn marker<'a>(line: &'a [u8], lead: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(lead)?.strip_suffix(b"-----")
}

/// Decodes base64 with its padding (RFC 4648, 4).
pub fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let padding = text.iter().rev().take(2).take_while(|c| **c == b'=').count();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for (i, four) in text.chunks(4).enumerate() {
        let last = (i + 1) * 4 == text.len();
        let mut word = 0u32;
        for (j, c) in four.iter().enumerate() {
            let value = match c {
                b'A'..=b'Z' => c - b'A',
                b'a'..=b'z' => c - b'a' + 26,
                b'0'..=b'9' => c - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' if last && j >= 4 - padding => 0,
                _ => return None,
            };
            word = word << 6 | u32::from(value);
        }
        out.extend_from_slice(&word.to_be_bytes()[1..]);
    }
    out.truncate(out.len() - padding);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_between_text() {
        let file = "subject=x\r\n-----BEGIN CERTIFICATE-----\r\nZm9v\r\nYmFy\r\n-----END CERTIFICATE-----\r\n\
                    -----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\nZg==\n\
                    -----END RSA PRIVATE KEY-----\ntail";
        let blocks = parse(file.as_bytes()).unwrap();
        assert_eq!(blocks.len(), 2);
        assert_eq!((blocks[0].label.as_str(), blocks[0].der.as_slice()), ("CERTIFICATE", &b"foobar"[..]));
        assert_eq!(blocks[1].dek_info.as_deref(), Some("AES-128-CBC,00FF"));
        assert_eq!(parse(encode("X", b"foobar!").as_bytes()).unwrap()[0].der, b"foobar!");
    }

    #[test]
    fn soup() {
        let cases: &[(&str, Result<usize, PemError>)] = &[
            ("", Ok(0)),
            ("-----BEGIN X-----\n", Err(PemError::Unfinished(1))),
            ("a\n-----BEGIN X-----\nZg==\n-----END Y-----\n", Err(PemError::Unfinished(2))),
            ("-----BEGIN X-----\nZ!==\n-----END X-----\n", Err(PemError::BadBase64(1))),
            ("-----BEGIN X-----\nZg=\n-----END X-----\n", Err(PemError::BadBase64(1))),
            ("-----BEGIN X-----\nZg==Zg==\n-----END X-----\n", Err(PemError::BadBase64(1))),
            ("-----BEGIN X-----\n-----END X-----\n", Ok(1)),
        ];
        for (text, want) in cases {
            assert_eq!(parse(text.as_bytes()).map(|blocks| blocks.len()), *want, "{text}");
        }
    }
}
