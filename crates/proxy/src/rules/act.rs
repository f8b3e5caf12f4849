//! What each action does: the one match over all of them.

use super::doing::{Doing, Verdict};
use super::{headers, lists, redirect, reply, vars};
use crate::answer::Stop;
use crate::counters::Ctr;
use crate::stream::{Cause, Fail};
use base::Tick;
use rules::{Action, Rule, Step};

/// Does one action.
pub fn act(doing: &mut Doing<'_>, rule: &Rule<Action>) -> Step<Verdict> {
    match &rule.action {
        Action::Accept => Step::Final(Verdict::Allow),
        Action::Reject => reject(doing),
        Action::Deny(what) => reply::deny(doing, what),
        Action::Return(what) => reply::give(doing, what),
        Action::Tarpit(what) => reply::tarpit(doing, what),
        Action::Auth { realm } => reply::ask_for_password(doing, realm.as_deref()),
        Action::Redirect(to) => redirect::redirect(doing, to),

        Action::AddHeader(header) => headers::add(doing, header),
        Action::SetHeader(header) => headers::set(doing, header),
        Action::DelHeader(names) => headers::del(doing, names),

        Action::SetVar { var, only, value } => vars::set(doing, var, only, value),
        Action::SetVarFmt { var, only, value } => vars::set_format(doing, var, only, value),
        Action::UnsetVar(var) => vars::unset(doing, var),

        Action::Patterns { file, change, key } => lists::change(doing, file, change, key),

        Action::StrictMode(on) => {
            doing.strict = *on;
            Step::Next
        }

        // Compiling notes them as not built, so that no start gets here.
        Action::SilentDrop(_)
        | Action::EarlyHint(_)
        | Action::ReplaceHeader(_)
        | Action::ReplaceValue(_)
        | Action::AddHeadersBin(_)
        | Action::SetHeadersBin(_)
        | Action::DelHeadersBin { .. }
        | Action::SetTarget(..)
        | Action::ReplaceTarget(..)
        | Action::NormalizeUri(_)
        | Action::SetStatus { .. }
        | Action::Capture { .. }
        | Action::SetAddress(..)
        | Action::SetMark(..)
        | Action::SetTos(..)
        | Action::SetNice(_)
        | Action::SetPriorityClass(_)
        | Action::SetPriorityOffset(_)
        | Action::SetRetries(_)
        | Action::SetTimeout(..)
        | Action::SetLogLevel(_)
        | Action::DoLog { .. }
        | Action::DisableL7Retry
        | Action::Pause(_)
        | Action::WaitForBody { .. } => Step::Next,

        // Those of other sets, and of later parts.
        Action::Close
        | Action::DgramDrop
        | Action::SendRetry
        | Action::UseService(_)
        | Action::SwitchMode { .. }
        | Action::ExpectProxy
        | Action::ExpectNetscalerCip
        | Action::AttachSrv { .. }
        | Action::DoResolve { .. }
        | Action::TrackSc { .. }
        | Action::ScIncGpc { .. }
        | Action::ScAddGpc { .. }
        | Action::ScSetGpt { .. }
        | Action::SetBandwidthLimit { .. }
        | Action::WaitForHandshake
        | Action::CacheUse { .. }
        | Action::CacheStore(_)
        | Action::SendSpoeGroup { .. }
        | Action::Lua { .. } => Step::Next,
    }
}

/// `reject`: the connection is closed, and nobody hears why.
fn reject(doing: &mut Doing<'_>) -> Step<Verdict> {
    doing.count_here(Ctr::DeniedRequests);
    // The request's analysis isn't complete: its time doesn't count, as observed.
    doing.x.times.request = Tick::NONE;
    Step::Final(Verdict::Stop(Stop::Fail(Fail::silent(Cause::Proxy, doing.at.when()))))
}
