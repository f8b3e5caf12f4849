//! What the `global` sections say together.

use super::binds::Owner;
use super::{End, binds, logs};
use crate::build::UnixBind;
use crate::compile::Run;
use crate::keywords::global::{lua, ocsp, state, threads};
use crate::spec::{Global, StatsSocket};

pub fn finish(run: &mut Run<'_>) -> Global {
    threads::check(run);
    state::check(run);
    lua::check(run);
    ocsp::check(run);
    let mut read = core::mem::take(&mut run.global);
    let mut global = core::mem::take(&mut read.spec);
    global.logs = logs::targets(&read.logs, None, global.log_send_hostname.is_some());
    let tune = &mut global.tune;
    tune.maxrewrite = tune.maxrewrite.min(tune.bufsize / 2);
    let mut pairs = core::mem::take(&mut read.case_adjust);
    for (from, to) in core::mem::take(&mut read.case_file) {
        pairs.entry(from).or_insert(to);
    }
    global.h1_case_adjust = pairs.into_iter().collect();
    run.global = read;
    global
}

/// The runtime API's sockets, once it is known what TLS has to know.
pub fn sockets(run: &mut Run<'_>, end: &mut End) {
    for line in core::mem::take(&mut run.global.sockets) {
        let (level, severity_output) = (line.bind.level.unwrap_or_default(), line.bind.severity_output);
        let mut made = Vec::new();
        binds::finish(run, Owner::Stats, &UnixBind::default(), line, &mut made);
        let sockets = made.into_iter().map(|bind| StatsSocket { bind, level, severity_output });
        end.global.stats_sockets.extend(sockets);
    }
}
