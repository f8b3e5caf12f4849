//! Timers and dates of the exchange (manual 7.3.6 and 8.4).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("bc.timer.connect", "", Int, Places::RESPONSE_OR_LOG, "how long connecting to the server took, in ms"),
    f("fc.timer.handshake", "", Int, Places::CONNECTION, "how long the handshakes took, in ms"),
    f("fc.timer.total", "", Int, Places::FRONTEND, "from the accept to the end, in ms"),
    f("req.timer.hdr", "", Int, Places::REQUEST, "from the request's first byte to the end of its head, in ms"),
    f("req.timer.idle", "", Int, Places::REQUEST, "idle time before the request, in ms"),
    f("req.timer.queue", "", Int, Places::RESPONSE_OR_LOG, "how long the request was queued, in ms"),
    f("req.timer.tq", "", Int, Places::REQUEST, "handshake, idle and request time together, in ms"),
    f("request_date", "[string]", Int, Places::REQUEST_OR_LOG, "when the request's first byte came"),
    f("res.timer.data", "", Int, Places::ASSIGNED, "how long the response's data took, in ms"),
    f("res.timer.hdr", "", Int, Places::RESPONSE, "from the request's end to the response's head, in ms"),
    f("txn.timer.total", "", Int, Places::REQUEST_OR_LOG, "from the request's first byte to the end, in ms"),
    f("txn.timer.user", "", Int, Places::REQUEST_OR_LOG, "the whole time without idle time, in ms"),
];
