//! `http-err-codes`, `http-fail-codes`: which answers count as errors and as failures.

use super::shape::parsed;
use crate::build::GlobalB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};
use crate::spec::StatusCodes;
use core::ops::RangeInclusive;

pub static ERR: Keyword<GlobalB> = Keyword {
    name: "http-err-codes",
    since: "3.1",
    doc: "Status codes that count as errors; 400 to 499 unless said otherwise.",
    manual: "3.1",
    ..codes(|cx, global| {
        let before = global.spec.http_err_codes.unwrap_or(StatusCodes::errors());
        global.spec.http_err_codes = changed(cx, before).or(global.spec.http_err_codes);
    })
};

pub static FAIL: Keyword<GlobalB> = Keyword {
    name: "http-fail-codes",
    since: "3.1",
    doc: "Status codes that count as failures; 500 to 599 without 501 and 505 unless said otherwise.",
    manual: "3.1",
    ..codes(|cx, global| {
        let before = global.spec.http_fail_codes.unwrap_or(StatusCodes::failures());
        global.spec.http_fail_codes = changed(cx, before).or(global.spec.http_fail_codes);
    })
};

const fn codes(parse: fn(&mut Cx<'_>, &mut GlobalB)) -> Keyword<GlobalB> {
    parsed(Arity::at_least(1, "codes and ranges of them, with or without a sign"), parse)
}

/// The set after all arguments: a range without a sign replaces what there is, `+` adds, `-` removes.
fn changed(cx: &mut Cx<'_>, before: StatusCodes) -> Option<StatusCodes> {
    let mut codes = before;
    for i in 0..cx.len() {
        let (list, on) = match cx.text(i) {
            [b'+', rest @ ..] => (rest, true),
            [b'-', rest @ ..] => (rest, false),
            list => {
                codes = StatusCodes::NONE;
                (list, true)
            }
        };
        for text in list.split(|c| *c == b',') {
            match range(text) {
                Some(range) => codes.set(range, on),
                None => {
                    let got = String::from_utf8_lossy(text).into_owned();
                    cx.alert(i, format!("expects codes from 100 to 599 and ranges of them, not '{got}'."));
                    return None;
                }
            }
        }
    }
    Some(codes)
}

fn range(text: &[u8]) -> Option<RangeInclusive<u16>> {
    let text = core::str::from_utf8(text).ok()?;
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let code = |text: &str| {
        let digits = text.len() == 3 && text.bytes().all(|c| c.is_ascii_digit());
        text.parse::<u16>().ok().filter(|code| digits && (100..600).contains(code))
    };
    let (low, high) = (code(low)?, code(high)?);
    (low <= high).then_some(low..=high)
}
