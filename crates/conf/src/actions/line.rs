//! One rule: its action, and the condition behind it.

use super::{Act, ITEMS, find};
use crate::build::{Order, ProxyB, SectionKind};
use crate::cx::Cx;
use crate::keyword::Status;
use crate::spec::{ProxyKind, Rule};
use diag::Severity;
use expr::logfmt::{LogFormat, Use};
use expr::{Expr, Place, Places, Regex};
use rules::Stage;
use rules::action::{Delay, Num};
use std::sync::Arc;

/// Reads a rule of one set: argument 0 is the action's word.
pub fn read(cx: &mut Cx<'_>, proxy: &mut ProxyB, stage: Stage) {
    let Some(act) = legal(cx, stage) else { return };
    let shown = cx.show(0);
    // What Lua registers is known by its own name.
    let name = format!("{} {}", stage.keyword(), if act.name.ends_with('.') { &shown } else { act.name });
    let mut inner = cx.called(&name);
    inner.manual = act.manual;
    if !inner.passes(act.gate) {
        return;
    }
    let places = stage_places(stage, proxy);
    let mut rule = RuleCx { cx: &mut inner, stage, proxy, at: 1, act, places };
    let Some(action) = (act.parse)(&mut rule) else { return };
    let behind = rule.at;
    let Some(cond) = inner.cond(behind, &proxy.known_acls, places) else { return };
    let order = Order::of_stage(stage);
    if let Some(order) = order {
        proxy.comes(&mut inner, order);
    }
    let set = stage as usize;
    if proxy.own.ended[set] {
        let keyword = stage.keyword();
        let text =
            format!("previous '{keyword}' action is final and has no condition attached, further entries are NOOP.");
        inner.say(Severity::Warning, 0, &text, None);
    }
    proxy.own.ended[set] = act.is_final && cond.is_none();
    let at = inner.at(0);
    proxy.lang.sets[set].push(Arc::new(Rule { cond, action, at }));
    if act.status(stage) == Status::Parsed {
        inner.not_yet(0, &name);
    }
}

/// The action that the line names, if it is legal in this set.
fn legal(cx: &mut Cx<'_>, stage: Stage) -> Option<&'static Act> {
    let word = cx.text(0);
    let got = cx.show(0);
    let near = |word: &[u8]| {
        let end = word.iter().position(|b| *b == b'(').unwrap_or(word.len());
        let names = ITEMS.iter().filter(|act| act.stages.has(stage)).map(|act| act.name);
        diag::closest(&word[..end], names).map(|near| format!("did you mean '{near}'?"))
    };
    match find(word) {
        Some(act) if act.stages.has(stage) => return Some(act),
        Some(act) => {
            let text = format!("doesn't permit the action '{}'.", act.name);
            cx.alert_help(0, text, format!("it belongs in {} rules", act.stages.keywords()));
        }
        None => {
            let text = format!("knows no action '{got}'.");
            match near(word) {
                Some(help) => cx.alert_help(0, text, help),
                None => cx.alert_help(0, text, format!("it takes {}", names(stage))),
            }
        }
    }
    None
}

/// The actions of one set, for messages.
fn names(stage: Stage) -> String {
    let names = ITEMS.iter().filter(|act| act.stages.has(stage)).map(|act| act.name);
    names.collect::<Vec<_>>().join(", ")
}

/// Where the expressions of a set's rules are evaluated in a proxy of this kind.
pub fn stage_places(stage: Stage, proxy: &ProxyB) -> Places {
    let (front, back) = match stage {
        Stage::QuicInitial | Stage::TcpReqConn => (Place::FeTcpConn, None),
        Stage::TcpReqSess => (Place::FeTcpSess, None),
        Stage::TcpReqCont => (Place::FeTcpReq, Some(Place::BeTcpReq)),
        Stage::HttpReq => (Place::FeHttpReq, Some(Place::BeHttpReq)),
        Stage::TcpResCont => (Place::FeTcpRes, Some(Place::BeTcpRes)),
        Stage::HttpRes | Stage::HttpAfterRes => (Place::FeHttpRes, Some(Place::BeHttpRes)),
    };
    match (proxy.kind, back) {
        (_, None) | (SectionKind::Proxy(ProxyKind::Frontend), _) => Places::from(front),
        (SectionKind::Proxy(ProxyKind::Backend), Some(back)) => Places::from(back),
        (_, Some(back)) => Places::these(&[front, back]),
    }
}

/// What an action's parser is given. Argument 0 is the action's own word; [`RuleCx::at`] is the one to be read next.
pub struct RuleCx<'r, 'a> {
    pub cx: &'r mut Cx<'a>,
    pub stage: Stage,
    pub proxy: &'r mut ProxyB,
    pub at: usize,
    pub act: &'static Act,
    /// Where expressions are evaluated.
    pub places: Places,
}

impl RuleCx<'_, '_> {
    /// Whether nothing more belongs to the action: the line ends, or its condition begins.
    pub fn is_done(&self) -> bool {
        self.at >= self.cx.len() || matches!(self.cx.text(self.at), b"if" | b"unless")
    }

    /// Whether the next argument is there; says what is missing if not.
    pub fn needs(&mut self) -> Option<()> {
        if self.at < self.cx.len() && !self.cx.text(self.at).is_empty() {
            return Some(());
        }
        let (at, args) = (self.at, self.act.args);
        self.cx.alert(at, format!("expects {args}."));
        None
    }

    /// Whether `n` more arguments are there.
    pub fn needs_all(&mut self, n: usize) -> Option<()> {
        if self.at + n <= self.cx.len() {
            return Some(());
        }
        let (at, args) = (self.cx.len(), self.act.args);
        self.cx.alert(at, format!("expects {args}."));
        None
    }

    /// Takes the next argument if it is this word.
    pub fn takes(&mut self, word: &str) -> bool {
        let is = self.at < self.cx.len() && self.cx.text(self.at) == word.as_bytes();
        self.at += usize::from(is);
        is
    }

    /// The next argument as text.
    pub fn text(&mut self) -> Option<Box<str>> {
        self.needs()?;
        self.at += 1;
        self.cx.string(self.at - 1)
    }

    /// The next argument as bytes.
    pub fn bytes(&mut self) -> Option<Box<[u8]>> {
        self.needs()?;
        self.at += 1;
        self.cx.bytes(self.at - 1)
    }

    /// The next argument as a whole number.
    pub fn int(&mut self, min: i64, max: i64) -> Option<i64> {
        self.needs()?;
        self.at += 1;
        self.cx.int(self.at - 1, min, max)
    }

    /// The next arguments as a sample expression.
    pub fn expr(&mut self) -> Option<Expr> {
        self.needs()?;
        let (expr, behind) = self.cx.expr(self.at, self.places)?;
        self.at = behind;
        Some(expr)
    }

    /// The next argument as a log format, whose value stands in an HTTP message.
    pub fn format(&mut self) -> Option<LogFormat> {
        self.needs()?;
        self.at += 1;
        self.cx.format(self.at - 1, Use::Http, self.places, true)
    }

    /// The next argument as a regular expression.
    pub fn regex(&mut self) -> Option<Regex> {
        self.needs()?;
        self.at += 1;
        self.cx.regex(self.at - 1, false)
    }

    /// The next argument as a number, decimal or after `0x` hexadecimal; otherwise as an expression.
    pub fn num_or_expr(&mut self, max: u64) -> Option<Num> {
        self.needs()?;
        let Some(number) = number(self.cx.text(self.at)) else { return self.expr().map(Num::Expr) };
        self.at += 1;
        if number > max {
            self.cx.alert(self.at - 1, format!("expects a number up to {max}, not {number}."));
            return None;
        }
        Some(Num::Const(number))
    }

    /// The next argument as a time in milliseconds, otherwise as an expression.
    pub fn delay_or_expr(&mut self) -> Option<Delay> {
        self.needs()?;
        if !self.cx.text(self.at).first().is_some_and(u8::is_ascii_digit) {
            return self.expr().map(Delay::Expr);
        }
        self.at += 1;
        self.cx.time(self.at - 1, 1).map(Delay::Const)
    }
}

/// A number in decimal, or in hexadecimal after `0x`.
fn number(text: &[u8]) -> Option<u64> {
    let text = core::str::from_utf8(text).ok()?;
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
        None => None,
    }
}
