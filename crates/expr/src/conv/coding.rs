//! Bytes as text and back: base64, hexadecimal, decimal (manual 7.3.1).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("b64dec", "", Str, Bin, "the bytes that base64 text stands for"),
    c("base2", "", Bin, Str, "the bytes as binary digits"),
    c("base64", "", Bin, Str, "the bytes in base64"),
    c("be2dec", "string[,integer,integer]", Bin, Str, "the bytes as big-endian numbers in decimal"),
    c("be2hex", "string[,integer,integer]", Bin, Str, "the bytes in hexadecimal, in chunks"),
    c("hex", "", Bin, Str, "the bytes in hexadecimal"),
    c("hex2i", "", Str, Int, "the number that hexadecimal text stands for"),
    c("htonl", "", Int, Bin, "the number as four bytes, big-endian"),
    c("ipmask", "IPv4 mask[,IPv6 mask]", Addr, Addr, "the address with only the bits of a mask"),
    c("json", "string", Str, Str, "the text escaped for a JSON string"),
    c("le2dec", "string[,integer,integer]", Bin, Str, "the bytes as little-endian numbers in decimal"),
    c("ub64dec", "", Str, Bin, "the bytes that URL-safe base64 text stands for"),
    c("ub64enc", "", Bin, Str, "the bytes in URL-safe base64 without padding"),
];
