//! Options of `server` and `default-server` lines (manual 5.2).

use crate::build::ServerB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};

mod address;
mod agent;
mod check;
mod check_tls;
mod dns;
mod health;
mod http;
mod limits;
mod name;
mod pool;
mod proxy_header;
mod proxy_v2;
mod source;
mod state;
mod tcp;
mod tls;
mod tls_names;
mod versions;

pub static ITEMS: &[&Keyword<ServerB>] = &[
    &address::INIT_ADDR,
    &address::SOCKS4,
    &agent::AGENT_ADDR,
    &agent::AGENT_CHECK,
    &agent::AGENT_INTER,
    &agent::AGENT_PORT,
    &agent::AGENT_SEND,
    &agent::NO_AGENT_CHECK,
    &check::ADDR,
    &check::CHECK,
    &check::CHECK_POOL_CONN_NAME,
    &check::CHECK_PROTO,
    &check::CHECK_REUSE_POOL,
    &check::CHECK_SEND_PROXY,
    &check::CHECK_VIA_SOCKS4,
    &check::DOWNINTER,
    &check::FALL,
    &check::FASTINTER,
    &check::HEALTHCHECK,
    &check::INTER,
    &check::NO_CHECK,
    &check::NO_CHECK_REUSE_POOL,
    &check::NO_CHECK_SEND_PROXY,
    &check::PORT,
    &check::RISE,
    &check_tls::CHECK_ALPN,
    &check_tls::CHECK_SNI,
    &check_tls::CHECK_SNI_AUTO,
    &check_tls::CHECK_SSL,
    &check_tls::NO_CHECK_SNI_AUTO,
    &check_tls::NO_CHECK_SSL,
    &dns::RESOLVERS,
    &dns::RESOLVE_NET,
    &dns::RESOLVE_OPTS,
    &dns::RESOLVE_PREFER,
    &health::ERROR_LIMIT,
    &health::INIT_STATE,
    &health::OBSERVE,
    &health::ON_ERROR,
    &health::ON_MARKED_DOWN,
    &health::ON_MARKED_UP,
    &health::TRACK,
    &http::COOKIE,
    &http::HASH_KEY,
    &http::LOG_BUFSIZE,
    &http::LOG_PROTO,
    &http::NON_STICK,
    &http::PROTO,
    &http::QUIC_CC_ALGO,
    &http::REDIR,
    &http::SHARD,
    &http::STICK,
    &http::WS,
    &limits::MAXCONN,
    &limits::MAXQUEUE,
    &limits::MINCONN,
    &limits::SLOWSTART,
    &limits::STRICT_MAXCONN,
    &limits::WEIGHT,
    &name::GUID,
    &name::ID,
    &pool::IDLE_PING,
    &pool::MAX_REUSE,
    &pool::POOL_CONN_NAME,
    &pool::POOL_LOW_CONN,
    &pool::POOL_MAX_CONN,
    &pool::POOL_PURGE_DELAY,
    &proxy_header::NO_SEND_PROXY,
    &proxy_header::NO_SEND_PROXY_V2,
    &proxy_header::SEND_PROXY,
    &proxy_header::SEND_PROXY_V2,
    &proxy_v2::NO_SEND_PROXY_V2_SSL,
    &proxy_v2::NO_SEND_PROXY_V2_SSL_CN,
    &proxy_v2::PROXY_V2_OPTIONS,
    &proxy_v2::SEND_PROXY_V2_SSL,
    &proxy_v2::SEND_PROXY_V2_SSL_CN,
    &proxy_v2::SET_PROXY_V2_TLV_FMT,
    &source::SOURCE,
    &source::USESRC,
    &state::BACKUP,
    &state::DISABLED,
    &state::ENABLED,
    &state::NO_BACKUP,
    &tcp::CC,
    &tcp::NAMESPACE,
    &tcp::NO_TFO,
    &tcp::TCP_MD5SIG,
    &tcp::TCP_UT,
    &tcp::TFO,
    &tls::ALLOW_0RTT,
    &tls::ALPN,
    &tls::CIPHERS,
    &tls::CIPHERSUITES,
    &tls::CLIENT_SIGALGS,
    &tls::CURVES,
    &tls::KTLS,
    &tls::NO_RENEGOTIATE,
    &tls::NO_SSL,
    &tls::NO_SSL_REUSE,
    &tls::NO_TLS_TICKETS,
    &tls::NPN,
    &tls::RENEGOTIATE,
    &tls::SIGALGS,
    &tls::SSL,
    &tls::SSL_REUSE,
    &tls::TLS_TICKETS,
    &tls_names::CA_FILE,
    &tls_names::CRL_FILE,
    &tls_names::CRT,
    &tls_names::NO_SNI_AUTO,
    &tls_names::NO_VERIFYHOST,
    &tls_names::SNI,
    &tls_names::SNI_AUTO,
    &tls_names::VERIFY,
    &tls_names::VERIFYHOST,
    &versions::FORCE_SSLV3,
    &versions::FORCE_TLSV10,
    &versions::FORCE_TLSV11,
    &versions::FORCE_TLSV12,
    &versions::FORCE_TLSV13,
    &versions::NO_SSLV3,
    &versions::NO_TLSV10,
    &versions::NO_TLSV11,
    &versions::NO_TLSV12,
    &versions::NO_TLSV13,
    &versions::SSL_MAX_VER,
    &versions::SSL_MIN_VER,
];

/// An option that is read and not acted upon yet.
const fn later(
    name: &'static str,
    args: Arity,
    since: &'static str,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ServerB),
) -> Keyword<ServerB> {
    Keyword { status: Status::Parsed, ..now(name, args, since, doc, parse) }
}

/// An option that works, or that undoes one.
const fn now(
    name: &'static str,
    args: Arity,
    since: &'static str,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ServerB),
) -> Keyword<ServerB> {
    Keyword { name, args, since, doc, manual: "5.2", ..Keyword::plain(parse) }
}

/// One that `default-server` lines can't have.
const fn on_servers(keyword: Keyword<ServerB>) -> Keyword<ServerB> {
    Keyword { places: Places::SERVER_ONLY, ..keyword }
}
