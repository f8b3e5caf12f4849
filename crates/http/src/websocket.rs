//! The opening handshake of WebSocket (RFC 6455 section 4).

use crate::{HdrId, Head, Method};

/// Whether a request or a 101 response asks for, or agrees to, an upgrade to WebSocket.
pub fn is_upgrade(head: &Head) -> bool {
    head.has_token(HdrId::Connection, b"upgrade") && head.has_token(HdrId::Upgrade, b"websocket")
}

/// Whether a request that asks for WebSocket has what it needs: GET and a `sec-websocket-key` of 16 bytes in base64.
pub fn is_complete_request(head: &Head) -> bool {
    head.method() == Some(Method::Get) && head.first(HdrId::SecWebsocketKey).is_some_and(is_key)
}

/// Whether these are 24 bytes, as 16 random ones in base64 are.
pub fn is_key(key: &[u8]) -> bool {
    key.len() == 24
}
