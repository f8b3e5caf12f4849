//! Bytes of the buffers, and what protocols can be seen in them (manual 7.3.5). They are those of TCP mode: in HTTP mode
//! nothing is found, but for `req.len` and `res.len`, which count the message as the reference keeps it.
//!
//! What isn't there yet makes the rule wait, unless the buffer is full or this is the last chance.

use wire::Parsed;
use wire::client_hello::{self, Hello};

use crate::args::{Arg, Args};
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::facts::Received;
use crate::fetch::body::cut;
use crate::fetch::{Fetch, distcc, f, htx, rdp};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::Type::*;
use crate::val::Val;

/// A fetch of the request's TLS hello.
macro_rules! hello {
    ($name:literal, $out:ident, $places:ident, $doc:literal, $fun:expr) => {
        f($name, "", $out, Places::$places, $doc).does(|_, env, _| {
            let fun: for<'h> fn(&Hello<'h>, &'h Env<'h>) -> Option<Val<'h>> = $fun;
            with_hello(env.request_bytes, env, fun)
        })
    };
}

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("distcc_body", "string[,integer]", Bin, Places::MESSAGE, "the body of a distcc token").prepared(distcc::token_args).does(|args, env, _| distcc::body(args, at_hand(env), env)),
    f("distcc_param", "string[,integer]", Int, Places::MESSAGE, "the parameter of a distcc token").prepared(distcc::token_args).does(|args, env, _| distcc::param(args, at_hand(env), env)),
    f("payload", "integer,integer", Bin, Places::MESSAGE, "bytes of the buffer at hand").prepared(payload_args).does(|args, env, cursor| payload(args, at_hand(env), env, cursor)),
    f("payload_lv", "integer,integer[,string]", Bin, Places::MESSAGE, "bytes of the buffer at hand, as long as a length in it says").prepared(lv_args).does(|args, env, _| payload_lv(args, at_hand(env), env)),
    f("rdp_cookie", "[string]", Str, Places::REQUEST, "a cookie of the RDP request").does(|args, env, _| rdp::cookie(args, env)),
    f("rdp_cookie_cnt", "[string]", Int, Places::REQUEST, "how many cookies the RDP request has").does(|args, env, _| rdp::count(args, env)),
    f("rep_ssl_hello_type", "", Int, Places::RESPONSE, "the type of the TLS hello in the response").does(|_, env, _| with_hello(env.response_bytes, env, kind)),
    f("req.len", "", Int, Places::REQUEST, "how many bytes of the request are in the buffer").does(|_, env, cursor| len(env.request_bytes, env, cursor)),
    f("req.payload", "integer,integer", Bin, Places::REQUEST, "bytes of the request's buffer").prepared(payload_args).does(|args, env, cursor| payload(args, env.request_bytes, env, cursor)),
    f("req.payload_lv", "integer,integer[,string]", Bin, Places::REQUEST, "bytes of the request's buffer, as long as a length in it says").prepared(lv_args).does(|args, env, _| payload_lv(args, env.request_bytes, env)),
    f("req.rdp_cookie", "[string]", Str, Places::REQUEST, "a cookie of the RDP request").does(|args, env, _| rdp::cookie(args, env)),
    f("req.rdp_cookie_cnt", "[string]", Int, Places::REQUEST, "how many cookies the RDP request has").does(|args, env, _| rdp::count(args, env)),
    f("req.ssl_alpn", "", Str, Places::REQUEST, "the protocols that the client's TLS hello offers").does(|_, env, cursor| protocol(env, cursor)),
    hello!("req.ssl_cipherlist", Bin, CONNECTION, "the cipher suites that the client's TLS hello offers", |hello, _| hello.cipher_suites().map(Val::Bin)),
    hello!("req.ssl_ec_ext", Bool, REQUEST, "true if the client's TLS hello has elliptic curves", |hello, _| hello.supported_groups().map(|_| Val::Bool(true))),
    hello!("req.ssl_hello_type", Int, REQUEST, "the type of the TLS hello in the request", kind),
    hello!("req.ssl_keyshare_groups", Bin, CONNECTION, "the groups of the key shares in the client's TLS hello", key_shares),
    hello!("req.ssl_sigalgs", Bin, CONNECTION, "the signature algorithms in the client's TLS hello", |hello, _| hello.signature_algorithms().map(Val::Bin)),
    hello!("req.ssl_sni", Str, REQUEST, "the server name in the client's TLS hello", |hello, _| hello.server_name().map(Val::Str)),
    hello!("req.ssl_st_ext", Int, REQUEST, "what the client's TLS hello says of session tickets", tickets),
    hello!("req.ssl_supported_groups", Bin, CONNECTION, "the groups in the client's TLS hello", |hello, _| hello.supported_groups().map(Val::Bin)),
    hello!("req.ssl_ver", Int, REQUEST, "the highest TLS version in the client's hello", version),
    f("req_len", "", Int, Places::REQUEST, "how many bytes of the request are in the buffer").does(|_, env, cursor| len(env.request_bytes, env, cursor)),
    hello!("req_ssl_hello_type", Int, REQUEST, "the type of the TLS hello in the request", kind),
    hello!("req_ssl_sni", Str, REQUEST, "the server name in the client's TLS hello", |hello, _| hello.server_name().map(Val::Str)),
    hello!("req_ssl_ver", Int, REQUEST, "the highest TLS version in the client's hello", version),
    f("res.len", "", Int, Places::RESPONSE, "how many bytes of the response are in the buffer").does(|_, env, cursor| len(env.response_bytes, env, cursor)),
    f("res.payload", "integer,integer", Bin, Places::RESPONSE, "bytes of the response's buffer").prepared(payload_args).does(|args, env, cursor| payload(args, env.response_bytes, env, cursor)),
    f("res.payload_lv", "integer,integer[,string]", Bin, Places::RESPONSE, "bytes of the response's buffer, as long as a length in it says").prepared(lv_args).does(|args, env, _| payload_lv(args, env.response_bytes, env)),
    f("res.ssl_hello_type", "", Int, Places::RESPONSE, "the type of the TLS hello in the response").does(|_, env, _| with_hello(env.response_bytes, env, kind)),
];

/// The buffer of the side that the rule looks at.
fn at_hand<'a>(env: &'a Env<'a>) -> Option<&'a Received<'a>> {
    if Places::RESPONSE.has(env.place) { env.response_bytes } else { env.request_bytes }
}

/// What to answer while something is missing.
pub(super) fn missing<'a>(received: &Received<'_>, env: &Env<'_>) -> Got<'a> {
    if received.grows() && !env.last { Got::Wait } else { Got::Absent }
}

/// A value that may still change: an ACL that doesn't match it waits for the next one.
fn changing<'a>(v: Val<'a>, received: &Received<'_>, env: &Env<'_>, cursor: &mut Cursor) -> Got<'a> {
    if !cursor.every || env.last || !received.grows() {
        return Got::one(v);
    }
    match core::mem::replace(&mut cursor.at, 1) {
        0 => Got::Val { v, more: true },
        _ => Got::Wait,
    }
}

fn len<'a>(received: Option<&'a Received<'a>>, env: &'a Env<'a>, cursor: &mut Cursor) -> Got<'a> {
    match received {
        Some(received) => changing(Val::Int(received.len() as i64), received, env, cursor),
        None => htx::data_at_hand(env),
    }
}

fn payload_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    match (args.int(0), args.int(1)) {
        (Some(0..), Some(0..)) => Ok(()),
        _ => Err("neither offset nor length may be negative".to_owned()),
    }
}

fn payload<'a>(args: &'a Args, received: Option<&'a Received<'a>>, env: &'a Env<'a>, cursor: &mut Cursor) -> Got<'a> {
    let (Some(received), Some(from), Some(len)) = (received, size(args, 0), size(args, 1)) else { return Got::Absent };
    let there = received.len();
    let end = if len == 0 { there } else { from.saturating_add(len) };
    if from >= there || end > there {
        return missing(received, env);
    }
    match cut(received, from..end, env).map(Val::Bin) {
        None => Got::Absent,
        Some(v) if len == 0 => changing(v, received, env, cursor),
        Some(v) => Got::one(v),
    }
}

fn size(args: &Args, i: usize) -> Option<usize> {
    args.int(i).and_then(|n| usize::try_from(n).ok())
}

/// The third argument becomes an offset and whether it counts from behind the length.
fn lv_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let (Some(at @ 0..), Some(len @ 1..)) = (args.int(0), args.int(1)) else {
        return Err("the offset may not be negative, and the length's size has to be positive".to_owned());
    };
    let text = core::str::from_utf8(args.str(2).unwrap_or_default()).unwrap_or("?");
    let relative = text.is_empty() || text.starts_with(['+', '-']);
    let offset: i64 = match text {
        "" => 0,
        text => text.parse().map_err(|_| format!("'{text}' is no offset"))?,
    };
    if relative && at.saturating_add(len).saturating_add(offset) < 0 {
        return Err("the data can't begin before the buffer".to_owned());
    }
    args.0 = Box::new([Arg::Int(at), Arg::Int(len), Arg::Int(offset), Arg::Bool(relative)]);
    Ok(())
}

fn payload_lv<'a>(args: &'a Args, received: Option<&'a Received<'a>>, env: &'a Env<'a>) -> Got<'a> {
    let (Some(received), Some(at), Some(len)) = (received, size(args, 0), size(args, 1)) else { return Got::Absent };
    let there = received.len();
    let behind = at.saturating_add(len);
    if behind > there {
        return missing(received, env);
    }
    let Some(digits) = cut(received, at..behind, env) else { return Got::Absent };
    let size = digits.iter().fold(0usize, |n, b| n.saturating_mul(256).saturating_add(usize::from(*b)));
    let offset = args.int(2).unwrap_or(0);
    let from = if args.get(3) == Some(&Arg::Bool(true)) { behind as i64 } else { 0 }.saturating_add(offset);
    let Ok(from) = usize::try_from(from) else { return Got::Absent };
    let end = from.saturating_add(size);
    if size == 0 {
        return Got::Absent;
    }
    if end > there {
        return missing(received, env);
    }
    Got::opt(cut(received, from..end, env).map(Val::Bin))
}

/// Asks the hello at the start of the buffer.
fn with_hello<'a>(
    received: Option<&'a Received<'a>>,
    env: &'a Env<'a>,
    ask: impl Fn(&Hello<'a>, &'a Env<'a>) -> Option<Val<'a>>,
) -> Got<'a> {
    let Some(received) = received else { return Got::Absent };
    let Some(bytes) = cut(received, 0..usize::MAX, env) else { return Got::Absent };
    match client_hello::parse(bytes) {
        Parsed::Done { info, .. } => Got::opt(ask(&info, env)),
        Parsed::More { .. } => missing(received, env),
        Parsed::Error(_) => Got::Absent,
    }
}

fn kind<'a>(hello: &Hello<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    (hello.kind > 0).then_some(Val::Int(i64::from(hello.kind)))
}

fn version<'a>(hello: &Hello<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    Some(Val::Int(i64::from(hello.version.0) << 16 | i64::from(hello.version.1)))
}

fn tickets<'a>(hello: &Hello<'a>, _: &'a Env<'a>) -> Option<Val<'a>> {
    match hello.extension(client_hello::extension::SESSION_TICKET) {
        Some([]) => Some(Val::Int(1)),
        Some(_) => Some(Val::Int(2)),
        None => hello.has_extensions().then_some(Val::Int(0)),
    }
}

fn key_shares<'a>(hello: &Hello<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let groups = env.scratch.write(|w| hello.key_shares().for_each(|group| w.put(&group)))?;
    (!groups.is_empty()).then_some(Val::Bin(groups))
}

/// The first protocol that ALPN offers, or for an ACL one after the other.
fn protocol<'a>(env: &'a Env<'a>, cursor: &mut Cursor) -> Got<'a> {
    let at = cursor.at;
    match with_hello(env.request_bytes, env, |hello, _| hello.protocols().nth(at).map(Val::Str)) {
        Got::Val { v, .. } => {
            cursor.at += 1;
            Got::Val { v, more: cursor.every }
        }
        other => other,
    }
}
