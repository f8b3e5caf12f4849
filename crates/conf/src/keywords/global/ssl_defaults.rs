//! What TLS on `bind` and `server` lines does where they don't say otherwise.

use super::shape::{MOST, number, parsed, put_number, put_once};
use crate::build::GlobalB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Status};
use crate::spec::{TlsOptions, TlsVersion};

pub static BIND_CIPHERS: Keyword<GlobalB> = Keyword {
    name: "ssl-default-bind-ciphers",
    since: "1.5",
    doc: "Ciphers up to TLS 1.2, in OpenSSL's notation, for bind lines.",
    manual: "3.1",
    status: Status::Working,
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.bind.ciphers))
};

pub static BIND_CIPHERSUITES: Keyword<GlobalB> = Keyword {
    name: "ssl-default-bind-ciphersuites",
    since: "1.9",
    doc: "Cipher suites of TLS 1.3 for bind lines.",
    manual: "3.1",
    status: Status::Working,
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.bind.ciphersuites))
};

pub static BIND_CLIENT_SIGALGS: Keyword<GlobalB> = Keyword {
    name: "ssl-default-bind-client-sigalgs",
    since: "2.8",
    doc: "Signature algorithms of clients' certificates for bind lines.",
    manual: "3.1",
    status: Status::Working,
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.bind.client_sigalgs))
};

pub static BIND_CURVES: Keyword<GlobalB> = Keyword {
    name: "ssl-default-bind-curves",
    since: "2.0",
    doc: "Elliptic curves for bind lines.",
    manual: "3.1",
    status: Status::Working,
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.bind.curves))
};

pub static BIND_SIGALGS: Keyword<GlobalB> = Keyword {
    name: "ssl-default-bind-sigalgs",
    since: "2.8",
    doc: "Signature algorithms for bind lines.",
    manual: "3.1",
    status: Status::Working,
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.bind.sigalgs))
};

pub static SERVER_CIPHERS: Keyword<GlobalB> = Keyword {
    name: "ssl-default-server-ciphers",
    since: "1.5",
    doc: "Ciphers up to TLS 1.2, in OpenSSL's notation, for server lines.",
    manual: "3.1",
    status: Status::Working,
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.server.ciphers))
};

pub static SERVER_CIPHERSUITES: Keyword<GlobalB> = Keyword {
    name: "ssl-default-server-ciphersuites",
    since: "1.9",
    doc: "Cipher suites of TLS 1.3 for server lines.",
    manual: "3.1",
    status: Status::Working,
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.server.ciphersuites))
};

pub static SERVER_CLIENT_SIGALGS: Keyword<GlobalB> = Keyword {
    name: "ssl-default-server-client-sigalgs",
    since: "2.8",
    doc: "Signature algorithms of our own certificates towards servers.",
    manual: "3.1",
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.server.client_sigalgs))
};

pub static SERVER_CURVES: Keyword<GlobalB> = Keyword {
    name: "ssl-default-server-curves",
    since: "2.9",
    doc: "Elliptic curves for server lines.",
    manual: "3.1",
    status: Status::Working,
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.server.curves))
};

pub static SERVER_SIGALGS: Keyword<GlobalB> = Keyword {
    name: "ssl-default-server-sigalgs",
    since: "2.8",
    doc: "Signature algorithms for server lines.",
    manual: "3.1",
    status: Status::Working,
    ..list(|cx, global| put_list(cx, &mut global.spec.tls.server.sigalgs))
};

const fn list(parse: fn(&mut Cx<'_>, &mut GlobalB)) -> Keyword<GlobalB> {
    parsed(Arity::exactly(1, "names with colons between them"), parse)
}

fn put_list(cx: &mut Cx<'_>, slot: &mut Option<Box<str>>) {
    if let Some(text) = cx.string(0) {
        *slot = Some(text);
    }
}

pub static BIND_OPTIONS: Keyword<GlobalB> = Keyword {
    name: "ssl-default-bind-options",
    since: "1.5",
    doc: "Options of TLS that hold for all bind lines.",
    manual: "3.1",
    status: Status::Working,
    ..parsed(Arity::at_least(1, "options of 'bind'"), |cx, global| {
        options(cx, BIND_WORDS, &mut global.spec.tls.bind.options);
    })
};

pub static SERVER_OPTIONS: Keyword<GlobalB> = Keyword {
    name: "ssl-default-server-options",
    since: "1.5",
    doc: "Options of TLS that hold for all server lines.",
    manual: "3.1",
    status: Status::Working,
    ..parsed(Arity::at_least(1, "options of 'server'"), |cx, global| {
        options(cx, SERVER_WORDS, &mut global.spec.tls.server.options);
    })
};

type Set = fn(&mut TlsOptions);

/// Options without an argument that both sides take (manual 5.1, 5.2).
static BOTH_WORDS: &[(&str, Set)] = &[
    ("force-sslv3", |o| force(o, TlsVersion::Ssl3)),
    ("force-tlsv10", |o| force(o, TlsVersion::Tls10)),
    ("force-tlsv11", |o| force(o, TlsVersion::Tls11)),
    ("force-tlsv12", |o| force(o, TlsVersion::Tls12)),
    ("force-tlsv13", |o| force(o, TlsVersion::Tls13)),
    ("no-sslv3", |o| without(o, TlsVersion::Ssl3)),
    ("no-tlsv10", |o| without(o, TlsVersion::Tls10)),
    ("no-tlsv11", |o| without(o, TlsVersion::Tls11)),
    ("no-tlsv12", |o| without(o, TlsVersion::Tls12)),
    ("no-tlsv13", |o| without(o, TlsVersion::Tls13)),
    ("no-tls-tickets", |o| o.tickets = Some(false)),
];

static BIND_WORDS: &[(&str, Set)] =
    &[("prefer-client-ciphers", |o| o.prefer_client_ciphers = true), ("strict-sni", |o| o.strict_sni = Some(true))];

static SERVER_WORDS: &[(&str, Set)] =
    &[("no-renegotiate", |o| o.renegotiate = Some(false)), ("renegotiate", |o| o.renegotiate = Some(true))];

static VERSIONS: &[(&str, TlsVersion)] = &[
    ("SSLv3", TlsVersion::Ssl3),
    ("TLSv1.0", TlsVersion::Tls10),
    ("TLSv1.1", TlsVersion::Tls11),
    ("TLSv1.2", TlsVersion::Tls12),
    ("TLSv1.3", TlsVersion::Tls13),
];

fn force(options: &mut TlsOptions, version: TlsVersion) {
    (options.min, options.max) = (Some(version), Some(version));
}

fn without(options: &mut TlsOptions, version: TlsVersion) {
    options.without[version as usize] = true;
}

fn options(cx: &mut Cx<'_>, own: &[(&str, Set)], options: &mut TlsOptions) {
    let mut i = 0;
    while let Some(word) = cx.word(i) {
        i += 1;
        match &*word.text {
            b"ssl-min-ver" => options.min = version(cx, &mut i).or(options.min),
            b"ssl-max-ver" => options.max = version(cx, &mut i).or(options.max),
            text => match BOTH_WORDS.iter().chain(own).find(|(name, _)| name.as_bytes() == text) {
                Some((_, set)) => set(options),
                None => return unknown(cx, i - 1, own),
            },
        }
    }
}

/// The version at argument `i`, which moves on.
fn version(cx: &mut Cx<'_>, i: &mut usize) -> Option<TlsVersion> {
    if cx.word(*i).is_none() {
        let option = cx.show(*i - 1);
        cx.alert(*i, format!(": '{option}' expects a version of TLS."));
        return None;
    }
    *i += 1;
    cx.one_of(*i - 1, VERSIONS)
}

fn unknown(cx: &mut Cx<'_>, i: usize, own: &[(&str, Set)]) {
    let names = BOTH_WORDS.iter().chain(own).map(|(name, _)| *name).chain(["ssl-min-ver", "ssl-max-ver"]);
    let text = format!(": unknown option '{}'.", cx.show(i));
    match diag::closest(cx.text(i), names) {
        Some(near) => cx.alert_help(i, text, format!("did you mean '{near}'?")),
        None => cx.alert(i, text),
    }
}

pub static SECURITY_LEVEL: Keyword<GlobalB> = Keyword {
    name: "ssl-security-level",
    since: "3.0",
    doc: "OpenSSL's security level, which rules out weak keys and algorithms.",
    manual: "3.1",
    ..number(|cx, global| put_number(cx, 0..=5, &mut global.spec.tls.security_level))
};

pub static SERVER_VERIFY: Keyword<GlobalB> = Keyword {
    name: "ssl-server-verify",
    since: "1.5",
    doc: "Whether servers' certificates are verified where the server line doesn't say.",
    manual: "3.1",
    status: Status::Working,
    ..parsed(Arity::exactly(1, "'none' or 'required'"), |cx, global| {
        if let Some(none) = cx.one_of(0, &[("none", true), ("required", false)]) {
            global.spec.tls.servers_unverified = none;
        }
    })
};

pub static MAXCONN: Keyword<GlobalB> = Keyword {
    name: "maxsslconn",
    since: "1.5",
    doc: "Most TLS connections of the whole process, both sides together; 0 for no limit.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, super::shape::ANY, &mut global.spec.tls.maxconn))
};

pub static MAXRATE: Keyword<GlobalB> = Keyword {
    name: "maxsslrate",
    since: "1.5",
    doc: "Most new TLS sessions of the process in a second.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| {
        let n = cx.uint(0, 0, MOST);
        put_once(cx, &mut global.spec.tls.maxrate, n);
    })
};
