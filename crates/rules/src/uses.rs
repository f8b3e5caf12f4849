//! What an action evaluates: whoever runs it gathers no more facts than that needs.

use expr::Expr;
use expr::logfmt::LogFormat;

use crate::Action;
use crate::action::{Change, Delay, Num};
use crate::redirect::{Cookie, Text, To};
use crate::reply::{Body, Reply};

impl Action {
    /// Shows every expression and every format of the action, those within formats excepted.
    pub fn uses(&self, expr: &mut dyn FnMut(&Expr), format: &mut dyn FnMut(&LogFormat)) {
        match self {
            Action::AddHeader(header) | Action::SetHeader(header) | Action::EarlyHint(header) => format(&header.value),
            Action::ReplaceHeader(rewrite) | Action::ReplaceValue(rewrite) => format(&rewrite.format),
            Action::AddHeadersBin(bin) | Action::SetHeadersBin(bin) => expr(&bin.fields),
            Action::DelHeadersBin { names, .. } => expr(names),
            Action::SetTarget(_, value) | Action::ReplaceTarget(_, _, value) => format(value),
            Action::Deny(reply) | Action::Tarpit(reply) | Action::Return(reply) => reply.uses(format),
            Action::Redirect(redirect) => {
                let (To::Location(to) | To::Prefix(to) | To::Scheme(to)) = &redirect.to;
                if let Text::Format(to) = to {
                    format(to);
                }
                if let Some(Cookie::SetFormat(cookie)) = &redirect.cookie {
                    format(cookie);
                }
            }
            Action::AttachSrv { name: Some(value), .. }
            | Action::SetVar { value, .. }
            | Action::DoResolve { host: value, .. }
            | Action::TrackSc { key: value, .. }
            | Action::Capture { value, .. }
            | Action::SetAddress(_, value)
            | Action::SetPriorityClass(value)
            | Action::SetPriorityOffset(value) => expr(value),
            Action::SetVarFmt { value, .. } => format(value),
            Action::Patterns { key, change, .. } => {
                format(key);
                if let Change::SetMap(value) = change {
                    format(value);
                }
            }
            Action::ScAddGpc { value, .. }
            | Action::ScSetGpt { value, .. }
            | Action::SetMark(_, value)
            | Action::SetTos(_, value)
            | Action::SetRetries(value) => value.uses(expr),
            Action::SetTimeout(_, value) | Action::Pause(value) => value.uses(expr),
            Action::SetBandwidthLimit { limit, period, .. } => {
                limit.iter().for_each(|limit| limit.uses(expr));
                period.iter().for_each(|period| period.uses(expr));
            }
            Action::Accept
            | Action::Reject
            | Action::Close
            | Action::DgramDrop
            | Action::SendRetry
            | Action::SilentDrop(_)
            | Action::Auth { .. }
            | Action::UseService(_)
            | Action::SwitchMode { .. }
            | Action::ExpectProxy
            | Action::ExpectNetscalerCip
            | Action::AttachSrv { name: None, .. }
            | Action::DelHeader(_)
            | Action::NormalizeUri(_)
            | Action::SetStatus { .. }
            | Action::UnsetVar(_)
            | Action::ScIncGpc { .. }
            | Action::SetNice(_)
            | Action::SetLogLevel(_)
            | Action::DoLog { .. }
            | Action::StrictMode(_)
            | Action::DisableL7Retry
            | Action::WaitForBody { .. }
            | Action::WaitForHandshake
            | Action::CacheUse { .. }
            | Action::CacheStore(_)
            | Action::SendSpoeGroup { .. }
            | Action::Lua { .. } => {}
        }
    }
}

impl Reply {
    /// Shows every format of the answer.
    pub fn uses(&self, format: &mut dyn FnMut(&LogFormat)) {
        if let Body::Format(body) = &self.body {
            format(body);
        }
        self.fields.iter().for_each(|(_, value)| format(value));
    }
}

impl Num {
    fn uses(&self, expr: &mut dyn FnMut(&Expr)) {
        if let Num::Expr(value) = self {
            expr(value);
        }
    }
}

impl Delay {
    fn uses(&self, expr: &mut dyn FnMut(&Expr)) {
        if let Delay::Expr(value) = self {
            expr(value);
        }
    }
}
