//! `ferroxy eval`: an expression or a condition, tried on a message, with what each part of it gave.

mod show;

use crate::request::{Exchange, Memory};
use conf::spec::Proxy;
use core::fmt::Write;
use expr::acl::{Acl, Acls, Cond, Test, Tri};
use expr::{Arena, Cursor, Env, Error, Expr, Got, Outside, Place};

/// So many occurrences of a value are shown for a test.
const MAX_SHOWN: usize = 20;
/// Where a part's value begins.
const COLUMN: usize = 40;

/// What is to be evaluated.
pub struct Question<'a> {
    /// An expression, or the words of a condition.
    pub text: &'a [u8],
    /// The proxy whose ACLs the condition can name.
    pub proxy: Option<&'a Proxy>,
    /// Where it would stand.
    pub place: Place,
}

/// The answer, a line for each step. The error is about the question and ready to be said.
pub fn eval(question: &Question<'_>, exchange: &Exchange, outside: &mut dyn Outside) -> Result<String, String> {
    let text = question.text.trim_ascii();
    let compiled = match Expr::compile(text, outside) {
        Ok(expr) => Compiled::Expr(Box::new(expr)),
        Err(unlike_expr) => Compiled::Cond(condition(text, question.proxy, outside).map_err(|unlike_cond| {
            let both = [(unlike_expr, "an expression"), (unlike_cond, "a condition")];
            both.map(|(error, what)| format!("not {what}: {}", said(&error, text))).join("\n")
        })?),
    };
    let mut out = String::new();
    exchange.look(question.place, &Memory::default(), &Arena::new(), |env| match &compiled {
        Compiled::Expr(expr) => trace_expr(&mut out, text, expr, env),
        Compiled::Cond(cond) => trace_cond(&mut out, cond, env),
    });
    Ok(out)
}

enum Compiled {
    Expr(Box<Expr>),
    Cond(Cond),
}

fn said(error: &Error, text: &[u8]) -> String {
    let word = text.get(error.off..error.off + error.len).unwrap_or_default();
    match diag::closest(word, error.candidates.iter().map(String::as_str)) {
        Some(near) => format!("{} (did you mean '{near}'?)", error.text),
        None => error.text.clone(),
    }
}

fn condition(text: &[u8], proxy: Option<&Proxy>, outside: &mut dyn Outside) -> Result<Cond, Error> {
    let mut acls = Acls::new();
    for line in proxy.iter().flat_map(|proxy| &proxy.acls) {
        let words: Vec<&[u8]> = line.words.iter().map(|word| &**word).collect();
        acls.declare(&words, outside)?;
    }
    let mut words: Vec<&[u8]> = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    if !matches!(words.first(), Some(&(b"if" | b"unless"))) {
        words.insert(0, b"if");
    }
    Cond::compile(&words, &acls, outside)
}

/// A line for the fetch and for each converter, and one for a cast that changed the type.
fn trace_expr(out: &mut String, text: &[u8], expr: &Expr, env: &Env<'_>) {
    warn_of_place(out, expr, env);
    let parts = expr.trace(env);
    let mut last = None;
    for (at, part) in parts.iter().enumerate() {
        if let (Some(before), Some(input)) = (last, part.input)
            && before != input
        {
            line(out, 2, "(cast)", &show::value(input));
        }
        let end = expr.part_end(at).unwrap_or(text.len());
        line(out, 0, &text[part.off..end].escape_ascii().to_string(), &show::got(part.got));
        last = match part.got {
            Got::Val { v, .. } => Some(v),
            Got::Absent | Got::Wait => None,
        };
    }
    let result = last.filter(|_| parts.len() == expr.parts()).map_or("nothing".to_owned(), show::value);
    line(out, 0, "=>", &result);
}

fn warn_of_place(out: &mut String, expr: &Expr, env: &Env<'_>) {
    if !expr.places().has(env.place) {
        let (name, place) = (expr.fetch().name, env.place.name());
        line(out, 0, "note:", &format!("'{name}' isn't available in a {place}"));
    }
    for unbuilt in expr.unbuilt() {
        line(out, 0, "note:", &format!("'{}' is not supported yet", unbuilt.name));
    }
}

/// What a condition's ACLs saw, in lines that begin at `indent`.
pub fn explained(cond: &Cond, env: &Env<'_>, indent: usize) -> String {
    let mut text = String::new();
    trace_branches(&mut text, cond, env);
    text.lines().map(|line| format!("{:indent$}{line}\n", "")).collect()
}

/// A block for each ACL: its tests, and what values they saw.
fn trace_cond(out: &mut String, cond: &Cond, env: &Env<'_>) {
    trace_branches(out, cond, env);
    let name = if cond.is_unless() { "=> unless" } else { "=> if" };
    line(out, 0, name, verdict(cond.eval(env)));
}

fn trace_branches(out: &mut String, cond: &Cond, env: &Env<'_>) {
    for (at, branch) in cond.branches().enumerate() {
        if at > 0 {
            out.push_str("or\n");
        }
        for (negated, acl) in branch {
            trace_acl(out, negated, acl, env);
        }
    }
}

fn trace_acl(out: &mut String, negated: bool, acl: &Acl, env: &Env<'_>) {
    let bang = if negated { "!" } else { "" };
    let name = if acl.name.is_empty() { "{ }" } else { &acl.name };
    line(out, 0, &format!("{bang}{name}"), verdict(acl.eval(env)));
    for test in acl.tests() {
        let words: Vec<String> = test.words().map(|word| word.escape_ascii().to_string()).collect();
        line(out, 2, &words.join(" "), verdict(test.eval(env)));
        trace_values(out, test, env);
    }
}

fn trace_values(out: &mut String, test: &Test, env: &Env<'_>) {
    let mut cursor = Cursor::every();
    for _ in 0..MAX_SHOWN {
        let got = test.expr().next(env, &mut cursor);
        line(out, 4, "saw", &show::got(got));
        if !matches!(got, Got::Val { more: true, .. }) {
            return;
        }
    }
    line(out, 4, "saw", "more");
}

fn verdict(tri: Tri) -> &'static str {
    match tri {
        Tri::Yes => "yes",
        Tri::No => "no",
        Tri::Wait => "can't tell yet",
    }
}

/// A line of two columns; a wide first one pushes the second away.
fn line(out: &mut String, indent: usize, left: &str, right: &str) {
    let width = COLUMN.saturating_sub(indent);
    let _ = writeln!(out, "{:indent$}{left:<width$} {right}", "");
}

#[cfg(test)]
mod tests;
