//! The exchange as a whole: its outcome, sizes, captures (manual 7.3.6).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("bytes_in", "", Int, Places::REQUEST_OR_LOG, "bytes received from the client"),
    f("bytes_out", "", Int, Places::ASSIGNED, "bytes sent to the client"),
    f("req.bytes_in", "", Int, Places::REQUEST_OR_LOG, "bytes of the request from the client"),
    f("req.bytes_out", "", Int, Places::REQUEST_OR_LOG, "bytes of the request to the server"),
    f("res.bytes_in", "", Int, Places::ASSIGNED, "bytes of the response from the server"),
    f("res.bytes_out", "", Int, Places::ASSIGNED, "bytes of the response to the client"),
    f("capture.req.hdr", "integer", Str, Places::REQUEST_OR_LOG, "a captured request header field by its place"),
    f("capture.req.method", "", Str, Places::REQUEST_OR_LOG, "the method of the request"),
    f("capture.req.uri", "", Str, Places::REQUEST_OR_LOG, "the target of the request"),
    f("capture.req.ver", "", Str, Places::REQUEST_OR_LOG, "the version of the request"),
    f("capture.res.hdr", "integer", Str, Places::RESPONSE_OR_LOG, "a captured response header field by its place"),
    f("capture.res.ver", "", Str, Places::REQUEST_OR_LOG, "the version of the response"),
    f("http_first_req", "", Bool, Places::REQUEST_OR_LOG, "true for the first request of a connection"),
    f("txn.conn_retries", "", Int, Places::RESPONSE_OR_LOG, "how often connecting was tried again"),
    f("txn.id32", "", Int, Places::STREAM_OR_CLI, "the stream's number, 32 bits wide"),
    f("txn.redispatched", "", Bool, Places::RESPONSE_OR_LOG, "true if the request was sent to another server"),
    f("txn.sess_term_state", "", Str, Places::STREAM_OR_CLI, "the two letters of the termination state"),
    f("txn.status", "", Int, Places::RESPONSE_OR_LOG, "the status that the client gets"),
    f("unique-id", "", Str, Places::ALL, "the request's unique id"),
    f("res.cache_hit", "", Bool, Places::SERVER, "true if the response came from the cache"),
    f("res.cache_name", "", Str, Places::SERVER, "the name of the cache that the response came from"),
    f("res.comp", "", Bool, Places::RESPONSE_OR_LOG, "true if the response was compressed here"),
    f("res.comp_algo", "", Str, Places::RESPONSE_OR_LOG, "the algorithm that the response was compressed with"),
    f("fcgi.docroot", "", Str, Places::REQUEST, "the document root of the FastCGI application"),
    f("fcgi.index", "", Str, Places::REQUEST, "the index file of the FastCGI application"),
];
