//! `tcp-check send`, `send-lf`, `send-binary`, `send-binary-lf`.

use super::{formatted, hex, unknown, value};
use crate::cx::Cx;
use crate::spec::{CheckData, CheckStep};
use expr::logfmt::Use;

type Read = Option<(CheckStep, Option<Box<[u8]>>)>;

pub fn text(cx: &mut Cx<'_>) -> Read {
    let data = CheckData::Bytes(cx.bytes(0)?);
    step(cx, data)
}

pub fn format(cx: &mut Cx<'_>) -> Read {
    cx.bytes(0)?;
    let data = CheckData::Format(formatted(cx, 0, Use::Log)?);
    step(cx, data)
}

pub fn binary(cx: &mut Cx<'_>) -> Read {
    cx.bytes(0)?;
    let data = CheckData::Bytes(hex(cx, 0)?);
    step(cx, data)
}

pub fn binary_format(cx: &mut Cx<'_>) -> Read {
    cx.bytes(0)?;
    let data = CheckData::HexFormat(formatted(cx, 0, Use::Log)?);
    step(cx, data)
}

fn step(cx: &mut Cx<'_>, data: CheckData) -> Read {
    let comment = match cx.text(1) {
        b"" => None,
        b"comment" => Some(value(cx, 1)?),
        _ => {
            unknown(cx, 1, &["comment"]);
            return None;
        }
    };
    Some((CheckStep::Send(data), comment))
}
