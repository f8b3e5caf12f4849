//! Options of `load` lines (manual 12.7.1). Files are looked at after the last line.

use crate::cx::Cx;
use crate::keyword::{Arity, Gate, Keyword, Status};
use crate::keywords::tls;
use crate::spec::{CertLoad, KeyAlgorithm, KeyType};
use core::net::IpAddr;

pub static ITEMS: &[&Keyword<CertLoad>] = &[
    &ACME,
    &ALIAS,
    &BITS,
    &CRT,
    &CURVES,
    &DOMAINS,
    &GENERATE_DUMMY,
    &IPS,
    &ISSUER,
    &JWT,
    &KEY,
    &KEYTYPE,
    &OCSP,
    &OCSP_UPDATE,
    &SCTL,
];

static CRT: Keyword<CertLoad> = now("crt", tls::PATH, "3.0", "The certificate.", |cx, load| {
    load.name = cx.bytes(0);
    load.crt = load.name.clone();
});
static KEY: Keyword<CertLoad> = now("key", tls::PATH, "3.0", "Its private key.", |cx, load| load.key = cx.bytes(0));
static OCSP: Keyword<CertLoad> =
    now("ocsp", tls::PATH, "3.0", "An OCSP response about it.", |cx, load| load.ocsp = cx.bytes(0));
static ISSUER: Keyword<CertLoad> =
    option("issuer", tls::PATH, "3.0", "The certificate of its issuer.", |cx, load| load.issuer = cx.bytes(0));
static SCTL: Keyword<CertLoad> =
    now("sctl", tls::PATH, "3.0", "Timestamps of Certificate Transparency.", |cx, load| load.sctl = cx.bytes(0));
static ALIAS: Keyword<CertLoad> =
    now("alias", tls::TEXT, "3.0", "Another name for it.", |cx, load| load.alias = cx.bytes(0));
static OCSP_UPDATE: Keyword<CertLoad> =
    option("ocsp-update", tls::ON_OFF, "3.0", "Keeps the OCSP response fresh.", |cx, load| {
        load.ocsp_update = cx.on_off(0).or(load.ocsp_update);
    });
static JWT: Keyword<CertLoad> =
    option("jwt", tls::ON_OFF, "3.3", "JSON Web Tokens may be verified by it.", |cx, load| {
        load.jwt = cx.on_off(0).or(load.jwt);
    });
static GENERATE_DUMMY: Keyword<CertLoad> =
    option("generate-dummy", tls::ON_OFF, "3.3", "Makes a certificate that signs itself.", |cx, load| {
        load.dummy = cx.on_off(0).or(load.dummy);
    });
static KEYTYPE: Keyword<CertLoad> =
    option("keytype", KEY_TYPES, "3.3", "Kind of key to make.", |cx, load| key_type(cx, &mut load.key_type));
static BITS: Keyword<CertLoad> =
    option("bits", Arity::exactly(1, "<number>"), "3.3", "Length of an RSA key.", |cx, load| {
        bits(cx, &mut load.key_type);
    });
static CURVES: Keyword<CertLoad> =
    option("curves", tls::TEXT, "3.3", "Curve of an ECDSA key.", |cx, load| curves(cx, &mut load.key_type));

static ACME: Keyword<CertLoad> = Keyword {
    gate: Gate::Experimental,
    ..option("acme", tls::TEXT, "3.2", "Section that says where it is renewed.", |cx, load| {
        load.acme = cx.bytes(0);
        cx.refers(0, "acme");
    })
};
static DOMAINS: Keyword<CertLoad> =
    option("domains", tls::TEXT, "3.2", "Domains that it is to be renewed for.", |cx, load| {
        let domains: Vec<&[u8]> = cx.text(0).split(|c| *c == b',').collect();
        if domains.iter().any(|domain| domain.is_empty()) {
            cx.alert(0, "takes no empty name.");
            return;
        }
        load.domains = domains.into_iter().map(Box::from).collect();
    });
static IPS: Keyword<CertLoad> =
    option("ips", tls::TEXT, "3.4", "Addresses that it is to be renewed for.", |cx, load| {
        let mut ips = Vec::new();
        for text in cx.text(0).split(|c| *c == b',') {
            let ip = core::str::from_utf8(text).ok().and_then(|text| text.parse::<IpAddr>().ok());
            let Some(ip) = ip else {
                cx.alert(0, format!(": '{}' is no IP address.", String::from_utf8_lossy(text)));
                return;
            };
            ips.push(ip);
        }
        load.ips = ips;
    });

pub const KEY_TYPES: Arity = Arity::exactly(1, "'RSA' or 'ECDSA'");

/// `keytype`.
pub fn key_type(cx: &mut Cx<'_>, into: &mut KeyType) {
    if let Some(algorithm) = cx.one_of(0, &[("RSA", KeyAlgorithm::Rsa), ("ECDSA", KeyAlgorithm::Ecdsa)]) {
        into.algorithm = Some(algorithm);
    }
}

/// `bits`.
pub fn bits(cx: &mut Cx<'_>, into: &mut KeyType) {
    into.bits = cx.uint(0, LEAST_BITS, MOST_BITS).or(into.bits);
}

/// `curves`: one curve, by one of its names.
pub fn curves(cx: &mut Cx<'_>, into: &mut KeyType) {
    into.curves = cx.string(0);
}

/// What libraries make.
const LEAST_BITS: u32 = 1024;
const MOST_BITS: u32 = 16384;

/// An option that works.
const fn now(
    name: &'static str,
    args: Arity,
    since: &'static str,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut CertLoad),
) -> Keyword<CertLoad> {
    Keyword { name, args, since, doc, manual: "12.7.1", ..Keyword::plain(parse) }
}

/// One that is read and not acted upon yet.
const fn option(
    name: &'static str,
    args: Arity,
    since: &'static str,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut CertLoad),
) -> Keyword<CertLoad> {
    Keyword { status: Status::Parsed, ..now(name, args, since, doc, parse) }
}
