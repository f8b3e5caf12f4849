//! HTTP/2 without I/O (RFC 9113, RFC 7541, RFC 8441): frames, header compression, and the machine of a connection in
//! both roles, with streams, flow control on both levels and limits against abuse.
//!
//! What it is not: a socket, a timer or a task. The driver in `proxy` reads into a [`base::Buf`] and shows it to
//! [`Conn::next`], which takes frames out of it and answers with events; it writes what [`Conn::out`] holds. Content is
//! never copied on its way in: an event says how many bytes at the front of the buffer are content. Time is the
//! driver's: it asks [`Conn::awaits_settings_ack`] and arms a deadline itself.
//!
//! What the peer can make us hold is bounded: by the windows that we granted (`rxbuf`), by the number of streams, by
//! the size of one field section, and by the output, beyond which a driver stops reading.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod code;
mod config;
mod conn;
mod event;
pub mod frame;
pub mod hpack;
mod incoming;
mod out;
mod outgoing;
mod settings;
mod streams;

pub use code::{Code, ConnError, Malformed};
pub use config::Config;
pub use conn::{Conn, OpenError, Role, SendError};
pub use event::{Event, Message};
pub use out::Out;
pub use outgoing::{RequestForm, is_websocket};
pub use settings::Settings;

#[cfg(test)]
mod tests;
