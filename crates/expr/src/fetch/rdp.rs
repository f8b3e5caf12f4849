//! The cookie of an RDP connection request ([MS-RDPBCGR] section 2.2.1.1): a TPKT header, an X.224 connection request
//! and in it a line `Cookie: name=value`.

use crate::args::Args;
use crate::env::Env;
use crate::expr::Got;
use crate::facts::Received;
use crate::fetch::body::cut;
use crate::fetch::payload::missing;
use crate::val::Val;

/// TPKT (RFC 1006): version 3, a reserved byte, the length of all.
const TPKT: usize = 4;
/// X.224: length, `0xe0`, two references, class.
const X224: usize = 7;
const CONNECTION_REQUEST: u8 = 0xe0;

/// What the buffer holds.
enum Seen<'a> {
    /// A request, with the first line's cookie if it has one.
    Request(Option<(&'a [u8], &'a [u8])>),
    /// The beginning of one.
    Begun,
    /// Something else.
    Other,
}

/// The value of the cookie, if it has the name that is asked for.
pub(super) fn cookie<'a>(args: &'a Args, env: &'a Env<'a>) -> Got<'a> {
    found(args, env, |cookie| cookie.map(Val::Str))
}

/// 1 if the cookie has the name that is asked for, 0 in a request without.
pub(super) fn count<'a>(args: &'a Args, env: &'a Env<'a>) -> Got<'a> {
    found(args, env, |cookie| Some(Val::Int(i64::from(cookie.is_some()))))
}

fn found<'a>(args: &'a Args, env: &'a Env<'a>, show: fn(Option<&'a [u8]>) -> Option<Val<'a>>) -> Got<'a> {
    let Some(received) = env.request_bytes else { return Got::Absent };
    match look(received, env) {
        Seen::Request(cookie) => {
            let wanted = args.str(0).filter(|name| !name.is_empty());
            let named = cookie.filter(|(name, _)| wanted.is_none_or(|wanted| name.eq_ignore_ascii_case(wanted)));
            Got::opt(show(named.map(|(_, value)| value)))
        }
        Seen::Begun => missing(received, env),
        Seen::Other => Got::Absent,
    }
}

fn look<'a>(received: &'a Received<'a>, env: &'a Env<'a>) -> Seen<'a> {
    let Some(bytes) = cut(received, 0..usize::MAX, env) else { return Seen::Other };
    let Some((tpkt, rest)) = bytes.split_first_chunk::<TPKT>() else {
        return if bytes.first().is_none_or(|version| *version == 3) { Seen::Begun } else { Seen::Other };
    };
    let len = usize::from(u16::from_be_bytes([tpkt[2], tpkt[3]]));
    if tpkt[..2] != [3, 0] || len < TPKT + X224 {
        return Seen::Other;
    }
    let Some((x224, text)) = rest.split_first_chunk::<X224>() else { return Seen::Begun };
    if x224[1] != CONNECTION_REQUEST || x224[2..] != [0; 5] || usize::from(x224[0]) + TPKT + 1 != len {
        return Seen::Other;
    }
    match text.get(..len - TPKT - X224) {
        Some(text) => line(text),
        None => Seen::Begun,
    }
}

/// The cookie in the first line. A line that doesn't end is no request.
fn line(text: &[u8]) -> Seen<'_> {
    const NAME: &[u8] = b"cookie:";
    let Some(end) = memchr::memmem::find(text, b"\r\n") else {
        return if text.is_empty() { Seen::Request(None) } else { Seen::Other };
    };
    let line = &text[..end];
    let Some((name, rest)) = line.split_at_checked(NAME.len()) else { return Seen::Request(None) };
    if !name.eq_ignore_ascii_case(NAME) {
        return Seen::Request(None);
    }
    let pair = rest.trim_ascii_start();
    match memchr::memchr(b'=', pair) {
        Some(equals) => Seen::Request(Some((&pair[..equals], &pair[equals + 1..]))),
        None => Seen::Request(None),
    }
}
