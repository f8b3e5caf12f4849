//! Small wire formats, one file each: what goes over a socket and is neither HTTP nor TLS.
//!
//! What it is not: anything that opens a socket, reads a clock or decides a policy. Every parser takes a
//! slice that may end anywhere and says whether it needs more, and every encoder appends to a buffer of its
//! caller's.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod client_hello;
pub mod crc32c;
pub mod encode;
pub mod log_time;
pub mod netscaler_cip;
pub mod proxied;
pub mod proxy_v1;
pub mod proxy_v2;
pub mod proxy_v2_options;
pub mod sample;
pub mod syslog;
pub mod varint;

/// What an incremental parser says about the bytes seen so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Parsed<T, E> {
    /// Nothing is wrong yet; call again with the same bytes and more behind them. At least `total` bytes in
    /// all are needed before anything else can be said.
    More {
        /// Bytes counted from the start of the header.
        total: usize,
    },
    /// A whole header was read.
    Done {
        /// How many bytes it took; what follows is payload.
        consumed: usize,
        /// What it said.
        info: T,
    },
    /// These bytes can never become a header.
    Error(E),
}
