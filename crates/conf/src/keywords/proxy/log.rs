//! `log` and `log-tag`, shared with section `global`.

use crate::addr::{self, Host, Want};
use crate::build::{LogLine, Logs, ProxyB};
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Prefix, Said};
use crate::spec::{LogFormat, LogSample, LogSink, LogTarget};
use base::SockKind;
use diag::Severity;
use syntax::value;

pub static LOG: Keyword<ProxyB> = Keyword {
    name: "log",
    args: Arity::at_least(
        0,
        "global, or <target> [len <n>] [format <f>] [sample <r>:<n>] <facility> [<level> [<minlevel>]]",
    ),
    prefix: Prefix::No,
    doc: "Adds a log target.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| read(cx, &mut proxy.logs, false))
};

pub static LOG_TAG: Keyword<ProxyB> = Keyword {
    name: "log-tag",
    args: Arity::exactly(1, "a tag for use in syslog"),
    since: "1.6",
    doc: "Tag in the header of this proxy's log lines.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.logs.tag = cx.bytes(0))
};

/// Reads a `log` line. `global`: it stands in that section, where `log global` means nothing.
pub fn read(cx: &mut Cx<'_>, logs: &mut Logs, global: bool) {
    if cx.said == Said::No {
        if cx.is_empty() {
            logs.lines.clear();
        } else {
            cx.say(Severity::Alert, 0, "log : 'no log' does not expect arguments", None);
        }
        return;
    }
    if cx.text(0) == b"global" && cx.len() == 1 {
        if global {
            cx.say(Severity::Alert, 0, "log : 'global' is not supported in section 'global'", None);
        } else {
            logs.lines.push(LogLine::Global(cx.span(0)));
        }
        return;
    }
    if cx.len() < 2 {
        cx.say(Severity::Alert, cx.len(), "log : expects <address> and <facility>", None);
        return;
    }
    if let Some(line) = target(cx) {
        logs.lines.push(line);
    }
}

/// `<target> [len …] [format …] [sample …] [profile …] <facility> [<level> [<minlevel>]]`.
fn target(cx: &mut Cx<'_>) -> Option<LogLine> {
    let sink = sink(cx);
    let mut at = 1;
    let (mut max_len, mut format, mut sample, mut sound) = (Some(1024), None, None, true);
    if cx.text(at) == b"len" {
        max_len = value::number(cx.text(at + 1), 80, 65535).ok().and_then(|n| u32::try_from(n).ok());
        if max_len.is_none() {
            let got = cx.show(at + 1);
            let text = format!("log : invalid log length '{got}', must be between 80 and 65535");
            cx.say(Severity::Alert, at + 1, &text, None);
        }
        at += 2;
    }
    if cx.text(at) == b"format" {
        format = format_of(cx.text(at + 1));
        if format.is_none() {
            unknown(cx, at + 1, "log format", FORMATS.iter().map(|(name, _)| *name));
            sound = false;
        }
        at += 2;
    }
    if cx.text(at) == b"sample" {
        match sample_of(cx.text(at + 1)) {
            Ok(read) => sample = Some(read),
            Err(why) => {
                cx.say(Severity::Alert, at + 1, &format!("log : {why}"), None);
                sound = false;
            }
        }
        at += 2;
    }
    let (mut profile, mut profile_span) = (None, None);
    if cx.text(at) == b"profile" {
        cx.not_yet(at, "log profile");
        profile = cx.bytes(at + 1);
        profile_span = Some(cx.span(at + 1));
        sound &= profile.is_some();
        at += 2;
    }
    let levels = levels(cx, at);
    let ((facility, max_level, min_level), sink, max_len) = (levels?, sink?, max_len?);
    let format_said = format.is_some();
    let format = format.unwrap_or(LogFormat::Local);
    let target = LogTarget { sink, format, max_len, sample, facility, max_level, min_level, profile };
    sound.then_some(LogLine::Target { target, format_said, span: cx.span(0), profile_span })
}

fn sink(cx: &mut Cx<'_>) -> Option<LogSink> {
    match cx.text(0) {
        b"stdout" => return Some(LogSink::Fd(1)),
        b"stderr" => return Some(LogSink::Fd(2)),
        _ => {}
    }
    if let Some(name) = cx.text(0).strip_prefix(b"ring@") {
        let what = format!("log {}", cx.show(0));
        cx.not_yet(0, &what);
        return Some(LogSink::Ring(name.into()));
    }
    if let Some(name) = cx.text(0).strip_prefix(b"backend@") {
        let what = format!("log {}", cx.show(0));
        cx.not_yet(0, &what);
        return Some(LogSink::Backend(String::from_utf8_lossy(name).into()));
    }
    let refused = |cx: &mut Cx<'_>, why: &str| {
        cx.say(Severity::Alert, 0, &format!("log : {why}"), None);
        None
    };
    let parsed = match addr::parse(&cx.address_text(0), Want::LOG) {
        Ok(parsed) => parsed,
        Err(why) => return refused(cx, &why),
    };
    if let Host::Fd(fd) = parsed.host {
        return Some(LogSink::Fd(fd));
    }
    if parsed.kind == SockKind::Stream || matches!(parsed.host, Host::SockPair(_)) {
        let what = format!("log {}", cx.show(0));
        cx.not_yet(0, &what);
        let port = if parsed.is_ip() && parsed.port() == 0 { SYSLOG_PORT } else { parsed.port() };
        return match parsed.resolve(port, cx.world) {
            Ok(addr) => Some(LogSink::Stream(addr)),
            Err(why) => refused(cx, &why),
        };
    }
    let port = if parsed.is_ip() && parsed.port() == 0 { SYSLOG_PORT } else { parsed.port() };
    match parsed.resolve(port, cx.world) {
        Ok(addr) => Some(LogSink::Dgram(addr)),
        Err(why) => refused(cx, &why),
    }
}

/// RFC 5426.
const SYSLOG_PORT: u16 = 514;

/// The headers of log lines by name.
pub static FORMATS: &[(&str, LogFormat)] = &[
    ("local", LogFormat::Local),
    ("rfc3164", LogFormat::Rfc3164),
    ("rfc5424", LogFormat::Rfc5424),
    ("priority", LogFormat::Priority),
    ("short", LogFormat::Short),
    ("timed", LogFormat::Timed),
    ("iso", LogFormat::Iso),
    ("raw", LogFormat::Raw),
];

fn format_of(text: &[u8]) -> Option<LogFormat> {
    FORMATS.iter().find(|(name, _)| name.as_bytes() == text).map(|(_, format)| *format)
}

static FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "auth2", "ftp", "ntp", "audit",
    "alert", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

/// The levels of syslog by their number.
pub static LEVELS: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/// `<facility> [<level> [<minlevel>]]` from argument `at` on.
fn levels(cx: &mut Cx<'_>, at: usize) -> Option<(u8, u8, u8)> {
    let facility = number(cx, at, "log facility", &FACILITIES)?;
    let max_level = if cx.len() > at + 1 { number(cx, at + 1, "optional log level", &LEVELS)? } else { 7 };
    let min_level = if cx.len() > at + 2 { number(cx, at + 2, "optional minimum log level", &LEVELS)? } else { 0 };
    if cx.len() > at + 3 {
        let text = format!("log : cannot handle unexpected argument '{}'", cx.show(at + 3));
        cx.say(Severity::Alert, at + 3, &text, None);
        return None;
    }
    Some((facility, max_level, min_level))
}

fn number(cx: &mut Cx<'_>, i: usize, what: &str, names: &[&'static str]) -> Option<u8> {
    let found = names.iter().position(|name| name.as_bytes() == cx.text(i));
    if found.is_none() {
        unknown(cx, i, what, names.iter().copied());
    }
    found.and_then(|n| u8::try_from(n).ok())
}

fn unknown<'n>(cx: &mut Cx<'_>, i: usize, what: &str, names: impl Iterator<Item = &'n str>) {
    let help = match cx.text(i) {
        b"" => None,
        got => diag::closest(got, names).map(|near| format!("did you mean '{near}'?")),
    };
    let text = format!("log : unknown {what} '{}'", cx.show(i));
    cx.say(Severity::Alert, i, &text, help);
}

/// `<range>[,<range>…]:<size>`.
fn sample_of(text: &[u8]) -> Result<LogSample, String> {
    let shown = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
    let Some(colon) = text.iter().position(|c| *c == b':') else { return Err("missing sample size".to_owned()) };
    let size = value::number(&text[colon + 1..], 1, u64::from(u32::MAX))
        .map_err(|_| format!("wrong sample size '{}'", shown(&text[colon + 1..])))?;
    let mut ranges = Vec::new();
    for part in text[..colon].split(|c| *c == b',') {
        let (low, high) = match part.iter().position(|c| *c == b'-') {
            Some(dash) => (&part[..dash], &part[dash + 1..]),
            None => (part, part),
        };
        let bound = |digits: &[u8]| value::number(digits, 1, u64::from(u32::MAX)).ok().map(|n| n as u32);
        match (bound(low), bound(high)) {
            (Some(low), Some(high)) if low <= high => ranges.push((low, high)),
            _ => return Err(format!("wrong sample range '{}'", shown(part))),
        }
    }
    ranges.sort_unstable();
    if ranges.windows(2).any(|pair| pair[0].1 >= pair[1].0) {
        return Err("ranges are overlapping".to_owned());
    }
    let highest = ranges.last().map_or(0, |range| range.1);
    if u64::from(highest) > size {
        return Err(format!("sample size {size} should be at least {highest}, the highest limit of the ranges"));
    }
    Ok(LogSample { ranges, size: size as u32 })
}
