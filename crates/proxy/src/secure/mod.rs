//! TLS of the configuration: files become certificates, words become settings, and both become what bind and server
//! lines use.

mod bind;
mod files;
mod server;
mod settings;

pub use bind::line;
pub use files::Files;
pub use server::{Secure, Sni};

/// Protocols that can be offered where HTTP is spoken.
const SPOKEN: &[&[u8]] = &[b"http/1.1", b"http/1.0"];

/// The protocols to offer: what a line says, or else the default where HTTP is spoken (manual 5.1, `alpn`).
fn protocols(said: Option<&conf::spec::Protocols>, http: bool, default: &[&[u8]]) -> Vec<Vec<u8>> {
    let all: Vec<Vec<u8>> = match said {
        Some(said) => said.iter().map(|name| name.to_vec()).collect(),
        None if http => default.iter().map(|name| name.to_vec()).collect(),
        None => Vec::new(),
    };
    all.into_iter().filter(|name| !http || SPOKEN.contains(&&name[..])).collect()
}
