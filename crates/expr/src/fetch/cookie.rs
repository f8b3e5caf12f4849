//! Cookies of either side (manual 7.3.6).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("cook", "[string]", Str, Places::REQUEST, "a cookie of the request"),
    f("cook_cnt", "[string]", Int, Places::REQUEST, "how often a cookie is in the request"),
    f("cook_val", "[string]", Int, Places::REQUEST, "a cookie of the request as a number"),
    f("cookie", "[string]", Str, Places::MESSAGE, "a cookie of the message at hand"),
    f("req.cook", "[string]", Str, Places::REQUEST, "a cookie of the request"),
    f("req.cook_cnt", "[string]", Int, Places::REQUEST, "how often a cookie is in the request"),
    f("req.cook_names", "[string]", Str, Places::REQUEST, "the names of the request's cookies"),
    f("req.cook_val", "[string]", Int, Places::REQUEST, "a cookie of the request as a number"),
    f("res.cook", "[string]", Str, Places::RESPONSE, "a cookie that the response sets"),
    f("res.cook_cnt", "[string]", Int, Places::RESPONSE, "how often the response sets a cookie"),
    f("res.cook_names", "[string]", Str, Places::RESPONSE, "the names of the cookies that the response sets"),
    f("res.cook_val", "[string]", Int, Places::RESPONSE, "a cookie that the response sets as a number"),
    f("scook", "[string]", Str, Places::RESPONSE, "a cookie that the response sets"),
    f("scook_cnt", "[string]", Int, Places::RESPONSE, "how often the response sets a cookie"),
    f("scook_val", "[string]", Int, Places::RESPONSE, "a cookie that the response sets as a number"),
];
