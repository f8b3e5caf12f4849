//! One engine, made final: the agent's messages and groups are found among the sections.

use crate::build::{Logs, SpoeAgentB, SpoeB, SpoeMessageB, SpoeName};
use crate::compile::Run;
use crate::spec::{LogSpec, Spoe, SpoeAgent, SpoeEvent, SpoeGroup, SpoeMessage};
use diag::{Diagnostic, Frame, Span};
use expr::{Place, Places};
use std::collections::HashMap;

/// An engine, and what can only be checked when all files are read. Places are `file:line`.
#[derive(Clone, Debug)]
pub struct Later {
    pub spoe: Spoe,
    /// Where the backend is named.
    pub backend: String,
    /// `max-frame-size`, and where it stands.
    pub frame: Option<(u32, String)>,
    pub logs: Logs,
}

/// Makes the engine of what was read. `None` without an agent, and after errors.
pub fn finish(run: &mut Run<'_>, engine: Option<&str>, path: &[u8]) -> Option<Later> {
    let SpoeB { agent, messages, groups } = core::mem::take(&mut run.parts.engine);
    let mut agent = agent?;
    let name = show(&agent.name);
    let Some((backend, backend_span)) = agent.backend.take() else {
        alert(run, agent.span, format!("SPOE agent '{name}' has no 'use-backend'."));
        return None;
    };
    suspicious(run, &agent);
    let mut made = Made { by_name: HashMap::new(), messages, taken: HashMap::new(), kept: Vec::new() };
    made.by_name = made.messages.iter().enumerate().map(|(at, message)| (message.name.clone(), at)).collect();
    for wanted in &agent.messages.list {
        if let Some(at) = made.find(run, wanted, "agent", &name) {
            let message = &made.messages[at];
            judge_event(run, message);
            made.keep(at, true);
        }
    }
    let by_name: HashMap<&[u8], usize> = groups.iter().enumerate().map(|(at, group)| (&*group.name, at)).collect();
    let mut kept_groups = Vec::new();
    let mut owners: HashMap<usize, Box<[u8]>> = HashMap::new();
    for (wanted, span) in &agent.groups.list {
        let Some(group) = by_name.get(&wanted[..]).map(|at| &groups[*at]) else {
            alert(run, *span, format!("SPOE agent '{name}' uses an undefined SPOE group '{}'.", show(wanted)));
            continue;
        };
        let mut members = Vec::new();
        for wanted in &group.messages.list {
            let Some(at) = made.find(run, wanted, "group", &show(&group.name)) else { continue };
            if let Some(owner) = owners.insert(at, group.name.clone()) {
                let text =
                    format!("SPOE message '{}' belongs to SPOE group '{}' already.", show(&wanted.0), show(&owner));
                alert(run, wanted.1, text);
            }
            members.push(made.keep(at, false));
        }
        kept_groups.push(SpoeGroup { name: group.name.clone(), at: group.at, messages: members });
    }
    let engine = engine.map_or(agent.name.clone(), |engine| engine.as_bytes().into());
    let frame = agent.max_frame_size.map(|(size, span)| (size, run.place(span)));
    let logs = core::mem::take(&mut agent.logs);
    let place = run.place(backend_span);
    let messages = made.finish();
    let spoe = Spoe { engine, file: path.into(), agent: settings(agent, backend), messages, groups: kept_groups };
    Some(Later { spoe, backend: place, frame, logs })
}

/// The messages of the file, and those that the agent handles.
struct Made {
    by_name: HashMap<Box<[u8]>, usize>,
    messages: Vec<SpoeMessageB>,
    /// Messages of the file to places in `kept`.
    taken: HashMap<usize, u32>,
    kept: Vec<(usize, bool)>,
}

impl Made {
    fn find(&self, run: &mut Run<'_>, wanted: &SpoeName, what: &str, by: &str) -> Option<usize> {
        let found = self.by_name.get(&wanted.0).copied();
        if found.is_none() {
            let mut names: Vec<&str> = self.by_name.keys().filter_map(|n| core::str::from_utf8(n).ok()).collect();
            names.sort_unstable();
            let text = format!("SPOE {what} '{by}' uses an undefined SPOE message '{}'.", show(&wanted.0));
            let mut diagnostic = Diagnostic::alert(wanted.1, text).manual("9.3");
            if let Some(near) = diag::closest(&wanted.0, names) {
                diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
            }
            run.diags.push(diagnostic);
        }
        found
    }

    /// Keeps a message; the answer is its place among those kept.
    fn keep(&mut self, at: usize, on_event: bool) -> u32 {
        let next = self.kept.len() as u32;
        let place = *self.taken.entry(at).or_insert(next);
        match self.kept.get_mut(place as usize) {
            Some(kept) => kept.1 |= on_event,
            None => self.kept.push((at, on_event)),
        }
        place
    }

    fn finish(self) -> Vec<SpoeMessage> {
        let mut messages: Vec<Option<SpoeMessageB>> = self.messages.into_iter().map(Some).collect();
        let kept = self.kept.into_iter().filter_map(|(at, on_event)| Some((messages[at].take()?, on_event)));
        kept.map(|(message, on_event)| {
            let (event, cond) = message.event.map_or((None, None), |(event, cond)| (Some(event), cond));
            SpoeMessage {
                name: message.name,
                at: message.at,
                acls: message.acls,
                args: message.args,
                event,
                cond,
                on_event,
            }
        })
        .collect()
    }
}

/// What is suspicious about an agent, and what is wrong with it as a whole.
fn suspicious(run: &mut Run<'_>, agent: &SpoeAgentB) {
    let name = show(&agent.name);
    if agent.timeout_processing.is_none() {
        let text = format!("missing timeout for SPOE agent '{name}'.");
        let help = "set 'timeout processing', or streams may wait for the agent forever";
        run.diags.push(Diagnostic::warning(agent.span, text).help(help).manual("9.3"));
    }
    if agent.messages.list.is_empty() && agent.groups.list.is_empty() {
        let text = format!("SPOE agent '{name}' has neither messages nor groups.");
        run.diags.push(Diagnostic::warning(agent.span, text).manual("9.3"));
    }
}

/// Where a message of the agent is sent, its arguments must be at hand.
fn judge_event(run: &mut Run<'_>, message: &SpoeMessageB) {
    let name = show(&message.name);
    let Some((event, _)) = message.event else {
        let text = format!("SPOE message '{name}' has no event, it is ignored.");
        run.diags.push(Diagnostic::warning(message.span, text).manual("9.3"));
        return;
    };
    let places = places(event);
    for (arg, span) in &message.arg_places {
        if !arg.meets(places) {
            let text = format!(
                "SPOE message '{name}' has an argument that is at hand in a {}, not in a {}.",
                arg.name(),
                places.name()
            );
            alert(run, *span, text);
        }
    }
}

/// The moments that an event stands for.
fn places(event: SpoeEvent) -> Places {
    match event {
        SpoeEvent::ClientSession => Place::FeTcpConn.into(),
        SpoeEvent::ServerSession => Place::BeTcpRes.into(),
        SpoeEvent::FrontendTcpRequest => Place::FeTcpReq.into(),
        SpoeEvent::BackendTcpRequest => Place::BeTcpReq.into(),
        SpoeEvent::TcpResponse => Places::these(&[Place::FeTcpRes, Place::BeTcpRes]),
        SpoeEvent::FrontendHttpRequest => Place::FeHttpReq.into(),
        SpoeEvent::BackendHttpRequest => Place::BeHttpReq.into(),
        SpoeEvent::HttpResponse => Places::these(&[Place::FeHttpRes, Place::BeHttpRes]),
    }
}

fn settings(agent: SpoeAgentB, backend: Box<str>) -> SpoeAgent {
    SpoeAgent {
        at: agent.at,
        backend,
        logs: LogSpec::default(),
        max_frame_size: agent.max_frame_size.map(|(size, _)| size),
        timeout_processing: agent.timeout_processing,
        var_prefix: agent.var_prefix.unwrap_or_else(|| agent.name.clone()),
        var_names: agent.var_names,
        set_on_error: agent.set_on_error,
        set_process_time: agent.set_process_time,
        set_total_time: agent.set_total_time,
        pipelining: !agent.no_pipelining,
        dontlog_normal: agent.dontlog_normal,
        continue_on_error: agent.continue_on_error,
        force_set_var: agent.force_set_var,
        name: agent.name,
    }
}

fn alert(run: &mut Run<'_>, span: Span, text: String) {
    run.diags.push(Diagnostic::alert(span, text).framed(Frame::Parsing).manual("9.3"));
}

fn show(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}
