//! TLS without I/O: certificates and how one is chosen, OpenSSL's names for what rustls has, verification with OpenSSL's
//! error numbers, tickets and session caches, and sessions that take bytes and give bytes.
//!
//! What it is not: anything that reads a file or a socket. Files come as bytes, sessions are driven by whoever has the
//! socket. [`session::Engine`] is all that the rest of the program knows of the library.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod cert;
pub mod client;
mod der;
pub mod errors;
pub mod hello;
pub mod key;
mod key_crypt;
pub mod names;
pub mod pem;
pub mod roots;
pub mod server;
pub mod session;
pub mod session_cache;
pub mod sni;
pub mod tickets;
pub mod verify;
mod verify_chain;
mod verify_peers;
pub mod x509;
