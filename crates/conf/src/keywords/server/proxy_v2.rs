//! What a PROXY protocol header of version 2 holds beside the addresses.

use super::{later, now};
use crate::build::ServerB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};
use crate::spec::{ProxyV2, SendProxy, Sourced};
use expr::Place;
use expr::logfmt::Use;

pub static SEND_PROXY_V2_SSL: Keyword<ServerB> =
    later("send-proxy-v2-ssl", Arity::NONE, "1.5", "Version 2, with facts about TLS.", |_, server| {
        server.spec.send_proxy = SendProxy::V2;
        server.spec.proxy_v2.ssl = true;
    });

pub static SEND_PROXY_V2_SSL_CN: Keyword<ServerB> =
    later("send-proxy-v2-ssl-cn", Arity::NONE, "1.5", "The same, with the client's name.", |_, server| {
        server.spec.send_proxy = SendProxy::V2;
        server.spec.proxy_v2.ssl = true;
        server.spec.proxy_v2.cert_cn = true;
    });

pub static NO_SEND_PROXY_V2_SSL: Keyword<ServerB> =
    now("no-send-proxy-v2-ssl", Arity::NONE, "1.8", "Undoes 'send-proxy-v2-ssl'.", |_, server| {
        if server.spec.proxy_v2.ssl {
            undo(server);
        }
    });

pub static NO_SEND_PROXY_V2_SSL_CN: Keyword<ServerB> =
    now("no-send-proxy-v2-ssl-cn", Arity::NONE, "1.8", "Undoes 'send-proxy-v2-ssl-cn'.", |_, server| {
        if server.spec.proxy_v2.cert_cn {
            undo(server);
        }
    });

pub static PROXY_V2_OPTIONS: Keyword<ServerB> = later(
    "proxy-v2-options",
    Arity::exactly(1, "names of options with commas between them"),
    "1.9",
    "What the header holds beside the addresses.",
    |cx, server| {
        let mut v2 = server.spec.proxy_v2.clone();
        for option in cx.text(0).split(|c| *c == b',') {
            match option {
                b"ssl" => v2.ssl = true,
                b"cert-cn" => (v2.ssl, v2.cert_cn) = (true, true),
                b"ssl-cipher" => (v2.ssl, v2.ssl_cipher) = (true, true),
                b"cert-sig" => (v2.ssl, v2.cert_sig) = (true, true),
                b"cert-key" => (v2.ssl, v2.cert_key) = (true, true),
                b"authority" => v2.authority = true,
                b"crc32c" => v2.crc32c = true,
                b"unique-id" => v2.unique_id = true,
                _ => return unknown(cx, option),
            }
        }
        server.spec.proxy_v2 = v2;
    },
);

pub static SET_PROXY_V2_TLV_FMT: Keyword<ServerB> = Keyword {
    paren: true,
    ..later("set-proxy-v2-tlv-fmt", Arity::exactly(1, "<fmt>"), "2.9", "A field of the header.", |cx, server| {
        let Some(id) = tlv_id(cx) else { return };
        if cx.format(0, Use::Log, Place::ServerSource, true).is_some() {
            let format = Sourced { words: vec![cx.text(0).into()], at: cx.at(0) };
            server.spec.proxy_v2.tlvs.push((id, format));
        }
    })
};

/// As documented these undo the header itself.
fn undo(server: &mut ServerB) {
    let ProxyV2 { tlvs, .. } = core::mem::take(&mut server.spec.proxy_v2);
    server.spec.proxy_v2.tlvs = tlvs;
    if server.spec.send_proxy == SendProxy::V2 {
        server.spec.send_proxy = SendProxy::No;
    }
}

fn unknown(cx: &mut Cx<'_>, option: &[u8]) {
    let known = ["ssl", "cert-cn", "ssl-cipher", "cert-sig", "cert-key", "authority", "crc32c", "unique-id"];
    let text = format!(": there is no option '{}'.", String::from_utf8_lossy(option));
    match diag::closest(option, known) {
        Some(near) if !option.is_empty() => cx.alert_help(0, text, format!("did you mean '{near}'?")),
        _ => cx.alert(0, text),
    }
}

/// The type in parentheses behind the keyword: a byte, in decimal or hexadecimal.
fn tlv_id(cx: &mut Cx<'_>) -> Option<u8> {
    let word = cx.words.get(cx.args.start.wrapping_sub(1)).map_or(&[][..], |word| &word.text);
    let inner = word.iter().position(|c| *c == b'(').and_then(|open| word[open + 1..].strip_suffix(b")"));
    let digits = inner.and_then(|inner| core::str::from_utf8(inner).ok());
    let id = digits.and_then(|digits| match digits.strip_prefix("0x") {
        Some(hex) => u8::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    });
    if id.is_none() {
        cx.alert(crate::cx::KEYWORD, "expects the field's type in parentheses: a number from 0 to 255 or 0xff.");
    }
    id
}
