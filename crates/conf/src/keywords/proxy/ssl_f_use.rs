//! `ssl-f-use`: certificates of a frontend, for all its `bind` lines with TLS.

use crate::build::{BindB, ProxyB};
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::lang::Entry;
use crate::options;
use crate::spec::SslUse;

pub static SSL_F_USE: Keyword<ProxyB> = Keyword {
    name: "ssl-f-use",
    status: Status::Parsed,
    places: Places::NAMED_FRONT,
    args: Arity::at_least(0, "options of certificates"),
    since: "3.2",
    doc: "A certificate of this frontend and its settings.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(read) = read(cx) {
            proxy.front.ssl_use.push(read);
        }
    })
};

/// Options of `bind` lines that may stand here as well.
static OF_BIND: &[&str] = &[
    "allow-0rtt",
    "alpn",
    "ca-file",
    "ca-verify-file",
    "ciphers",
    "ciphersuites",
    "client-sigalgs",
    "crl-file",
    "curves",
    "ecdhe",
    "ktls",
    "no-alpn",
    "no-ca-names",
    "npn",
    "sigalgs",
    "ssl-min-ver",
    "ssl-max-ver",
    "verify",
];

/// Options of `load` lines of section `crt-store` (manual 12.7.1).
static OF_LOAD: &[&str] = &["crt", "key", "ocsp", "issuer", "sctl", "ocsp-update"];

/// Reads the options of a line. What is only planned for `bind` lines ends the reading.
fn read(cx: &mut Cx<'_>) -> Option<SslUse> {
    let (mut bind, mut files, mut at) = (BindB::default(), SslUse::default(), 0);
    while at < cx.len() {
        if OF_LOAD.iter().any(|name| name.as_bytes() == cx.text(at)) {
            load(cx, at, &mut files)?;
            at += 2;
            continue;
        }
        let index = cx.index;
        let known = OF_BIND.iter().any(|name| name.as_bytes() == cx.text(at));
        match index.bind.one(cx.text(at)).filter(|_| known) {
            Some(Entry::Keyword(keyword)) => at = options::one_inside(cx, at, keyword, &mut bind),
            Some(Entry::Planned(name)) => {
                cx.not_yet(at, name);
                return None;
            }
            None => {
                unknown(cx, at);
                return None;
            }
        }
    }
    Some(SslUse { opts: bind.opts, ..files })
}

fn load(cx: &mut Cx<'_>, at: usize, files: &mut SslUse) -> Option<()> {
    if cx.text(at + 1).is_empty() {
        let word = cx.show(at);
        cx.alert(at + 1, format!(": '{word}' expects a value."));
        return None;
    }
    let value = Some(cx.text(at + 1).into());
    match cx.text(at) {
        b"crt" => files.crt = value,
        b"key" => files.key = value,
        b"ocsp" => files.ocsp = value,
        b"issuer" => files.issuer = value,
        b"sctl" => files.sctl = value,
        _ => files.ocsp_update = Some(cx.on_off(at + 1)?),
    }
    Some(())
}

fn unknown(cx: &mut Cx<'_>, at: usize) {
    let text = format!("knows no option '{}'.", cx.show(at));
    match diag::closest(cx.text(at), OF_BIND.iter().chain(OF_LOAD).copied()) {
        Some(near) => cx.alert_help(at, text, format!("did you mean '{near}'?")),
        None => cx.alert(at, text),
    }
}
