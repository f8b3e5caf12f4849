//! HTTP/1.x without I/O (RFC 9112): incremental parsers of request and response heads, message framing, the
//! chunked coding both ways, and the decision which connections stay open and what `connection` field says so.
//!
//! What it is not: a connection. It owns no buffer and no timer; the driver in `proxy` reads into a
//! [`base::Buf`], shows the bytes here, and moves the buffer into the [`http::Head`] once the head is complete.
//! What is strict and what is tolerated follows HAProxy 2.6 as observed (the tables in the tests) and the manual of
//! 3.5 where it says otherwise.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod authority;
mod body;
mod check;
mod chunk;
pub mod conn;
mod error;
mod framing;
mod line;
mod message;
mod opts;
mod scan;
mod trailer;

pub use body::{BodyDecoder, Piece};
pub use chunk::{CHUNK_END, CHUNK_HEADER_MAX, ChunkDecoder, LAST_CHUNK, chunk_header};
pub use conn::{Answer, ConnectionField, Mode, Persistence};
pub use error::{BodyFault, Fault, ParseError};
pub use framing::{BodyLen, ConnTokens, RequestFraming, ResponseFraming, UpgradeKind, Violations};
pub use message::{Asked, Progress, RequestParser, ResponseParser};
pub use opts::Opts;

#[cfg(test)]
mod tests;
