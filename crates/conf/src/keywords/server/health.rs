//! What makes a server's state change, and what follows.

use super::later;
use crate::build::{Mention, ServerB};
use crate::keyword::{Arity, Keyword};
use crate::spec::{InitState, Observe, OnError};

pub static ERROR_LIMIT: Keyword<ServerB> =
    later("error-limit", Arity::exactly(1, "<count>"), "1.4", "Errors in a row that count.", |cx, server| {
        if let Some(n) = cx.uint(0, 1, i32::MAX as u32) {
            server.spec.health.error_limit = n;
        }
    });

pub static OBSERVE: Keyword<ServerB> = later(
    "observe",
    Arity::exactly(1, "'layer4' or 'layer7'"),
    "1.4",
    "Traffic tells about the server's health.",
    |cx, server| {
        let modes = [("none", Observe::None), ("layer4", Observe::Layer4), ("layer7", Observe::Layer7)];
        if let Some(mode) = cx.one_of(0, &modes) {
            server.spec.health.observe = mode;
            server.observe_span = cx.span(0);
        }
    },
);

pub static ON_ERROR: Keyword<ServerB> = later(
    "on-error",
    Arity::exactly(1, "'fastinter', 'fail-check', 'sudden-death' or 'mark-down'"),
    "1.4",
    "What happens after that many errors.",
    |cx, server| {
        let actions = [
            ("fastinter", OnError::FastInter),
            ("fail-check", OnError::FailCheck),
            ("sudden-death", OnError::SuddenDeath),
            ("mark-down", OnError::MarkDown),
        ];
        if let Some(action) = cx.one_of(0, &actions) {
            server.spec.health.on_error = action;
        }
    },
);

pub static ON_MARKED_DOWN: Keyword<ServerB> = later(
    "on-marked-down",
    Arity::exactly(1, "'shutdown-sessions'"),
    "1.5",
    "What happens when the server goes down.",
    |cx, server| {
        if cx.one_of(0, &[("shutdown-sessions", ())]).is_some() {
            server.spec.health.down_ends_sessions = true;
        }
    },
);

pub static ON_MARKED_UP: Keyword<ServerB> = later(
    "on-marked-up",
    Arity::exactly(1, "'shutdown-backup-sessions'"),
    "1.5",
    "What happens when the server comes up.",
    |cx, server| {
        if cx.one_of(0, &[("shutdown-backup-sessions", ())]).is_some() {
            server.spec.health.up_ends_backup_sessions = true;
        }
    },
);

pub static INIT_STATE: Keyword<ServerB> = later(
    "init-state",
    Arity::exactly(1, "'fully-up', 'up', 'down', 'fully-down' or 'none'"),
    "3.1",
    "State of the server before its first check.",
    |cx, server| {
        let states = [
            ("fully-up", InitState::FullyUp),
            ("up", InitState::Up),
            ("down", InitState::Down),
            ("fully-down", InitState::FullyDown),
            ("none", InitState::None),
        ];
        if let Some(state) = cx.one_of(0, &states) {
            server.spec.init_state = state;
        }
    },
);

pub static TRACK: Keyword<ServerB> =
    later("track", Arity::exactly(1, "[<backend>/]<server>"), "1.3", "Takes another server's state.", |cx, server| {
        server.track = Some(Mention { name: cx.text(0).into(), span: cx.span(0) });
    });
