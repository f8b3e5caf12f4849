//! The agent that tells a server's state.

use super::{later, now};
use crate::addr::{self, Want};
use crate::build::ServerB;
use crate::keyword::{Arity, Keyword};

pub static AGENT_CHECK: Keyword<ServerB> =
    later("agent-check", Arity::NONE, "1.5", "Asks an agent for the server's state and weight.", |_, server| {
        server.agent = true;
    });

pub static NO_AGENT_CHECK: Keyword<ServerB> =
    now("no-agent-check", Arity::NONE, "1.8", "Undoes 'agent-check'.", |_, server| server.agent = false);

pub static AGENT_ADDR: Keyword<ServerB> =
    later("agent-addr", Arity::exactly(1, "<addr>"), "1.7", "Where the agent is, if not the server.", |cx, server| {
        let found = addr::parse(&cx.address_text(0), Want::AGENT).map_err(|why| format!("{why}."));
        match found.and_then(|parsed| parsed.resolve(0, cx.world)) {
            Ok(addr) => server.agent_opts.addr = Some(addr),
            Err(why) => cx.alert(0, format!(": {why}")),
        }
    });

pub static AGENT_PORT: Keyword<ServerB> =
    later("agent-port", Arity::exactly(1, "<port>"), "1.5", "Port of the agent.", |cx, server| {
        if let Some(port) = cx.uint(0, 1, 65535) {
            server.agent_opts.port = u16::try_from(port).ok();
        }
    });

pub static AGENT_INTER: Keyword<ServerB> =
    later("agent-inter", Arity::exactly(1, "<delay>"), "1.5", "How often the agent is asked.", |cx, server| {
        if let Some(ms) = cx.time(0, 1) {
            server.agent_opts.inter = ms;
        }
    });

pub static AGENT_SEND: Keyword<ServerB> =
    later("agent-send", Arity::exactly(1, "<string>"), "1.5", "What the agent is sent first.", |cx, server| {
        server.agent_opts.send = cx.bytes(0);
    });
