//! Variables of the process: set from the start, and how much memory all of them may take. They live as long as the
//! process: what it started with can't be set a second time.

use super::shape::{parsed, put_long_size, size};
use crate::build::GlobalB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Reload, Status};
use crate::spec::GlobalVar;
use diag::Diagnostic;
use expr::logfmt::{LogFormat, Use};
use expr::{Expr, Place};

pub static SET_VAR: Keyword<GlobalB> = Keyword {
    name: "set-var",
    since: "2.5",
    doc: "Gives a variable of the process the value of an expression.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.preset(false).eq(b.preset(false))),
    status: Status::Working,
    ..parsed(Arity::exactly(2, "a variable ('proc.<name>') and an expression"), |cx, global| {
        match Expr::compile(cx.text(1), &mut cx.expr_world(1)) {
            Err(error) => report(cx, &error),
            Ok(expr) if !expr.places().has(Place::Config) => {
                let text = format!(": '{}' isn't available while the configuration is read.", expr.fetch().name);
                cx.alert(1, text);
            }
            Ok(_) => {}
        }
        note(cx, global, false);
    })
};

pub static SET_VAR_FMT: Keyword<GlobalB> = Keyword {
    name: "set-var-fmt",
    since: "2.5",
    doc: "Gives a variable of the process the text of a format.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.preset(true).eq(b.preset(true))),
    status: Status::Working,
    ..parsed(Arity::exactly(2, "a variable ('proc.<name>') and a format"), |cx, global| {
        if cx.text(1).is_empty() {
            return cx.alert(1, "expects a format that isn't empty.");
        }
        if let Err(error) = LogFormat::compile(cx.text(1), Use::Log, Place::Config, false, &mut cx.expr_world(1)) {
            report(cx, &error);
        }
        note(cx, global, true);
    })
};

/// Reports what is wrong with an expression or a format, with the caret under it.
fn report(cx: &mut Cx<'_>, error: &expr::Error) {
    let Some(word) = cx.word(1) else { return };
    let span = if error.len > 0 { word.part(error.off, error.off + error.len) } else { word.span };
    let got = word.text.get(error.off..error.off + error.len).unwrap_or_default();
    let mut known: Vec<&str> = error.candidates.iter().map(String::as_str).collect();
    known.sort_unstable();
    let mut diagnostic = Diagnostic::alert(span, format!("'{}' : {}.", cx.name, error.text));
    if let Some(near) = diag::closest(got, known) {
        diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
    }
    cx.push(diagnostic);
}

/// Adds the variable, if its name fits.
fn note(cx: &mut Cx<'_>, global: &mut GlobalB, is_format: bool) {
    let full = cx.show(0);
    let fits = |name: &str| !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || b"_.".contains(&c));
    let (scope, name) = full.split_once('.').unwrap_or(("", &full));
    if !SCOPES.contains(&scope) || !fits(name) {
        let text = format!(": invalid variable name '{full}'.");
        return cx.alert_help(
            0,
            text,
            "it begins with its scope, here 'proc.', and has letters, digits, '_' and '.'".into(),
        );
    }
    if scope != "proc" {
        return cx.alert(0, format!("can't set '{full}': in this section only scope 'proc' exists."));
    }
    let (text, at) = (cx.text(1).into(), cx.at(KEYWORD));
    global.spec.vars.push(GlobalVar { name: name.into(), text, is_format, at });
}

static SCOPES: &[&str] = &["proc", "sess", "txn", "req", "res", "check"];

pub static GLOBAL_SIZE: Keyword<GlobalB> = Keyword {
    name: "tune.vars.global-max-size",
    since: "1.6",
    doc: "Most memory for the variables of all scopes together; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.vars.global))
};

pub static PROC_SIZE: Keyword<GlobalB> = Keyword {
    name: "tune.vars.proc-max-size",
    since: "1.6",
    doc: "Most memory for variables of the process and all that is within it; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.vars.process))
};

pub static SESS_SIZE: Keyword<GlobalB> = Keyword {
    name: "tune.vars.sess-max-size",
    since: "1.6",
    doc: "Most memory for variables of a session and its transactions; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.vars.session))
};

pub static TXN_SIZE: Keyword<GlobalB> = Keyword {
    name: "tune.vars.txn-max-size",
    since: "1.6",
    doc: "Most memory for variables of a transaction, its request and its answer; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.vars.transaction))
};

pub static REQRES_SIZE: Keyword<GlobalB> = Keyword {
    name: "tune.vars.reqres-max-size",
    since: "1.6",
    doc: "Most memory for variables of a request or of an answer; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.vars.reqres))
};

pub static CHECK_SIZE: Keyword<GlobalB> = Keyword {
    name: "tune.vars.check-max-size",
    since: "2.0",
    doc: "Most memory for variables of a health check; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.vars.check))
};
