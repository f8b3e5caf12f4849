//! What each action does: the one match over all of them.

use super::doing::{Doing, Verdict};
use super::{capture, connection, headers, hints, lists, pause, redirect, reply, target, tuning, vars};
use crate::answer::Stop;
use crate::counters::Ctr;
use crate::stream::{Cause, Fail};
use base::Tick;
use rules::{Action, Rule, Stage, Step, Wait};

/// Does one action.
pub fn act(doing: &mut Doing<'_>, rule: &Rule<Action>) -> Step<Verdict> {
    if doing.x.hints.is_some() && !matches!(rule.action, Action::EarlyHint(_)) {
        // Hints in a row are one answer, which goes out before anything else is done.
        return Step::Wait(Wait::Sent);
    }
    match &rule.action {
        Action::Accept => Step::Final(Verdict::Allow),
        Action::Reject => reject(doing),
        Action::Close => Step::Final(Verdict::CloseServer),
        Action::SilentDrop(ttl) => connection::silent_drop(doing, *ttl),
        Action::SwitchMode { .. } => Step::Final(Verdict::Switch),
        Action::ExpectProxy => connection::expect_proxy(doing),
        Action::ExpectNetscalerCip => connection::expect_netscaler(doing),
        Action::SetAddress(part, value) => connection::set_address(doing, *part, value),
        Action::SetMark(side, mark) => connection::set_mark(doing, *side, mark),
        Action::SetTos(side, tos) => connection::set_tos(doing, *side, tos),
        Action::Deny(what) => reply::deny(doing, what),
        Action::Return(what) => reply::give(doing, what),
        Action::Tarpit(what) => reply::tarpit(doing, what),
        Action::Auth { realm } => reply::ask_for_password(doing, realm.as_deref()),
        Action::Redirect(to) => redirect::redirect(doing, to),

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

        Action::Capture { value, slot } => capture::capture(doing, value, *slot),
        Action::SetLogLevel(level) => tuning::set_log_level(doing, *level),
        Action::SetNice(nice) => tuning::set_nice(doing, *nice),
        Action::SetPriorityClass(value) => tuning::set_class(doing, value),
        Action::SetPriorityOffset(value) => tuning::set_offset(doing, value),
        Action::SetRetries(value) => tuning::set_retries(doing, value),
        Action::SetTimeout(which, value) => tuning::set_timeout(doing, *which, value),

        Action::Patterns { file, change, key } => lists::change(doing, file, change, key),
        Action::Pause(delay) => pause::pause(doing, delay),
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
        Action::DoLog { .. } => Step::Next,

        // Those of other sets, and of later parts.
        Action::DgramDrop
        | Action::SendRetry
        | Action::UseService(_)
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
    match doing.at.stage {
        Stage::TcpReqConn => doing.client.count(Ctr::DeniedConnections),
        Stage::TcpReqSess => doing.client.count(Ctr::DeniedSessions),
        // Only in the frontend, whose rules ever it were: as observed.
        Stage::TcpReqCont => doing.client.count(Ctr::DeniedRequests),
        Stage::TcpResCont => doing.count_here(Ctr::DeniedResponses),
        _ => doing.count_here(Ctr::DeniedRequests),
    }
    if !doing.at.stage.is_response() {
        // The request's analysis isn't complete: its time doesn't count, as observed.
        doing.x.times.request = Tick::NONE;
    }
    Step::Final(Verdict::Stop(Stop::Fail(Fail::silent(Cause::Proxy, doing.at.when()))))
}
