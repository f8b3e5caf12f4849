//! The exchange as a whole: its outcome, sizes, captures (manual 7.3.2, 7.3.3, 7.3.6).

use crate::args::Args;
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::facts::{Number, Side, Text};
use crate::fetch::ask::{number, text, truth};
use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::record::{Captures, Needs, RequestText};
use crate::val::Type::*;
use crate::val::Val;

const LINE: Needs = Needs { request_line: true, ..Needs::NONE };
const REQ_CAPTURES: Needs = Needs { req_captures: true, ..Needs::NONE };
const RES_CAPTURES: Needs = Needs { res_captures: true, ..Needs::NONE };
const UNIQUE_ID: Needs = Needs { unique_id: true, ..Needs::NONE };

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("bytes_in", "", Int, Places::REQUEST_OR_LOG, "bytes received from the client").does(|_, env, _| number(env, Number::BytesIn(Side::Client))),
    f("bytes_out", "", Int, Places::ASSIGNED, "bytes received from the server").does(|_, env, _| number(env, Number::BytesIn(Side::Server))).awaiting(),
    f("req.bytes_in", "", Int, Places::REQUEST_OR_LOG, "bytes of the request from the client").does(|_, env, _| number(env, Number::BytesIn(Side::Client))),
    f("req.bytes_out", "", Int, Places::REQUEST_OR_LOG, "bytes of the request to the server").does(|_, env, _| number(env, Number::BytesOut(Side::Client))).awaiting(),
    f("res.bytes_in", "", Int, Places::ASSIGNED, "bytes of the response from the server").does(|_, env, _| number(env, Number::BytesIn(Side::Server))).awaiting(),
    f("res.bytes_out", "", Int, Places::ASSIGNED, "bytes of the response to the client").does(|_, env, _| number(env, Number::BytesOut(Side::Server))),
    f("capture.req.hdr", "integer", Str, Places::REQUEST_OR_LOG, "a captured request header field by its place").needing(REQ_CAPTURES).does(|args, env, _| captured(args, env, Side::Client)),
    f("capture.req.method", "", Str, Places::REQUEST_OR_LOG, "the method of the request").needing(LINE).does(|_, env, _| line(env, Text::Method)),
    f("capture.req.uri", "", Str, Places::REQUEST_OR_LOG, "the target of the request").needing(LINE).does(|_, env, _| line(env, Text::Target)),
    f("capture.req.ver", "", Str, Places::REQUEST_OR_LOG, "the version of the request").needing(LINE).does(|_, env, _| line(env, Text::RequestVersion)),
    f("capture.res.hdr", "integer", Str, Places::RESPONSE_OR_LOG, "a captured response header field by its place").needing(RES_CAPTURES).does(|args, env, _| captured(args, env, Side::Server)),
    f("capture.res.ver", "", Str, Places::REQUEST_OR_LOG, "the version of the response").does(|_, env, _| text(env, Text::ResponseVersion)),
    f("http_first_req", "", Bool, Places::REQUEST_OR_LOG, "true for the first request of a connection").does(|_, env, _| truth(env, Number::FirstRequest)),
    f("txn.conn_retries", "", Int, Places::RESPONSE_OR_LOG, "how often connecting was tried again").does(|_, env, _| number(env, Number::Retries)),
    f("txn.id32", "", Int, Places::STREAM_OR_CLI, "the stream's number, 32 bits wide").does(|_, env, _| number(env, Number::Id32)),
    f("txn.redispatched", "", Bool, Places::RESPONSE_OR_LOG, "true if the request was sent to another server").does(|_, env, _| truth(env, Number::Redispatched)),
    f("txn.sess_term_state", "", Str, Places::STREAM_OR_CLI, "the two letters of the termination state").does(|_, env, _| text(env, Text::TermState)),
    f("txn.status", "", Int, Places::RESPONSE_OR_LOG, "the status that the client gets").does(|_, env, _| number(env, Number::Status)),
    f("unique-id", "", Str, Places::ALL, "the request's unique id").needing(UNIQUE_ID).does(unique_id).awaiting(),
    f("res.cache_hit", "", Bool, Places::SERVER, "true if the response came from the cache"),
    f("res.cache_name", "", Str, Places::SERVER, "the name of the cache that the response came from"),
    f("res.comp", "", Bool, Places::RESPONSE_OR_LOG, "true if the response was compressed here"),
    f("res.comp_algo", "", Str, Places::RESPONSE_OR_LOG, "the algorithm that the response was compressed with"),
    f("fcgi.docroot", "", Str, Places::REQUEST, "the document root of the FastCGI application"),
    f("fcgi.index", "", Str, Places::REQUEST, "the index file of the FastCGI application"),
];

/// A part of the request line, from the log's record or as the proxy keeps it.
fn line<'a>(env: &'a Env<'a>, part: Text) -> Got<'a> {
    match (env.record.map(|record| record.request), part) {
        (Some(RequestText::Line { method, .. }), Text::Method) => Got::one(Val::Str(method)),
        (Some(RequestText::Line { uri, .. }), Text::Target) => Got::one(Val::Str(uri)),
        (Some(RequestText::Line { version, .. }), Text::RequestVersion) => Got::one(Val::Str(version)),
        _ => text(env, part),
    }
}

fn captured<'a>(args: &'a Args, env: &'a Env<'a>, side: Side) -> Got<'a> {
    let Some(slot) = args.int(0).and_then(|slot| usize::try_from(slot).ok()) else { return Got::Absent };
    let kept = |captures: Option<&'a Captures>| captures.and_then(|captures| captures.slot(slot));
    let logged = env.record.and_then(|record| match side {
        Side::Client => kept(record.req_captures),
        Side::Server => kept(record.res_captures),
    });
    Got::opt(logged.or_else(|| env.facts?.capture(side, slot)).map(Val::Str))
}

fn unique_id<'a>(_: &'a Args, env: &'a Env<'a>, _: &mut Cursor) -> Got<'a> {
    match env.record.and_then(|record| record.unique_id) {
        Some(id) => Got::one(Val::Str(id)),
        None => text(env, Text::UniqueId),
    }
}
