//! Whole heads: their lines, names, binary form (manual 7.3.6).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("req.hdr_names", "[string]", Str, Places::REQUEST, "the names of the request's header fields"),
    f("req.hdrs", "", Bin, Places::REQUEST, "the request's header fields as lines"),
    f("req.hdrs_bin", "", Bin, Places::REQUEST, "the request's header fields in binary form"),
    f("res.hdr_names", "[string]", Str, Places::RESPONSE, "the names of the response's header fields"),
    f("res.hdrs", "", Bin, Places::RESPONSE, "the response's header fields as lines"),
    f("res.hdrs_bin", "", Bin, Places::RESPONSE, "the response's header fields in binary form"),
];
