//! Keywords of section `acme` (manual 12.8).

use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Status};
use crate::keywords::crt_store::{KEY_TYPES, bits, curves, key_type};
use crate::keywords::tls;
use crate::spec::{Acme, Challenge, EabMac, Ready};

pub static ITEMS: &[&Keyword<Acme>] = &[
    &ACCOUNT_KEY,
    &ACME_VARS,
    &BITS,
    &CHALLENGE,
    &CHALLENGE_READY,
    &CONTACT,
    &CURVES,
    &DIRECTORY,
    &DNS_DELAY,
    &DNS_TIMEOUT,
    &EAB_KEY_ID,
    &EAB_MAC_ALG,
    &EAB_MAC_KEY,
    &KEYTYPE,
    &MAP,
    &PROFILE,
    &PROVIDER_NAME,
    &REUSE_KEY,
];

static DIRECTORY: Keyword<Acme> = line("directory", Arity::exactly(1, "<url>"), "Where the CA is.", |cx, acme| {
    let Some(url) = cx.string(0) else { return };
    if url.starts_with("https://") || url.starts_with("http://") {
        acme.directory = Some(url);
    } else {
        cx.alert(0, "expects a URL that begins with 'https://' or 'http://'.");
    }
});
static ACCOUNT_KEY: Keyword<Acme> =
    line("account-key", tls::PATH, "File with the account's key.", |cx, acme| acme.account_key = path(cx));
static CONTACT: Keyword<Acme> =
    line("contact", tls::TEXT, "The account's mail address.", |cx, acme| acme.contact = cx.string(0));
static CHALLENGE: Keyword<Acme> = line("challenge", CHALLENGES, "How the CA tries us.", |cx, acme| {
    let challenges =
        [("http-01", Challenge::Http01), ("dns-01", Challenge::Dns01), ("dns-persist-01", Challenge::DnsPersist01)];
    acme.challenge = cx.one_of(0, &challenges).unwrap_or(acme.challenge);
});
static CHALLENGE_READY: Keyword<Acme> =
    line("challenge-ready", READY, "What is waited for before the CA tries us.", |cx, acme| {
        acme.ready = ready(cx).or(acme.ready);
    });
static DNS_DELAY: Keyword<Acme> =
    line("dns-delay", Arity::exactly(1, "<time>"), "Time between two looks into the DNS.", |cx, acme| {
        acme.dns_delay = cx.time(0, 0).unwrap_or(acme.dns_delay);
    });
static DNS_TIMEOUT: Keyword<Acme> =
    line("dns-timeout", Arity::exactly(1, "<time>"), "Time after which looking ends.", |cx, acme| {
        acme.dns_timeout = cx.time(0, 0).unwrap_or(acme.dns_timeout);
    });
static KEYTYPE: Keyword<Acme> =
    line("keytype", KEY_TYPES, "Kind of key to make.", |cx, acme| key_type(cx, &mut acme.key_type));
static BITS: Keyword<Acme> = line("bits", Arity::exactly(1, "<number>"), "Length of an RSA key.", |cx, acme| {
    bits(cx, &mut acme.key_type);
});
static CURVES: Keyword<Acme> =
    line("curves", tls::TEXT, "Curve of an ECDSA key.", |cx, acme| curves(cx, &mut acme.key_type));
static MAP: Keyword<Acme> =
    line("map", tls::TEXT, "Map that holds tokens while the CA tries us.", |cx, acme| acme.map = cx.string(0));
static PROFILE: Keyword<Acme> =
    line("profile", tls::TEXT, "Which of the CA's profiles is wanted.", |cx, acme| acme.profile = cx.string(0));
static PROVIDER_NAME: Keyword<Acme> =
    line("provider-name", tls::TEXT, "DNS provider, told to the tool.", |cx, acme| acme.provider = cx.string(0));
static ACME_VARS: Keyword<Acme> =
    line("acme-vars", tls::TEXT, "What else the tool is told.", |cx, acme| acme.vars = cx.string(0));
static REUSE_KEY: Keyword<Acme> = line("reuse-key", tls::ON_OFF, "Keeps the private key.", |cx, acme| {
    acme.reuse_key = cx.on_off(0).unwrap_or(acme.reuse_key);
});
static EAB_KEY_ID: Keyword<Acme> =
    line("eab-key-id", tls::PATH, "File with the id that the CA gave.", |cx, acme| acme.eab_key_id = eab_file(cx));
static EAB_MAC_KEY: Keyword<Acme> =
    line("eab-mac-key", tls::PATH, "File with the key that the CA gave.", |cx, acme| acme.eab_mac_key = eab_file(cx));
static EAB_MAC_ALG: Keyword<Acme> =
    line("eab-mac-alg", Arity::exactly(1, "'HS256', 'HS384' or 'HS512'"), "What that key signs by.", |cx, acme| {
        let algorithms = [("HS256", EabMac::Hs256), ("HS384", EabMac::Hs384), ("HS512", EabMac::Hs512)];
        acme.eab_mac = cx.one_of(0, &algorithms).unwrap_or(acme.eab_mac);
    });

const CHALLENGES: Arity = Arity::exactly(1, "'http-01', 'dns-01' or 'dns-persist-01'");
const READY: Arity = Arity::exactly(1, "'cli', 'dns' and 'delay' with commas between them, or 'none'");

/// Where a file is, which need not exist yet.
fn path(cx: &mut Cx<'_>) -> Option<Box<[u8]>> {
    cx.bytes(0)?;
    Some(cx.path(0).into())
}

/// The same for one that must exist.
fn eab_file(cx: &mut Cx<'_>) -> Option<Box<[u8]>> {
    let path = path(cx)?;
    if let Err(why) = cx.world.read(&path) {
        let shown = cx.show(0);
        cx.alert(0, format!(": unable to read '{shown}' ({why})."));
        return None;
    }
    Some(path)
}

fn ready(cx: &mut Cx<'_>) -> Option<Ready> {
    if cx.text(0) == b"none" {
        return Some(Ready::default());
    }
    let mut ready = Ready::default();
    for word in cx.text(0).split(|c| *c == b',') {
        match word {
            b"cli" => ready.cli = true,
            b"dns" => ready.dns = true,
            b"delay" => ready.delay = true,
            _ => {
                let got = String::from_utf8_lossy(word);
                cx.alert(0, format!("takes 'cli', 'dns' and 'delay', or 'none' alone, not '{got}'."));
                return None;
            }
        }
    }
    Some(ready)
}

const fn line(name: &'static str, args: Arity, doc: &'static str, parse: fn(&mut Cx<'_>, &mut Acme)) -> Keyword<Acme> {
    Keyword { name, args, since: "3.2", doc, manual: "12.8", status: Status::Parsed, ..Keyword::plain(parse) }
}
