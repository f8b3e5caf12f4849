//! After the last line: names are resolved, defaults become final, and what no single line shows is checked.

mod balance;
mod binds;
mod checks;
pub mod errorfiles;
mod global;
pub mod identity;
mod links;
pub mod logs;
mod mail;
mod mode;
mod named;
pub mod parts;
mod proxy;
mod routing;
pub mod rule_lang;
mod server_checks;
mod servers;
pub mod states;
mod stats;
pub mod suspicious;
mod tables;
pub mod tls;
mod warnings;

pub use errorfiles::fault;

use crate::build::ProxyB;
use crate::compile::Run;
use crate::sections;
use crate::spec::{Spec, TableKey};
use diag::Span;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Makes the Spec of what was read.
pub fn finish(run: &mut Run<'_>) -> Spec {
    let mut proxies = core::mem::take(&mut run.proxies);
    let global = global::finish(run);
    let names = identity::check_proxies(run, &proxies);
    links::resolve(run, &names, &mut proxies);
    run.tls.spec = global.tls.clone();
    run.tls.nbthread = global.nbthread;
    let tables = tables::declared(run, &proxies);
    let mut end = End { global, names, told: HashSet::new(), servers: HashMap::new(), tables };
    tls::stores(run);
    global::sockets(run, &mut end);
    tls::unused_defaults(run);
    let proxies = proxies.into_iter().map(|one| Arc::new(proxy::finish(run, &mut end, one))).collect();
    let global_logs = run.global.logs.clone();
    logs::check_targets(run, &end.names, &mut end.told, &global_logs);
    named::check_others(run, &end);
    tables::check_peers(run, &end);
    sections::finish(run, &end);
    global::judge_exposed(run);
    Spec { global: end.global, proxies, sections: core::mem::take(&mut run.parts.made) }
}

/// What is shared while proxies are finished.
pub struct End {
    pub global: crate::spec::Global,
    pub names: Names,
    /// Places of inherited things that have been judged already (formats with their mode, files): once is enough.
    pub told: HashSet<(Span, bool)>,
    /// Servers of the proxy in hand by name, kept for its memory.
    pub servers: HashMap<Box<str>, Span>,
    /// Keys of all stick tables.
    tables: HashMap<Box<str>, TableKey>,
}

/// Proxies by name, with what a reference to one has to know.
pub type Names = HashMap<Box<str>, identity::Known>;

/// How messages about a whole proxy call it: a listen is a «proxy».
fn called(proxy: &ProxyB) -> String {
    let word = match proxy.word() {
        "listen" => "proxy",
        word => word,
    };
    format!("{word} '{}'", proxy.name)
}
