//! `ferroxy test`: unit tests of a configuration.

use super::args::Args;
use super::ask::{Asked, Event, Told};
use super::request_words::{RequestWords, address, request};
use process::Subcommand;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tools::cases::{Case, Cases, Outcome};

/// What the help says of it.
pub const COMMAND: Subcommand = Subcommand {
    name: "test",
    args: "<file>…",
    doc: "run requests with expectations against a configuration, without touching the network",
    run,
};

const USAGE: &str = "\
Usage: ferroxy test <file>…

Runs each test of the files: a request goes through the configuration that the file names, to assumed servers, and what
becomes of it is compared. Exits with 1 if an expectation doesn't hold. A file looks like this:

  config proxy.cfg                      # beside the file; may be repeated

  test the API has servers of its own
      request GET /api/x                # method and target
      field Host: example.com           # header fields of the request; may be repeated
      body text                         # the request's body
      from 192.0.2.7                    # the client, with or without a port
      to 192.0.2.1:80                   # where it connects to; chooses the frontend
      frontend web                      # the frontend, if --to doesn't tell
      answer 404 Not Found              # what the server answers (default: 200)
      answer-field Server: x            # header fields of that
      expect backend api
      expect server a1|a2
      expect sent-line GET /x HTTP/1.1  # what the server gets
      expect sent x-client: 192.0.2.7   # without ': value' any will do
      expect no-sent cookie
      expect sent-body text
      expect status 200                 # what the client gets
      expect field location: /login
      expect no-field server
      expect body text
      expect closed                     # no answer at all
";

fn run(program: &str, words: &[OsString]) -> ExitCode {
    let args = match Args::parse(words, &[], &[]) {
        Ok(args) if args.help => {
            super::print(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(args) => args,
        Err(why) => {
            eprint!("{program} test: {why}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    let (mut passed, mut failed) = (0, 0);
    for path in &args.files {
        match file(path) {
            Ok((good, bad)) => {
                passed += good;
                failed += bad;
            }
            Err(why) => {
                eprintln!("{program} test: {}: {why}", path.display());
                failed += 1;
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How many tests of a file passed and failed.
fn file(path: &Path) -> Result<(usize, usize), String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let cases = Cases::parse(&text)?;
    let beside = |name: &String| path.parent().unwrap_or(Path::new("")).join(name);
    let configs: Vec<PathBuf> = cases.configs.iter().map(beside).collect();
    if configs.is_empty() {
        return Err("it names no 'config'".to_owned());
    }
    let asked = Asked::start(configs)?;
    for line in &asked.unbuilt {
        print!("{line}");
    }
    let mut counts = (0, 0);
    for case in &cases.cases {
        let wrong = outcome(&asked, case)?;
        if wrong.is_empty() {
            counts.0 += 1;
            println!("ok    {}", case.name);
            continue;
        }
        counts.1 += 1;
        println!("FAIL  {} ({}:{})", case.name, path.display(), case.line);
        for (line, why) in wrong {
            println!("      line {line}: {why}");
        }
    }
    Ok(counts)
}

/// The expectations that don't hold, with their lines.
fn outcome(asked: &Asked, case: &Case) -> Result<Vec<(usize, String)>, String> {
    let told = tell(asked, case).map_err(|why| format!("line {}: {why}", case.line))?;
    let (mut backend, mut server) = (None, None);
    for event in told.events {
        if let Event::Server { backend: its, server: name } = event {
            (backend, server) = (Some(its), Some(name));
        }
    }
    let outcome = Outcome { backend, server, sent: told.sent, answer: told.answer };
    let checked = case.expects.iter().map(|(line, expect)| (*line, expect.check(&outcome)));
    Ok(checked.filter_map(|(line, result)| result.err().map(|why| (line, why))).collect())
}

fn tell(asked: &Asked, case: &Case) -> Result<Told, String> {
    let words = RequestWords {
        frontend: case.frontend.clone(),
        from: address(case.from.as_deref().unwrap_or("127.0.0.1"), 40_000)?,
        to: address(case.to.as_deref().unwrap_or("127.0.0.1"), 80)?,
        request: request(&case.request, case.fields.iter().map(String::as_str), &case.body)?,
        response: response(case),
    };
    asked.ask(&words.resolve(asked)?)
}

fn response(case: &Case) -> Option<Vec<u8>> {
    if case.answer.is_none() && case.answer_fields.is_empty() {
        return None;
    }
    let mut text = format!("HTTP/1.1 {}\r\n", case.answer.as_deref().unwrap_or("200 OK"));
    for field in &case.answer_fields {
        text += &format!("{field}\r\n");
    }
    Some(format!("{text}\r\n").into_bytes())
}
