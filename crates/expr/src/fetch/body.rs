//! What of the body has come (manual 7.3.6).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("req.body", "", Bin, Places::REQUEST, "the part of the request's body that has come"),
    f("req.body_len", "", Int, Places::REQUEST, "how much of the request's body has come"),
    f("req.body_param", "[string,string]", Bin, Places::REQUEST, "a parameter of a form in the request's body"),
    f("req.body_size", "", Int, Places::REQUEST, "the length of the request's body as announced, or what has come"),
    f("res.body", "", Bin, Places::RESPONSE, "the part of the response's body that has come"),
    f("res.body_len", "", Int, Places::RESPONSE, "how much of the response's body has come"),
    f("res.body_size", "", Int, Places::RESPONSE, "the length of the response's body as announced, or what has come"),
];
