//! Sending a client elsewhere: the action, and what the `redirect` keyword has in common with it (manual 4.2, 4.4).

use super::{Act, Stages};
use crate::cx::Cx;
use expr::Places;
use expr::logfmt::Use;
use rules::redirect::{Cookie, Redirect, Text, To};
use rules::{Action, Stage};

pub static REDIRECT: Act = Act {
    name: "redirect",
    stages: Stages::of("-----XX-"),
    done: Stages::of("-----XX-"),
    args: "'location', 'prefix' or 'scheme' with a value, and options",
    doc: "Sends the client elsewhere.",
    is_final: true,
    ..Act::plain(|rule| {
        let redirect = read(rule.cx, &mut rule.at, Some(rule.places))?;
        if rule.stage == Stage::HttpRes && !matches!(redirect.to, To::Location(_)) {
            rule.cx.alert(1, ": responses only support the type 'location'.");
            return None;
        }
        Some(Action::Redirect(redirect))
    })
};

/// Reads a redirection from argument `at` on, up to its condition. `places`: where its formats are evaluated; without,
/// its texts are taken as they are.
pub fn read(cx: &mut Cx<'_>, at: &mut usize, places: Option<Places>) -> Option<Redirect> {
    let mut to = None;
    let mut made = Redirect {
        to: To::Location(Text::Plain(Box::default())),
        code: 302,
        drop_query: false,
        keep_query: false,
        append_slash: false,
        ignore_empty: false,
        cookie: None,
    };
    while *at < cx.len() && !matches!(cx.text(*at), b"if" | b"unless") {
        let word = *at;
        *at += 1;
        match cx.text(word) {
            b"location" => to = Some(To::Location(text(cx, at, places)?)),
            b"prefix" => to = Some(To::Prefix(text(cx, at, places)?)),
            b"scheme" => to = Some(To::Scheme(text(cx, at, places)?)),
            b"code" => made.code = code(cx, at)?,
            b"drop-query" => made.drop_query = true,
            b"keep-query" => made.keep_query = true,
            b"append-slash" => made.append_slash = true,
            b"ignore-empty" => made.ignore_empty = true,
            b"set-cookie" => made.cookie = Some(Cookie::Set(value(cx, at)?)),
            b"clear-cookie" => made.cookie = Some(Cookie::Clear(value(cx, at)?)),
            b"set-cookie-fmt" => {
                let places = places.unwrap_or(Places::ALL);
                value(cx, at)?;
                made.cookie = Some(Cookie::SetFormat(cx.format(*at - 1, Use::Http, places, true)?));
            }
            _ => return unknown(cx, word),
        }
    }
    let Some(to) = to else {
        cx.alert(*at, "expects a type of redirection ('location', 'prefix' or 'scheme').");
        return None;
    };
    Some(Redirect { to, ..made })
}

const WORDS: [&str; 11] = [
    "location",
    "prefix",
    "scheme",
    "code",
    "drop-query",
    "keep-query",
    "append-slash",
    "ignore-empty",
    "set-cookie",
    "set-cookie-fmt",
    "clear-cookie",
];

fn unknown(cx: &mut Cx<'_>, word: usize) -> Option<Redirect> {
    let names: Vec<String> = WORDS.iter().map(|name| format!("'{name}'")).collect();
    let text = format!("expects {}, not '{}'.", names.join(", "), cx.show(word));
    match diag::closest(cx.text(word), WORDS) {
        Some(near) => cx.alert_help(word, text, format!("did you mean '{near}'?")),
        None => cx.alert(word, text),
    }
    None
}

fn value(cx: &mut Cx<'_>, at: &mut usize) -> Option<Box<[u8]>> {
    if *at >= cx.len() {
        let word = cx.show(*at - 1);
        cx.alert(*at, format!("expects a value behind '{word}'."));
        return None;
    }
    *at += 1;
    cx.bytes(*at - 1)
}

fn text(cx: &mut Cx<'_>, at: &mut usize, places: Option<Places>) -> Option<Text> {
    let plain = value(cx, at)?;
    match places {
        Some(places) => cx.format(*at - 1, Use::Http, places, true).map(Text::Format),
        None => Some(Text::Plain(plain)),
    }
}

fn code(cx: &mut Cx<'_>, at: &mut usize) -> Option<u16> {
    value(cx, at)?;
    cx.one_of(*at - 1, &[("301", 301), ("302", 302), ("303", 303), ("307", 307), ("308", 308)])
}
