//! Health checks being read.

use crate::spec::{CheckConnect, CheckKind, CheckRule, CheckStep};
use diag::{Diagnostic, Diagnostics, Span};

/// What a proxy, or a section `healthcheck`, says about health checks.
#[derive(Clone, Debug, Default)]
pub struct ChecksB {
    pub kind: CheckKind,
    /// Where `kind` was said.
    pub span: Span,
    pub disable_on_404: bool,
    pub send_state: bool,
    pub http: RulesB,
    pub tcp: RulesB,
    pub command: Option<(Box<[u8]>, Span)>,
    pub path: Option<(Box<[u8]>, Span)>,
}

/// `http-check` or `tcp-check` rules.
#[derive(Clone, Debug, Default)]
pub struct RulesB {
    pub rules: Vec<(CheckRule, Span)>,
    /// They are this section's, not inherited.
    pub own: bool,
    /// The section's kind of check used them, at least for a while: then they aren't forgotten ones.
    pub meant: bool,
    /// Their order has been judged.
    judged: bool,
}

impl RulesB {
    /// Adds a rule. The first one of a section replaces those that it inherited.
    ///
    /// The error says why it can't stand here.
    pub fn push(&mut self, rule: CheckRule, span: Span) -> Result<(), &'static str> {
        if !self.own {
            *self = RulesB { own: true, ..RulesB::default() };
        }
        let is_connect = |step: &CheckStep| matches!(step, CheckStep::Connect(_));
        let first = self.rules.iter().find(|(rule, _)| rule.step.is_stage());
        if is_connect(&rule.step) && first.is_some_and(|(first, _)| !is_connect(&first.step)) {
            return Err(
                "where there is a 'connect', the first step must be one (comments and variables may precede it)",
            );
        }
        self.rules.push((rule, span));
        Ok(())
    }

    /// The `connect` rules.
    pub fn connects(&self) -> impl Iterator<Item = &CheckConnect> {
        self.rules.iter().filter_map(|(rule, _)| match &rule.step {
            CheckStep::Connect(connect) => Some(&**connect),
            _ => None,
        })
    }
}

impl ChecksB {
    /// Sets the kind of check, said at `span`.
    pub fn set_kind(&mut self, kind: CheckKind, span: Span) {
        (self.kind, self.span) = (kind, span);
        self.mark();
    }

    /// Notes which rules the kind uses.
    pub fn mark(&mut self) {
        match self.kind {
            CheckKind::Http(_) => self.http.meant = true,
            CheckKind::Tcp => self.tcp.meant = true,
            _ => {}
        }
    }

    /// What a section that takes this over begins with.
    pub fn inherit(&mut self) {
        self.http.own = false;
        self.tcp.own = false;
    }

    /// The rules that a check follows.
    pub fn rules(&self) -> Option<&RulesB> {
        match self.kind {
            CheckKind::Http(_) => Some(&self.http),
            CheckKind::Tcp => Some(&self.tcp),
            _ => None,
        }
    }

    /// Judges the order of `http-check` rules: one connection carries one exchange. To be called at a section's end.
    pub fn check_order(&mut self, diags: &mut Diagnostics) {
        if !matches!(self.kind, CheckKind::Http(_)) || self.http.judged {
            return;
        }
        self.http.judged = true;
        let mut before: Option<&CheckStep> = None;
        for (rule, span) in &self.http.rules {
            if !rule.step.is_stage() {
                continue;
            }
            let missing = match (&rule.step, before) {
                (CheckStep::Request(_), Some(CheckStep::Request(_) | CheckStep::Expect(_))) => Some("connect"),
                (CheckStep::Expect(_), Some(CheckStep::Connect(_))) => Some("send"),
                (CheckStep::Connect(_), Some(CheckStep::Connect(_) | CheckStep::Request(_))) => Some("expect"),
                _ => None,
            };
            if let Some(missing) = missing {
                let text = format!("'http-check {}' can't stand here, only behind '{missing}'.", rule.step.word());
                diags.push(Diagnostic::alert(*span, text).manual("4.2"));
                return;
            }
            before = Some(&rule.step);
        }
    }
}
