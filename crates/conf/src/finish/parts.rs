//! Servers and sockets of sections that aren't proxies, made final as those of proxies are.

use super::binds::Owner;
use super::{End, binds, servers, warnings};
use crate::build::{BindLine, ProxyB, SectionKind};
use crate::compile::Run;
use crate::spec::{Bind, Global, ProxyKind, Server};
use std::collections::{HashMap, HashSet};

/// The servers of `holder`, which isn't in the list of proxies. `of`: what messages call the section.
pub fn servers(run: &mut Run<'_>, holder: &mut ProxyB) -> Vec<Server> {
    holder.kind = SectionKind::Proxy(ProxyKind::Backend);
    let mut end = End {
        global: Global::default(),
        names: HashMap::new(),
        told: HashSet::new(),
        servers: HashMap::new(),
        tables: HashMap::new(),
    };
    servers::finish(run, &mut end, holder)
}

/// The sockets of `bind` lines.
pub fn sockets(run: &mut Run<'_>, lines: Vec<BindLine>) -> Vec<Bind> {
    binds::check_ids(run, &lines);
    let unix = run.global.unix_bind.clone();
    let mut made = Vec::new();
    for line in lines {
        binds::finish(run, Owner::Section, &unix, line, &mut made);
    }
    made
}

/// Tells about timeouts that a section with servers lacks.
pub fn tell_missing_timeouts(run: &mut Run<'_>, holder: &mut ProxyB) {
    holder.kind = SectionKind::Proxy(ProxyKind::Backend);
    if !run.diags.has_alerts() {
        warnings::timeouts(run, holder, false, true);
    }
}
