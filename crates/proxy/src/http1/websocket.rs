//! WebSocket where one side speaks HTTP/1 and the other one doesn't (RFC 8441 section 5): what the handshake of HTTP/1.1
//! has and the extended CONNECT hasn't.

use aws_lc_rs::digest;
use http::{EditError, HdrId, Head};

/// What a server's key is answered with begins with the key and ends with this (RFC 6455 section 4.2.2).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A request that came as an extended CONNECT goes to a server that speaks HTTP/1.1: it needs a key.
pub fn ask(head: &mut Head) -> Result<(), EditError> {
    if head.first(HdrId::SecWebsocketKey).is_some() {
        return Ok(());
    }
    let mut nonce = [0; 16];
    for half in nonce.chunks_mut(8) {
        half.copy_from_slice(&rt::random().to_le_bytes());
    }
    let mut key = [0; 24];
    base64(&nonce, &mut key);
    head.add_id(HdrId::SecWebsocketKey, &key)
}

/// An answer of 101 goes to a client that sent an extended CONNECT: it is 200 there.
pub fn accepted(head: &mut Head) -> Result<(), EditError> {
    head.remove_id(HdrId::SecWebsocketAccept);
    head.remove_id(HdrId::Upgrade);
    head.remove_id(HdrId::Connection);
    head.set_status(200, None)
}

/// An answer of 200 to an extended CONNECT goes to a client that asked in HTTP/1.1: it is 101 there.
pub fn switched(head: &mut Head, key: &[u8], protocol: &[u8]) -> Result<(), EditError> {
    let mut text = Vec::with_capacity(key.len() + GUID.len());
    text.extend_from_slice(key);
    text.extend_from_slice(GUID);
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &text);
    let mut accept = [0; 28];
    base64(hash.as_ref(), &mut accept);
    head.set_status(101, None)?;
    head.add_id(HdrId::Connection, b"upgrade")?;
    head.add_id(HdrId::Upgrade, protocol)?;
    head.add_id(HdrId::SecWebsocketAccept, &accept)
}

/// Fills `out`, which has the right length, with `bytes` in base64.
fn base64(bytes: &[u8], out: &mut [u8]) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (three, four) in bytes.chunks(3).zip(out.chunks_mut(4)) {
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let all = at(0) << 16 | at(1) << 8 | at(2);
        for (i, place) in four.iter_mut().enumerate() {
            let digit = ALPHABET[(all >> (18 - 6 * i) & 63) as usize];
            *place = if i > three.len() { b'=' } else { digit };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Version;

    /// The example of RFC 6455 section 1.3.
    #[test]
    fn the_answer_to_a_key() {
        let mut head = Head::response(200, Version::HTTP_2, 1000).unwrap();
        switched(&mut head, b"dGhlIHNhbXBsZSBub25jZQ==", b"websocket").unwrap();
        assert_eq!(head.status(), Some(101));
        assert_eq!(head.first(HdrId::SecWebsocketAccept), Some(&b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="[..]));
        accepted(&mut head).unwrap();
        assert_eq!((head.status(), head.field_count()), (Some(200), 0));
    }

    #[test]
    fn lengths() {
        let mut out = [0; 8];
        base64(b"abcd", &mut out);
        assert_eq!(&out, b"YWJjZA==");
    }
}
