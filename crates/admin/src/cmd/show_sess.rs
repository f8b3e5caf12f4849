//! `show sess` and `shutdown session`.

use crate::command::{Call, Command};
use crate::reply::{Lines, Reply};
use crate::target;
use conf::spec::CliLevel;
use proxy::cards::{Peer, StreamView, Wanted};
use std::fmt::Write;

pub static SHOW: Command = Command {
    words: &["show", "sess"],
    usage: "show sess [<id> | all] [opts]",
    level: CliLevel::Operator,
    doc: "streams under way; 'show sess help' tells the options",
    run: show,
};

pub static SHUTDOWN: Command = Command {
    words: &["shutdown", "session"],
    usage: "shutdown session <id>",
    level: CliLevel::Admin,
    doc: "ends one stream, named as 'show sess' names it",
    run: shutdown,
};

const HELP: &str = "Usage: show sess [<id> | all | help] [<options>*]
  without <id> or 'all', a line for each stream; with it, several
Options:
  backend <b>   streams of this backend
  frontend <f>  streams of this frontend
  older <age>   streams at least this old, in seconds or with a unit
  server <b/s>  streams of this server
  show-uri      the target of the request too
  susp          streams that were told to end and are still there
";

/// What a `show sess` line asks for.
#[derive(Default)]
struct Question {
    wanted: Wanted,
    /// Several lines for each stream.
    long: bool,
    show_uri: bool,
}

fn show(call: &mut Call<'_>) -> Reply {
    if call.arg(0) == "help" {
        return Reply::Text(HELP.to_owned());
    }
    let question = match question(call) {
        Ok(question) => question,
        Err(reply) => return reply,
    };
    let control = call.serving.control.clone();
    Reply::Later(Box::pin(async move {
        let streams = control.streams(question.wanted.clone()).await;
        if streams.is_empty() && question.wanted.id.is_some() {
            return Reply::error("Session not found.");
        }
        let (long, uri) = (question.long, question.show_uri);
        let write = move |stream: StreamView, out: &mut String| {
            if long { in_lines(&stream, out) } else { in_line(&stream, uri, out) }
        };
        Reply::Pieces(Box::new(Lines::new(String::new(), streams.into_iter(), write)))
    }))
}

fn question(call: &Call<'_>) -> Result<Question, Reply> {
    let mut question = Question::default();
    let mut at = 0;
    match call.arg(0) {
        "all" => (question.long, at) = (true, 1),
        id if id.starts_with("0x") => {
            (question.long, at) = (true, 1);
            question.wanted.id = Some(number(id).ok_or_else(|| Reply::error("Session not found."))?);
        }
        _ => {}
    }
    let plan = call.serving.control.plan();
    while at < call.args.len() {
        let (option, value) = (call.arg(at), call.arg(at + 1));
        at += 2;
        match option {
            "show-uri" => {
                question.show_uri = true;
                at -= 1;
            }
            "susp" => {
                question.wanted.suspicious = true;
                at -= 1;
            }
            "older" => {
                let ms =
                    age(value).ok_or_else(|| Reply::error("'older' expects an age, in seconds or with a unit."))?;
                question.wanted.older_ms = ms;
            }
            "frontend" => question.wanted.front = Some(target::frontend(&plan, value)?.spec.name.clone()),
            "backend" => {
                let back = target::backend(&plan, value).ok_or_else(|| Reply::error("No such backend."))?;
                question.wanted.back = Some(back.spec.name.clone());
            }
            "server" => {
                let (back, ix) = target::server(&plan, value)?;
                question.wanted.back = Some(back.spec.name.clone());
                question.wanted.server = Some(back.server(ix).spec.name.clone());
            }
            _ => return Err(Reply::error(format!("Unknown option '{option}'.\n{HELP}").trim_end())),
        }
    }
    Ok(question)
}

fn shutdown(call: &mut Call<'_>) -> Reply {
    if call.arg(0).is_empty() {
        return Reply::error("Session pointer expected (use 'show sess').");
    }
    let (id, control) = (number(call.arg(0)), call.serving.control.clone());
    Reply::Later(Box::pin(async move {
        match id {
            Some(id) if control.kill_stream(id).await => Reply::Done,
            _ => Reply::error("No such session (use 'show sess')."),
        }
    }))
}

/// A stream's number: hexadecimal, `0x` before it or not.
fn number(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok()
}

/// An age in milliseconds: seconds, unless a unit says otherwise (manual 2.5).
fn age(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let n: u64 = text[..digits].parse().ok()?;
    let unit = match &text[digits..] {
        "us" => return Some(n / 1000),
        "ms" => 1,
        "" | "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    n.checked_mul(unit)
}

// Writing to a String can't fail.

fn in_line(stream: &StreamView, show_uri: bool, out: &mut String) {
    let (proto, src) = source(stream);
    let _ = write!(
        out,
        "{:#x}: proto={proto} src={src} fe={} be={} srv={} age={} thr={}",
        stream.id,
        stream.front,
        stream.back.as_deref().unwrap_or("<NONE>"),
        stream.server.as_deref().unwrap_or("<none>"),
        human(stream.age_ms / 1000),
        stream.worker + 1,
    );
    if show_uri && !stream.uri.is_empty() {
        let _ = write!(out, " uri=\"{}\"", uri(stream));
    }
    out.push('\n');
}

fn in_lines(stream: &StreamView, out: &mut String) {
    let (proto, src) = source(stream);
    let mode = if stream.http { "http" } else { "tcp" };
    let _ = write!(
        out,
        "{:#x}: age={} proto={proto} source={src}\n  frontend={} (id={} mode={mode})\n  backend={}\n  server={}\n  thread={} killed={}\n",
        stream.id,
        human(stream.age_ms / 1000),
        stream.front,
        stream.front_id,
        stream.back.as_deref().unwrap_or("<NONE>"),
        stream.server.as_deref().unwrap_or("<NONE>"),
        stream.worker + 1,
        u8::from(stream.killed),
    );
    if !stream.uri.is_empty() {
        let _ = writeln!(out, "  uri=\"{}\"", uri(stream));
    }
}

fn source(stream: &StreamView) -> (&'static str, String) {
    match stream.src {
        Peer::Ip(addr) if addr.is_ipv4() => ("tcpv4", addr.to_string()),
        Peer::Ip(addr) => ("tcpv6", addr.to_string()),
        Peer::Unix | Peer::None => ("unix_stream", "unix".to_owned()),
    }
}

fn uri(stream: &StreamView) -> String {
    let mut safe = Vec::new();
    wire::encode::log_field(&stream.uri, &mut safe);
    String::from_utf8_lossy(&safe).into_owned()
}

/// A time in its two largest units.
fn human(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m{}s", seconds % 60),
        (0, ..) => format!("{hours}h{}m", minutes % 60),
        _ => format!("{days}d{}h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_and_written() {
        for (text, ms) in [("3", Some(3000)), ("2m", Some(120_000)), ("50ms", Some(50)), ("x", None), ("1y", None)] {
            assert_eq!(age(text), ms, "{text}");
        }
        for (seconds, text) in [(0, "0s"), (61, "1m1s"), (3660, "1h1m"), (90_000, "1d1h")] {
            assert_eq!(human(seconds), text);
        }
        assert_eq!((number("0x1f"), number("1F"), number("0xg"), number("")), (Some(31), Some(31), None, None));
    }
}
