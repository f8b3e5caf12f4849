//! Files: certificates, CAs, keys. They are looked at after the last line, when `crt-base` and all stores are known.

use super::{later, listed, now};
use crate::build::BindB;
use crate::cx::Cx;
use crate::keyword::{Arity, Gate, Keyword};
use crate::keywords::tls;
use crate::spec::{CertUse, CrtList, TicketKeys};

pub static CRT: Keyword<BindB> =
    now("crt", tls::PATH, "1.5", "A certificate and its key, or a directory of them.", |cx, bind| {
        cert(cx, bind, false)
    });

pub static DEFAULT_CRT: Keyword<BindB> =
    now("default-crt", tls::PATH, "3.1", "The same, for clients that name no known host.", |cx, bind| {
        cert(cx, bind, true)
    });

pub static CRT_LIST: Keyword<BindB> =
    now("crt-list", tls::PATH, "1.5", "A file that lists certificates, their options and names.", |cx, bind| {
        if let Some(path) = cx.bytes(0) {
            bind.tls.lists.push(CrtList { path, at: cx.at(0), lines: Vec::new() });
        }
    });

pub static CA_FILE: Keyword<BindB> =
    listed(now("ca-file", tls::PATH, "1.5", "CAs that verify clients and are told to them.", |cx, bind| {
        bind.tls.conf.ca_file = tls::file(cx);
    }));

pub static CA_VERIFY_FILE: Keyword<BindB> =
    listed(now("ca-verify-file", tls::PATH, "2.2", "CAs that verify clients and aren't told to them.", |cx, bind| {
        bind.tls.conf.ca_verify_file = tls::file(cx);
    }));

pub static CRL_FILE: Keyword<BindB> =
    listed(now("crl-file", tls::PATH, "1.5", "Clients' certificates that were revoked.", |cx, bind| {
        bind.tls.conf.crl_file = tls::file(cx);
    }));

pub static CA_SIGN_FILE: Keyword<BindB> =
    later("ca-sign-file", tls::PATH, "1.6", "CA and key that sign generated certificates.", |cx, bind| {
        bind.tls.ca_sign_file = tls::file(cx);
    });

pub static CA_SIGN_PASS: Keyword<BindB> =
    later("ca-sign-pass", tls::TEXT, "1.6", "Passphrase of that key.", |cx, bind| {
        bind.tls.ca_sign_pass = cx.bytes(0);
    });

pub static GENERATE_CERTIFICATES: Keyword<BindB> =
    later("generate-certificates", Arity::NONE, "1.6", "Makes certificates for names that have none.", |_, bind| {
        bind.tls.generate_certificates = true;
    });

pub static TLS_TICKET_KEYS: Keyword<BindB> =
    now("tls-ticket-keys", tls::PATH, "1.6", "File with the keys of session tickets.", |cx, bind| {
        bind.tls.ticket_keys = tls::file(cx).map(|file| TicketKeys { file, keys: Vec::new() });
    });

pub static ECH: Keyword<BindB> = Keyword {
    gate: Gate::Experimental,
    ..later("ech", tls::PATH, "3.3", "Directory with keys of Encrypted Client Hello.", |cx, bind| {
        bind.tls.ech = tls::file(cx);
    })
};

fn cert(cx: &mut Cx<'_>, bind: &mut BindB, is_default: bool) {
    if let Some(name) = cx.bytes(0) {
        bind.tls.certs.push(CertUse { name, at: cx.at(0), is_default, found: Vec::new() });
    }
}
