//! TLS of the configuration: files become certificates, words become settings, and both become what bind and server
//! lines use.

mod bind;
mod files;
mod server;
mod settings;

pub use bind::line;
pub use files::Files;
pub use server::{Secure, Sni};

use crate::link::LinkError;
use conf::spec::Spec;
use std::sync::Arc;
use tls::session_cache::SessionCache;

/// Reads the certificates and judges the words of all lines that speak TLS, as a start would (`-c`).
pub fn check(spec: &Spec, outside: &mut dyn expr::Outside) -> Vec<LinkError> {
    let mut files = Files::new(spec);
    let sessions = Arc::new(SessionCache::new(0, 0));
    let mut errors = Vec::new();
    for proxy in spec.proxies.iter().filter(|proxy| !proxy.disabled) {
        let mut tell = |at, messages: Vec<String>| {
            let wanted = messages.into_iter().filter(|message| message != settings::TOO_OLD);
            errors.extend(wanted.map(|message| LinkError { at, proxy: proxy.name.clone(), message }));
        };
        for bind in proxy.front.iter().flat_map(|front| &front.binds) {
            let Some(tls) = bind.opts.tls.as_deref().filter(|tls| tls.ssl) else { continue };
            if let Err(messages) = line(&mut files, &spec.global, proxy, tls, &sessions, None) {
                tell(bind.at, messages);
            }
        }
        for server in proxy.back.iter().flat_map(|back| &back.servers) {
            let Some(tls) = &server.tls else { continue };
            if let Err(messages) = Secure::new(&mut files, &spec.global, proxy, tls, outside) {
                tell(server.at, messages);
            }
        }
    }
    errors
}

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
