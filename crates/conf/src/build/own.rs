//! What is kept about a section while it is read, and never inherited.

use super::ProxyB;
use crate::cx::Cx;
use diag::{Severity, Span};
use rules::Stage;

/// What a section's own lines have said so far.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// How many rules each set has from a `defaults` section.
    pub inherited: [usize; 8],
    /// Which rule sets end with an unconditional final action.
    pub ended: [bool; 8],
    /// Which kinds of rules there were, as bits of [`Order`].
    pub orders: u8,
    /// Numbers of captures that rules refer to.
    pub captures: Vec<CaptureRef>,
    /// `tcp-request content` rules that look at contents, each with its name.
    pub on_contents: Vec<(&'static str, Span)>,
    /// `tcp-request content track-sc` rules that look at nothing but the connection.
    pub on_session: Vec<Span>,
    /// Conditions that look at raw bytes: their first such fetch, and the line's keyword.
    pub raw_conds: Vec<(&'static str, Span)>,
    /// Sticky counters that rules use.
    pub counters: Vec<(u8, Span)>,
    /// Servers that `use-server` names.
    pub servers: Vec<(Box<str>, Span)>,
    /// Bandwidth limits that rules turn on, and whether they say how much.
    pub limits: Vec<(Box<str>, Span, bool)>,
    /// SPOE engines that rules name.
    pub engines: Vec<(Box<str>, Span)>,
    /// Filters that `filter-sequence` names.
    pub filter_names: Vec<(Vec<Box<str>>, Span)>,
    /// Whether a rule may go on in HTTP mode.
    pub switches_mode: bool,
    /// Whether `tcp-request inspect-delay` and `tcp-response inspect-delay` were said.
    pub inspects: [bool; 2],
}

/// A number of a capture slot that a rule refers to.
#[derive(Clone, Copy, Debug)]
pub struct CaptureRef {
    pub response: bool,
    pub id: u32,
    pub span: Span,
    /// The rule's keyword.
    pub keyword: &'static str,
}

/// Kinds of rules in the order in which a request comes to them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Order {
    Connection,
    Session,
    Content,
    HttpRequest,
    Redirect,
    UseBackend,
    UseServer,
}

impl Order {
    const ALL: [Order; 7] = [
        Order::Connection,
        Order::Session,
        Order::Content,
        Order::HttpRequest,
        Order::Redirect,
        Order::UseBackend,
        Order::UseServer,
    ];

    /// The kind of a rule set, if its place among the others matters.
    pub fn of_stage(stage: Stage) -> Option<Order> {
        match stage {
            Stage::TcpReqConn => Some(Order::Connection),
            Stage::TcpReqSess => Some(Order::Session),
            Stage::TcpReqCont => Some(Order::Content),
            Stage::HttpReq => Some(Order::HttpRequest),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Order::Connection => "tcp-request connection",
            Order::Session => "tcp-request session",
            Order::Content => "tcp-request content",
            Order::HttpRequest => "http-request",
            Order::Redirect => "redirect",
            Order::UseBackend => "use_backend",
            Order::UseServer => "use-server",
        }
    }
}

impl ProxyB {
    /// Notes that a rule of this kind stands here, and warns if one of a later kind stands before it.
    pub fn comes(&mut self, cx: &mut Cx<'_>, order: Order) {
        let later = Order::ALL.into_iter().find(|other| *other > order && self.own.orders & (1 << *other as u8) != 0);
        self.own.orders |= 1 << order as u8;
        // A backend's server is chosen elsewhere than a frontend's backend.
        if let Some(later) = later.filter(|_| order != Order::UseBackend) {
            let (mine, theirs) = (order.name(), later.name());
            let article = |name: &str| if name.starts_with('h') { "an" } else { "a" };
            let (a, an) = (article(mine), article(theirs));
            let text = format!("{a} '{mine}' rule placed after {an} '{theirs}' rule will still be processed before.");
            cx.say(Severity::Warning, crate::cx::KEYWORD, &text, None);
        }
    }
}
