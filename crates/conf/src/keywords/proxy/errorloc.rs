//! `errorloc`, `errorloc302`, `errorloc303`: a redirection instead of a page of our own.

use super::errorfile;
use crate::build::{ErrorFile, ProxyB};
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};

/// A keyword of this family.
const fn errorloc(name: &'static str, doc: &'static str, parse: fn(&mut Cx<'_>, &mut ProxyB)) -> Keyword<ProxyB> {
    Keyword { name, args: Arity::exactly(2, "<code> and <url>"), doc, manual: "4.2", ..Keyword::plain(parse) }
}

pub static ERRORLOC: Keyword<ProxyB> =
    errorloc("errorloc", "Redirects with status 302 instead of sending an error page.", |cx, proxy| {
        read(cx, proxy, "302 Found")
    });

pub static ERRORLOC302: Keyword<ProxyB> =
    errorloc("errorloc302", "Redirects with status 302 instead of sending an error page.", |cx, proxy| {
        read(cx, proxy, "302 Found")
    });

pub static ERRORLOC303: Keyword<ProxyB> =
    errorloc("errorloc303", "Redirects with status 303 instead of sending an error page.", |cx, proxy| {
        read(cx, proxy, "303 See Other")
    });

fn read(cx: &mut Cx<'_>, proxy: &mut ProxyB, status_line: &str) {
    let Some(status) = errorfile::status(cx) else { return };
    let Some(url) = cx.bytes(1) else { return };
    if let Some(bad) = url.iter().find(|c| c.is_ascii_control()) {
        cx.alert(1, format!(": character '{}' is not permitted in a header field.", bad.escape_ascii()));
        return;
    }
    let head = format!("HTTP/1.1 {status_line}\r\ncache-control: no-cache\r\ncontent-length: 0\r\nlocation: ");
    let content = [head.as_bytes(), &url, b"\r\n\r\n"].concat();
    proxy.errorfiles.insert(status, ErrorFile { content: content.into(), at: cx.at(1), span: cx.span(1) });
}
