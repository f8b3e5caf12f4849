//! Stick tables: what they refer to.

use super::End;
use crate::build::{ProxyB, TableB};
use crate::compile::Run;
use crate::parts::Reference;
use crate::spec::{StickTable, TableKey};
use diag::Diagnostic;
use std::collections::HashMap;

/// The tables that there are: those of proxies by the proxies' names, those of sections `peers` as `section/table`.
pub fn declared(run: &Run<'_>, proxies: &[Box<ProxyB>]) -> HashMap<Box<str>, TableKey> {
    let of_proxies = proxies.iter().filter_map(|proxy| Some((proxy.name.clone(), proxy.table.as_ref()?.table.key)));
    let of_peers =
        run.parts.peers.iter().flat_map(|section| {
            section.tables.iter().map(|(name, read)| (full_name(&section.name, name), read.table.key))
        });
    let mut tables = HashMap::new();
    for (name, key) in of_proxies.chain(of_peers) {
        // Of two with one name in a section `peers` the second is never found.
        tables.entry(name).or_insert(key);
    }
    tables
}

/// What a table of a section `peers` is called elsewhere.
fn full_name(section: &[u8], table: &str) -> Box<str> {
    format!("{}/{table}", String::from_utf8_lossy(section)).into()
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
    run.diags.extend(bad_target(end, &proxy.name, &read));
    Some(read.table)
}

/// Checks the tables of sections `peers`.
pub fn check_peers(run: &mut Run<'_>, end: &End) {
    for section in &run.parts.peers {
        for (name, read) in &section.tables {
            run.diags.extend(bad_target(end, &full_name(&section.name, name), read));
        }
    }
}

/// What is wrong with the table that `write-to` names.
fn bad_target(end: &End, own: &str, read: &TableB) -> Option<Diagnostic> {
    let (name, span) = (read.table.write_to.as_deref()?, read.write_to?);
    let why = match end.tables.get(name) {
        _ if name == own => "a table can't be written to itself".to_owned(),
        None => format!("there is no table '{name}'"),
        Some(key) if *key != read.table.key => format!("table '{name}' has another type of key, or another length"),
        Some(_) => return None,
    };
    Some(Diagnostic::alert(span, format!("'write-to' : {why}.")).manual("11.1"))
}
