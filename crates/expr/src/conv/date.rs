//! Dates (manual 7.3.1).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("date", "", Str, Int, "the number of seconds since the epoch that a date means"),
    c("http_date", "[integer,string]", Int, Str, "the date in the form of HTTP fields"),
    c("ltime", "string[,integer]", Int, Str, "the date in local time by a format"),
    c("ms_ltime", "string[,integer]", Int, Str, "the date in ms in local time by a format"),
    c("ms_utime", "string[,integer]", Int, Str, "the date in ms in UTC by a format"),
    c("us_ltime", "string[,integer]", Int, Str, "the date in us in local time by a format"),
    c("us_utime", "string[,integer]", Int, Str, "the date in us in UTC by a format"),
    c("utime", "string[,integer]", Int, Str, "the date in UTC by a format"),
];
