//! TLS of health checks.

use super::{later, now};
use crate::build::ServerB;
use crate::keyword::{Arity, Keyword};
use crate::keywords::tls;

pub static CHECK_SSL: Keyword<ServerB> =
    now("check-ssl", Arity::NONE, "1.5", "Checks speak TLS.", |_, server| server.tls().check = true);

pub static NO_CHECK_SSL: Keyword<ServerB> =
    now("no-check-ssl", Arity::NONE, "1.8", "Undoes 'check-ssl'.", |_, server| {
        if server.spec.tls.is_some() {
            server.tls().check = false;
        }
    });

pub static CHECK_ALPN: Keyword<ServerB> =
    now("check-alpn", tls::PROTOCOLS, "1.9", "Protocols that checks offer.", |cx, server| {
        if let Some(protocols) = tls::protocols(cx) {
            server.tls().check_alpn = Some(protocols);
        }
    });

pub static CHECK_SNI: Keyword<ServerB> =
    now("check-sni", Arity::exactly(1, "<sni>"), "1.8", "Name that checks ask for.", |cx, server| {
        if let Some(name) = cx.string(0) {
            server.tls().check_sni = Some(name);
        }
    });

pub static CHECK_SNI_AUTO: Keyword<ServerB> =
    later("check-sni-auto", Arity::NONE, "3.3", "Checks ask for the host that they name.", |_, server| {
        server.tls().check_sni_auto = true;
    });

pub static NO_CHECK_SNI_AUTO: Keyword<ServerB> =
    later("no-check-sni-auto", Arity::NONE, "3.3", "Undoes 'check-sni-auto'.", |_, server| {
        server.tls().check_sni_auto = false;
    });
