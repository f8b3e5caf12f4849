//! Stick tables: what they refer to.

use super::{End, called};
use crate::build::{ProxyB, TableB};
use crate::compile::Run;
use crate::parts::Reference;
use crate::spec::{StickTable, TableKey};
use diag::Diagnostic;
use std::collections::HashMap;

/// The tables that proxies declare, by the proxies' names.
pub fn declared(proxies: &[ProxyB]) -> HashMap<Box<str>, TableKey> {
    let with_table = proxies.iter().filter_map(|proxy| Some((proxy.name.clone(), proxy.table.as_ref()?.table.key)));
    with_table.collect()
}

/// The table of a proxy, its references checked.
pub fn finish(run: &mut Run<'_>, end: &End, proxy: &mut ProxyB) -> Option<StickTable> {
    let read = proxy.table.take()?;
    if let (Some(peers), Some(span)) = (&read.table.peers, read.peers)
        && run.parts.names.refer("peers", peers.as_bytes()).is_none()
    {
        let by = "'stick-table' 'peers'".into();
        let reference = Reference { kind: "peers", name: peers.as_bytes().into(), span, by, manual: "11.1" };
        let missing = run.parts.missing(&reference);
        run.diags.push(missing);
    }
    if let Some(why) = target_fault(run, end, proxy, &read)
        && let Some(span) = read.write_to
    {
        run.diags.push(Diagnostic::alert(span, format!("'stick-table' 'write-to' : {why}.")).manual("11.1"));
    }
    Some(read.table)
}

/// What is wrong with the table that `write-to` names. Those of a section `peers` are called `section/table`.
fn target_fault(run: &mut Run<'_>, end: &End, proxy: &ProxyB, read: &TableB) -> Option<String> {
    let name = read.table.write_to.as_ref()?;
    if let Some((section, _)) = name.split_once('/') {
        let found = run.parts.names.refer("peers", section.as_bytes());
        return found.is_none().then(|| format!("there is no table '{name}'"));
    }
    if *name == proxy.name {
        return Some(format!("the table of {} can't be written to itself", called(proxy)));
    }
    match end.tables.get(name) {
        None => Some(format!("there is no table '{name}'")),
        Some(key) if *key != read.table.key => {
            Some(format!("table '{name}' has another type of key, or another length"))
        }
        Some(_) => None,
    }
}
