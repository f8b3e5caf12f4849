//! What is suspicious about a proxy as a whole.

use super::{End, called};
use crate::build::{LogFormatB, ProxyB, SectionKind};
use crate::compile::Run;
use crate::spec::{Back, Mode, ProxyKind, StateFrom, UseSrc};
use diag::{Diagnostic, Frame};

/// Tells what is suspicious about a proxy that will run.
pub fn tell(run: &mut Run<'_>, proxy: &ProxyB) {
    let SectionKind::Proxy(kind) = proxy.kind else { return };
    let (front, back) = (kind != ProxyKind::Backend, kind != ProxyKind::Frontend);
    if front && proxy.binds.is_empty() {
        let text = format!("{} has no 'bind' directive.", called(proxy));
        push(run, proxy, text, Some("declare it as a backend if nothing should connect to it".to_owned()), "4");
    }
    // Log messages need no answer, so that nothing is waited for.
    if proxy.mode != Mode::Log {
        timeouts(run, proxy, front, back);
    }
    if !proxy.mode.is_http() {
        http_only(run, proxy, front);
    }
    if proxy.mode.is_http() {
        raw_conditions(run, proxy);
    }
    let format = !matches!(proxy.log_format, LogFormatB::OneLine)
        || proxy.error_log_format.is_some()
        || proxy.log_format_sd.is_some();
    contents(run, proxy, front);
    if front && format && proxy.logs.lines.is_empty() {
        push(run, proxy, format!("log format ignored for {} since it has no log address.", called(proxy)), None, "8.2");
    }
}

/// Tells about timeouts that the sides that are there lack.
pub fn timeouts(run: &mut Run<'_>, proxy: &ProxyB, front: bool, back: bool) {
    let servers = back && !proxy.servers.is_empty();
    let mut missing = Vec::new();
    if front && proxy.front.timeout_client.is_none() {
        missing.push("'timeout client'");
    }
    if servers && proxy.back.timeout_connect.is_none() {
        missing.push("'timeout connect'");
    }
    if servers && proxy.back.timeout_server.is_none() {
        missing.push("'timeout server'");
    }
    if missing.is_empty() {
        return;
    }
    let text = format!("missing timeouts for {}.", called(proxy));
    let why = "   | Peers that fall silent would be waited for forever, and pile up.\n   | Set to more than zero: ";
    run.diags.push(
        Diagnostic::warning(proxy.span, text)
            .framed(Frame::Config)
            .excerpt(format!("{why}{}.", missing.join(", ")))
            .help(format!("set {}", missing.join(", ")))
            .manual("4.2"),
    );
}

/// Tells that states of servers can't be loaded, or an address be found in a header field.
pub fn states(run: &mut Run<'_>, end: &End, proxy: &ProxyB, back: &Back) {
    if back.state_file.from == StateFrom::Global && end.global.state.server_file.is_none() {
        let text = format!("{} wants 'server-state-file', which section 'global' doesn't have.", called(proxy));
        run.diags.push(Diagnostic::warning(proxy.state_file_span, text).framed(Frame::Config).manual("4.2"));
    }
    let from_header = back.source.as_ref().is_some_and(|source| matches!(source.usesrc, Some(UseSrc::Header { .. })));
    if from_header && !proxy.mode.is_http() {
        push(
            run,
            proxy,
            format!("'usesrc hdr_ip' ignored for {} as it requires HTTP mode.", called(proxy)),
            None,
            "4.2",
        );
    }
}

/// Tells about rules that look at contents for which nobody waits, and of those that come too late.
fn contents(run: &mut Run<'_>, proxy: &ProxyB, front: bool) {
    if !front {
        return;
    }
    for span in proxy.own.on_session.iter().filter(|_| proxy.mode.is_http()) {
        let text = format!(
            "{} : a 'tcp-request content track-sc*' rule not depending on request contents for an HTTP frontend misses \
             invalid HTTP requests.",
            called(proxy)
        );
        let help = "make it a 'tcp-request session' rule".to_owned();
        run.diags.push(Diagnostic::warning(*span, text).framed(Frame::Config).help(help).manual("4.2"));
    }
    if proxy.lang.inspect_request.is_some() {
        return;
    }
    for (rule, span) in &proxy.own.on_contents {
        let text = format!(
            "{} : a '{rule}' rule explicitly depending on request contents without any 'tcp-request inspect-delay' \
             setting will randomly find its contents.",
            called(proxy)
        );
        let help = "set 'tcp-request inspect-delay'".to_owned();
        run.diags.push(Diagnostic::warning(*span, text).framed(Frame::Config).help(help).manual("4.2"));
    }
}

/// Tells about conditions that look at raw bytes, of which an HTTP proxy has none (manual 7.3.5).
fn raw_conditions(run: &mut Run<'_>, proxy: &ProxyB) {
    for (fetch, span) in &proxy.own.raw_conds {
        let place = run.place(*span);
        let text = format!("{} : '{fetch}' finds nothing in HTTP mode (declared at {place}).", called(proxy));
        let help = "it looks at raw bytes; use fetches of HTTP, or 'mode tcp'".to_owned();
        run.diags.push(Diagnostic::warning(*span, text).framed(Frame::Config).help(help).manual("7.3.5"));
    }
}

fn http_only(run: &mut Run<'_>, proxy: &ProxyB, front: bool) {
    if front && proxy.front.monitor_uri.is_some() {
        push(
            run,
            proxy,
            format!("monitor-uri will be ignored for {} (needs 'mode http').", called(proxy)),
            None,
            "4.2",
        );
    }
    // A frontend that may go on in HTTP mode has a use for what is HTTP's.
    let switches = front && proxy.own.switches_mode;
    for keyword in proxy.http_only.iter().filter(|_| !switches) {
        if keyword.places.has(proxy.place()) {
            let text = format!("'{}' ignored for {} as it requires HTTP mode.", keyword.name, called(proxy));
            push(run, proxy, text, None, keyword.manual);
        }
    }
}

fn push(run: &mut Run<'_>, proxy: &ProxyB, text: String, help: Option<String>, manual: &'static str) {
    let mut diagnostic = Diagnostic::warning(proxy.span, text).framed(Frame::Config).manual(manual);
    if let Some(help) = help {
        diagnostic = diagnostic.help(help);
    }
    run.diags.push(diagnostic);
}
