//! HTTP/1.x without I/O (RFC 9112): incremental parsers of request and response heads, message framing, the
//! chunked coding both ways, and the decision which connections stay open and what `connection` field says so.
//!
//! What it is not: a connection. It owns no buffer and no timer; the driver in `proxy` reads into a
//! [`base::Buf`], shows the bytes here, and moves the buffer into the [`http::Head`] once the head is complete.
//! What is strict and what is tolerated follows HAProxy 2.6 as observed (the tables in the tests) and the manual of
//! 3.5 where it says otherwise.
//!
//! ```
//! use base::{Buf, Pool};
//! use h1::{BodyDecoder, Opts, Piece, Progress, RequestParser, conn};
//! use http::{HdrId, HeadStore, SerialOpts};
//!
//! let (pool, store, opts) = (Pool::new(16_384, 100), HeadStore::new(), Opts::default());
//! let mut buf = pool.get().unwrap();
//! let mut parser = RequestParser::new(&store); // made when the first byte comes
//! for read in ["POST /a HTTP/1.1\r\nHost: x\r\nContent-", "Length: 4\r\n\r\nbo", "dyGET"] {
//!     assert!(buf.push(read.as_bytes())); // stands for a read from the socket
//!     match parser.parse(buf.data(), &opts) {
//!         Ok(Progress::Need) => continue,
//!         Ok(Progress::Done) => break,
//!         Err(e) => panic!("answer {} and close", e.fault.status()),
//!     }
//! }
//! let (mut head, framing) = parser.finish(buf, &opts).unwrap();
//!
//! head.add_id(HdrId::XForwardedFor, b"192.0.2.1").unwrap();
//! let server = conn::to_server(&framing, conn::Mode::KeepAlive);
//! conn::apply(&mut head, server.field).unwrap();
//! let mut out = pool.get().unwrap();
//! head.serialise_h1(&mut out, SerialOpts::default()).unwrap();
//! assert_eq!(out.data(), b"POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\nx-forwarded-for: 192.0.2.1\r\n\r\n");
//!
//! let mut buf: Buf = head.into_rest(); // body bytes that came with the head, not copied
//! let mut body = BodyDecoder::new(framing.body);
//! loop {
//!     match body.next(buf.data(), &opts).unwrap() {
//!         Piece::Data { skip, len } => {
//!             buf.consume(skip);
//!             assert!(out.push(&buf.data()[..len])); // stands for a write to the server
//!             buf.consume(len);
//!             body.took(len as u64);
//!         }
//!         Piece::Need { skip } => {
//!             buf.consume(skip);
//!             assert!(buf.push(b"dyGET")); // the next read
//!         }
//!         Piece::End { skip } => break buf.consume(skip),
//!     }
//! }
//! assert_eq!(buf.data(), b"GET"); // the next request's bytes
//! ```

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
