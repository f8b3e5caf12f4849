//! `option forwarded` (RFC 7239).

use crate::build::ProxyB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Places, Prefix, Said, Status};
use crate::spec::{Forwarded, ForwardedPart, Mode};
use expr::Place;

pub static FORWARDED: Keyword<ProxyB> = Keyword {
    name: "option forwarded",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::at_least(0, "which parameters the field has"),
    prefix: Prefix::NoDefault,
    mode: Some(Mode::Http),
    since: "2.8",
    doc: "Tells servers about the client in the field 'forwarded'.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if cx.said != Said::Plain {
            proxy.back.forwarded = None;
        } else if let Some(option) = read(cx) {
            proxy.back.forwarded = Some(option);
        }
    })
};

const PARAMETERS: [&str; 11] = [
    "proto",
    "host",
    "host-expr",
    "by",
    "by-expr",
    "by_port",
    "by_port-expr",
    "for",
    "for-expr",
    "for_port",
    "for_port-expr",
];

fn read(cx: &mut Cx<'_>) -> Option<Forwarded> {
    let mut option = Forwarded::default();
    if cx.is_empty() {
        (option.proto, option.for_client) = (true, Some(ForwardedPart::Known));
        return Some(option);
    }
    let mut at = 0;
    while at < cx.len() {
        let word = cx.text(at);
        let (name, is_expr) = match word.strip_suffix(b"-expr") {
            Some(name) => (name, true),
            None => (word, false),
        };
        let slot = match name {
            b"host" => Some(&mut option.host),
            b"by" => Some(&mut option.by),
            b"by_port" => Some(&mut option.by_port),
            b"for" => Some(&mut option.for_client),
            b"for_port" => Some(&mut option.for_port),
            _ => None,
        };
        at = match slot {
            Some(slot) if is_expr => {
                let (_, end) = cx.expr(at + 1, Place::BeHttpReq)?;
                *slot = Some(ForwardedPart::Expr(cx.sourced(at + 1, end)));
                end
            }
            Some(slot) => {
                *slot = Some(ForwardedPart::Known);
                at + 1
            }
            None if word == b"proto" => {
                option.proto = true;
                at + 1
            }
            None => {
                unknown(cx, at);
                return None;
            }
        };
    }
    Some(option)
}

fn unknown(cx: &mut Cx<'_>, at: usize) {
    let text = format!("takes {}, not '{}'.", PARAMETERS.map(|p| format!("'{p}'")).join(", "), cx.show(at));
    match diag::closest(cx.text(at), PARAMETERS) {
        Some(near) => cx.alert_help(at, text, format!("did you mean '{near}'?")),
        None => cx.alert(at, text),
    }
}
