//! `get var` and `set var` (management guide 9.3): variables of the process.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;
use expr::Type;
use expr::vars::{Scope, VarName};

pub static GET: Command = Command {
    words: &["get", "var"],
    usage: "get var <name>",
    level: CliLevel::Operator,
    doc: "type and content of a variable of the process",
    run: get,
};

pub static SET: Command = Command {
    words: &["set", "var"],
    usage: "set var <name> [fmt|expr] {<fmt>|<expr>}",
    level: CliLevel::Operator,
    doc: "gives a variable of the process another value",
    run: set,
};

fn get(call: &mut Call<'_>) -> Reply {
    if call.arg(0).is_empty() {
        return Reply::error("Missing process-wide variable identifier.");
    }
    let name = VarName::parse(call.arg(0).as_bytes()).ok().filter(|name| name.scope == Scope::Proc);
    let vars = call.serving.control.shared().vars.read().unwrap_or_else(|poisoned| poisoned.into_inner());
    let Some(value) = name.and_then(|name| vars.get(&name).map(|value| value.val())) else {
        return Reply::error("Variable not found.");
    };
    let arena = expr::Arena::new();
    let text = match value.cast(Type::Str, arena.scratch()).and_then(|text| text.bytes()) {
        Some(text) => format!("<{}>", String::from_utf8_lossy(text)),
        None => "<>".to_owned(),
    };
    Reply::Text(format!("{}: type={} value={text}\n", call.arg(0), value.kind().name()))
}

fn set(call: &mut Call<'_>) -> Reply {
    if !call.state.experimental {
        return Reply::error("This command is restricted to experimental mode only.");
    }
    if call.arg(0).is_empty() {
        return Reply::error("Missing process-wide variable identifier.");
    }
    if call.arg(1).is_empty() {
        return Reply::error("Missing either 'expr', 'fmt' or expression.");
    }
    let (is_format, at) = match call.arg(1) {
        "fmt" => (true, 2),
        "expr" => (false, 2),
        _ => (false, 1),
    };
    let words = call.args[at.min(call.args.len())..].join(" ");
    let (name, control) = (call.arg(0), &call.serving.control);
    match proxy::preset::set(name, words.as_bytes(), is_format, control.shared()) {
        Ok(()) => Reply::Done,
        Err(why) => Reply::error(why),
    }
}
