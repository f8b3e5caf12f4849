//! Sockets: streams, listeners, connecting, splice, datagrams; real and simulated.
//!
//! Everything that waits is a `poll_*` function of a task on a worker of `rt`. Streams take owned buffers and
//! never a borrowed slice to read into. With the feature `sim`, the same types run over an in-memory network
//! when the worker belongs to a simulation.
//!
//! What it is not: it knows no protocol above TCP and TLS, and no configuration; addresses come resolved.
#![allow(unsafe_code)] // Socket options and sendmmsg, which no crate wraps; see the SAFETY comments.

mod accept;
mod connect;
mod dgram;
mod inherited;
mod listen;
mod local;
mod namespace;
mod opt;
mod resolve;
mod resting;
mod secure;
#[cfg(feature = "sim")]
pub mod sim;
mod sockaddr;
pub mod splice;
mod stream;
mod unix_path;

pub use accept::{Accepted, Listener, is_exhausted};
pub use connect::{ConnectOpts, Connecting, PortRange, connect, connect_from};
pub use dgram::{Datagram, MAX_BATCH};
pub use listen::{ListenError, ListenSocket, ListenSpec, UnixAccess, listen};
pub use local::is_local;
pub use namespace::Namespace;
pub use resolve::{Family, resolve};
pub use resting::{Resting, Watch};
pub use secure::HandshakeError;
pub use stream::{Detached, KeepAlive, Stream, TcpInfo};

/// The system's words for an error, without the number that the standard library adds.
pub fn error_text(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
