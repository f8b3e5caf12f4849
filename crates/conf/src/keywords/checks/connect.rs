//! `http-check connect`, `tcp-check connect`.

use super::{Family, unknown, value};
use crate::addr::{self, Want};
use crate::addr_env;
use crate::cx::Cx;
use crate::spec::{CheckConnect, CheckPort, CheckStep};
use base::Addr;
use expr::Place;

const OPTIONS: &[&str] =
    &["default", "port", "addr", "send-proxy", "via-socks4", "ssl", "sni", "alpn", "proto", "linger", "comment"];

pub fn read(cx: &mut Cx<'_>, family: Family) -> Option<(CheckStep, Option<Box<[u8]>>)> {
    let (mut connect, mut comment, mut at) = (CheckConnect::default(), None, 0);
    while at < cx.len() {
        let mut used = 1;
        match cx.text(at) {
            b"default" => connect.default = true,
            b"send-proxy" => connect.send_proxy = true,
            b"via-socks4" => connect.via_socks4 = true,
            b"ssl" => connect.ssl = true,
            b"linger" => connect.linger = true,
            b"port" => {
                let (port, end) = port(cx, at)?;
                connect.port = Some(port);
                used = end - at;
            }
            option => {
                used = 2;
                match option {
                    b"addr" => connect.addr = Some(address(cx, at)?),
                    b"sni" => connect.sni = Some(value(cx, at)?),
                    b"alpn" => connect.alpn = protocols(cx, at)?,
                    b"proto" => connect.proto = Some(proto(cx, at, family)?),
                    b"comment" => comment = Some(value(cx, at)?),
                    _ => {
                        unknown(cx, at, OPTIONS);
                        return None;
                    }
                }
            }
        }
        at += used;
    }
    Some((CheckStep::Connect(Box::new(connect)), comment))
}

/// A port or a sample expression, and the argument behind it.
fn port(cx: &mut Cx<'_>, at: usize) -> Option<(CheckPort, usize)> {
    let text = value(cx, at)?;
    if text.iter().all(|c| c.is_ascii_digit()) {
        let port =
            cx.within("connect port", |cx| cx.uint(at + 1, 1, 65535)).and_then(|port| u16::try_from(port).ok())?;
        return Some((CheckPort::Number(port), at + 2));
    }
    let (_, end) = cx.expr(at + 1, Place::TcpCheck)?;
    Some((CheckPort::Expr(cx.sourced(at + 1, end)), end))
}

fn address(cx: &mut Cx<'_>, at: usize) -> Option<Addr> {
    let text = value(cx, at)?;
    let parsed = addr::parse(&addr_env::expand(&text, &cx.parts.env), Want::CHECK);
    match parsed.and_then(|parsed| parsed.resolve(parsed.port(), cx.world)) {
        Ok(addr) => Some(addr),
        Err(why) => {
            cx.alert(at + 1, format!(": 'addr' : {}.", why.trim_end_matches('.')));
            None
        }
    }
}

/// Names with commas between them, each at most 255 bytes long (RFC 7301).
fn protocols(cx: &mut Cx<'_>, at: usize) -> Option<Vec<Box<[u8]>>> {
    let text = value(cx, at)?;
    let names: Vec<Box<[u8]>> = text.split(|c| *c == b',').filter(|name| !name.is_empty()).map(Into::into).collect();
    if names.iter().any(|name| name.len() > 255) {
        cx.alert(at + 1, ": 'alpn' : the name of a protocol has at most 255 bytes.");
        return None;
    }
    Some(names)
}

/// A protocol that a server can be talked to with and that suits the kind of check.
fn proto(cx: &mut Cx<'_>, at: usize, family: Family) -> Option<Box<str>> {
    value(cx, at)?;
    let (known, others): (&[&'static str], &[&'static str]) = match family {
        Family::Http => (HTTP_PROTOCOLS, TCP_PROTOCOLS),
        Family::Tcp => (TCP_PROTOCOLS, HTTP_PROTOCOLS),
    };
    let got = cx.text(at + 1);
    if let Some(name) = known.iter().find(|name| name.as_bytes() == got) {
        return Some((*name).into());
    }
    let shown = cx.show(at + 1);
    if others.iter().any(|name| name.as_bytes() == got) {
        cx.alert(at + 1, format!(": 'proto' : protocol '{shown}' doesn't suit this kind of check."));
        return None;
    }
    let text = format!(": 'proto' : unknown protocol '{shown}'.");
    match diag::closest(got, known.iter().copied()) {
        Some(near) => cx.alert_help(at + 1, text, format!("did you mean '{near}'?")),
        None => cx.alert(at + 1, text),
    }
    None
}

static HTTP_PROTOCOLS: &[&str] = &["h1", "h2", "fcgi", "quic"];
static TCP_PROTOCOLS: &[&str] = &["none", "spop"];
