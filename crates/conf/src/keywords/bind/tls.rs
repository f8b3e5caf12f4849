//! How TLS is spoken with clients. Without `ssl` these have no effect, as documented.

use super::{later, listed, now};
use crate::build::BindB;
use crate::cx::Cx;
use crate::keyword::{Arity, Gate, Keyword};
use crate::keywords::tls;

pub static SSL: Keyword<BindB> =
    now("ssl", Arity::NONE, "1.5", "Speaks TLS with clients.", |_, bind| bind.tls.ssl = true);

pub static ALLOW_0RTT: Keyword<BindB> =
    listed(later("allow-0rtt", Arity::NONE, "1.8", "Takes early data of TLS 1.3.", |_, bind| {
        bind.tls.conf.allow_0rtt = true
    }));

pub static ALPN: Keyword<BindB> =
    listed(now("alpn", tls::PROTOCOLS, "1.5", "Protocols that clients may choose from.", |cx, bind| {
        if let Some(protocols) = tls::protocols(cx) {
            bind.tls.conf.alpn = Some(protocols);
        }
    }));

pub static NO_ALPN: Keyword<BindB> =
    listed(now("no-alpn", Arity::NONE, "2.8", "Lets clients choose no protocol.", |_, bind| {
        bind.tls.conf.alpn = Some(Vec::new())
    }));

pub static NPN: Keyword<BindB> =
    listed(now("npn", tls::PROTOCOLS, "1.5", "Protocols offered by ALPN's predecessor.", |cx, bind| {
        if let Some(protocols) = tls::protocols(cx) {
            bind.tls.conf.npn = Some(protocols);
        }
    }));

pub static CIPHERS: Keyword<BindB> =
    listed(now("ciphers", tls::TEXT, "1.5", "Ciphers up to TLS 1.2.", |cx, bind| text(cx, &mut bind.tls.conf.ciphers)));

pub static CIPHERSUITES: Keyword<BindB> =
    listed(now("ciphersuites", tls::TEXT, "1.8", "Cipher suites of TLS 1.3.", |cx, bind| {
        text(cx, &mut bind.tls.conf.ciphersuites)
    }));

pub static CURVES: Keyword<BindB> =
    listed(now("curves", tls::TEXT, "1.8", "Groups for the exchange of keys.", |cx, bind| {
        text(cx, &mut bind.tls.conf.curves)
    }));

pub static ECDHE: Keyword<BindB> =
    listed(now("ecdhe", tls::TEXT, "1.5", "The one curve for the exchange of keys.", |cx, bind| {
        text(cx, &mut bind.tls.conf.ecdhe)
    }));

pub static SIGALGS: Keyword<BindB> =
    listed(now("sigalgs", tls::TEXT, "2.8", "Algorithms of signatures.", |cx, bind| {
        text(cx, &mut bind.tls.conf.sigalgs)
    }));

pub static CLIENT_SIGALGS: Keyword<BindB> =
    listed(now("client-sigalgs", tls::TEXT, "2.8", "Algorithms of clients' signatures.", |cx, bind| {
        text(cx, &mut bind.tls.conf.client_sigalgs)
    }));

pub static KTLS: Keyword<BindB> = Keyword {
    gate: Gate::Experimental,
    ..listed(later("ktls", tls::ON_OFF, "3.3", "Leaves encryption to the kernel.", |cx, bind| {
        bind.tls.conf.ktls = cx.on_off(0).or(bind.tls.conf.ktls);
    }))
};

pub static PREFER_CLIENT_CIPHERS: Keyword<BindB> =
    now("prefer-client-ciphers", Arity::NONE, "1.8", "Clients choose the cipher.", |_, bind| {
        bind.tls.prefer_client_ciphers = true;
    });

pub static TLS_TICKETS: Keyword<BindB> =
    now("tls-tickets", Arity::NONE, "3.2", "Resumes sessions by tickets, as is the default.", |_, bind| {
        bind.tls.tickets = Some(true);
    });

pub static NO_TLS_TICKETS: Keyword<BindB> =
    now("no-tls-tickets", Arity::NONE, "1.5", "Resumes no session by a ticket.", |_, bind| {
        bind.tls.tickets = Some(false);
    });

fn text(cx: &mut Cx<'_>, slot: &mut Option<Box<str>>) {
    if let Some(text) = cx.string(0) {
        *slot = Some(text);
    }
}
