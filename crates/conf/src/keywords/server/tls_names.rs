//! Who the server must be, and who we are.

use super::now;
use crate::build::ServerB;
use crate::keyword::{Arity, Keyword};
use crate::keywords::tls;
use crate::spec::{CertUse, Sourced};
use expr::Place;

pub static VERIFY: Keyword<ServerB> = now(
    "verify",
    Arity::exactly(1, "'none' or 'required'"),
    "1.5",
    "Whether the server's certificate must be right.",
    |cx, server| {
        if let Some(verify) = tls::verify(cx, false) {
            server.tls().conf.verify = Some(verify);
        }
    },
);

pub static CA_FILE: Keyword<ServerB> = now("ca-file", tls::PATH, "1.5", "CAs that verify the server.", |cx, server| {
    let file = tls::file(cx);
    server.tls().conf.ca_file = file;
});

pub static CRL_FILE: Keyword<ServerB> =
    now("crl-file", tls::PATH, "1.5", "Servers' certificates that were revoked.", |cx, server| {
        let file = tls::file(cx);
        server.tls().conf.crl_file = file;
    });

pub static CRT: Keyword<ServerB> =
    now("crt", tls::PATH, "1.5", "Our certificate and its key, if the server asks.", |cx, server| {
        if let Some(name) = cx.bytes(0) {
            server.tls().cert = Some(CertUse { name, at: cx.at(0), is_default: false, found: Vec::new() });
        }
    });

pub static SNI: Keyword<ServerB> =
    now("sni", Arity::exactly(1, "<expression>"), "1.6", "Name of the host that is asked for.", |cx, server| {
        if cx.expr(0, Place::ServerSource).is_some() {
            server.tls().sni = Some(Sourced { words: vec![cx.text(0).into()], at: cx.at(0) });
        }
    });

pub static SNI_AUTO: Keyword<ServerB> =
    now("sni-auto", Arity::NONE, "3.3", "Asks for the request's host, as is the default.", |_, server| {
        server.tls().sni_auto = true;
    });

pub static NO_SNI_AUTO: Keyword<ServerB> =
    now("no-sni-auto", Arity::NONE, "3.3", "Doesn't ask for the request's host.", |_, server| {
        server.tls().sni_auto = false;
    });

pub static VERIFYHOST: Keyword<ServerB> =
    now("verifyhost", Arity::exactly(1, "<hostname>"), "1.5", "Name that must be in the certificate.", |cx, server| {
        if let Some(name) = cx.string(0) {
            server.tls().verifyhost = Some(name);
        }
    });

pub static NO_VERIFYHOST: Keyword<ServerB> =
    now("no-verifyhost", Arity::NONE, "1.8", "Undoes 'verifyhost'.", |_, server| {
        if server.spec.tls.is_some() {
            server.tls().verifyhost = None;
        }
    });
