//! Sections: which there are, and the reading of each.

mod defaults;
mod global;
mod line;
mod proxy;

pub use defaults::Defaults;

use crate::compile::Run;
use crate::spec::ProxyKind;
use diag::Diagnostic;
use syntax::Section;

/// Sections that exist but aren't built yet.
static PLANNED: &[&str] = &[
    "acme",
    "cache",
    "crt-store",
    "fcgi-app",
    "healthcheck",
    "http-errors",
    "log-forward",
    "log-profile",
    "mailers",
    "namespace_list",
    "peers",
    "program",
    "resolvers",
    "ring",
    "spoe-agent",
    "spoe-group",
    "spoe-message",
    "traces",
    "userlist",
];

/// Whether a word opens a section. The lexer asks.
pub fn is_section(word: &[u8]) -> bool {
    matches!(word, b"global" | b"defaults" | b"frontend" | b"backend" | b"listen")
        || PLANNED.iter().any(|name| name.as_bytes() == word)
}

/// Reads one section.
pub fn read(run: &mut Run<'_>, section: &Section) {
    match &*section.keyword.text {
        b"global" => global::read(run, section),
        b"defaults" => defaults::read(run, section),
        b"frontend" => proxy::read(run, section, ProxyKind::Frontend),
        b"backend" => proxy::read(run, section, ProxyKind::Backend),
        b"listen" => proxy::read(run, section, ProxyKind::Listen),
        _ => {
            let name = section.keyword.show();
            run.diags.push(Diagnostic::alert(section.keyword.span, format!("section '{name}' is not supported yet")));
        }
    }
}
