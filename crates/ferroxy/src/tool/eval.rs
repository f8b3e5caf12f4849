//! `ferroxy eval`: what an expression or a condition makes of a message.

use super::args::Args;
use super::request_words::{address, read};
use base::WallClock;
use conf::spec::Proxy;
use expr::{Place, Process};
use process::loader::Purpose;
use process::{Subcommand, World};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;
use tools::eval::{Question, eval};
use tools::request::{Exchange, Message, plain_request};

/// What the help says of it.
pub const COMMAND: Subcommand = Subcommand {
    name: "eval",
    args: "[-f <file>]… [--request <file>] <expression or condition>",
    doc: "evaluate an expression or a condition on a request, step by step",
    run,
};

const USAGE: &str = "\
Usage: ferroxy eval [options] <expression or condition>

Evaluates a sample expression ('req.hdr(host),lower') or a condition ('is_api !{ src 10.0.0.0/8 }') on a message, and
shows what each part of it gave, with its type.

  -f <file>          a configuration, whose ACLs a condition can name; may be repeated
  --proxy <name>     the proxy whose ACLs these are (default: the first that has any)
  --request <file>   the request, HTTP/1 as text; '-' is stdin (default: GET / of localhost)
  --response <file>  a response to it; the place is then a response rule
  --from <addr>      the client's address, with or without a port (default: 127.0.0.1)
  --to <addr>        the address that it connected to (default: 127.0.0.1:80)
";

const VALUED: &[&str] = &["-f", "--proxy", "--request", "--response", "--from", "--to"];

fn run(program: &str, words: &[OsString]) -> ExitCode {
    let args = match Args::parse(words, &[], VALUED) {
        Ok(args) if args.help => {
            super::print(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(args) => args,
        Err(why) => {
            eprint!("{program} eval: {why}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    match answer(&args) {
        Ok(text) => {
            super::print(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{program} eval: {why}");
            ExitCode::FAILURE
        }
    }
}

fn answer(args: &Args) -> Result<String, String> {
    let text = args.words();
    let proxies = proxies(args)?;
    let proxy = proxy(&proxies, args.value("--proxy"))?;
    let response = args.value("--response").map(|file| Message::response(&read(file)?)).transpose()?;
    let place = if response.is_some() { Place::FeHttpRes } else { Place::FeHttpReq };
    let request = match args.value("--request") {
        Some(file) => Message::request(&read(file)?)?,
        None => plain_request(),
    };
    let exchange = Exchange {
        request,
        response,
        from: address(args.value("--from").unwrap_or("127.0.0.1"), 0)?,
        to: address(args.value("--to").unwrap_or("127.0.0.1"), 80)?,
        frontend: proxy.map_or("frontend", |proxy| &proxy.name).into(),
        wall: now(),
        process: Process { pid: std::process::id(), hostname: sys::hostname().into(), ..Process::default() },
    };
    let question = Question { text: text.as_bytes(), proxy, place };
    eval(&question, &exchange, &mut World::default())
}

/// The proxies of the configuration, if one was given.
fn proxies(args: &Args) -> Result<Vec<Arc<Proxy>>, String> {
    let files: Vec<PathBuf> = args.all("-f").map(Into::into).collect();
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let loaded = super::loader(files).read(Purpose::Check)?;
    match loaded.spec {
        Some(spec) => Ok(spec.proxies),
        None => {
            super::print_findings(&loaded.files, &loaded.diagnostics);
            Err("the configuration has errors".to_owned())
        }
    }
}

fn proxy<'a>(proxies: &'a [Arc<Proxy>], name: Option<&str>) -> Result<Option<&'a Proxy>, String> {
    let mut all = proxies.iter().map(|proxy| &**proxy);
    match name {
        None => Ok(all.clone().find(|proxy| !proxy.acls.is_empty()).or_else(|| all.next())),
        Some(name) => {
            let found = all.find(|proxy| &*proxy.name == name);
            found.map(Some).ok_or_else(|| format!("there is no proxy '{name}'"))
        }
    }
}

fn now() -> WallClock {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    WallClock { us: u64::try_from(since.as_micros()).unwrap_or(u64::MAX) }
}
