//! How TLS is spoken with a server. Without `ssl` and `check-ssl` these have no effect, as documented.

use super::{later, now};
use crate::build::ServerB;
use crate::keyword::{Arity, Gate, Keyword};
use crate::keywords::tls;

pub static SSL: Keyword<ServerB> =
    now("ssl", Arity::NONE, "1.5", "Speaks TLS with the server.", |_, server| server.tls().ssl = true);

pub static NO_SSL: Keyword<ServerB> = now("no-ssl", Arity::NONE, "1.8", "Undoes 'ssl'.", |_, server| {
    if server.spec.tls.is_some() {
        server.tls().ssl = false;
    }
});

pub static ALLOW_0RTT: Keyword<ServerB> =
    later("allow-0rtt", Arity::NONE, "1.8", "Sends early data of TLS 1.3.", |_, server| {
        server.tls().conf.allow_0rtt = true;
    });

pub static ALPN: Keyword<ServerB> =
    now("alpn", tls::PROTOCOLS, "1.8", "Protocols that the server may choose from.", |cx, server| {
        if let Some(protocols) = tls::protocols(cx) {
            server.tls().conf.alpn = Some(protocols);
        }
    });

pub static NPN: Keyword<ServerB> =
    now("npn", tls::PROTOCOLS, "1.8", "Protocols offered by ALPN's predecessor.", |cx, server| {
        if let Some(protocols) = tls::protocols(cx) {
            server.tls().conf.npn = Some(protocols);
        }
    });

pub static CIPHERS: Keyword<ServerB> = now("ciphers", tls::TEXT, "1.5", "Ciphers up to TLS 1.2.", |cx, server| {
    let text = cx.string(0);
    server.tls().conf.ciphers = text;
});

pub static CIPHERSUITES: Keyword<ServerB> =
    now("ciphersuites", tls::TEXT, "1.8", "Cipher suites of TLS 1.3.", |cx, server| {
        let text = cx.string(0);
        server.tls().conf.ciphersuites = text;
    });

pub static CURVES: Keyword<ServerB> =
    now("curves", tls::TEXT, "3.0", "Groups for the exchange of keys.", |cx, server| {
        let text = cx.string(0);
        server.tls().conf.curves = text;
    });

pub static SIGALGS: Keyword<ServerB> = now("sigalgs", tls::TEXT, "3.0", "Algorithms of signatures.", |cx, server| {
    let text = cx.string(0);
    server.tls().conf.sigalgs = text;
});

pub static CLIENT_SIGALGS: Keyword<ServerB> =
    later("client-sigalgs", tls::TEXT, "3.0", "Algorithms of our own signatures.", |cx, server| {
        let text = cx.string(0);
        server.tls().conf.client_sigalgs = text;
    });

pub static KTLS: Keyword<ServerB> = Keyword {
    gate: Gate::Experimental,
    ..later("ktls", tls::ON_OFF, "3.3", "Leaves encryption to the kernel.", |cx, server| {
        if let Some(on) = cx.on_off(0) {
            server.tls().conf.ktls = Some(on);
        }
    })
};

pub static RENEGOTIATE: Keyword<ServerB> =
    now("renegotiate", Arity::NONE, "3.2", "The server may negotiate anew (RFC 5746).", |_, server| {
        server.tls().renegotiate = Some(true);
    });

pub static NO_RENEGOTIATE: Keyword<ServerB> =
    now("no-renegotiate", Arity::NONE, "3.2", "The server may not.", |_, server| {
        server.tls().renegotiate = Some(false);
    });

pub static SSL_REUSE: Keyword<ServerB> =
    now("ssl-reuse", Arity::NONE, "1.8", "Resumes sessions, as is the default.", |_, server| {
        server.tls().reuse = true;
    });

pub static NO_SSL_REUSE: Keyword<ServerB> =
    now("no-ssl-reuse", Arity::NONE, "1.5", "Resumes no session.", |_, server| server.tls().reuse = false);

pub static TLS_TICKETS: Keyword<ServerB> =
    now("tls-tickets", Arity::NONE, "1.8", "Resumes sessions by tickets, as is the default.", |_, server| {
        server.tls().tickets = Some(true);
    });

pub static NO_TLS_TICKETS: Keyword<ServerB> =
    now("no-tls-tickets", Arity::NONE, "1.5", "Resumes no session by a ticket.", |_, server| {
        server.tls().tickets = Some(false);
    });
