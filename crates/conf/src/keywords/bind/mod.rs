//! Options of `bind` and `stats socket` lines (manual 5.1).

use crate::build::BindB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};

mod certs;
mod cli;
mod clients;
mod listen;
mod name;
mod quic;
mod tcp;
mod thread;
mod tls;
pub mod unix;
mod versions;

pub use tcp::md5_password;

pub static ITEMS: &[&Keyword<BindB>] = &[
    &cli::EXPOSE_FD,
    &cli::LEVEL,
    &cli::SEVERITY_OUTPUT,
    &listen::ACCEPT_NETSCALER_CIP,
    &listen::ACCEPT_PROXY,
    &listen::BACKLOG,
    &listen::IDLE_PING,
    &listen::MAXCONN,
    &listen::NBCONN,
    &listen::NICE,
    &listen::PROCESS,
    &listen::PROTO,
    &listen::SHARDS,
    &name::GUID_PREFIX,
    &name::ID,
    &name::LABEL,
    &name::NAME,
    &quic::QUIC_CC_ALGO,
    &quic::QUIC_FORCE_RETRY,
    &quic::QUIC_SOCKET,
    &tcp::CC,
    &tcp::DEFER_ACCEPT,
    &tcp::INTERFACE,
    &tcp::MSS,
    &tcp::NAMESPACE,
    &tcp::TCP_MD5SIG,
    &tcp::TCP_SS,
    &tcp::TCP_UT,
    &tcp::TFO,
    &tcp::TRANSPARENT,
    &tcp::V4V6,
    &tcp::V6ONLY,
    &thread::THREAD,
    &tls::SSL,
    &unix::GID,
    &unix::GROUP,
    &unix::MODE,
    &unix::UID,
    &unix::USER,
];

/// Those of TLS, which listings show behind the word `ssl`.
pub static TLS_ITEMS: &[&Keyword<BindB>] = &[
    &certs::CA_FILE,
    &certs::CA_SIGN_FILE,
    &certs::CA_SIGN_PASS,
    &certs::CA_VERIFY_FILE,
    &certs::CRL_FILE,
    &certs::CRT,
    &certs::CRT_LIST,
    &certs::DEFAULT_CRT,
    &certs::ECH,
    &certs::GENERATE_CERTIFICATES,
    &certs::TLS_TICKET_KEYS,
    &clients::CA_IGNORE_ERR,
    &clients::CRT_IGNORE_ERR,
    &clients::NO_CA_NAMES,
    &clients::NO_STRICT_SNI,
    &clients::STRICT_SNI,
    &clients::VERIFY,
    &tls::ALLOW_0RTT,
    &tls::ALPN,
    &tls::CIPHERS,
    &tls::CIPHERSUITES,
    &tls::CLIENT_SIGALGS,
    &tls::CURVES,
    &tls::ECDHE,
    &tls::KTLS,
    &tls::NO_ALPN,
    &tls::NO_TLS_TICKETS,
    &tls::NPN,
    &tls::PREFER_CLIENT_CIPHERS,
    &tls::SIGALGS,
    &tls::TLS_TICKETS,
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

/// An option that works.
const fn now(
    name: &'static str,
    args: Arity,
    since: &'static str,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut BindB),
) -> Keyword<BindB> {
    Keyword { name, args, since, doc, manual: "5.1", ..Keyword::plain(parse) }
}

/// An option that is read and not acted upon yet.
const fn later(
    name: &'static str,
    args: Arity,
    since: &'static str,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut BindB),
) -> Keyword<BindB> {
    Keyword { status: Status::Parsed, ..now(name, args, since, doc, parse) }
}

/// The same for one that the lines of a crt-list may have as well.
const fn listed(keyword: Keyword<BindB>) -> Keyword<BindB> {
    Keyword { places: Places::ALL.or(Places::CRT_LIST), ..keyword }
}
