//! `log` lines and formats.

use super::{End, Names, called, named};
use crate::build::{LogFormatB, LogLine, Logs, ProxyB};
use crate::compile::Run;
use crate::rulelang::ExprWorld;
use crate::sections::ring;
use crate::spec::{LogFormat, LogSink, LogSpec, Mode, Sourced};
use diag::{Diagnostic, Frame, Span};
use expr::Place;
use expr::logfmt::{self, Standard};
use std::collections::HashSet;

/// The targets of a section; `log global` stands for `global`'s.
pub fn targets(logs: &Logs, global: Option<&LogSpec>, send_hostname: bool) -> LogSpec {
    let mut made = LogSpec { targets: Vec::new(), tag: logs.tag.clone() };
    if made.tag.is_none() {
        made.tag = global.and_then(|global| global.tag.clone());
    }
    let mut global_taken = false;
    for line in &logs.lines {
        match line {
            // As documented only one of them counts.
            LogLine::Global(_) if global_taken => {}
            LogLine::Global(_) => {
                global_taken = true;
                made.targets.extend(global.iter().flat_map(|global| global.targets.iter().cloned()));
            }
            LogLine::Target { target, format_said, .. } => {
                let mut target = target.clone();
                if !format_said && send_hostname {
                    target.format = LogFormat::Rfc3164;
                }
                made.targets.push(target);
            }
        }
    }
    made
}

/// Checks what the lines of a section that is in force refer to; those in `told` have been judged already.
pub fn check_targets(run: &mut Run<'_>, names: &Names, told: &mut HashSet<(Span, bool)>, logs: &Logs) {
    for line in &logs.lines {
        let LogLine::Target { target, span, profile_span, .. } = line else { continue };
        if !told.insert((*span, false)) {
            continue;
        }
        if let Some(fault) = fault(run, names, &target.sink) {
            run.diags.push(Diagnostic::alert(*span, format!("log : {fault}.")).manual("4.2"));
        }
        if let (Some(name), Some(span)) = (&target.profile, profile_span)
            && run.parts.names.refer("log-profile", name).is_none()
        {
            let text = format!("log : there is no log-profile '{}'.", String::from_utf8_lossy(name));
            run.diags.push(Diagnostic::alert(*span, text).manual("8.3.5"));
        }
    }
}

/// Why messages can't go there.
pub fn fault(run: &mut Run<'_>, names: &Names, sink: &LogSink) -> Option<String> {
    match sink {
        LogSink::Dgram(_) | LogSink::Fd(_) | LogSink::Stream(_) => None,
        LogSink::Ring(name) if **name == *ring::BUILT_IN => None,
        LogSink::Ring(name) => match run.parts.names.refer("ring", name) {
            Some(_) => None,
            None => Some(format!("there is no ring '{}'", String::from_utf8_lossy(name))),
        },
        LogSink::Backend(name) => match names.get(name) {
            Some(known) if !known.is_back => Some(format!("proxy '{name}' is no backend")),
            Some(known) if known.mode != Mode::Log => Some(format!("backend '{name}' isn't in mode log")),
            Some(_) => None,
            None => Some(format!("there is no backend '{name}'")),
        },
    }
}

/// The format of a frontend's lines, checked; `None` is the one-liner.
pub fn format(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB) -> Option<Sourced> {
    let standard =
        |which: Standard, proxy: &ProxyB| Some(Sourced { words: vec![which.text().as_bytes().into()], at: proxy.at });
    match &proxy.log_format {
        LogFormatB::OneLine => None,
        LogFormatB::Tcp(_) => standard(Standard::Tcp, proxy),
        LogFormatB::TcpClf(_) => standard(Standard::TcpClf, proxy),
        LogFormatB::Http(span) | LogFormatB::HttpClf(span) | LogFormatB::Https(span) if !proxy.mode.is_http() => {
            let option = if matches!(proxy.log_format, LogFormatB::Https(_)) { "httpslog" } else { "httplog" };
            let text = format!(
                "'option {option}' not usable with {} (needs 'mode http'), 'option tcplog' is used instead.",
                called(proxy)
            );
            run.diags.push(Diagnostic::warning(*span, text).manual("4.2"));
            standard(Standard::Tcp, proxy)
        }
        LogFormatB::Https(_) => Some(Sourced { words: vec![HTTPS.into()], at: proxy.at }),
        LogFormatB::Http(_) => standard(Standard::Http, proxy),
        LogFormatB::HttpClf(_) => standard(Standard::HttpClf, proxy),
        LogFormatB::Custom(sourced, span) => {
            check(run, end, proxy, sourced, *span, ("log-format", logfmt::Use::Log));
            Some(sourced.clone())
        }
    }
}

/// What `option httpslog` stands for (manual 8.2.4).
const HTTPS: &[u8] = b"%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq \
    %hr %hs %{+Q}r %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] \
    %[ssl_fc_sni]/%sslv/%sslc";

/// The format of lines about early errors, checked.
pub fn error_format(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB) -> Option<Sourced> {
    let (sourced, span) = proxy.error_log_format.as_ref()?;
    check(run, end, proxy, sourced, *span, ("error-log-format", logfmt::Use::Log));
    Some(sourced.clone())
}

/// The format of structured data, checked.
pub fn sd_format(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB) -> Option<Sourced> {
    let (sourced, span) = proxy.log_format_sd.as_ref()?;
    check(run, end, proxy, sourced, *span, ("log-format-sd", logfmt::Use::LogSd));
    Some(sourced.clone())
}

/// Checks the format of a keyword.
fn check(
    run: &mut Run<'_>,
    end: &mut End,
    proxy: &ProxyB,
    sourced: &Sourced,
    span: Span,
    (keyword, purpose): (&str, logfmt::Use),
) {
    let http = proxy.mode.is_http();
    if !end.told.insert((span, http)) {
        return;
    }
    let text = sourced.words.first().map_or(&[][..], |word| &word[..]);
    // A quoted word has no byte-for-byte place: its whole is shown.
    let plain = span.len() as usize == text.len();
    let at = |offset: usize| span.start + u32::try_from(offset.min(text.len())).unwrap_or(0);
    let place = |off: usize, len: usize| match plain && len > 0 {
        true => Span::new(span.file, at(off), at(off + len)),
        false => span,
    };
    let mut named = Vec::new();
    let mut world = ExprWorld {
        world: run.world,
        default_path: &run.global.default_path,
        file: run.files.name(span.file),
        named: &mut named,
        span,
        line: sourced.at.line,
    };
    let compiled = logfmt::LogFormat::compile(text, purpose, Place::Log, http, &mut world);
    named::judge(run, end, proxy, &named);
    match compiled {
        Ok(format) => {
            for one in format.unbuilt() {
                let text = format!("'{}' is not supported yet", one.name);
                let diagnostic = Diagnostic::alert(place(one.off, one.name.len()), text);
                run.diags.push_unbuilt(diagnostic.framed(Frame::Language).manual("8.2.6"));
            }
        }
        Err(error) => {
            let message = format!("failed to parse {keyword} : {}.", error.text);
            let mut diagnostic =
                Diagnostic::alert(place(error.off, error.len), message).framed(Frame::Language).manual("8.2.6");
            let got = text.get(error.off..error.off + error.len).unwrap_or_default();
            if let Some(near) = diag::closest(got, error.candidates.iter().map(String::as_str)) {
                diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
            }
            run.diags.push(diagnostic);
        }
    }
}
