//! `show errors`.

use crate::command::{Call, Command};
use crate::reply::{Lines, Reply};
use crate::target;
use base::WallClock;
use base::ix::PxIx;
use conf::spec::CliLevel;
use proxy::cards::Peer;
use proxy::invalid::{Invalid, Kept};
use proxy::worker::Worker;
use std::fmt::Write;
use std::sync::atomic::Ordering::Relaxed;

pub static COMMAND: Command = Command {
    words: &["show", "errors"],
    usage: "show errors [<px> [request|response]]",
    level: CliLevel::Operator,
    doc: "the last invalid request and response of each proxy",
    run,
};

/// The longest piece of a message on one line: with the position before it, 79 characters.
const WIDTH: usize = 70;

fn run(call: &mut Call<'_>) -> Reply {
    let plan = call.serving.control.plan();
    let only = match call.arg(0) {
        "" | "-1" => None,
        name => match target::proxy(&plan, name) {
            Some(px) => Some(px),
            None => return Reply::error("No such proxy."),
        },
    };
    let (requests, responses) = match call.arg(1) {
        "" => (true, true),
        "request" => (true, false),
        "response" => (false, true),
        _ => return Reply::error("'show errors' expects 'request' or 'response' behind the proxy."),
    };
    let mut found = Vec::new();
    for (at, proxy) in plan.proxies.iter().enumerate() {
        let front = proxy.front.as_ref().filter(|_| requests).and_then(|front| get(&front.live.invalid));
        let back = proxy.back.as_ref().filter(|_| responses).and_then(|back| get(&back.live.invalid));
        let fits = |invalid: &Invalid| {
            only.is_none_or(|px| px == PxIx::from(at) || is_about(invalid, plan.proxies[px.at()].id))
        };
        found.extend(front.into_iter().chain(back).filter(fits));
    }
    let total = call.serving.control.shared().invalid_messages.load(Relaxed);
    let head = format!("Total events captured on [{}] : {total}\n", date(rt::wall()));
    Reply::Pieces(Box::new(Lines::new(head, found.into_iter(), |invalid, out| report(&invalid, out))))
}

fn get(kept: &Kept) -> Option<Invalid> {
    kept.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).as_deref().cloned()
}

/// Whether the proxy of this number had a part in it.
fn is_about(invalid: &Invalid, id: u32) -> bool {
    invalid.front.1 == id || invalid.back.as_ref().is_some_and(|back| back.1 == id)
}

// Writing to a String can't fail.

fn report(invalid: &Invalid, out: &mut String) {
    let named = |one: &Option<(Box<str>, u32)>| match one {
        Some((name, id)) => format!("{name} (#{id})"),
        None => "<NONE> (#-1)".to_owned(),
    };
    let (front, back) = (named(&Some(invalid.front.clone())), named(&invalid.back));
    let (whose, other) = match invalid.response {
        true => (format!("backend {back}: invalid response"), format!("frontend {front}")),
        false => (format!("frontend {front}: invalid request"), format!("backend {back}")),
    };
    let src = match invalid.src {
        Peer::Ip(addr) => addr.to_string(),
        Peer::Unix | Peer::None => "unix".to_owned(),
    };
    let _ = write!(
        out,
        " \n[{}] {whose}\n  {other}, server {}, event #{}, src {src}\n  buffer starts at 0 (including 0 out), {} free,\n  len {}, error at position {}:\n  \n",
        date(invalid.at),
        named(&invalid.server),
        invalid.event,
        invalid.room,
        invalid.bytes.len(),
        invalid.position,
    );
    dump(&invalid.bytes, out);
}

/// Writes bytes so that each line shows at most one of theirs.
fn dump(bytes: &[u8], out: &mut String) {
    let (mut line, mut start, mut goes_on) = (String::new(), 0, false);
    for (at, byte) in bytes.iter().enumerate() {
        let text = shown(*byte);
        if line.len() + text.len() > WIDTH {
            put(&mut line, start, goes_on, out);
            (start, goes_on) = (at, true);
        }
        line.push_str(&text);
        if *byte == b'\n' {
            put(&mut line, start, goes_on, out);
            (start, goes_on) = (at + 1, false);
        }
    }
    if !line.is_empty() {
        put(&mut line, start, goes_on, out);
    }
}

fn put(line: &mut String, start: usize, goes_on: bool, out: &mut String) {
    let mark = if goes_on { '+' } else { ' ' };
    let _ = writeln!(out, "  {start:05}{mark} {line}");
    line.clear();
}

fn shown(byte: u8) -> String {
    match byte {
        b'\t' => "\\t".to_owned(),
        b'\n' => "\\n".to_owned(),
        b'\r' => "\\r".to_owned(),
        27 => "\\e".to_owned(),
        b'\\' => "\\\\".to_owned(),
        32..=126 => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    }
}

/// A moment in local time, as logs write it.
fn date(at: WallClock) -> String {
    let worker = rt::local::<Worker>();
    let mut logs = worker.logs.borrow_mut();
    let (dates, offset_s) = logs.dates(at);
    let mut out = Vec::new();
    dates.with_ms(at, offset_s, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dumped(bytes: &[u8]) -> String {
        let mut out = String::new();
        dump(bytes, &mut out);
        out
    }

    #[test]
    fn lines_are_shown_with_their_positions() {
        assert_eq!(dumped(b"a\\\t\x1b\x01\xe9\r\nb"), "  00000  a\\\\\\t\\e\\x01\\xe9\\r\\n\n  00008  b\n");
        let long = [b'x'; 100];
        let lines = dumped(&long);
        assert_eq!(lines.lines().map(str::len).collect::<Vec<_>>(), [79, 39]);
        assert!(lines.lines().nth(1).expect("two lines").starts_with("  00070+ x"));
        assert_eq!(dumped(b""), "");
    }
}
