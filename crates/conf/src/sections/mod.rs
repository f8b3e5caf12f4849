//! Sections: which there are, and the reading of each.

mod defaults;
mod global;
mod line;
mod namespace_list;
mod proxy;
mod simple;
mod traces;

pub use defaults::Defaults;

use crate::compile::Run;
use crate::spec::ProxyKind;
use diag::Diagnostic;
use syntax::Section;

/// Sections that are built.
static BUILT: &[&str] = &["backend", "defaults", "frontend", "global", "listen", "namespace_list", "traces"];

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
    "peers",
    "program",
    "resolvers",
    "ring",
    "spoe-agent",
    "spoe-group",
    "spoe-message",
    "userlist",
];

/// Whether a word opens a section. The lexer asks.
pub fn is_section(word: &[u8]) -> bool {
    BUILT.iter().any(|name| name.as_bytes() == word) || PLANNED.iter().any(|name| name.as_bytes() == word)
}

/// Reads one section.
pub fn read(run: &mut Run<'_>, section: &Section) {
    match &*section.keyword.text {
        b"global" => global::read(run, section),
        b"defaults" => defaults::read(run, section),
        b"frontend" => proxy::read(run, section, ProxyKind::Frontend),
        b"backend" => proxy::read(run, section, ProxyKind::Backend),
        b"listen" => proxy::read(run, section, ProxyKind::Listen),
        b"namespace_list" => namespace_list::read(run, section),
        b"traces" => traces::read(run, section),
        _ => {
            let name = section.keyword.show();
            run.diags.push(Diagnostic::alert(section.keyword.span, format!("section '{name}' is not supported yet")));
        }
    }
}
