//! `show info`.

use crate::command::{Call, Command};
use crate::field::{self, Value};
use crate::info::{FIELDS, Info};
use crate::reply::Reply;
use conf::spec::CliLevel;
use std::fmt::Write;

pub static COMMAND: Command = Command {
    words: &["show", "info"],
    usage: "show info [desc|json|typed|float]*",
    level: CliLevel::User,
    doc: "figures of the process",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    let (mut typed, mut json, mut desc) = (false, false, false);
    for arg in call.args {
        match arg.as_str() {
            "typed" => (typed, json) = (true, false),
            "json" => (typed, json) = (false, true),
            "desc" => desc = true,
            // Each figure is a whole number here.
            "float" => {}
            _ => break,
        }
    }
    let serving = call.serving;
    let shared = serving.control.shared();
    let info = Info::new(shared, &serving.control.plan(), &serving.about, serving.hard_maxconn);
    let mut out = String::new();
    for (pos, shown) in FIELDS.iter().enumerate() {
        let value = (shown.get)(&info);
        if value == Value::None {
            continue;
        }
        // Writing to a String can't fail.
        if json {
            out.push_str(if pos == 0 { "[{" } else { ",{" });
            field::json(pos, shown, &value, &mut out);
            continue;
        }
        if typed {
            let _ = write!(out, "{pos}.{}.1:", shown.name);
            field::typed(shown, &value, desc, &mut out);
        } else {
            let _ = write!(out, "{}: ", shown.name);
            let start = out.len();
            value.plain(&mut out);
            field::one_line(&mut out, start);
            if desc {
                let _ = write!(out, ":\"{}\"", shown.doc);
            }
        }
        out.push('\n');
    }
    if json {
        out.push_str("]\n");
    }
    Reply::Text(out)
}
