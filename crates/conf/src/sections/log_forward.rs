//! Section `log-forward` (manual 12.6): a syslog relay.

use super::Kind;
use crate::build::{LogForwardB, LogLine, ProxyB};
use crate::compile::Run;
use crate::cx::{Cx, KEYWORD};
use crate::finish::{End, logs, parts};
use crate::keywords;
use crate::spec::{ForwardHost, ForwardTarget, LogForward};
use diag::{Diagnostic, Frame};
use std::collections::HashSet;

pub static KIND: Kind<LogForwardB> = Kind {
    word: "log-forward",
    since: "2.3",
    doc: "Takes syslog messages and sends them on.",
    manual: "12.6",
    keywords: keywords::log_forward::ITEMS,
    finish,
    ..Kind::plain(open, |cx, section| cx.parts.log_forwards.push(section))
};

fn open(cx: &mut Cx<'_>) -> Option<LogForwardB> {
    let span = cx.span(KEYWORD);
    let holder = ProxyB { name: cx.show(0).into(), span, at: cx.at(0), ..ProxyB::fresh() };
    Some(LogForwardB {
        holder,
        span,
        dgram_binds: Vec::new(),
        host: ForwardHost::default(),
        assume_ntf: false,
        dont_parse: false,
    })
}

fn finish(run: &mut Run<'_>, end: &End) {
    for section in core::mem::take(&mut run.parts.log_forwards) {
        let made = one(run, end, section);
        run.parts.made.log_forwards.push(made);
    }
}

fn one(run: &mut Run<'_>, end: &End, section: LogForwardB) -> LogForward {
    let name = &section.holder.name;
    if let Some(known) = end.names.get(name) {
        let text = format!("log-forward '{name}' has the same name as a proxy declared at {}.", run.place(known.span));
        let diagnostic = Diagnostic::alert(section.span, text).framed(Frame::Language).manual("12.6");
        run.diags.push(diagnostic.also(known.span, "declared here"));
    }
    if section.holder.binds.is_empty() && section.dgram_binds.is_empty() && !run.diags.has_alerts() {
        let text = format!("log-forward '{name}' has neither 'bind' nor 'dgram-bind'.");
        run.diags.push(Diagnostic::warning(section.span, text).framed(Frame::Config).manual("12.6"));
    }
    logs::check_targets(run, &end.names, &mut HashSet::new(), &section.holder.logs);
    let holder = section.holder;
    LogForward {
        name: holder.name.as_bytes().into(),
        at: holder.at,
        targets: targets(run, &holder.logs.lines),
        binds: parts::sockets(run, holder.binds),
        dgram_binds: parts::sockets(run, section.dgram_binds),
        maxconn: holder.maxconn.unwrap_or(keywords::log_forward::CONNECTIONS),
        backlog: holder.front.backlog,
        timeout_client: holder.front.timeout_client,
        host: section.host,
        assume_ntf: section.assume_ntf,
        dont_parse: section.dont_parse,
    }
}

/// As those of a proxy, but a format that isn't said is the message's own.
fn targets(run: &Run<'_>, lines: &[LogLine]) -> Vec<ForwardTarget> {
    let mut global = Some(&run.global.logs.lines);
    let mut made = Vec::new();
    for line in lines {
        match line {
            LogLine::Global(_) => made.extend(global.take().into_iter().flatten().filter_map(target)),
            LogLine::Target { .. } => made.extend(target(line)),
        }
    }
    made
}

fn target(line: &LogLine) -> Option<ForwardTarget> {
    match line {
        LogLine::Global(_) => None,
        LogLine::Target { target, format_said, .. } => {
            Some(ForwardTarget { target: target.clone(), keeps_format: !format_said })
        }
    }
}
