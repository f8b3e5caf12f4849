//! What the `global` sections say together.

use super::binds::Owner;
use super::{End, binds, logs};
use crate::build::UnixBind;
use crate::compile::Run;
use crate::keywords::global::{lua, ocsp, state, threads};
use crate::spec::{Global, StatsSocket};
use diag::{Diagnostic, Frame};

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

/// Tells that nothing needs `expose-experimental-directives`, once all is read (manual 3.1). What is wrong elsewhere may
/// be why.
pub fn judge_exposed(run: &mut Run<'_>) {
    let Some(span) = run.global.experimental_at else { return };
    if run.parts.uses_experimental || run.diags.has_alerts() {
        return;
    }
    let text = "'expose-experimental-directives' is set, but nothing is used that needs it.";
    let warning = Diagnostic::warning(span, text).framed(Frame::Config).help("remove it").manual("3.1");
    run.diags.push(warning);
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
