//! Parts and hashes of the target: parameters, host, port (manual 7.3.6).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("base32", "", Int, Places::REQUEST, "a hash of Host and path"),
    f("base32+src", "", Bin, Places::REQUEST, "a hash of Host and path, and the client's address behind it"),
    f("url32", "", Int, Places::REQUEST, "a hash of Host and path with query"),
    f("url32+src", "", Bin, Places::REQUEST, "a hash of Host and path with query, and the client's address behind it"),
    f("url_ip", "", Ip4, Places::REQUEST, "the address in an absolute target"),
    f("url_param", "[string,string,string]", Str, Places::REQUEST, "a parameter of the query"),
    f("url_port", "", Int, Places::REQUEST, "the port in an absolute target"),
    f("urlp", "[string,string,string]", Str, Places::REQUEST, "a parameter of the query"),
    f("urlp_val", "[string,string,string]", Int, Places::REQUEST, "a parameter of the query as a number"),
];
