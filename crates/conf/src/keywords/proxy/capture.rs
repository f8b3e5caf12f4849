//! What is kept of messages for logs: `capture cookie`, `capture request header`, `capture response header`,
//! `declare capture`.

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places};
use crate::spec::{Capture, Captures, Mode};

pub static CAPTURE_COOKIE: Keyword<ProxyB> = Keyword {
    mode: Some(Mode::Http),
    ..capture("capture cookie", Arity::exactly(3, "<name> len <length>"), "Keeps a cookie.", |cx, proxy| {
        if let Some(cookie) = field(cx, 0) {
            proxy.lang.captures.cookie = Some(cookie);
        }
    })
};

pub static CAPTURE_REQUEST: Keyword<ProxyB> =
    capture("capture request", HEADER, "Keeps a header field of requests.", |cx, proxy| {
        header(cx, &mut proxy.lang.captures, false)
    });

pub static CAPTURE_RESPONSE: Keyword<ProxyB> =
    capture("capture response", HEADER, "Keeps a header field of answers.", |cx, proxy| {
        header(cx, &mut proxy.lang.captures, true)
    });

const HEADER: Arity = Arity::exactly(4, "header <name> len <length>");

pub static DECLARE_CAPTURE: Keyword<ProxyB> = Keyword {
    name: "declare capture",
    places: Places::NAMED_FRONT.or(Places::STRICT),
    args: Arity::exactly(3, "'request' or 'response', and 'len' with a length"),
    since: "1.6",
    doc: "Makes room for what rules keep.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let Some(response) = cx.one_of(0, &[("request", false), ("response", true)]) else { return };
        let Some(len) = length(cx, 1) else { return };
        slots(&mut proxy.lang.captures, response).push(Capture { header: None, len });
    })
};

/// A keyword that keeps something by itself.
const fn capture(
    name: &'static str,
    args: Arity,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut ProxyB),
) -> Keyword<ProxyB> {
    Keyword { name, places: Places::NAMED_FRONT, args, doc, manual: "4.2", ..Keyword::plain(parse) }
}

fn header(cx: &mut Cx<'_>, captures: &mut Captures, response: bool) {
    if cx.one_of(0, &[("header", ())]).is_none() {
        return;
    }
    if let Some((name, len)) = field(cx, 1) {
        slots(captures, response).push(Capture { header: Some(name), len });
    }
}

/// `<name> len <length>`.
fn field(cx: &mut Cx<'_>, i: usize) -> Option<(Box<[u8]>, u32)> {
    Some((cx.bytes(i)?, length(cx, i + 1)?))
}

/// `len <length>`.
fn length(cx: &mut Cx<'_>, i: usize) -> Option<u32> {
    cx.one_of(i, &[("len", ())])?;
    cx.uint(i + 1, 1, i32::MAX.unsigned_abs())
}

fn slots(captures: &mut Captures, response: bool) -> &mut Vec<Capture> {
    if response { &mut captures.response } else { &mut captures.request }
}
