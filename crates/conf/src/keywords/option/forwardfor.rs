use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Status};
use crate::spec::{ForwardFor, Mode};
use core::net::IpAddr;
use diag::Severity;

pub static FORWARDFOR: Keyword<ProxyB> = Keyword {
    name: "option forwardfor",
    args: Arity::at_least(0, "[except <network>] [header <name>] [if-none]"),
    mode: Some(Mode::Http),
    doc: "Tells servers the client's address in a header field.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(option) = read(cx, b"x-forwarded-for", &["except", "header", "if-none"]) {
            proxy.forwardfor = Some(option);
        }
    })
};

pub static ORIGINALTO: Keyword<ProxyB> = Keyword {
    name: "option originalto",
    status: Status::Parsed,
    args: Arity::at_least(0, "[except <network>] [header <name>]"),
    mode: Some(Mode::Http),
    doc: "Tells servers the address that the client connected to in a header field.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(option) = read(cx, b"x-original-to", &["except", "header"]) {
            proxy.originalto = Some(option);
        }
    })
};

/// Reads the values of such an option, of which it has those in `known`.
fn read(cx: &mut Cx<'_>, header: &[u8], known: &[&str]) -> Option<ForwardFor> {
    let mut option = ForwardFor { header: header.into(), except: None, if_none: false };
    let mut at = 0;
    while at < cx.len() {
        let word = cx.text(at);
        if !known.iter().any(|name| name.as_bytes() == word) {
            let known: Vec<String> = known.iter().map(|name| format!("'{name}'")).collect();
            let text = format!("'{}' only supports optional values: {}.", cx.name, known.join(", "));
            cx.say(Severity::Alert, at, &text, None);
            return None;
        }
        match word {
            b"except" => match network(cx.text(at + 1)) {
                Some(network) => option.except = Some(network),
                None => return bad(cx, at, "<address>[/mask]"),
            },
            b"header" => match header_name(cx, at + 1) {
                Some(name) => option.header = name,
                None => return bad(cx, at, "<header_name>"),
            },
            _ => {
                option.if_none = true;
                at += 1;
                continue;
            }
        }
        at += 2;
    }
    Some(option)
}

/// What follows argument `at` is wrong.
fn bad(cx: &mut Cx<'_>, at: usize, what: &str) -> Option<ForwardFor> {
    let text = format!("'{} {}' expects {what} as argument.", cx.name, cx.show(at));
    cx.say(Severity::Alert, at + 1, &text, None);
    None
}

/// A header name in lower case: a token (RFC 9110, 5.6.2).
fn header_name(cx: &Cx<'_>, i: usize) -> Option<Box<[u8]>> {
    let is_token = |c: &u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(c);
    let name = cx.text(i);
    (!name.is_empty() && name.iter().all(is_token)).then(|| name.to_ascii_lowercase().into())
}

/// `<address>`, `<address>/<bits>` or `<address>/<mask>`.
pub fn network(text: &[u8]) -> Option<(IpAddr, u8)> {
    let text = core::str::from_utf8(text).ok()?;
    let (addr, mask) = match text.split_once('/') {
        Some((addr, mask)) => (addr, Some(mask)),
        None => (text, None),
    };
    let addr: IpAddr = addr.parse().ok()?;
    let most = if addr.is_ipv4() { 32 } else { 128 };
    let bits = match mask {
        None => most,
        Some(mask) => match mask.parse::<IpAddr>() {
            Ok(IpAddr::V4(mask)) if addr.is_ipv4() => {
                let bits = u32::from(mask);
                if bits.leading_ones() + bits.trailing_zeros() != 32 {
                    return None;
                }
                bits.leading_ones() as u8
            }
            Ok(_) => return None,
            Err(_) => mask.parse().ok().filter(|bits| *bits <= most)?,
        },
    };
    Some((addr, bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        let cases: &[(&str, Option<(&str, u8)>)] = &[
            ("127.0.0.1", Some(("127.0.0.1", 32))),
            ("10.0.0.0/8", Some(("10.0.0.0", 8))),
            ("10.0.0.0/255.255.0.0", Some(("10.0.0.0", 16))),
            ("10.0.0.0/0.0.0.0", Some(("10.0.0.0", 0))),
            ("::1", Some(("::1", 128))),
            ("fe80::/10", Some(("fe80::", 10))),
            ("10.0.0.0/33", None),
            ("10.0.0.0/255.0.255.0", None),
            ("x", None),
            ("", None),
        ];
        for (text, want) in cases {
            let want = want.map(|(addr, bits)| (addr.parse().unwrap(), bits));
            assert_eq!(network(text.as_bytes()), want, "{text}");
        }
    }
}
