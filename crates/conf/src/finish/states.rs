//! Files with servers' states: they are read when the configuration is, and what can't be used is told.

use super::{End, called};
use crate::build::ProxyB;
use crate::compile::Run;
use crate::paths;
use crate::spec::{Back, StateFrom};
use crate::state_file::{self, BadValue, Fault, Row};
use diag::{Diagnostic, Frame, Span};
use std::collections::HashSet;

/// Tells what is wrong with the states of a backend's servers. To be called while the proxy still has its lines.
pub fn check(run: &mut Run<'_>, end: &End, proxy: &ProxyB, back: &Back) {
    if proxy.disabled || proxy.servers.is_empty() {
        return;
    }
    let rows = match back.state_file.from {
        StateFrom::None => return,
        StateFrom::Global => run.parts.states.remove(proxy.name.as_bytes()).unwrap_or_default(),
        StateFrom::Local => local(run, end, proxy, back),
    };
    let servers: HashSet<&str> = proxy.servers.iter().map(|server| &*server.spec.name).collect();
    for Row { server, line, state, .. } in rows {
        let server = String::from_utf8_lossy(&server);
        if let Err(BadValue { column, value }) = state
            && servers.contains(&*server)
        {
            let text = format!(
                "the state of server '{}/{server}' can't be used, line {line} of its file has the {column} '{}'.",
                proxy.name,
                String::from_utf8_lossy(&value)
            );
            warn(run, proxy.state_file_span, text);
        }
    }
}

/// The lines of a backend's own file.
fn local(run: &mut Run<'_>, end: &End, proxy: &ProxyB, back: &Back) -> Vec<Row> {
    let name = back.state_file.name.as_deref().unwrap_or(proxy.name.as_bytes());
    let path = match &end.global.state.server_base {
        Some(base) if name.first() != Some(&b'/') => paths::under(base, name),
        _ => name.to_vec(),
    };
    let (whose, span) = (format!("server state file of {}", called(proxy)), proxy.state_file_span);
    let mut rows = file(run, &path, &whose, span);
    rows.retain(|row| *row.backend == *proxy.name.as_bytes());
    rows
}

/// Reads a file, and tells why it can't be used.
pub fn file(run: &mut Run<'_>, path: &[u8], whose: &str, span: Span) -> Vec<Row> {
    let shown = String::from_utf8_lossy(path).into_owned();
    let text = match run.world.read(path) {
        Err(why) => format!("can't open the {whose} '{shown}': {why}."),
        Ok(content) => match state_file::read(&content) {
            Ok(rows) => return rows,
            Err(Fault::Version) => format!("can't get the version of the {whose} '{shown}'."),
            Err(Fault::Columns { line }) => format!("the {whose} is corrupted: [{shown}:{line}] lacks columns."),
        },
    };
    warn(run, span, text);
    Vec::new()
}

fn warn(run: &mut Run<'_>, span: Span, text: String) {
    run.diags.push(Diagnostic::warning(span, text).framed(Frame::Config).manual("4.2"));
}
