//! `stick-table` (manual 11.1).

use crate::build::{ProxyB, TableB};
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::{DATA_TYPES, DataShape, DataType, ServerKey, StickTable, Stored, TableKey};
use base::Ms;
use diag::Severity;
use syntax::value;

pub static STICK_TABLE: Keyword<ProxyB> = Keyword {
    name: "stick-table",
    status: Status::Parsed,
    places: Places::NAMED,
    args: Arity::at_least(0, "type <type> size <size> and options"),
    since: "1.4",
    doc: "Declares the table of this proxy.",
    manual: "11.1",
    ..Keyword::plain(|cx, proxy| {
        if let Some(before) = &proxy.table {
            let (line, before) = (cx.files.line(before.span), before.span);
            let text = format!(": this proxy has a table already, declared at line {line}.");
            return cx.alert_also(KEYWORD, text, before, "the first one");
        }
        proxy.table = read(cx, 0, true);
    })
};

/// Reads a table's definition from argument `from` on. `peers`: whether it may name a section `peers`, which a table
/// that stands in one doesn't.
pub fn read(cx: &mut Cx<'_>, from: usize, peers: bool) -> Option<TableB> {
    let mut read = Reading::default();
    let mut at = from;
    while at < cx.len() {
        at += option(cx, at, peers, &mut read)?;
    }
    let (Some(key), Some(size)) = (read.key, read.size) else {
        let missing = if read.key.is_none() { "type" } else { "size" };
        cx.alert(KEYWORD, format!(": the table's {missing} is missing."));
        return None;
    };
    read.store.sort_unstable();
    let table = StickTable {
        key,
        size,
        expire: read.expire,
        nopurge: read.nopurge,
        peers: read.peers.as_ref().map(|(name, _)| name.clone()),
        recv_only: read.recv_only,
        write_to: read.write_to.as_ref().map(|(name, _)| name.clone()),
        server_key: read.server_key,
        store: read.store,
        byte_rates_factor: read.byte_rates_factor.unwrap_or(1),
    };
    let (peers, write_to) = (read.peers.map(|(_, span)| span), read.write_to.map(|(_, span)| span));
    Some(TableB { table, span: cx.span(KEYWORD), peers, write_to })
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    key: Option<TableKey>,
    size: Option<u32>,
    expire: Option<Ms>,
    nopurge: bool,
    peers: Option<(Box<str>, diag::Span)>,
    recv_only: bool,
    write_to: Option<(Box<str>, diag::Span)>,
    server_key: ServerKey,
    store: Vec<Stored>,
    byte_rates_factor: Option<u32>,
}

const SERVER_KEYS: [(&str, ServerKey); 2] = [("name", ServerKey::Name), ("addr", ServerKey::Addr)];

const OPTIONS: [&str; 10] =
    ["type", "size", "expire", "nopurge", "peers", "recv-only", "write-to", "srvkey", "store", "brates-factor"];

/// Reads one option, and answers how many words it has.
fn option(cx: &mut Cx<'_>, at: usize, peers: bool, read: &mut Reading) -> Option<usize> {
    match cx.text(at) {
        b"type" => {
            let (key, used) = key(cx, at + 1)?;
            read.key = Some(key);
            return Some(1 + used);
        }
        b"size" => read.size = Some(cx.within("stick-table size", |cx| cx.size(at + 1, 1, u32::MAX))?),
        b"expire" => {
            read.expire = Some(cx.within("stick-table expire", |cx| cx.time(at + 1, 0))?).filter(|ms| ms.0 > 0)
        }
        b"peers" if peers => {
            read.peers = Some((cx.within("stick-table peers", |cx| cx.string(at + 1))?, cx.span(at + 1)))
        }
        b"write-to" => {
            read.write_to = Some((cx.within("stick-table write-to", |cx| cx.string(at + 1))?, cx.span(at + 1)))
        }
        b"srvkey" => read.server_key = cx.within("stick-table srvkey", |cx| cx.one_of(at + 1, &SERVER_KEYS))?,
        b"store" => store(cx, at + 1, &mut read.store)?,
        b"brates-factor" => {
            read.byte_rates_factor = Some(cx.within("stick-table brates-factor", |cx| cx.uint(at + 1, 1, 1024))?)
        }
        b"nopurge" => {
            read.nopurge = true;
            return Some(1);
        }
        b"recv-only" => {
            read.recv_only = true;
            return Some(1);
        }
        got => {
            let text = format!(": unknown option '{}'.", cx.show(at));
            match diag::closest(got, OPTIONS) {
                Some(near) => cx.alert_help(at, text, format!("did you mean '{near}'?")),
                None => cx.alert(at, text),
            }
            return None;
        }
    }
    Some(2)
}

/// The type of the key, and how many words it has.
fn key(cx: &mut Cx<'_>, i: usize) -> Option<(TableKey, usize)> {
    // Today «ip» is IPv4; the manual announces that it will be IPv6.
    let simple =
        [("ip", TableKey::Ipv4), ("ipv4", TableKey::Ipv4), ("ipv6", TableKey::Ipv6), ("integer", TableKey::Integer)];
    let got = cx.text(i);
    if let Some((_, key)) = simple.iter().find(|(name, _)| name.as_bytes() == got) {
        return Some((*key, 1));
    }
    if matches!(got, b"string" | b"binary") {
        let (len, used) = match cx.text(i + 1) {
            b"len" => (cx.within("stick-table len", |cx| cx.uint(i + 2, 1, i32::MAX as u32))?, 3),
            _ => (DEFAULT_LEN, 1),
        };
        let key = if got == b"string" { TableKey::String { len } } else { TableKey::Binary { len } };
        return Some((key, used));
    }
    let names = ["ip", "ipv4", "ipv6", "integer", "string", "binary"];
    let text = format!(": expects a type of {}, not '{}'.", names.map(|n| format!("'{n}'")).join(", "), cx.show(i));
    match diag::closest(got, names) {
        Some(near) if !got.is_empty() => cx.alert_help(i, text, format!("did you mean '{near}'?")),
        _ => cx.alert(i, text),
    }
    None
}

/// Bytes of a key of type string or binary without `len`.
const DEFAULT_LEN: u32 = 32;

/// The types of data in argument `i`, added to those that are there.
fn store(cx: &mut Cx<'_>, i: usize, all: &mut Vec<Stored>) -> Option<()> {
    if cx.word(i).is_none() {
        cx.alert(i, ": 'store' expects a type of data.");
        return None;
    }
    let text = cx.text(i);
    let mut sound = true;
    for (from, to) in parts(text) {
        match stored(cx, i, from, to) {
            Some(one) => add(cx, i, one, all).unwrap_or_else(|| sound = false),
            None => sound = false,
        }
    }
    sound.then_some(())
}

/// Where the parts between commas outside of parentheses are; nothing stands behind a last comma.
fn parts(text: &[u8]) -> Vec<(usize, usize)> {
    let (mut parts, mut from, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, c) in text.iter().enumerate() {
        match c {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push((from, at));
                from = at + 1;
            }
            _ => {}
        }
    }
    if from < text.len() {
        parts.push((from, text.len()));
    }
    parts
}

/// Reads `name`, `name(<nb>)`, `name(<period>)` or `name(<nb>,<period>)`.
fn stored(cx: &mut Cx<'_>, i: usize, from: usize, to: usize) -> Option<Stored> {
    let text = &cx.text(i)[from..to];
    let open = text.iter().position(|c| *c == b'(');
    let name = &text[..open.unwrap_or(text.len())];
    let Some(kind) = DATA_TYPES.iter().position(|kind| kind.name.as_bytes() == name) else {
        let help = diag::closest(name, DATA_TYPES.iter().map(|kind| kind.name));
        let said = format!("unknown type of data '{}'", String::from_utf8_lossy(name));
        wrong(cx, i, (from, from + name.len()), &said, help.map(|near| format!("did you mean '{near}'?")));
        return None;
    };
    let inner = match open {
        None => None,
        Some(open) => match text[open + 1..].strip_suffix(b")") {
            Some(inner) => Some((from + open + 1, inner)),
            None => {
                wrong(cx, i, (from, to), "a closing parenthesis is missing", None);
                return None;
            }
        },
    };
    arguments(cx, i, kind, (from, to), inner)
}

/// The arguments of a type of data; `inner` is what stands in parentheses and where.
fn arguments(
    cx: &mut Cx<'_>,
    i: usize,
    kind: usize,
    whole: (usize, usize),
    inner: Option<(usize, &[u8])>,
) -> Option<Stored> {
    let DataType { name, shape, .. } = DATA_TYPES[kind];
    let wanted = match shape {
        DataShape::Single => {
            if inner.is_some() {
                wrong(cx, i, whole, &format!("'{name}' takes no argument"), None);
                return None;
            }
            return Some(Stored { kind, count: 1, period: None });
        }
        DataShape::Rate => "(<period>)",
        DataShape::Array => "(<nb>)",
        DataShape::RateArray => "(<nb>,<period>)",
    };
    let args: Vec<&[u8]> = inner.map(|(_, text)| text.split(|c| *c == b',').collect()).unwrap_or_default();
    let expected = if shape == DataShape::RateArray { 2 } else { 1 };
    if args.len() != expected {
        wrong(cx, i, whole, &format!("'{name}' expects {wanted}"), None);
        return None;
    }
    let count = match shape {
        DataShape::Rate => Ok(1),
        _ => value::number(args[0], 1, LARGEST_ARRAY).map(|n| n as u32),
    };
    let Ok(count) = count else {
        wrong(cx, i, whole, &format!("'{name}' has 1 to {LARGEST_ARRAY} elements"), None);
        return None;
    };
    let period = match shape {
        DataShape::Array => Ok(None),
        _ => value::time_ms(args[expected - 1]).map(Some),
    };
    match period {
        Ok(period) => Some(Stored { kind, count, period }),
        Err(why) => {
            let said = why.message(args[expected - 1], name);
            wrong(cx, i, whole, &said, None);
            None
        }
    }
}

/// So that an update for a peer fits a buffer (manual 11.1).
const LARGEST_ARRAY: u64 = 100;

/// Adds one, unless it is there already or an array makes it superfluous.
fn add(cx: &mut Cx<'_>, i: usize, one: Stored, all: &mut Vec<Stored>) -> Option<()> {
    let new = &DATA_TYPES[one.kind];
    for before in all.iter() {
        let old = &DATA_TYPES[before.kind];
        if old.name == new.name {
            cx.warn(i, format!(": '{}' is stored already, once is enough.", new.name));
            return Some(());
        }
        if new.array == Some(old.name) || old.array == Some(new.name) {
            let (array, single) = if new.array == Some(old.name) { (old, new) } else { (new, old) };
            let text = format!(": '{}' and '{}' exclude each other, the array holds both.", array.name, single.name);
            cx.alert(i, text);
            return None;
        }
    }
    all.push(one);
    Some(())
}

/// Reports an error in a part of argument `i`.
fn wrong(cx: &mut Cx<'_>, i: usize, (from, to): (usize, usize), text: &str, help: Option<String>) {
    let Some(word) = cx.word(i) else { return };
    let span = if from < to { word.part(from, to) } else { word.span };
    let text = format!("'{}' : {text}.", cx.name);
    let mut diagnostic = diag::Diagnostic::new(Severity::Alert, text).at(span);
    diagnostic.help.extend(help);
    cx.push(diagnostic);
}
