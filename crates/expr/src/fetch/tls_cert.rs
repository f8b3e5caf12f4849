//! Certificates (manual 7.3.4).

use crate::args::Args;
use crate::env::Env;
use crate::expr::Got;
use crate::facts::Side;
use crate::fetch::{Fetch, f, tls_session};
use crate::place::Places;
use crate::record::Needs;
use crate::val::Type::*;
use crate::val::Val;
use aws_lc_rs::digest;
use tls::verify::Fault;
use tls::x509::{Cert, algorithm_name, entry, one_line, rfc2253};

/// The connection is asked when the line is written.
const TLS: Needs = Needs { tls: true, ..Needs::NONE };

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("ssl_c_ca_err", "", Int, Places::SESSION, "the error of the client's chain above its certificate").needing(TLS).does(|_, env, _| fault(env, |fault| fault.depth > 0, |fault| fault.code)),
    f("ssl_c_ca_err_depth", "", Int, Places::SESSION, "how high in the client's chain the first error was").needing(TLS).does(|_, env, _| fault(env, |fault| fault.depth > 0, |fault| fault.depth)),
    f("ssl_c_chain_der", "", Bin, Places::SESSION, "the client's chain in DER").needing(TLS).does(|_, env, _| chain(env, Side::Client)),
    f("ssl_c_der", "", Bin, Places::SESSION, "the client's certificate in DER").needing(TLS).does(|_, env, _| bin(env, Whose::Peer(Side::Client), |_, der| Some(der.to_vec()))),
    f("ssl_c_err", "", Int, Places::SESSION, "the error of the client's certificate").needing(TLS).does(|_, env, _| fault(env, |fault| fault.depth == 0, |fault| fault.code)),
    f("ssl_c_i_dn", "[string,integer,string]", Str, Places::SESSION, "the issuer of the client's certificate").needing(TLS).does(|args, env, _| dn(args, env, Whose::Peer(Side::Client), |cert| cert.issuer)),
    f("ssl_c_key_alg", "", Str, Places::SESSION, "the key's algorithm of the client's certificate").needing(TLS).does(|_, env, _| text(env, Whose::Peer(Side::Client), |cert| Some(algorithm_name(cert.key.algorithm).into_bytes()))),
    f("ssl_c_notafter", "", Str, Places::SESSION, "the end of the client's certificate").needing(TLS).does(|_, env, _| text(env, Whose::Peer(Side::Client), |cert| Some(short_date(cert.not_after_text)))),
    f("ssl_c_notbefore", "", Str, Places::SESSION, "the begin of the client's certificate").needing(TLS).does(|_, env, _| text(env, Whose::Peer(Side::Client), |cert| Some(short_date(cert.not_before_text)))),
    f("ssl_c_policies", "[string]", Str, Places::SESSION, "the policies of the client's certificate"),
    f("ssl_c_r_dn", "[string,integer,string]", Str, Places::SESSION, "the root's name of the client's chain"),
    f("ssl_c_s_dn", "[string,integer,string]", Str, Places::SESSION, "the subject of the client's certificate").needing(TLS).does(|args, env, _| dn(args, env, Whose::Peer(Side::Client), |cert| cert.subject)),
    f("ssl_c_san", "", Str, Places::SESSION, "the alternative names of the client's certificate"),
    f("ssl_c_serial", "", Bin, Places::SESSION, "the serial number of the client's certificate").needing(TLS).does(|_, env, _| bin(env, Whose::Peer(Side::Client), |cert, _| Some(cert.serial.to_vec()))),
    f("ssl_c_sha1", "", Bin, Places::SESSION, "the SHA-1 of the client's certificate").needing(TLS).does(|_, env, _| bin(env, Whose::Peer(Side::Client), |_, der| Some(sha1(der)))),
    f("ssl_c_sig_alg", "", Str, Places::SESSION, "the signature's algorithm of the client's certificate").needing(TLS).does(|_, env, _| text(env, Whose::Peer(Side::Client), |cert| Some(algorithm_name(cert.signature_alg_oid).into_bytes()))),
    f("ssl_c_used", "", Bool, Places::SESSION, "true if the client gave a certificate").needing(TLS).does(|_, env, _| Got::one(Val::Bool(leaf(env, Side::Client).is_some()))),
    f("ssl_c_verify", "", Int, Places::SESSION, "the error of checking the client's certificate").needing(TLS).does(|_, env, _| fault(env, |_| true, |fault| fault.code)),
    f("ssl_c_version", "", Int, Places::SESSION, "the version of the client's certificate").needing(TLS).does(|_, env, _| Got::opt(with(env, Whose::Peer(Side::Client), |cert, _| Some(Val::Int(i64::from(cert.version)))))),
    f("ssl_f_der", "", Bin, Places::SESSION, "our certificate in DER").needing(TLS).does(|_, env, _| bin(env, Whose::Own, |_, der| Some(der.to_vec()))),
    f("ssl_f_i_dn", "[string,integer,string]", Str, Places::SESSION, "the issuer of our certificate").needing(TLS).does(|args, env, _| dn(args, env, Whose::Own, |cert| cert.issuer)),
    f("ssl_f_key_alg", "", Str, Places::SESSION, "the key's algorithm of our certificate").needing(TLS).does(|_, env, _| text(env, Whose::Own, |cert| Some(algorithm_name(cert.key.algorithm).into_bytes()))),
    f("ssl_f_notafter", "", Str, Places::SESSION, "the end of our certificate").needing(TLS).does(|_, env, _| text(env, Whose::Own, |cert| Some(short_date(cert.not_after_text)))),
    f("ssl_f_notbefore", "", Str, Places::SESSION, "the begin of our certificate").needing(TLS).does(|_, env, _| text(env, Whose::Own, |cert| Some(short_date(cert.not_before_text)))),
    f("ssl_f_s_dn", "[string,integer,string]", Str, Places::SESSION, "the subject of our certificate").needing(TLS).does(|args, env, _| dn(args, env, Whose::Own, |cert| cert.subject)),
    f("ssl_f_serial", "", Bin, Places::SESSION, "the serial number of our certificate").needing(TLS).does(|_, env, _| bin(env, Whose::Own, |cert, _| Some(cert.serial.to_vec()))),
    f("ssl_f_sha1", "", Bin, Places::SESSION, "the SHA-1 of our certificate").needing(TLS).does(|_, env, _| bin(env, Whose::Own, |_, der| Some(sha1(der)))),
    f("ssl_f_sig_alg", "", Str, Places::SESSION, "the signature's algorithm of our certificate").needing(TLS).does(|_, env, _| text(env, Whose::Own, |cert| Some(algorithm_name(cert.signature_alg_oid).into_bytes()))),
    f("ssl_f_version", "", Int, Places::SESSION, "the version of our certificate").needing(TLS).does(|_, env, _| Got::opt(with(env, Whose::Own, |cert, _| Some(Val::Int(i64::from(cert.version)))))),
    f("ssl_s_chain_der", "", Bin, Places::SESSION, "the server's chain in DER").needing(TLS).does(|_, env, _| chain(env, Side::Server)),
    f("ssl_s_der", "", Bin, Places::SESSION, "the server's certificate in DER").needing(TLS).does(|_, env, _| bin(env, Whose::Peer(Side::Server), |_, der| Some(der.to_vec()))),
    f("ssl_s_i_dn", "[string,integer,string]", Str, Places::SESSION, "the issuer of the server's certificate").needing(TLS).does(|args, env, _| dn(args, env, Whose::Peer(Side::Server), |cert| cert.issuer)),
    f("ssl_s_key_alg", "", Str, Places::SESSION, "the key's algorithm of the server's certificate").needing(TLS).does(|_, env, _| text(env, Whose::Peer(Side::Server), |cert| Some(algorithm_name(cert.key.algorithm).into_bytes()))),
    f("ssl_s_notafter", "", Str, Places::SESSION, "the end of the server's certificate").needing(TLS).does(|_, env, _| text(env, Whose::Peer(Side::Server), |cert| Some(short_date(cert.not_after_text)))),
    f("ssl_s_notbefore", "", Str, Places::SESSION, "the begin of the server's certificate").needing(TLS).does(|_, env, _| text(env, Whose::Peer(Side::Server), |cert| Some(short_date(cert.not_before_text)))),
    f("ssl_s_s_dn", "[string,integer,string]", Str, Places::SESSION, "the subject of the server's certificate").needing(TLS).does(|args, env, _| dn(args, env, Whose::Peer(Side::Server), |cert| cert.subject)),
    f("ssl_s_serial", "", Bin, Places::SESSION, "the serial number of the server's certificate").needing(TLS).does(|_, env, _| bin(env, Whose::Peer(Side::Server), |cert, _| Some(cert.serial.to_vec()))),
    f("ssl_s_sha1", "", Bin, Places::SESSION, "the SHA-1 of the server's certificate").needing(TLS).does(|_, env, _| bin(env, Whose::Peer(Side::Server), |_, der| Some(sha1(der)))),
    f("ssl_s_sig_alg", "", Str, Places::SESSION, "the signature's algorithm of the server's certificate").needing(TLS).does(|_, env, _| text(env, Whose::Peer(Side::Server), |cert| Some(algorithm_name(cert.signature_alg_oid).into_bytes()))),
    f("ssl_s_version", "", Int, Places::SESSION, "the version of the server's certificate").needing(TLS).does(|_, env, _| Got::opt(with(env, Whose::Peer(Side::Server), |cert, _| Some(Val::Int(i64::from(cert.version)))))),
];

/// Whose certificate.
#[derive(Clone, Copy)]
enum Whose {
    Peer(Side),
    /// The one that we showed the client.
    Own,
}

fn leaf<'a>(env: &'a Env<'a>, side: Side) -> Option<&'a [u8]> {
    tls_session::at(env, side)?.peer_chain.first().map(|cert| &cert[..])
}

/// What `look` finds in a certificate.
fn with<'a, R>(env: &'a Env<'a>, whose: Whose, look: impl FnOnce(&Cert<'_>, &[u8]) -> Option<R>) -> Option<R> {
    match whose {
        Whose::Peer(side) => {
            let der = leaf(env, side)?;
            look(&Cert::parse(der).ok()?, der)
        }
        Whose::Own => {
            let der = env.facts?.own_cert()?;
            look(&Cert::parse(&der).ok()?, &der)
        }
    }
}

fn bin<'a>(env: &'a Env<'a>, whose: Whose, look: impl FnOnce(&Cert<'_>, &[u8]) -> Option<Vec<u8>>) -> Got<'a> {
    let found = with(env, whose, |cert, der| env.scratch.copy(&look(cert, der)?));
    Got::opt(found.map(Val::Bin))
}

fn text<'a>(env: &'a Env<'a>, whose: Whose, look: impl FnOnce(&Cert<'_>) -> Option<Vec<u8>>) -> Got<'a> {
    let found = with(env, whose, |cert, _| env.scratch.copy(&look(cert)?));
    Got::opt(found.map(Val::Str))
}

/// The whole of a name, or one of its entries; the third argument is the form.
fn dn<'a>(args: &'a Args, env: &'a Env<'a>, whose: Whose, of: for<'x> fn(&Cert<'x>) -> &'x [u8]) -> Got<'a> {
    let label = args.str(0).and_then(|label| core::str::from_utf8(label).ok()).filter(|label| !label.is_empty());
    let nth = args.int(1).unwrap_or(0);
    let for_ldap = args.str(2) == Some(b"rfc2253");
    let found = with(env, whose, |cert, _| {
        let name = of(cert);
        match label {
            Some(label) => env.scratch.copy(entry(name, label, nth)?),
            None if for_ldap => env.scratch.copy(&rfc2253(name)?),
            None => env.scratch.copy(&one_line(name)?),
        }
    });
    Got::opt(found.map(Val::Str))
}

/// `YYMMDDhhmmss[Z]`: a year of four digits loses the first two.
fn short_date(text: &[u8]) -> Vec<u8> {
    let from = if text.len() > "YYMMDDhhmmssZ".len() { 2 } else { 0 };
    text[from..].to_vec()
}

fn sha1(der: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref().to_vec()
}

fn chain<'a>(env: &'a Env<'a>, side: Side) -> Got<'a> {
    let Some(found) = tls_session::at(env, side).filter(|t| !t.resumed && !t.peer_chain.is_empty()) else {
        return Got::Absent;
    };
    let all: Vec<u8> = found.peer_chain.iter().flat_map(|cert| cert.iter().copied()).collect();
    Got::opt(env.scratch.copy(&all).map(Val::Bin))
}

/// The first fault of a kind; 0 without one.
fn fault<'a>(env: &'a Env<'a>, which: impl Fn(&Fault) -> bool, what: impl FnOnce(&Fault) -> u8) -> Got<'a> {
    let Some(facts) = env.facts else { return Got::Absent };
    if facts.tls(Side::Client).is_none() {
        return Got::Absent;
    }
    let faults = facts.client_faults();
    let found = faults.iter().find(|fault| which(fault)).map_or(0, what);
    Got::one(Val::Int(i64::from(found)))
}
