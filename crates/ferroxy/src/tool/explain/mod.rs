//! `ferroxy explain`: what a configuration would do with a request, rule by rule.

use super::args::Args;
use super::ask::{Asked, Event, Question, Told};
use super::request_words::{self, RequestWords};
use process::Subcommand;
use std::ffi::OsString;
use std::fmt::Write;
use std::process::ExitCode;
use tools::request::{Message, lines};

/// What the help says of it.
pub const COMMAND: Subcommand = Subcommand {
    name: "explain",
    args: "-f <file>… [--from <addr>] [-H <field>]… <request>",
    doc: "tell which rules, backend and server a request would meet, and what would be sent",
    run,
};

const USAGE: &str = "\
Usage: ferroxy explain -f <file>… [options] '[<method>] <target>'

Runs the configuration on a request without touching the network: shows each rule that the request meets, with the
values that its condition saw, the backend and the server, what would be sent to the server, and the final response.
The server's answer is assumed.

  -f <file>          the configuration; may be repeated
  --frontend <name>  the frontend (default: the one that listens on --to, else the first that speaks HTTP)
  --from <addr>      the client's address, with or without a port (default: 127.0.0.1)
  --to <addr>        the address that it connects to (default: 127.0.0.1:80)
  -H <name: value>   a header field; may be repeated
  --body <text>      the request's body
  --request <file>   the whole request, HTTP/1 as text, instead of these; '-' is stdin
  --response <file>  what the server answers (default: 200 without a body)
";

const VALUED: &[&str] = &["-f", "--frontend", "--from", "--to", "-H", "--body", "--request", "--response"];

fn run(program: &str, words: &[OsString]) -> ExitCode {
    // With --request there is no other word.
    let args = match Args::parse_options(words, &[], VALUED) {
        Ok(args) if args.help => {
            super::print(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(args) => args,
        Err(why) => {
            eprint!("{program} explain: {why}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    match explain(&args) {
        Ok(text) => {
            super::print(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{program} explain: {why}");
            ExitCode::FAILURE
        }
    }
}

fn explain(args: &Args) -> Result<String, String> {
    let question = RequestWords::of(args)?;
    let files = args.all("-f").map(Into::into).collect::<Vec<_>>();
    if files.is_empty() {
        return Err("a configuration is needed (-f)".to_owned());
    }
    let asked = Asked::start(files)?;
    let question = question.resolve(&asked)?;
    let told = asked.ask(&question)?;
    let mut text = String::new();
    for line in &asked.unbuilt {
        let _ = write!(text, "{line}");
    }
    tell(&mut text, &question, &told);
    Ok(text)
}

/// The story of one request.
fn tell(out: &mut String, question: &Question, told: &Told) {
    let mut story = Story { out, frontend: &question.frontend, proxy: String::new(), sent: told.sent.as_ref() };
    story.enter(&question.frontend);
    told.events.iter().for_each(|event| story.event(event));
    story.meet_server();
    match &told.answer {
        Some(answer) => tell_message(out, "the client gets", answer),
        None => out.push_str("\nthe connection is closed without an answer\n"),
    }
}

struct Story<'a> {
    out: &'a mut String,
    frontend: &'a str,
    /// The proxy that is spoken of.
    proxy: String,
    /// What the server got, until that was told.
    sent: Option<&'a Message>,
}

impl Story<'_> {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Server { backend, server } => {
                self.enter(backend);
                let _ = writeln!(self.out, "  server {server}");
            }
            Event::Rule { proxy, set, place, text, applies, seen } => {
                if is_of_response(set) {
                    self.meet_server();
                }
                self.enter(proxy);
                let verdict = match applies {
                    Some(true) => "yes",
                    Some(false) => "no",
                    None => "can't tell",
                };
                let _ = writeln!(self.out, "  {verdict:<4} {text}   ({place})");
                for line in seen.lines() {
                    let _ = writeln!(self.out, "         {line}");
                }
            }
        }
    }

    fn enter(&mut self, proxy: &str) {
        if self.proxy != proxy {
            let kind = if proxy == self.frontend { "frontend" } else { "backend" };
            let gap = if self.proxy.is_empty() { "" } else { "\n" };
            let _ = writeln!(self.out, "{gap}{kind} {proxy}");
            proxy.clone_into(&mut self.proxy);
        }
    }

    /// The request is at the server: what it got, once.
    fn meet_server(&mut self) {
        if let Some(message) = self.sent.take() {
            tell_message(self.out, "the server gets", message);
            self.out.push_str("\nand answers\n");
            self.proxy = " ".to_owned();
        }
    }
}

fn is_of_response(set: &str) -> bool {
    set.starts_with("http-response") || set.starts_with("http-after-response") || set.starts_with("tcp-response")
}

fn tell_message(out: &mut String, what: &str, message: &Message) {
    let _ = writeln!(out, "\n{what}:");
    for line in lines(&message.head).lines() {
        let _ = writeln!(out, "    {line}");
    }
    if !message.body.is_empty() {
        let _ = writeln!(out, "\n    {}", request_words::shown(&message.body));
    }
}
