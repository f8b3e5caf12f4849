//! TLS of `bind` and `server` lines: files are found and looked at, versions and what needs what are judged.
//!
//! What is inside of a certificate isn't looked at here: only that files are there, and hold what they must.

mod bind;
mod certs;
mod crt_list;
mod pem;
mod server;
mod stores;
mod ticket_keys;
mod versions;

pub use bind::finish as bind;
pub use pem::Pems;
pub use server::{defaults, finish as server};
pub use stores::{Stores, finish as stores};

use crate::build::ProxyB;
use crate::compile::Run;
use crate::paths;
use crate::spec::{At, CrtLine, TlsSpec};
use diag::{FileId, Span};
use std::collections::HashSet;

/// What judging lines needs once all is read.
#[derive(Debug, Default)]
pub struct Known {
    /// What section `global` says about TLS.
    pub spec: TlsSpec,
    pub nbthread: Option<u32>,
    /// What was found in files with certificates and keys.
    pub pems: Pems,
    /// The entries of `crt-store` sections.
    pub stores: Stores,
    /// Places that have been told about already.
    pub told: HashSet<Span>,
}

/// Finds what a frontend's `ssl-f-use` lines name.
pub fn frontend(run: &mut Run<'_>, proxy: &ProxyB, lines: &mut [CrtLine]) {
    for line in lines {
        let lead = format!("'ssl-f-use' in {} '{}' : ", proxy.word(), proxy.name);
        crt_list::find(run, line, &lead);
    }
}

/// Looks at the files of `default-server` lines in `defaults` sections, which no proxy may have taken over.
pub fn unused_defaults(run: &mut Run<'_>) {
    let mut sections = core::mem::take(&mut run.defaults);
    for settings in sections.settings() {
        defaults(run, settings);
    }
    run.defaults = sections;
}

/// A place of the Spec as a span.
fn span(at: At) -> Span {
    Span::new(FileId(at.file), at.start, at.end)
}

/// The path of a file that stands at `at`: `base` before it unless it is absolute, then `default-path`.
fn path(run: &Run<'_>, base: Option<&[u8]>, name: &[u8], at: At) -> Vec<u8> {
    let based = match base {
        Some(base) if name.first() != Some(&b'/') => [base, b"/", name].concat(),
        _ => name.to_vec(),
    };
    paths::join(&based, run.files.name(FileId(at.file)), &run.global.default_path)
}
