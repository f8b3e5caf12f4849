//! Sections: which there are, and the reading of each.

mod acme;
mod cache;
mod crt_store;
mod defaults;
mod fcgi_app;
mod global;
mod healthcheck;
mod http_errors;
mod inherit;
mod kind;
pub(crate) mod line;
mod log_forward;
mod log_profile;
mod mailers;
mod namespace_list;
mod peers;
mod program;
mod proxy;
mod resolvers;
pub mod ring;
mod traces;
mod userlist;

pub use defaults::Defaults;
pub use kind::{AnyKind, Kind, Name, Twice};
pub use line::Tools;

use crate::compile::Run;
use crate::finish::End;
use crate::spec::ProxyKind;
use crate::spoe;
use diag::Diagnostic;
use syntax::Section;

/// Every kind of section beside `global`, `defaults` and the proxies. A new one is a file here that holds its
/// [`Kind`], and its entry in this list.
pub static KINDS: &[&dyn AnyKind] = &[
    &acme::KIND,
    &cache::KIND,
    &crt_store::KIND,
    &fcgi_app::KIND,
    &healthcheck::KIND,
    &http_errors::KIND,
    &log_forward::KIND,
    &log_profile::KIND,
    &mailers::KIND,
    &namespace_list::KIND,
    &peers::KIND,
    &program::KIND,
    &resolvers::KIND,
    &ring::KIND,
    &traces::KIND,
    &userlist::KIND,
];

/// Whether a word opens a section. The lexer asks.
pub fn is_section(word: &[u8]) -> bool {
    matches!(word, b"global" | b"defaults" | b"frontend" | b"backend" | b"listen")
        || KINDS.iter().any(|kind| kind.word().as_bytes() == word)
}

/// Reads one section.
pub fn read(run: &mut Run<'_>, section: &Section) {
    match &*section.keyword.text {
        b"global" => global::read(run, section),
        b"defaults" => defaults::read(run, section),
        b"frontend" => proxy::read(run, section, ProxyKind::Frontend),
        b"backend" => proxy::read(run, section, ProxyKind::Backend),
        b"listen" => proxy::read(run, section, ProxyKind::Listen),
        word => {
            if let Some(kind) = run.index.kind(word) {
                return kind.read(run, section);
            }
            let name = section.keyword.show();
            run.diags.push(Diagnostic::alert(section.keyword.span, format!("section '{name}' is not supported yet")));
        }
    }
}

/// After the last line of the last file: what no single section shows, and the names that lines refer to.
pub fn finish(run: &mut Run<'_>, end: &End) {
    run.parts.judge_references(&mut run.diags);
    for kind in KINDS {
        kind.finish(run, end);
    }
    spoe::finish(run, end);
}
