//! Values of TLS options that `bind`, `server` and crt-list lines share.

mod verify_errors;

pub use verify_errors::ignored;

use crate::cx::Cx;
use crate::keyword::Arity;
use crate::spec::{Protocols, TlsFile, TlsVersion, TlsVersions, Verify};

pub const PROTOCOLS: Arity = Arity::exactly(1, "a list of protocols with commas between them");
pub const PATH: Arity = Arity::exactly(1, "a file's name");
pub const VERSION: Arity = Arity::exactly(1, "'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2' or 'TLSv1.3'");
pub const ON_OFF: Arity = Arity::exactly(1, "'on' or 'off'");
pub const TEXT: Arity = Arity::exactly(1, "a text");

/// Names of protocols with commas between them; empty ones don't count.
pub fn protocols(cx: &mut Cx<'_>) -> Option<Protocols> {
    let names: Vec<&[u8]> = cx.text(0).split(|c| *c == b',').filter(|name| !name.is_empty()).collect();
    let length: usize = names.iter().map(|name| name.len() + 1).sum();
    if names.iter().any(|name| name.len() > LONGEST_PROTOCOL) {
        cx.alert(0, format!("takes names of at most {LONGEST_PROTOCOL} bytes."));
        return None;
    }
    if length > LONGEST_LIST {
        cx.alert(0, "takes no list as long as this one.");
        return None;
    }
    Some(names.into_iter().map(Box::from).collect())
}

/// RFC 7301: a name's length is one byte, the list's are two.
const LONGEST_PROTOCOL: usize = 255;
const LONGEST_LIST: usize = 65535;

/// A file or directory, as written.
pub fn file(cx: &mut Cx<'_>) -> Option<TlsFile> {
    Some(TlsFile { path: cx.bytes(0)?, at: cx.at(0) })
}

/// `none`, `optional` (where the other side is a client) or `required`.
pub fn verify(cx: &mut Cx<'_>, of_clients: bool) -> Option<Verify> {
    let all = [("none", Verify::None), ("required", Verify::Required), ("optional", Verify::Optional)];
    cx.one_of(0, &all[..if of_clients { 3 } else { 2 }])
}

/// A version's name.
pub fn version(cx: &mut Cx<'_>) -> Option<TlsVersion> {
    cx.one_of(0, &TlsVersion::ALL.map(|version| (version.name(), version)))
}

impl TlsVersions {
    /// `force-…`: this version and no other.
    pub fn force(&mut self, version: TlsVersion) {
        (self.min, self.max) = (Some(version), Some(version));
    }

    /// `no-…`.
    pub fn drop(&mut self, version: TlsVersion) {
        self.without[version as usize] = true;
    }
}
