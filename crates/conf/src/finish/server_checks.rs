//! What a server's line may say only beside something else, in another section, or in another mode.

use super::{called, tls};
use crate::build::{Mention, ProxyB, ServerB};
use crate::compile::Run;
use crate::keywords::mux::Side;
use crate::parts::Reference;
use crate::spec::{CheckKind, Mode, Mux, Observe};
use diag::{Diagnostic, Frame};

/// Judges one server.
pub fn judge(run: &mut Run<'_>, proxy: &ProxyB, line: &mut ServerB) {
    tls::server(run, proxy, line);
    agent(run, proxy, line);
    by_mode(run, proxy, line);
    protocols(run, proxy, line);
    sections(run, proxy, line);
}

fn agent(run: &mut Run<'_>, proxy: &ProxyB, line: &mut ServerB) {
    if line.agent && line.agent_opts.port.or(line.check_opts.port).is_none() {
        let name = &line.spec.name;
        let text = format!("'server {}/{name}' : 'agent-check' needs 'agent-port'.", proxy.name);
        run.diags.push(Diagnostic::alert(line.span, text).manual("5.2"));
    }
}

/// Options that only some modes know.
fn by_mode(run: &mut Run<'_>, proxy: &ProxyB, line: &ServerB) {
    let name = &line.spec.name;
    if proxy.mode != Mode::Http {
        if line.spec.cookie.is_some() {
            let text = format!("{} : ignoring cookie for server '{name}' as HTTP mode is disabled.", called(proxy));
            run.diags.push(Diagnostic::warning(line.span, text).framed(Frame::Config).manual("5.2"));
        }
        if line.spec.redir.is_some() {
            let text = format!("{} : server '{name}' cannot have a redirect prefix in non-HTTP mode.", called(proxy));
            run.diags.push(Diagnostic::alert(line.span, text).framed(Frame::Config).manual("5.2"));
        }
        if line.spec.health.observe == Observe::Layer7 && run.tls.told.insert(line.observe_span) {
            // The reference calls it an alert, and goes on.
            let text = format!("'server {}/{name}' : 'layer7' can only be used in http proxies.", proxy.name);
            run.diags.push(Diagnostic::warning(line.observe_span, text).manual("5.2"));
        }
    }
    if proxy.mode != Mode::Log {
        let odd = [
            (line.spec.log.bufsize.is_some(), "'log-bufsize' needs 'mode log'."),
            (line.spec.log.dgram, "dgram-type address not acceptable without 'mode log'."),
        ];
        for (_, why) in odd.into_iter().filter(|(is, _)| *is) {
            let text = format!("'server {}/{name}' : {why}", proxy.name);
            run.diags.push(Diagnostic::alert(line.span, text).manual("5.2"));
        }
    }
}

/// What is spoken must go with the mode, and with what checks do.
fn protocols(run: &mut Run<'_>, proxy: &ProxyB, line: &ServerB) {
    let name = &line.spec.name;
    let mut alert = |text: String| {
        let text = format!("{}: {text}", called(proxy));
        run.diags.push(Diagnostic::alert(line.span, text).framed(Frame::Config).manual("5.2"));
    };
    let mux = line.spec.proto.or(line.spec.quic.then_some(Mux::Quic));
    if let Some(mux) = mux.filter(|mux| !mux.fits(proxy.mode, Side::Back, line.spec.quic)) {
        alert(format!("MUX protocol '{}' is not usable for server '{name}'.", mux.name()));
    } else if mux == Some(Mux::Fcgi) && proxy.fcgi_app.is_none() {
        alert(format!("FCGI server '{name}' has no FCGI app configured."));
    }
    if line.spec.quic && !line.spec.tls.as_ref().is_some_and(|tls| tls.ssl) {
        alert(format!("QUIC needs 'ssl' for server '{name}'."));
    }
    if let (true, Some(mux), None) = (line.check, line.check_opts.proto, &line.healthcheck) {
        let mode = match proxy.checks.kind {
            CheckKind::Http(_) => Mode::Http,
            CheckKind::Spop => Mode::Spop,
            _ => Mode::Tcp,
        };
        if !mux.fits(mode, Side::Back, mux == Mux::Quic && line.spec.quic) {
            alert(format!("server '{name}' uses an incompatible MUX protocol for the selected check type."));
        }
    }
}

/// Sections that are named must exist.
fn sections(run: &mut Run<'_>, proxy: &ProxyB, line: &ServerB) {
    if let Some(mention) = line.resolvers.as_ref().filter(|mention| &*mention.name != IMPLICIT_RESOLVERS) {
        section(run, proxy, line, mention, "resolvers");
    }
    if let Some(mention) = &line.healthcheck {
        section(run, proxy, line, mention, "healthcheck");
    }
}

/// There is always one of this name (manual 5.3.2).
const IMPLICIT_RESOLVERS: &[u8] = b"default";

fn section(run: &mut Run<'_>, proxy: &ProxyB, line: &ServerB, mention: &Mention, kind: &'static str) {
    if run.parts.names.find(kind, &mention.name).is_some() {
        return;
    }
    let by = format!("'server {}/{}' : '{kind}'", proxy.name, line.spec.name).into();
    let reference = Reference { kind, name: mention.name.clone(), span: mention.span, by, manual: "5.2" };
    let diagnostic = run.parts.missing(&reference);
    run.diags.push(diagnostic);
}
