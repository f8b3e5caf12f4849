//! `set weight` and `get weight`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use crate::target;
use base::ix::SrvIx;
use conf::spec::{Balance, CliLevel};
use policy::lb::WEIGHT_MAX;
use proxy::Control;
use proxy::health::Edit;
use proxy::plan::Back;
use std::sync::Arc;

pub static SET: Command = Command {
    words: &["set", "weight"],
    usage: "set weight <bk>/<srv> <weight[%]>",
    level: CliLevel::Admin,
    doc: "changes a server's weight",
    run: |call| {
        let control = &call.serving.control;
        match target::server(&control.plan(), call.arg(0)) {
            Ok((back, ix)) => set(control, &back, ix, call.arg(1)),
            Err(reply) => reply,
        }
    },
};

pub static GET: Command = Command {
    words: &["get", "weight"],
    usage: "get weight <bk>/<srv>",
    level: CliLevel::User,
    doc: "a server's weight now",
    run: get,
};

/// Sets a weight given as a number or as a share of the configuration's.
pub fn set(control: &Control, back: &Arc<Back>, ix: SrvIx, text: &str) -> Reply {
    let is_static = matches!(back.back().balance, Balance::StaticRr | Balance::First);
    match parse(text, back.server(ix).spec.weight, is_static) {
        Ok(weight) => {
            Edit::begin(control.shared(), back, ix).set_weight(weight);
            Reply::Done
        }
        Err(text) => Reply::error(text),
    }
}

fn parse(text: &str, initial: u32, is_static: bool) -> Result<u32, &'static str> {
    if text.is_empty() {
        return Err("Require <weight> or <weight%>.");
    }
    let (digits, relative) = match text.strip_suffix('%') {
        Some(digits) => (digits, true),
        None => (text, false),
    };
    let Ok(number) = digits.parse::<i64>() else {
        return Err(match text.starts_with(|c: char| c.is_ascii_digit()) {
            true => "Trailing garbage in weight string",
            false => "Empty weight string empty or preceded by garbage",
        });
    };
    if is_static && !matches!((number, relative), (0 | 100, true) | (0, false)) {
        return Err("Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.");
    }
    let weight = match relative {
        true if number < 0 => return Err("Relative weight must be positive."),
        true => i64::from(initial).saturating_mul(number).div_euclid(100).min(i64::from(WEIGHT_MAX)),
        false => number,
    };
    u32::try_from(weight)
        .ok()
        .filter(|weight| *weight <= WEIGHT_MAX)
        .ok_or("Absolute weight can only be between 0 and 256 inclusive.")
}

fn get(call: &mut Call<'_>) -> Reply {
    match target::server(&call.serving.control.plan(), call.arg(0)) {
        Ok((back, ix)) => {
            let server = back.server(ix);
            let weight = server.live.health().weight;
            Reply::Text(format!("{weight} (initial {})\n", server.spec.weight))
        }
        Err(reply) => reply,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights() {
        for (text, initial, is_static, expected) in [
            ("5", 1, false, Some(5)),
            ("50%", 10, false, Some(5)),
            ("300%", 100, false, Some(256)),
            ("0%", 10, true, Some(0)),
            ("100%", 10, true, Some(10)),
            ("50%", 10, true, None),
            ("256", 1, false, Some(256)),
            ("257", 1, false, None),
            ("-1", 1, false, None),
            ("-1%", 1, false, None),
            ("", 1, false, None),
            ("abc", 1, false, None),
            ("5x", 1, false, None),
            ("99999999999999999999", 1, false, None),
        ] {
            assert_eq!(parse(text, initial, is_static).ok(), expected, "{text}");
        }
    }
}
