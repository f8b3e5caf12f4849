//! Keywords of section `spoe-agent` (SPOE.txt, 2.2).

use super::names;
use crate::build::SpoeAgentB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Prefix, Said};
use crate::keywords::proxy::log;

pub static ITEMS: &[&Keyword<SpoeAgentB>] = &[
    &ASYNC,
    &CONTINUE_ON_ERROR,
    &DONTLOG_NORMAL,
    &FORCE_SET_VAR,
    &GROUPS,
    &LOG,
    &MAXCONNRATE,
    &MAXERRRATE,
    &MAX_FRAME_SIZE,
    &MAX_WAITING_FRAMES,
    &MESSAGES,
    &PIPELINING,
    &REGISTER_VAR_NAMES,
    &SEND_FRAG_PAYLOAD,
    &SET_ON_ERROR,
    &SET_PROCESS_TIME,
    &SET_TOTAL_TIME,
    &TIMEOUT_HELLO,
    &TIMEOUT_IDLE,
    &TIMEOUT_PROCESSING,
    &USE_BACKEND,
    &VAR_PREFIX,
];

const MANUAL: &str = "9.3";
const TIME: Arity = Arity::exactly(1, "a time (in milliseconds unless a unit follows)");

const fn plain(
    name: &'static str,
    args: Arity,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut SpoeAgentB),
) -> Keyword<SpoeAgentB> {
    Keyword { name, args, since: "1.7", doc, manual: MANUAL, ..Keyword::plain(parse) }
}

/// An option that is on or, with `no`, off.
const fn switch(name: &'static str, doc: &'static str, parse: fn(&mut Cx<'_>, &mut SpoeAgentB)) -> Keyword<SpoeAgentB> {
    Keyword { prefix: Prefix::No, ..plain(name, Arity::NONE, doc, parse) }
}

static GROUPS: Keyword<SpoeAgentB> =
    plain("groups", Arity::at_least(0, "names of groups"), "Groups that the agent handles.", |cx, agent| {
        names(cx, &mut agent.groups);
    });

static MESSAGES: Keyword<SpoeAgentB> =
    plain("messages", Arity::at_least(0, "names of messages"), "Messages that the agent handles.", |cx, agent| {
        names(cx, &mut agent.messages);
    });

static LOG: Keyword<SpoeAgentB> = Keyword {
    prefix: Prefix::No,
    ..plain(
        "log",
        Arity::at_least(0, "global, or <target> and options, <facility> [<level> [<minlevel>]]"),
        "Where the engine logs to.",
        |cx, agent| log::read(cx, &mut agent.logs, false),
    )
};

static MAX_FRAME_SIZE: Keyword<SpoeAgentB> =
    plain("max-frame-size", Arity::exactly(1, "a number of bytes"), "The largest frame.", |cx, agent| {
        if let Some(size) = cx.uint(0, SMALLEST_FRAME, i32::MAX as u32) {
            agent.max_frame_size = Some((size, cx.span(0)));
        }
    });

/// As documented; the largest depends on the size of buffers.
const SMALLEST_FRAME: u32 = 256;

static REGISTER_VAR_NAMES: Keyword<SpoeAgentB> = plain(
    "register-var-names",
    Arity::at_least(1, "names of variables"),
    "Variables that the agent may create.",
    |cx, agent| {
        for i in 0..cx.len() {
            agent.var_names.extend(var_name(cx, i));
        }
    },
);

static USE_BACKEND: Keyword<SpoeAgentB> =
    plain("use-backend", Arity::exactly(1, "a backend's name"), "Where the agent's servers are.", |cx, agent| {
        if let Some(name) = cx.string(0) {
            agent.backend = Some((name, cx.span(0)));
        }
    });

static TIMEOUT_PROCESSING: Keyword<SpoeAgentB> =
    plain("timeout processing", TIME, "How long the messages of an event may take.", |cx, agent| {
        if let Some(ms) = cx.time(0, 0) {
            agent.timeout_processing = Some(ms).filter(|ms| ms.0 > 0);
        }
    });

static CONTINUE_ON_ERROR: Keyword<SpoeAgentB> =
    plain("option continue-on-error", Arity::NONE, "An error ends the handling of one event only.", |_, agent| {
        agent.continue_on_error = true
    });

static DONTLOG_NORMAL: Keyword<SpoeAgentB> =
    switch("option dontlog-normal", "Successes aren't logged.", |cx, agent| {
        agent.dontlog_normal = cx.said == Said::Plain;
    });

static FORCE_SET_VAR: Keyword<SpoeAgentB> =
    plain("option force-set-var", Arity::NONE, "The agent may create any variable.", |_, agent| {
        agent.force_set_var = true;
    });

static PIPELINING: Keyword<SpoeAgentB> =
    switch("option pipelining", "Frames are sent before earlier ones are answered.", |cx, agent| {
        agent.no_pipelining = cx.said == Said::No;
    });

static SET_ON_ERROR: Keyword<SpoeAgentB> = variable("option set-on-error", "Variable for errors.", |cx, agent| {
    agent.set_on_error = var_name(cx, 0).or(agent.set_on_error.take());
});

static SET_PROCESS_TIME: Keyword<SpoeAgentB> =
    variable("option set-process-time", "Variable for the time that the last event took.", |cx, agent| {
        agent.set_process_time = var_name(cx, 0).or(agent.set_process_time.take());
    });

static SET_TOTAL_TIME: Keyword<SpoeAgentB> =
    variable("option set-total-time", "Variable for the time that all events took.", |cx, agent| {
        agent.set_total_time = var_name(cx, 0).or(agent.set_total_time.take());
    });

static VAR_PREFIX: Keyword<SpoeAgentB> =
    variable("option var-prefix", "What the names of the agent's variables begin with.", |cx, agent| {
        agent.var_prefix = var_name(cx, 0).or(agent.var_prefix.take());
    });

const fn variable(
    name: &'static str,
    doc: &'static str,
    parse: fn(&mut Cx<'_>, &mut SpoeAgentB),
) -> Keyword<SpoeAgentB> {
    plain(name, Arity::exactly(1, "a name of letters, digits, '.' and '_'"), doc, parse)
}

/// A variable's name or a part of it.
fn var_name(cx: &mut Cx<'_>, i: usize) -> Option<Box<[u8]>> {
    let name = cx.bytes(i)?;
    if let Some(bad) = name.iter().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_'))) {
        cx.alert(i, format!("takes letters, digits, '.' and '_', not '{}'.", bad.escape_ascii()));
        return None;
    }
    Some(name)
}

// What follows is documented as read and ignored.

static ASYNC: Keyword<SpoeAgentB> = switch("option async", "Has no effect any more.", |_, _| {});

static SEND_FRAG_PAYLOAD: Keyword<SpoeAgentB> =
    switch("option send-frag-payload", "Has no effect any more.", |_, _| {});

static MAXCONNRATE: Keyword<SpoeAgentB> =
    plain("maxconnrate", Arity::exactly(1, "a number"), "Has no effect any more.", ignored_number);

static MAXERRRATE: Keyword<SpoeAgentB> =
    plain("maxerrrate", Arity::exactly(1, "a number"), "Has no effect any more.", ignored_number);

static MAX_WAITING_FRAMES: Keyword<SpoeAgentB> =
    plain("max-waiting-frames", Arity::exactly(1, "a number"), "Has no effect any more.", ignored_number);

static TIMEOUT_HELLO: Keyword<SpoeAgentB> = plain("timeout hello", TIME, "Has no effect any more.", ignored_time);

static TIMEOUT_IDLE: Keyword<SpoeAgentB> = plain("timeout idle", TIME, "Has no effect any more.", ignored_time);

fn ignored_number(cx: &mut Cx<'_>, _: &mut SpoeAgentB) {
    let _ = cx.uint(0, 0, i32::MAX as u32);
}

fn ignored_time(cx: &mut Cx<'_>, _: &mut SpoeAgentB) {
    let _ = cx.time(0, 0);
}
