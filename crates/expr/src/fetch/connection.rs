//! The connections at either side: addresses, errors, TCP's own figures, PROXY protocol (manual 7.3.3).

use crate::args::{Arg, Args};
use crate::env::Env;
use crate::error::show;
use crate::expr::{Cursor, Got};
use crate::facts::{Endpoint, Number, Side, TcpInfo, Text};
use crate::fetch::ask::{address, is_local, number, port, text, truth};
use crate::fetch::conn_error;
use crate::fetch::{Fetch, f};
use crate::outside::Outside;
use crate::place::Places;
use crate::record::Needs;
use crate::val::Type::*;
use crate::val::Val;

use Side::{Client, Server};

/// The server connection's addresses are kept for log lines only if somebody wants them.
const SERVER_ADDRS: Needs = Needs { server_addrs: true, ..Needs::NONE };

/// What the kernel counts on a connection.
macro_rules! tcp {
    ($name:literal, $doc:literal, $field:ident) => {
        f($name, "[string]", Int, Places::CONNECTION, $doc)
            .does(|_, env, _| Got::opt(tcp_info(env, Client).map(|info| Val::Int(i64::from(info.$field)))))
    };
}

/// A time that the kernel measures on a connection.
macro_rules! tcp_time {
    ($name:literal, $side:ident, $doc:literal, $field:ident) => {
        f($name, "[string]", Int, Places::CONNECTION, $doc).prepared(time_unit).does(|args, env, _| {
            let us = tcp_info(env, $side).map(|info| i64::from(info.$field));
            Got::opt(us.map(|us| Val::Int(us / args.int(0).unwrap_or(1000).max(1))))
        })
    };
}

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("bc_be_queue", "", Int, Places::RESPONSE_OR_LOG, "requests that went before in the backend's queue").does(|_, env, _| number(env, Number::BackendQueue)),
    f("bc_dst", "", Addr, Places::RESPONSE_OR_LOG, "the address of the server's end").needing(SERVER_ADDRS).does(|_, env, _| address(env, Endpoint::Peer(Server))),
    f("bc_dst_port", "", Int, Places::RESPONSE_OR_LOG, "the port of the server's end").needing(SERVER_ADDRS).does(|_, env, _| port(env, Endpoint::Peer(Server))),
    f("bc_err", "", Int, Places::RESPONSE_OR_LOG, "the number of the server connection's error").does(|_, env, _| number(env, Number::Error(Server))),
    f("bc_err_name", "", Str, Places::RESPONSE_OR_LOG, "the short name of the server connection's error").does(|_, env, _| error(env, Server, conn_error::name)),
    f("bc_err_str", "", Str, Places::RESPONSE_OR_LOG, "the server connection's error in words").does(|_, env, _| error(env, Server, conn_error::message)),
    f("bc_glitches", "", Int, Places::RESPONSE_OR_LOG, "protocol oddities on the server's connection").does(|_, env, _| number(env, Number::Glitches(Server))),
    f("bc_http_major", "", Int, Places::RESPONSE_OR_LOG, "the major HTTP version towards the server").does(|_, env, _| number(env, Number::HttpMajor(Server))),
    f("bc_nb_streams", "", Int, Places::RESPONSE_OR_LOG, "streams on the server's connection").does(|_, env, _| number(env, Number::Streams(Server))),
    f("bc_reused", "", Bool, Places::RESPONSE_OR_LOG, "true if the server's connection was used before").does(|_, env, _| truth(env, Number::Reused)),
    tcp_time!("bc_rtt", Server, "smoothed round-trip time to the server", rtt_us),
    tcp_time!("bc_rttvar", Server, "variance of the round-trip time to the server", rttvar_us),
    f("bc_settings_streams_limit", "", Int, Places::RESPONSE_OR_LOG, "how many streams the server allows on the connection").does(|_, env, _| number(env, Number::StreamsLimit(Server))),
    f("bc_src", "", Addr, Places::RESPONSE_OR_LOG, "the address of our end towards the server").needing(SERVER_ADDRS).does(|_, env, _| address(env, Endpoint::Own(Server))),
    f("bc_src_port", "", Int, Places::RESPONSE_OR_LOG, "the port of our end towards the server").needing(SERVER_ADDRS).does(|_, env, _| port(env, Endpoint::Own(Server))),
    f("bc_srv_queue", "", Int, Places::RESPONSE_OR_LOG, "requests that went before in the server's queue").does(|_, env, _| number(env, Number::ServerQueue)),
    f("bs.aborted", "", Int, Places::RESPONSE_OR_LOG, "true if the server aborted the stream").does(|_, env, _| number(env, Number::Aborted(Server))).awaiting(),
    f("bs.debug_str", "[integer]", Str, Places::RESPONSE_OR_LOG, "the state of the server's stream, for debugging").does(|_, env, _| text(env, Text::Debug(Server))).awaiting(),
    f("bs.id", "", Int, Places::RESPONSE_OR_LOG, "the stream's number on the server's connection").does(|_, env, _| number(env, Number::StreamId(Server))).awaiting(),
    f("bs.rst_code", "", Int, Places::RESPONSE_OR_LOG, "the code of the reset at the server's side").does(|_, env, _| number(env, Number::ResetCode(Server))).awaiting(),
    f("dst_is_local", "", Bool, Places::CONNECTION, "true if the destination address is one of this host's").does(|_, env, _| is_local(env, Endpoint::Destination)),
    f("fc_dst", "", Addr, Places::CONNECTION, "the destination address of the client's connection itself").does(|_, env, _| address(env, Endpoint::Own(Client))),
    f("fc_dst_is_local", "", Bool, Places::CONNECTION, "true if the connection's own destination is one of this host's").does(|_, env, _| is_local(env, Endpoint::Own(Client))),
    f("fc_dst_port", "", Int, Places::CONNECTION, "the destination port of the client's connection itself").does(|_, env, _| port(env, Endpoint::Own(Client))),
    f("fc_err", "", Int, Places::CONNECTION, "the number of the client connection's error").does(|_, env, _| number(env, Number::Error(Client))),
    f("fc_err_name", "", Str, Places::CONNECTION, "the short name of the client connection's error").does(|_, env, _| error(env, Client, conn_error::name)),
    f("fc_err_str", "", Str, Places::CONNECTION, "the client connection's error in words").does(|_, env, _| error(env, Client, conn_error::message)),
    tcp!("fc_fackets", "forward acknowledgements of the client's connection", fackets),
    f("fc_glitches", "", Int, Places::CONNECTION, "protocol oddities on the client's connection").does(|_, env, _| number(env, Number::Glitches(Client))),
    f("fc_http_major", "", Int, Places::CONNECTION, "the major HTTP version that the client speaks").does(|_, env, _| number(env, Number::HttpMajor(Client))),
    tcp!("fc_lost", "lost segments of the client's connection", lost),
    f("fc_nb_streams", "", Int, Places::CONNECTION, "streams on the client's connection").does(|_, env, _| number(env, Number::Streams(Client))),
    f("fc_pp_authority", "", Str, Places::CONNECTION, "the authority that the PROXY header named").does(|_, env, _| Got::opt(tlv(env, 0x02, 0).map(Val::Str))),
    f("fc_pp_tlv", "string", Str, Places::SESSION, "a field of the PROXY header by its number or name").prepared(tlv_type).does(any_tlv),
    f("fc_pp_unique_id", "", Str, Places::CONNECTION, "the unique id that the PROXY header named").does(|_, env, _| Got::opt(tlv(env, 0x05, 0).map(Val::Str))),
    f("fc_rcvd_proxy", "", Bool, Places::CONNECTION, "true if the client's connection began with a PROXY header").does(|_, env, _| truth(env, Number::ProxyHeader)),
    tcp!("fc_reordering", "reordering of the client's connection", reordering),
    tcp!("fc_retrans", "segments sent again on the client's connection", retrans),
    tcp_time!("fc_rtt", Client, "smoothed round-trip time to the client", rtt_us),
    tcp_time!("fc_rttvar", Client, "variance of the round-trip time to the client", rttvar_us),
    tcp!("fc_sacked", "selectively acknowledged segments of the client's connection", sacked),
    f("fc_saved_syn", "", Bin, Places::CONNECTION, "the client's SYN packet, if the bind line keeps it").does(|_, env, _| Got::opt(env.facts.and_then(|facts| facts.text(Text::SavedSyn)).map(Val::Bin))).awaiting(),
    f("fc_settings_streams_limit", "", Int, Places::SESSION, "how many streams we allow the client").does(|_, env, _| number(env, Number::StreamsLimit(Client))),
    f("fc_src", "", Addr, Places::CONNECTION, "the source address of the client's connection itself").does(|_, env, _| address(env, Endpoint::Peer(Client))),
    f("fc_src_is_local", "", Bool, Places::CONNECTION, "true if the connection's own source is one of this host's").does(|_, env, _| is_local(env, Endpoint::Peer(Client))),
    f("fc_src_port", "", Int, Places::CONNECTION, "the source port of the client's connection itself").does(|_, env, _| port(env, Endpoint::Peer(Client))),
    tcp!("fc_unacked", "segments of the client's connection that aren't acknowledged", unacked),
    f("fs.aborted", "", Int, Places::SESSION, "true if the client aborted the stream").does(|_, env, _| number(env, Number::Aborted(Client))).awaiting(),
    f("fs.debug_str", "[integer]", Str, Places::SESSION, "the state of the client's stream, for debugging").does(|_, env, _| text(env, Text::Debug(Client))).awaiting(),
    f("fs.id", "", Str, Places::SESSION, "the stream's number on the client's connection").does(|_, env, _| number(env, Number::StreamId(Client))).awaiting(),
    f("fs.rst_code", "", Int, Places::SESSION, "the code of the reset at the client's side").does(|_, env, _| number(env, Number::ResetCode(Client))).awaiting(),
    f("src_is_local", "", Bool, Places::CONNECTION, "true if the client's address is one of this host's").does(|_, env, _| is_local(env, Endpoint::Source)),
];

fn tcp_info(env: &Env<'_>, side: Side) -> Option<TcpInfo> {
    env.facts?.tcp_info(side)
}

/// The unit becomes how many microseconds it has.
fn time_unit(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    if let Some(slot) = args.0.first_mut() {
        *slot = match slot {
            Arg::Str(s) if **s == *b"ms" || s.is_empty() => Arg::Int(1000),
            Arg::Str(s) if **s == *b"us" => Arg::Int(1),
            other => {
                let got = if let Arg::Str(s) = other { show(s) } else { String::new() };
                return Err(format!("expects 'us' or 'ms', got '{got}'."));
            }
        };
    }
    Ok(())
}

fn error<'a>(env: &'a Env<'a>, side: Side, say: fn(i64) -> &'static str) -> Got<'a> {
    let number = env.facts.and_then(|facts| facts.number(Number::Error(side)));
    Got::opt(number.map(|n| Val::Str(say(n).as_bytes())))
}

fn tlv<'a>(env: &'a Env<'a>, kind: u8, n: usize) -> Option<&'a [u8]> {
    env.facts?.tlv(kind, n)
}

/// The types of the PROXY protocol that have names (its section 2.2).
const TLV_NAMES: [(&str, i64); 12] = [
    ("ALPN", 0x01),
    ("AUTHORITY", 0x02),
    ("CRC32C", 0x03),
    ("NOOP", 0x04),
    ("UNIQUE_ID", 0x05),
    ("SSL", 0x20),
    ("SSL_VERSION", 0x21),
    ("SSL_CN", 0x22),
    ("SSL_CIPHER", 0x23),
    ("SSL_SIG_ALG", 0x24),
    ("SSL_KEY_ALG", 0x25),
    ("NETNS", 0x30),
];

/// The type becomes its number. The manual's list writes `CRC32` for the checksum's.
fn tlv_type(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let text = core::str::from_utf8(args.str(0).unwrap_or_default()).unwrap_or_default();
    let named = |name: &str| TLV_NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    let number = match text.strip_prefix("0x") {
        Some(digits) => u8::from_str_radix(digits, 16),
        None => text.parse::<u8>(),
    };
    let kind = match number {
        Ok(kind) => Some(i64::from(kind)),
        Err(_) if text == "CRC32" => named("CRC32C"),
        Err(_) => named(text),
    };
    let kind = kind.ok_or_else(|| format!("expects a number from 0 to 255 or the name of a TLV, not '{text}'"))?;
    args.0 = Box::new([Arg::Int(kind)]);
    Ok(())
}

/// The longest value that is given, in bytes.
const MAX_TLV: usize = 1024;

/// The first such field, or for an ACL one after the other.
fn any_tlv<'a>(args: &'a Args, env: &'a Env<'a>, cursor: &mut Cursor) -> Got<'a> {
    let Some(kind) = args.int(0).and_then(|kind| u8::try_from(kind).ok()) else { return Got::Absent };
    let Some(value) = tlv(env, kind, cursor.at).filter(|value| value.len() <= MAX_TLV) else { return Got::Absent };
    cursor.at += 1;
    Got::Val { v: Val::Str(value), more: cursor.every && tlv(env, kind, cursor.at).is_some() }
}
