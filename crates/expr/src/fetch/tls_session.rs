//! TLS at either side (manual 7.3.4).

use crate::env::Env;
use crate::expr::Got;
use crate::facts::Side;
use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::record::Needs;
use crate::val::Type::*;
use crate::val::Val;

/// The connection is asked when the line is written.
const TLS: Needs = Needs { tls: true, ..Needs::NONE };

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("ssl_bc", "", Bool, Places::RESPONSE_OR_LOG, "true if the server's connection is TLS").needing(TLS).does(|_, env, _| Got::one(Val::Bool(at(env, Side::Server).is_some()))),
    f("ssl_bc_alg_keysize", "", Int, Places::RESPONSE_OR_LOG, "the key size of the server side's cipher in bits").needing(TLS).does(|_, env, _| bits(at(env, Side::Server))),
    f("ssl_bc_alpn", "", Str, Places::RESPONSE_OR_LOG, "the protocol that ALPN chose at the server's side").needing(TLS).does(|_, env, _| text(at(env, Side::Server).and_then(|t| t.alpn))),
    f("ssl_bc_cipher", "", Str, Places::RESPONSE_OR_LOG, "the cipher suite at the server's side").needing(TLS).does(|_, env, _| text(at(env, Side::Server).and_then(|t| t.cipher).map(|(name, _)| name.as_bytes()))),
    f("ssl_bc_client_early_traffic_secret", "", Str, Places::SESSION, "our early traffic secret at the server's side"),
    f("ssl_bc_client_handshake_traffic_secret", "", Str, Places::SESSION, "our handshake traffic secret at the server's side"),
    f("ssl_bc_client_random", "", Bin, Places::RESPONSE_OR_LOG, "our random at the server's side"),
    f("ssl_bc_client_traffic_secret_0", "", Str, Places::SESSION, "our traffic secret at the server's side"),
    f("ssl_bc_curve", "", Str, Places::RESPONSE_OR_LOG, "the group of the key exchange at the server's side").needing(TLS).does(|_, env, _| text(at(env, Side::Server).and_then(|t| t.group).map(str::as_bytes))),
    f("ssl_bc_early_exporter_secret", "", Str, Places::SESSION, "the early exporter secret at the server's side"),
    f("ssl_bc_err", "", Int, Places::RESPONSE_OR_LOG, "the number of the TLS error at the server's side").needing(TLS).does(|_, env, _| error(env, Side::Server)),
    f("ssl_bc_err_str", "", Str, Places::RESPONSE_OR_LOG, "the TLS error at the server's side in words").needing(TLS).does(|_, env, _| error_text(env, Side::Server)),
    f("ssl_bc_exporter_secret", "", Str, Places::SESSION, "the exporter secret at the server's side"),
    f("ssl_bc_is_resumed", "", Bool, Places::RESPONSE_OR_LOG, "true if the server's session was resumed").needing(TLS).does(|_, env, _| Got::one(Val::Bool(at(env, Side::Server).is_some_and(|t| t.resumed)))),
    f("ssl_bc_npn", "", Str, Places::RESPONSE_OR_LOG, "the protocol that NPN chose at the server's side").needing(TLS).does(|_, _, _| Got::Absent),
    f("ssl_bc_protocol", "", Str, Places::RESPONSE_OR_LOG, "the TLS version at the server's side").needing(TLS).does(|_, env, _| text(at(env, Side::Server).and_then(|t| t.version).map(str::as_bytes))),
    f("ssl_bc_server_handshake_traffic_secret", "", Str, Places::SESSION, "the server's handshake traffic secret"),
    f("ssl_bc_server_random", "", Bin, Places::RESPONSE_OR_LOG, "the server's random"),
    f("ssl_bc_server_traffic_secret_0", "", Str, Places::SESSION, "the server's traffic secret"),
    f("ssl_bc_session_id", "", Bin, Places::RESPONSE_OR_LOG, "the session's id at the server's side"),
    f("ssl_bc_session_key", "", Bin, Places::RESPONSE_OR_LOG, "the session's master key at the server's side"),
    f("ssl_bc_sni", "", Str, Places::RESPONSE_OR_LOG, "the server name that we sent").needing(TLS).does(|_, env, _| text(at(env, Side::Server).and_then(|t| t.server_name).map(str::as_bytes))),
    f("ssl_bc_unique_id", "", Bin, Places::RESPONSE_OR_LOG, "the unique id of the server's TLS session").needing(TLS).does(|_, _, _| Got::Absent),
    f("ssl_bc_use_keysize", "", Int, Places::RESPONSE_OR_LOG, "the used key size of the server side's cipher in bits").needing(TLS).does(|_, env, _| bits(at(env, Side::Server))),
    f("ssl_fc", "", Bool, Places::SESSION, "true if the client's connection is TLS").needing(TLS).does(|_, env, _| Got::one(Val::Bool(at(env, Side::Client).is_some()))),
    f("ssl_fc_alg_keysize", "", Int, Places::SESSION, "the key size of the client side's cipher in bits").needing(TLS).does(|_, env, _| bits(at(env, Side::Client))),
    f("ssl_fc_alpn", "", Str, Places::SESSION, "the protocol that ALPN chose at the client's side").needing(TLS).does(|_, env, _| text(at(env, Side::Client).and_then(|t| t.alpn))),
    f("ssl_fc_cipher", "", Str, Places::SESSION, "the cipher suite at the client's side").needing(TLS).does(|_, env, _| text(at(env, Side::Client).and_then(|t| t.cipher).map(|(name, _)| name.as_bytes()))),
    f("ssl_fc_cipherlist_bin", "[integer]", Str, Places::SESSION, "the client's cipher suites in binary form"),
    f("ssl_fc_cipherlist_hex", "[integer]", Bin, Places::SESSION, "the client's cipher suites in hexadecimal"),
    f("ssl_fc_cipherlist_str", "[integer]", Str, Places::SESSION, "the client's cipher suites by name"),
    f("ssl_fc_cipherlist_xxh", "", Int, Places::SESSION, "a hash of the client's cipher suites"),
    f("ssl_fc_client_early_traffic_secret", "", Str, Places::SESSION, "the client's early traffic secret"),
    f("ssl_fc_client_handshake_traffic_secret", "", Str, Places::SESSION, "the client's handshake traffic secret"),
    f("ssl_fc_client_random", "", Bin, Places::SESSION, "the client's random"),
    f("ssl_fc_client_traffic_secret_0", "", Str, Places::SESSION, "the client's traffic secret"),
    f("ssl_fc_crtname", "", Str, Places::SESSION, "the name of the certificate that we chose"),
    f("ssl_fc_curve", "", Str, Places::SESSION, "the group of the key exchange at the client's side").needing(TLS).does(|_, env, _| text(at(env, Side::Client).and_then(|t| t.group).map(str::as_bytes))),
    f("ssl_fc_early_exporter_secret", "", Str, Places::SESSION, "the early exporter secret at the client's side"),
    f("ssl_fc_early_rcvd", "", Bool, Places::SESSION, "true if early data has come from the client"),
    f("ssl_fc_ecformats_bin", "", Str, Places::SESSION, "the client's point formats"),
    f("ssl_fc_eclist_bin", "[integer]", Str, Places::SESSION, "the client's groups"),
    f("ssl_fc_err", "", Int, Places::SESSION, "the number of the TLS error at the client's side").needing(TLS).does(|_, env, _| error(env, Side::Client)),
    f("ssl_fc_err_str", "", Str, Places::SESSION, "the TLS error at the client's side in words").needing(TLS).does(|_, env, _| error_text(env, Side::Client)),
    f("ssl_fc_exporter_secret", "", Str, Places::SESSION, "the exporter secret at the client's side"),
    f("ssl_fc_extlist_bin", "[integer]", Str, Places::SESSION, "the extensions of the client's hello"),
    f("ssl_fc_has_crt", "", Bool, Places::SESSION, "true if the client gave a certificate in this connection").needing(TLS).does(|_, env, _| Got::one(Val::Bool(at(env, Side::Client).is_some_and(|t| !t.resumed && !t.peer_chain.is_empty())))),
    f("ssl_fc_has_early", "", Bool, Places::SESSION, "true while early data isn't confirmed by the handshake"),
    f("ssl_fc_has_sni", "", Bool, Places::SESSION, "true if the client named a server").needing(TLS).does(|_, env, _| Got::one(Val::Bool(at(env, Side::Client).is_some_and(|t| t.server_name.is_some())))),
    f("ssl_fc_is_resumed", "", Bool, Places::SESSION, "true if the client's session was resumed").needing(TLS).does(|_, env, _| Got::one(Val::Bool(at(env, Side::Client).is_some_and(|t| t.resumed)))),
    f("ssl_fc_npn", "", Str, Places::SESSION, "the protocol that NPN chose at the client's side").needing(TLS).does(|_, _, _| Got::Absent),
    f("ssl_fc_protocol", "", Str, Places::SESSION, "the TLS version at the client's side").needing(TLS).does(|_, env, _| text(at(env, Side::Client).and_then(|t| t.version).map(str::as_bytes))),
    f("ssl_fc_protocol_hello_id", "", Int, Places::SESSION, "the version number in the client's hello"),
    f("ssl_fc_server_handshake_traffic_secret", "", Str, Places::SESSION, "our handshake traffic secret at the client's side"),
    f("ssl_fc_server_random", "", Bin, Places::SESSION, "our random at the client's side"),
    f("ssl_fc_server_traffic_secret_0", "", Str, Places::SESSION, "our traffic secret at the client's side"),
    f("ssl_fc_session_id", "", Bin, Places::SESSION, "the session's id at the client's side"),
    f("ssl_fc_session_key", "", Bin, Places::SESSION, "the session's master key at the client's side"),
    f("ssl_fc_sigalgs_bin", "[integer]", Bin, Places::SESSION, "the client's signature algorithms"),
    f("ssl_fc_sni", "", Str, Places::SESSION, "the server name that the client sent").needing(TLS).does(|_, env, _| text(at(env, Side::Client).and_then(|t| t.server_name).map(str::as_bytes))),
    f("ssl_fc_supported_versions_bin", "[integer]", Bin, Places::SESSION, "the client's TLS versions"),
    f("ssl_fc_unique_id", "", Bin, Places::SESSION, "the unique id of the client's TLS session").needing(TLS).does(|_, _, _| Got::Absent),
    f("ssl_fc_use_keysize", "", Int, Places::SESSION, "the used key size of the client side's cipher in bits").needing(TLS).does(|_, env, _| bits(at(env, Side::Client))),
];

/// TLS of a side's connection.
pub(super) fn at<'a>(env: &'a Env<'a>, side: Side) -> Option<tls::session::Facts<'a>> {
    env.facts?.tls(side)
}

fn text(found: Option<&[u8]>) -> Got<'_> {
    Got::opt(found.map(Val::Str))
}

fn bits(found: Option<tls::session::Facts<'_>>) -> Got<'_> {
    Got::opt(found.and_then(|t| t.cipher).map(|(_, bits)| Val::Int(i64::from(bits))))
}

fn error<'a>(env: &'a Env<'a>, side: Side) -> Got<'a> {
    let Some(facts) = env.facts else { return Got::Absent };
    match facts.tls_error(side) {
        Some((number, _)) => Got::one(Val::Int(i64::from(number))),
        None => Got::opt(facts.tls(side).map(|_| Val::Int(0))),
    }
}

fn error_text<'a>(env: &'a Env<'a>, side: Side) -> Got<'a> {
    let found = env.facts.and_then(|facts| facts.tls_error(side));
    let text = found.and_then(|(number, text)| {
        let text = tls::errors::long_text(number, text);
        env.scratch.copy(text.as_bytes())
    });
    Got::opt(text.map(Val::Str))
}
