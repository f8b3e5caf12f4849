//! `cookie`, `dynamic-cookie-key`.

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::{Cookie, CookieMode, Mode};

pub static COOKIE: Keyword<ProxyB> = Keyword {
    name: "cookie",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::at_least(1, "<name> and options"),
    mode: Some(Mode::Http),
    doc: "Keeps clients at their server by means of a cookie.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(cookie) = read(cx) {
            proxy.back.cookie = Some(cookie);
        }
    })
};

pub static DYNAMIC_COOKIE_KEY: Keyword<ProxyB> = Keyword {
    name: "dynamic-cookie-key",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::exactly(1, "<secret key>"),
    since: "1.8",
    doc: "Secret that dynamic cookies are made with.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(key) = cx.bytes(0) {
            proxy.back.dynamic_cookie_key = Some(key);
        }
    })
};

fn read(cx: &mut Cx<'_>) -> Option<Cookie> {
    let mut cookie = Cookie { name: cx.bytes(0)?, ..Cookie::default() };
    let mut at = 1;
    while at < cx.len() {
        at += 1 + option(cx, at, &mut cookie)?;
    }
    if cookie.mode == Some(CookieMode::Rewrite) && cookie.indirect {
        cx.alert(0, ": 'rewrite' and 'indirect' exclude each other.");
        return None;
    }
    if cookie.preserve && cookie.mode != Some(CookieMode::Insert) && !cookie.indirect {
        cx.alert(0, ": 'preserve' requires 'insert' or 'indirect'.");
        return None;
    }
    Some(cookie)
}

/// Reads the option at argument `at`, and answers how many arguments it has.
fn option(cx: &mut Cx<'_>, at: usize, cookie: &mut Cookie) -> Option<usize> {
    match cx.text(at) {
        b"rewrite" => mode(cx, at, cookie, CookieMode::Rewrite)?,
        b"insert" => mode(cx, at, cookie, CookieMode::Insert)?,
        b"prefix" => mode(cx, at, cookie, CookieMode::Prefix)?,
        b"indirect" => cookie.indirect = true,
        b"nocache" => cookie.nocache = true,
        b"postonly" => cookie.postonly = true,
        b"preserve" => cookie.preserve = true,
        b"httponly" => cookie.httponly = true,
        b"secure" => cookie.secure = true,
        b"dynamic" => cookie.dynamic = true,
        b"domain" => {
            let domain = domain(cx, at + 1)?;
            cookie.domains.push(domain);
            return Some(1);
        }
        b"maxidle" => {
            cookie.max_idle_s = cx.within("cookie maxidle", |cx| cx.seconds(at + 1))?.into();
            return Some(1);
        }
        b"maxlife" => {
            cookie.max_life_s = cx.within("cookie maxlife", |cx| cx.seconds(at + 1))?.into();
            return Some(1);
        }
        b"attr" => {
            let attribute = attribute(cx, at + 1)?;
            cookie.attributes.push(attribute);
            return Some(1);
        }
        got => {
            let text = format!("takes {}, not '{}'.", OPTIONS.map(|o| format!("'{o}'")).join(", "), cx.show(at));
            match diag::closest(got, OPTIONS) {
                Some(near) => cx.alert_help(at, text, format!("did you mean '{near}'?")),
                None => cx.alert(at, text),
            }
            return None;
        }
    }
    Some(0)
}

const OPTIONS: [&str; 14] = [
    "rewrite", "insert", "prefix", "indirect", "nocache", "postonly", "preserve", "httponly", "secure", "domain",
    "maxidle", "maxlife", "dynamic", "attr",
];

fn mode(cx: &mut Cx<'_>, at: usize, cookie: &mut Cookie, mode: CookieMode) -> Option<()> {
    if cookie.mode.is_some_and(|before| before != mode) {
        cx.alert(at, ": 'rewrite', 'insert' and 'prefix' exclude each other.");
        return None;
    }
    cookie.mode = Some(mode);
    Some(())
}

/// A domain of letters, digits, dashes and dots.
fn domain(cx: &mut Cx<'_>, i: usize) -> Option<Box<[u8]>> {
    let domain = cx.text(i);
    if domain.is_empty() {
        cx.alert(i, ": 'domain' expects a domain name.");
        return None;
    }
    if let Some(bad) = domain.iter().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, b'-' | b'.')) {
        let text = format!(": character '{}' is not permitted in domain name '{}'.", bad.escape_ascii(), cx.show(i));
        cx.alert(i, text);
        return None;
    }
    if domain[0] != b'.' && !domain.contains(&b'.') {
        let shown = cx.show(i);
        cx.warn(i, format!(": domain '{shown}' has no dot inside, which browsers may ignore (RFC 6265, 5.2.3)."));
    }
    Some(domain.into())
}

/// Anything but control characters and semicolons (RFC 6265, 4.1.1).
fn attribute(cx: &mut Cx<'_>, i: usize) -> Option<Box<[u8]>> {
    let value = cx.text(i);
    if value.is_empty() {
        cx.alert(i, ": 'attr' expects a value.");
        return None;
    }
    if let Some(bad) = value.iter().find(|c| c.is_ascii_control() || **c == b';') {
        cx.alert(i, format!(": character '{}' is not permitted in an attribute.", bad.escape_ascii()));
        return None;
    }
    Some(value.into())
}
