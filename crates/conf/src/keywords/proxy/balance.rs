//! `balance`.

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::{Balance, HashKey, Sourced};
use expr::{Expr, Place, Type};
use syntax::value;

pub static BALANCE: Keyword<ProxyB> = Keyword {
    name: "balance",
    places: Places::BACK,
    args: Arity::at_least(0, "<algorithm> [<arguments>]"),
    doc: "How a server is chosen.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let Some((balance, used)) = algorithm(cx) else { return };
        if used < cx.len() {
            let extra = cx.show(used);
            cx.alert(used, format!("cannot handle unexpected argument '{extra}'."));
            return;
        }
        if matches!(balance, Balance::Hash(_) | Balance::Sticky) {
            cx.not_yet(0, &format!("balance {}", balance.word()));
        }
        proxy.back.balance = balance;
        proxy.balance_span = cx.span(0);
    })
};

/// Every algorithm, for messages.
const KNOWN: [&str; 13] = [
    "roundrobin",
    "static-rr",
    "leastconn",
    "first",
    "hash",
    "source",
    "uri",
    "url_param",
    "hdr",
    "random",
    "rdp-cookie",
    "log-hash",
    "sticky",
];

/// Reads the algorithm and its arguments, and answers how many words that took.
fn algorithm(cx: &mut Cx<'_>) -> Option<(Balance, usize)> {
    let word = cx.text(0);
    let name = &word[..word.iter().position(|c| *c == b'(').unwrap_or(word.len())];
    let plain = |balance| (balance, 1);
    let takes_none = !matches!(name, b"hdr" | b"random" | b"rdp-cookie");
    if takes_none && name.len() < word.len() && KNOWN.iter().any(|known| known.as_bytes() == name) {
        let got = cx.show(0);
        cx.alert(0, format!(": '{got}' takes no argument in parentheses."));
        return None;
    }
    match name {
        // Without an argument it is round robin, whatever the version's default without the line.
        b"" if word.is_empty() => Some((Balance::RoundRobin, 0)),
        b"roundrobin" => Some(plain(Balance::RoundRobin)),
        b"static-rr" => Some(plain(Balance::StaticRr)),
        b"leastconn" => Some(plain(Balance::LeastConn)),
        b"first" => Some(plain(Balance::First)),
        b"sticky" => Some(plain(Balance::Sticky)),
        b"random" => Some(plain(Balance::Random { draws: draws(cx)? })),
        b"source" => Some(plain(Balance::Hash(HashKey::Source))),
        b"uri" => hashed(uri(cx)?),
        b"url_param" => hashed(url_param(cx)?),
        b"hdr" => hashed(header(cx)?),
        b"rdp-cookie" => hashed((HashKey::RdpCookie { name: rdp_cookie(cx)? }, 1)),
        b"hash" => hashed(expression(cx)?),
        b"log-hash" => hashed(converters(cx)?),
        _ => {
            unknown(cx, name);
            None
        }
    }
}

fn hashed((key, used): (HashKey, usize)) -> Option<(Balance, usize)> {
    Some((Balance::Hash(key), used))
}

fn unknown(cx: &mut Cx<'_>, name: &[u8]) {
    let shown = String::from_utf8_lossy(name).into_owned();
    let text = format!("knows {}, not '{shown}'.", KNOWN.map(|k| format!("'{k}'")).join(", "));
    match diag::closest(name, KNOWN) {
        Some(near) => cx.alert_help(0, text, format!("did you mean '{near}'?")),
        None => cx.alert(0, text),
    }
}

/// The number in `random(N)`; two without it.
fn draws(cx: &mut Cx<'_>) -> Option<u32> {
    let Some(digits) = parenthesised(cx, 0)? else { return Some(2) };
    match value::number(digits, 1, MOST_DRAWS) {
        Ok(n) => u32::try_from(n).ok(),
        Err(_) => {
            let got = cx.show(0);
            cx.alert(0, format!(": 'random' takes a number of draws from 1 to {MOST_DRAWS}, not '{got}'."));
            None
        }
    }
}

/// More draws than this find nothing better and cost time.
const MOST_DRAWS: u64 = 1000;

/// What stands in parentheses behind a word's name; the inner `None` is a word without any.
pub fn parenthesised<'a>(cx: &mut Cx<'a>, i: usize) -> Option<Option<&'a [u8]>> {
    let text = cx.text(i);
    let Some(open) = text.iter().position(|c| *c == b'(') else { return Some(None) };
    match text[open + 1..].strip_suffix(b")") {
        Some(inner) if !inner.contains(&b')') => Some(Some(inner)),
        _ => {
            let got = cx.show(i);
            cx.alert(i, format!(": the parenthesis of '{got}' isn't closed at its end."));
            None
        }
    }
}

/// `uri [len <n>] [depth <n>] [whole] [path-only]`.
fn uri(cx: &mut Cx<'_>) -> Option<(HashKey, usize)> {
    let (mut len, mut depth, mut whole, mut path_only, mut at) = (None, None, false, false, 1);
    while at < cx.len() {
        match cx.text(at) {
            b"len" => len = Some(cx.within("balance uri len", |cx| cx.uint(at + 1, 1, i32::MAX as u32))?),
            b"depth" => depth = Some(cx.within("balance uri depth", |cx| cx.uint(at + 1, 1, i32::MAX as u32))?),
            b"whole" => whole = true,
            b"path-only" => path_only = true,
            _ => {
                let got = cx.show(at);
                let text = format!("uri only takes 'len', 'depth', 'whole' and 'path-only' (got '{got}').");
                cx.alert(at, text);
                return None;
            }
        }
        at += if matches!(cx.text(at), b"len" | b"depth") { 2 } else { 1 };
    }
    Some((HashKey::Uri { len, depth, whole, path_only }, at))
}

/// `url_param <name> [check_post [<max_wait>]]`.
fn url_param(cx: &mut Cx<'_>) -> Option<(HashKey, usize)> {
    if cx.text(1).is_empty() {
        cx.alert(1, "url_param expects the name of a parameter.");
        return None;
    }
    let name = cx.text(1).into();
    match cx.text(2) {
        b"" => Some((HashKey::UrlParam { name, check_post: false }, 2.min(cx.len()))),
        // What may follow had a meaning once, and is documented as ignored.
        b"check_post" => Some((HashKey::UrlParam { name, check_post: true }, 4.min(cx.len()))),
        _ => {
            let got = cx.show(2);
            cx.alert(2, format!("url_param only takes 'check_post' (got '{got}')."));
            None
        }
    }
}

/// `hdr(<name>) [use_domain_only]`.
fn header(cx: &mut Cx<'_>) -> Option<(HashKey, usize)> {
    let name = parenthesised(cx, 0)?.unwrap_or_default();
    if name.is_empty() {
        cx.alert(0, ": 'hdr' expects the name of a header field in parentheses.");
        return None;
    }
    let name = name.to_ascii_lowercase().into();
    match cx.text(1) {
        b"" => Some((HashKey::Header { name, use_domain_only: false }, 1)),
        b"use_domain_only" => Some((HashKey::Header { name, use_domain_only: true }, 2)),
        _ => {
            let got = cx.show(1);
            cx.alert(1, format!("hdr only takes 'use_domain_only' (got '{got}')."));
            None
        }
    }
}

/// The name in `rdp-cookie(<name>)`.
fn rdp_cookie(cx: &mut Cx<'_>) -> Option<Box<[u8]>> {
    match parenthesised(cx, 0)? {
        None => Some(b"mstshash"[..].into()),
        Some(b"") => {
            cx.alert(0, ": 'rdp-cookie' expects the name of a cookie in its parentheses.");
            None
        }
        Some(name) => Some(name.into()),
    }
}

/// `hash <expression>`.
fn expression(cx: &mut Cx<'_>) -> Option<(HashKey, usize)> {
    let (_, end) = cx.expr(1, Place::UseServer)?;
    Some((HashKey::Expr(cx.sourced(1, end)), end))
}

/// `log-hash [<converters>]`: they are applied to the message, a text.
fn converters(cx: &mut Cx<'_>) -> Option<(HashKey, usize)> {
    let Some(convs) = cx.word(1) else { return Some((HashKey::Log(Sourced { words: vec![], at: cx.at(0) }), 1)) };
    let whole = [MESSAGE, b",", &convs.text].concat();
    match Expr::compile(&whole, &mut cx.expr_world(1)) {
        Ok(expr) if expr.out().casts_to(Type::Str) => Some((HashKey::Log(cx.sourced(1, 2)), 2)),
        Ok(expr) => {
            let got = expr.out().name();
            cx.alert(1, format!(": 'log-hash' needs converters that give a string, not '{got}'."));
            None
        }
        Err(mut error) => {
            error.off = error.off.saturating_sub(MESSAGE.len() + 1);
            let said = format!("'{}' : {}.", cx.name, error.text);
            cx.rule_error(1, &error, &said);
            None
        }
    }
}

/// An expression of the type that log messages have.
const MESSAGE: &[u8] = b"str(message)";
