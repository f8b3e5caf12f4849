//! The keyword of section `traces` (manual 12.1). It reads what the runtime command `trace` reads (management, 9.3).

use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Status};
use crate::spec::{Trace, TraceCommand, TraceEvent, TraceLevel};

pub static ITEMS: &[&Keyword<Vec<Trace>>] = &[&TRACE];

static TRACE: Keyword<Vec<Trace>> = Keyword {
    name: "trace",
    args: Arity::at_least(1, "a source and what to trace of it"),
    since: "3.1",
    doc: "What is traced of one part of the program, how much of it, and where it goes.",
    manual: "12.1",
    status: Status::Parsed,
    ..Keyword::plain(|cx, traces| {
        if let Some(trace) = trace(cx) {
            traces.push(trace);
        }
    })
};

fn trace(cx: &mut Cx<'_>) -> Option<Trace> {
    let fits = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    if !cx.text(0).iter().all(fits) {
        let got = cx.show(0);
        cx.alert(0, format!("expects the name of a source, not '{got}'."));
        return None;
    }
    let source = cx.string(0)?;
    let mut commands = Vec::new();
    let mut i = 1;
    while i < cx.len() {
        commands.extend(command(cx, &mut i)?);
    }
    Some(Trace { source, commands, at: cx.at(0) })
}

/// The levels, the first of which only the command line documents (management, `-dt`).
static LEVELS: &[(&str, TraceLevel)] = &[
    ("error", TraceLevel::Error),
    ("user", TraceLevel::User),
    ("proto", TraceLevel::Proto),
    ("state", TraceLevel::State),
    ("data", TraceLevel::Data),
    ("developer", TraceLevel::Developer),
];

/// The sub-command at argument `i`, which moves on. One without its argument asks for the list of those that there
/// are, and changes nothing; only `follow` needs its own.
fn command(cx: &mut Cx<'_>, i: &mut usize) -> Option<Option<TraceCommand>> {
    let at = *i;
    *i += 2;
    let value = at + 1;
    let listed = cx.word(value).is_none();
    let name = |cx: &mut Cx<'_>| cx.string(value);
    Some(Some(match cx.text(at) {
        b"follow" if listed => {
            cx.alert(at, "expects a source behind 'follow'.");
            return None;
        }
        b"event" | b"level" | b"lock" | b"pause" | b"start" | b"stop" | b"sink" | b"verbosity" if listed => {
            return Some(None);
        }
        b"follow" => TraceCommand::Follow(name(cx)?),
        b"event" => TraceCommand::Event(event(cx, value)?),
        b"pause" => TraceCommand::Pause(event(cx, value)?),
        b"start" => TraceCommand::Start(event(cx, value)?),
        b"stop" => TraceCommand::Stop(event(cx, value)?),
        b"level" => TraceCommand::Level(cx.one_of(value, LEVELS)?),
        b"lock" => TraceCommand::Lock(Some(name(cx)?).filter(|criterion| &**criterion != "nothing")),
        b"sink" => TraceCommand::Sink(Some(name(cx)?).filter(|sink| &**sink != "none")),
        b"verbosity" => TraceCommand::Verbosity(name(cx)?),
        _ => {
            unknown(cx, at);
            return None;
        }
    }))
}

static COMMANDS: [&str; 9] = ["event", "follow", "level", "lock", "pause", "start", "stop", "sink", "verbosity"];

fn unknown(cx: &mut Cx<'_>, at: usize) {
    let text = format!("knows '{}', not '{}'.", COMMANDS.join("', '"), cx.show(at));
    match diag::closest(cx.text(at), COMMANDS) {
        Some(near) => cx.alert_help(at, text, format!("did you mean '{near}'?")),
        None => cx.alert(at, text),
    }
}

/// `[+|-|!]<name>`.
fn event(cx: &mut Cx<'_>, i: usize) -> Option<TraceEvent> {
    let text = cx.string(i)?;
    let (name, on) = match text.as_bytes()[0] {
        b'-' | b'!' => (&text[1..], false),
        b'+' => (&text[1..], true),
        _ => (&*text, true),
    };
    if name.is_empty() {
        cx.alert(i, format!("expects an event behind '{text}'."));
        return None;
    }
    Some(TraceEvent { name: name.into(), on })
}
