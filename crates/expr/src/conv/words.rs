//! Text cut into parts, joined and changed (manual 7.3.1).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("add_item", "string,string[,string]", Str, Str, "a delimiter, a variable and a text put behind the text"),
    c("bytes", "string[,string]", Bin, Bin, "a part of the bytes, from an offset on"),
    c("concat", "string[,string,string]", Str, Str, "a text, a variable and a text put behind the text"),
    c("cut_crlf", "", Str, Str, "the text up to its first CR or LF"),
    c("field", "integer,string[,integer]", Str, Str, "a part of the text between delimiters, empty parts counted"),
    c("has_ctl", "[string]", Bin, Bool, "true if a control character is in the bytes, beyond those allowed"),
    c("host_only", "", Str, Str, "the host in a Host field, without its port"),
    c("iif", "string,string", Bool, Str, "one text for true, another for false"),
    c("language", "string[,string]", Str, Str, "the best of the offered languages for an Accept-Language value"),
    c("ltrim", "string", Str, Str, "the text without these bytes at its begin"),
    c("param", "string[,string]", Str, Str, "a parameter of a text in URL form"),
    c("port_only", "", Str, Int, "the port in a Host field"),
    c("regsub", "regex,string[,string]", Str, Str, "the text with what a regular expression matches replaced"),
    c("reverse", "", Str, Str, "the text backwards"),
    c("reverse_dom", "", Str, Str, "the labels of a domain name backwards"),
    c("rtrim", "string", Str, Str, "the text without these bytes at its end"),
    c("secure_memcmp", "string", Bin, Bool, "true if a variable has these bytes, compared in constant time"),
    c("strcmp", "string", Str, Int, "how a variable compares with the text"),
    c("url_dec", "[integer]", Str, Str, "the text with %XX decoded"),
    c("url_enc", "string", Str, Str, "the text with what isn't plain in a URL encoded as %XX"),
    c("word", "integer,string[,integer]", Str, Str, "a part of the text between delimiters, empty parts skipped"),
];
