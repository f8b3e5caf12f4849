//! `filter` (manual 9): one filter a line.

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::rulelang::Named;
use crate::spec::{Bandwidth, BandwidthKind, Filter};
use expr::{NameKind, Place};

pub static FILTER: Keyword<ProxyB> = Keyword {
    name: "filter",
    places: Places::NAMED,
    args: Arity::at_least(1, "the name of a filter"),
    since: "1.7",
    doc: "Sends messages through a filter.",
    manual: "9",
    ..Keyword::plain(|cx, proxy| {
        let Some(kind) = find(cx) else { return };
        let name = format!("filter {}", cx.show(0));
        let mut inner = cx.called(&name);
        inner.manual = kind.manual;
        let mut at = 1;
        let Some(filter) = (kind.parse)(&mut inner, &mut at, proxy) else { return };
        if at < inner.len() {
            let got = inner.show(at);
            inner.alert(at, format!("doesn't know the argument '{got}'."));
            return;
        }
        if matches!(filter, Filter::Compress { .. }) && clashes(&proxy.lang.filters, &filter) {
            inner.alert(0, ": a proxy can have only one filter that compresses.");
            return;
        }
        inner.not_yet(0, &name);
        proxy.lang.filters.push(filter);
    })
};

/// Whether a filter that compresses the same messages is there.
fn clashes(there: &[Filter], new: &Filter) -> bool {
    let Filter::Compress { requests, responses } = new else { return false };
    there.iter().any(|one| match one {
        Filter::Compress { requests: r, responses: s } => (*r && *requests) || (*s && *responses),
        _ => false,
    })
}

/// Name, family and status of every kind, for listings.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, Status)> {
    // One of Lua's exists once a file has registered it.
    KINDS.iter().filter(|kind| kind.name != "lua.").map(|kind| (kind.name, kind.family, Status::Parsed))
}

/// One kind of filter.
struct Kind {
    name: &'static str,
    /// What listings call the thing that it belongs to.
    family: &'static str,
    manual: &'static str,
    /// Reads the arguments from the given one on, and leaves it at the first that it doesn't know.
    parse: fn(&mut Cx<'_>, &mut usize, &mut ProxyB) -> Option<Filter>,
}

/// All of them (the catalogue's class `flt`).
static KINDS: &[Kind] = &[
    Kind { name: "bwlim-in", family: "BWLIM", manual: "9.7", parse: |cx, at, proxy| bandwidth(cx, at, proxy, true) },
    Kind { name: "bwlim-out", family: "BWLIM", manual: "9.7", parse: |cx, at, proxy| bandwidth(cx, at, proxy, false) },
    Kind {
        name: "cache",
        family: "CACHE",
        manual: "9.4",
        parse: |cx, at, _| section(cx, at, "cache").map(Filter::Cache),
    },
    Kind {
        name: "comp-req",
        family: "COMP",
        manual: "9.2",
        parse: |_, _, _| Some(Filter::Compress { requests: true, responses: false }),
    },
    Kind {
        name: "comp-res",
        family: "COMP",
        manual: "9.2",
        parse: |_, _, _| Some(Filter::Compress { requests: false, responses: true }),
    },
    Kind {
        name: "compression",
        family: "COMP",
        manual: "9.2",
        parse: |_, _, _| Some(Filter::Compress { requests: true, responses: true }),
    },
    Kind {
        name: "fcgi-app",
        family: "FCGI",
        manual: "9.5",
        parse: |cx, at, _| section(cx, at, "fcgi-app").map(Filter::FcgiApp),
    },
    Kind { name: "lua.", family: "LUA", manual: "9", parse: |cx, at, _| lua(cx, at) },
    Kind { name: "spoe", family: "SPOE", manual: "9.3", parse: |cx, at, _| spoe(cx, at) },
    Kind { name: "trace", family: "TRACE", manual: "9.1", parse: |cx, at, _| trace(cx, at) },
];

fn find(cx: &mut Cx<'_>) -> Option<&'static Kind> {
    let word = cx.text(0);
    let known =
        KINDS.iter().find(|kind| kind.name.as_bytes() == word || kind.name == "lua." && word.starts_with(b"lua."));
    if known.is_some() {
        return known;
    }
    let got = cx.show(0);
    if word == b"opentracing" {
        let help = "its successor for OpenTelemetry is an addition that has to be built in".to_owned();
        cx.alert_help(0, ": the filter 'opentracing' is not supported any more.", help);
        return None;
    }
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let text = format!(": there is no filter '{got}'.");
    match diag::closest(word, names.iter().copied()) {
        Some(near) => cx.alert_help(0, text, format!("did you mean '{near}'?")),
        None => cx.alert_help(0, text, format!("there are {}", names.join(", "))),
    }
    None
}

/// Takes an argument if it is this word.
fn takes(cx: &Cx<'_>, at: &mut usize, word: &str) -> bool {
    let is = *at < cx.len() && cx.text(*at) == word.as_bytes();
    *at += usize::from(is);
    is
}

/// Takes the value behind a word.
fn value(cx: &mut Cx<'_>, at: &mut usize) -> Option<usize> {
    if *at < cx.len() && !cx.text(*at).is_empty() {
        *at += 1;
        return Some(*at - 1);
    }
    let word = cx.show(*at - 1);
    cx.alert(*at, format!(": '{word}' expects a value."));
    None
}

/// The name of a section that the filter uses.
fn section(cx: &mut Cx<'_>, at: &mut usize, kind: &'static str) -> Option<Box<str>> {
    let i = value(cx, at)?;
    cx.refers(i, kind);
    cx.string(i)
}

fn trace(cx: &mut Cx<'_>, at: &mut usize) -> Option<Filter> {
    let (mut name, mut max_forward) = (None, None);
    let (mut random_forwarding, mut hexdump, mut quiet) = (false, false, false);
    while *at < cx.len() {
        if takes(cx, at, "name") {
            let i = value(cx, at)?;
            name = Some(cx.string(i)?);
        } else if takes(cx, at, "max-fwd") {
            let i = value(cx, at)?;
            max_forward = Some(cx.uint(i, 0, i32::MAX.unsigned_abs())?);
        } else if takes(cx, at, "random-forwarding") {
            random_forwarding = true;
        } else if takes(cx, at, "random-parsing") {
            // Once a way of parsing; the manual still names it in passing.
        } else if takes(cx, at, "hexdump") {
            hexdump = true;
        } else if takes(cx, at, "quiet") {
            quiet = true;
        } else {
            break;
        }
    }
    Some(Filter::Trace { name, random_forwarding, max_forward, hexdump, quiet })
}

fn spoe(cx: &mut Cx<'_>, at: &mut usize) -> Option<Filter> {
    let (mut engine, mut config) = (None, None);
    while *at < cx.len() {
        if takes(cx, at, "engine") {
            let i = value(cx, at)?;
            engine = Some(cx.string(i)?);
        } else if takes(cx, at, "config") {
            config = Some(value(cx, at)?);
        } else {
            break;
        }
    }
    let Some(i) = config else {
        cx.alert(*at, "expects 'config <file>'.");
        return None;
    };
    let file = cx.path(i);
    if !crate::spoe::read(cx, i, engine.as_deref()) {
        return None;
    }
    Some(Filter::Spoe { engine, file: file.into() })
}

fn lua(cx: &mut Cx<'_>, at: &mut usize) -> Option<Filter> {
    let name = String::from_utf8_lossy(&cx.text(0)[b"lua.".len()..]).into();
    let args = cx.texts_from(1);
    *at = cx.len();
    Some(Filter::Lua { name, args: args.into() })
}

/// A limit of bandwidth: one for each stream, or one for all with the same key.
fn bandwidth(cx: &mut Cx<'_>, at: &mut usize, proxy: &ProxyB, uploads: bool) -> Option<Filter> {
    let i = value(cx, at)?;
    let name = cx.string(i)?;
    let (mut default_limit, mut default_period, mut limit) = (None, None, None);
    let (mut key, mut table, mut min_size) = (None, None, 0);
    let places = match proxy.place() {
        Places::FRONTEND => expr::Places::these(&[Place::FeHttpReq, Place::FeHttpRes]),
        Places::BACKEND => expr::Places::these(&[Place::BeHttpReq, Place::BeHttpRes]),
        _ => expr::Places::these(&[Place::FeHttpReq, Place::FeHttpRes, Place::BeHttpReq, Place::BeHttpRes]),
    };
    while *at < cx.len() {
        if takes(cx, at, "default-limit") {
            let i = value(cx, at)?;
            default_limit = Some(cx.size(i, 1, u32::MAX)?);
        } else if takes(cx, at, "default-period") {
            let i = value(cx, at)?;
            default_period = Some(cx.time(i, 1)?);
        } else if takes(cx, at, "limit") {
            let i = value(cx, at)?;
            limit = Some(cx.size(i, 1, u32::MAX)?);
        } else if takes(cx, at, "min-size") {
            let i = value(cx, at)?;
            min_size = cx.size(i, 0, u32::MAX)?;
        } else if takes(cx, at, "key") {
            let (expr, behind) = cx.expr(*at, places)?;
            (key, *at) = (Some(expr), behind);
        } else if takes(cx, at, "table") {
            let i = value(cx, at)?;
            table = Some(cx.string(i)?);
        } else {
            break;
        }
    }
    let (limit, kind) = match (default_limit, default_period, limit, key) {
        (Some(limit), Some(period), None, None) if table.is_none() => (limit, BandwidthKind::Stream { period }),
        (None, None, Some(limit), Some(key)) => {
            let name = table.as_deref().unwrap_or_default().as_bytes().into();
            cx.named.push(Named { kind: NameKind::Table, name, span: cx.span(0) });
            (limit, BandwidthKind::Shared { key, table })
        }
        _ => {
            cx.alert(
                cx.len(),
                "expects 'default-limit' and 'default-period', or 'limit' and 'key', which exclude each other.",
            );
            return None;
        }
    };
    Some(Filter::Bandwidth(Box::new(Bandwidth { name, uploads, limit, kind, min_size })))
}
