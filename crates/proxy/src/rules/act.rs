//! What each action does: the one match over all of them.

use super::doing::{Doing, Verdict};
use super::{headers, hints, limits, net, redirect, reply, target, vars};
use crate::answer::Stop;
use crate::counters::Ctr;
use crate::stream::{Cause, Fail};
use base::Tick;
use rules::{Action, Rule, Step, Wait};

/// Does one action.
pub fn act(doing: &mut Doing<'_>, rule: &Rule<Action>) -> Step<Verdict> {
    if doing.x.hints.is_some() && !matches!(rule.action, Action::EarlyHint(_)) {
        // Hints in a row are one answer, which goes out before anything else is done.
        return Step::Wait(Wait::Sent);
    }
    match &rule.action {
        Action::Accept => Step::Final(Verdict::Allow),
        Action::Reject => reject(doing),
        Action::Deny(what) => reply::deny(doing, what),
        Action::Return(what) => reply::give(doing, what),
        Action::Tarpit(what) => reply::tarpit(doing, what),
        Action::Auth { realm } => reply::ask_for_password(doing, realm.as_deref()),
        Action::Redirect(to) => redirect::redirect(doing, to),
        Action::SilentDrop(ttl) => net::vanish(doing, *ttl),

        Action::AddHeader(header) => headers::add(doing, header),
        Action::SetHeader(header) => headers::set(doing, header),
        Action::DelHeader(names) => headers::del(doing, names),
        Action::ReplaceHeader(rewrite) => headers::replace(doing, rewrite),
        Action::ReplaceValue(rewrite) => headers::replace_value(doing, rewrite),
        Action::AddHeadersBin(bin) => headers::put_bin(doing, bin, false),
        Action::SetHeadersBin(bin) => headers::put_bin(doing, bin, true),
        Action::DelHeadersBin { names, how } => headers::del_bin(doing, names, *how),
        Action::EarlyHint(header) => hints::add(doing, header),

        Action::SetTarget(part, value) => target::set(doing, *part, value),
        Action::ReplaceTarget(part, regex, value) => target::replace(doing, *part, regex, value),
        Action::NormalizeUri(how) => target::normalize(doing, *how),
        Action::SetStatus { status, reason } => target::set_status(doing, *status, reason.as_deref()),

        Action::SetVar { var, only, value } => vars::set(doing, var, only, value),
        Action::SetVarFmt { var, only, value } => vars::set_format(doing, var, only, value),
        Action::UnsetVar(var) => vars::unset(doing, var),

        Action::SetAddress(part, value) => net::set_address(doing, *part, value),
        Action::SetMark(side, mark) => net::set_mark(doing, *side, mark),
        Action::SetTos(side, tos) => net::set_tos(doing, *side, tos),
        Action::SetTimeout(which, delay) => limits::set_timeout(doing, *which, delay),
        Action::SetRetries(number) => limits::set_retries(doing, number),
        Action::SetLogLevel(level) => limits::set_log_level(doing, *level),
        Action::Pause(delay) => limits::pause(doing, delay),
        Action::WaitForBody { time, at_least, large } => {
            Step::Pause(Wait::Body { min: *at_least, time: *time, large: *large })
        }
        Action::DisableL7Retry => {
            doing.x.no_l7_retry = true;
            Step::Next
        }
        Action::StrictMode(on) => {
            doing.strict = *on;
            Step::Next
        }

        // Compiling notes them as not built, so that no start gets here.
        Action::Capture { .. }
        | Action::SetNice(_)
        | Action::SetPriorityClass(_)
        | Action::SetPriorityOffset(_)
        | Action::DoLog { .. } => Step::Next,

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
        | Action::Patterns { .. }
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
