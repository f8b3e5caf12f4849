//! Authentication of clients (manual 7.3.6).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("http_auth", "user list", Bool, Places::REQUEST, "true if the client's name and password are in the user list"),
    f("http_auth_bearer", "[string]", Str, Places::REQUEST, "the client's bearer token"),
    f("http_auth_group", "user list", Str, Places::REQUEST, "the client's name, for matching its groups in the user list"),
    f("http_auth_pass", "", Str, Places::REQUEST, "the password that the client gave"),
    f("http_auth_type", "", Str, Places::REQUEST, "the scheme of the client's Authorization field"),
    f("http_auth_user", "", Str, Places::REQUEST, "the user name that the client gave"),
];
