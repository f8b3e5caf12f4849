//! Which kinds of things a PEM file holds (RFC 7468). Each file is read once.

use crate::outside::Outside;
use std::collections::HashMap;
use std::sync::Arc;

/// What was found in files, by path.
#[derive(Debug, Default)]
pub struct Pems {
    seen: HashMap<Vec<u8>, Result<Pem, Arc<str>>>,
}

/// How many of each kind a file holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pem {
    pub certs: usize,
    pub keys: usize,
    pub crls: usize,
}

impl Pems {
    /// What a file holds, or why it can't be read.
    pub fn look(&mut self, path: &[u8], world: &mut dyn Outside) -> Result<Pem, Arc<str>> {
        if let Some(known) = self.seen.get(path) {
            return known.clone();
        }
        let found = world.read(path).map(|bytes| scan(&bytes)).map_err(Arc::from);
        self.seen.insert(path.to_vec(), found.clone());
        found
    }
}

/// Counts the blocks that begin and end as they should.
fn scan(bytes: &[u8]) -> Pem {
    let mut pem = Pem::default();
    let mut open: Option<&[u8]> = None;
    for line in bytes.split(|c| *c == b'\n') {
        let line = line.trim_ascii();
        if let Some(label) = boundary(line, b"-----BEGIN ") {
            open = Some(label);
        } else if let Some(label) = boundary(line, b"-----END ")
            && open.take() == Some(label)
        {
            match label {
                b"CERTIFICATE" | b"X509 CERTIFICATE" | b"TRUSTED CERTIFICATE" => pem.certs += 1,
                b"X509 CRL" => pem.crls += 1,
                _ if label.ends_with(b"PRIVATE KEY") => pem.keys += 1,
                _ => {}
            }
        }
    }
    pem
}

fn boundary<'a>(line: &'a [u8], begin: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(begin)?.strip_suffix(b"-----")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks() {
        let block = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
        let cases = [
            (String::new(), (0, 0, 0)),
            (block("CERTIFICATE"), (1, 0, 0)),
            (block("CERTIFICATE") + &block("CERTIFICATE") + &block("RSA PRIVATE KEY"), (2, 1, 0)),
            ("text\r\n".to_owned() + &block("EC PRIVATE KEY").replace('\n', "\r\n"), (0, 1, 0)),
            (block("X509 CRL") + &block("DH PARAMETERS"), (0, 0, 1)),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n".to_owned(), (0, 0, 0)),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned(), (0, 0, 0)),
        ];
        for (text, (certs, keys, crls)) in cases {
            assert_eq!(scan(text.as_bytes()), Pem { certs, keys, crls }, "{text}");
        }
    }
}
