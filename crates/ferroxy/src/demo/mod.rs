//! `ferroxy demo`: an example that runs at once. A frontend on a local port, two demo servers behind it, health checks
//! and the log on the terminal.
//!
//! It is the ordinary program with an embedded configuration; only the servers and the words around are its own.

mod args;
mod server;

use args::{Args, Wish};
use conf::spec::Spec;
use core::fmt::Write as _;
use process::engine::{Engine, Running, Setting, Unlinked};
use process::{Subcommand, World};
use server::Server;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// What the help says of it.
pub const COMMAND: Subcommand = Subcommand {
    name: "demo",
    args: "[--port <port>]",
    doc: "run an example at once: a frontend on a local port, two servers, checks, a log",
    run,
};

/// What messages call the embedded configuration.
const NAME: &str = "demo.cfg";
/// Where the frontend listens if nobody says where and it is free.
const USUAL_PORT: u16 = 8080;
/// When server2 leaves by itself, after the start.
const SCRIPTED_LEAVE: Duration = Duration::from_secs(15);

fn run(program: &str, words: &[OsString]) -> ExitCode {
    let port = match args::parse(words) {
        Ok(Args::Help) => {
            // Whoever closed stdout doesn't want to know.
            let _ = io::stdout().write_all(args::USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(Args::Run(wish)) => port(wish),
        Err(why) => {
            eprint!("{program} demo: {why}\n{}", args::USAGE);
            return ExitCode::FAILURE;
        }
    };
    let ready = port.and_then(|port| Ok((port, servers()?)));
    let (port, servers) = match ready {
        Ok(ready) => ready,
        Err(error) => {
            eprintln!("{program} demo: no free local port: {error}");
            return ExitCode::FAILURE;
        }
    };
    let frontend = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let text = configuration(frontend, &servers);
    let words = introduction(frontend, &text);
    process::run_embedded(program, NAME, text, |loader| {
        Box::new(Demo { inner: process::data_path(loader), servers, words })
    })
}

/// The port of the frontend. One that was free a moment ago may be taken until the proxy binds it; then it says so.
fn port(wish: Wish) -> io::Result<u16> {
    let is_free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    match wish {
        Wish::Port(port) => Ok(port),
        Wish::Usual if is_free(USUAL_PORT) => Ok(USUAL_PORT),
        Wish::Usual | Wish::Free => Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port()),
    }
}

/// Each has an address of its own. Were it the frontend's, then the kernel could give the port of a server that is
/// away to one of the proxy's own connections, and the server couldn't come back.
fn servers() -> io::Result<Vec<Server>> {
    [("server1", 2), ("server2", 3)]
        .map(|(name, last)| Server::bind(name, Ipv4Addr::new(127, 0, 0, last)))
        .into_iter()
        .collect()
}

/// The configuration that runs.
fn configuration(frontend: SocketAddr, servers: &[Server]) -> String {
    let mut text = format!(
        "\
global
    log stdout format raw local0

defaults
    mode http
    log global
    option httplog
    option redispatch 1
    timeout connect 2s
    timeout client 30s
    timeout server 30s

frontend web
    bind {frontend}
    default_backend app

backend app
    balance roundrobin
    default-server check inter 500ms fall 2 rise 2
"
    );
    for server in servers {
        // Writing to a String never fails.
        let _ = writeln!(text, "    server {} {}", server.name, server.addr);
    }
    text
}

fn introduction(frontend: SocketAddr, configuration: &str) -> String {
    let shown: String = configuration
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") })
        .collect();
    let (away, first) = (server::AWAY.as_secs(), SCRIPTED_LEAVE.as_secs());
    format!(
        "This configuration runs:

{shown}
Try in another terminal, several times:

    curl http://{frontend}/
    curl http://{frontend}/stop

The servers take turns to answer. The one that gets /stop leaves for {away} s: its health check notices, the other one
serves alone, and then it is back. After {first} s server2 does so by itself. Ctrl-C ends the demo. Here is the log:

"
    )
}

/// The data path with the demo servers beside it.
struct Demo {
    inner: Box<dyn Engine>,
    /// Taken at the start.
    servers: Vec<Server>,
    words: String,
}

impl Engine for Demo {
    /// What workers announce is in the log as well, which is on the same terminal.
    fn stage(&mut self, spec: &Arc<Spec>, setting: &Setting, world: &mut World) -> Result<(), Vec<Unlinked>> {
        let setting = Setting { announce: Arc::new(|_, _| {}), ..setting.clone() };
        self.inner.stage(spec, &setting, world)
    }

    /// The servers' threads start here, after signals were routed to the thread that waits for them.
    fn start(&mut self) -> io::Result<Box<dyn Running>> {
        let mut out = io::stdout().lock();
        out.write_all(self.words.as_bytes())?;
        out.flush()?;
        drop(out);
        let second = self.servers.last().map(|server| server.addr);
        for server in self.servers.drain(..) {
            thread::Builder::new().name(server.name.to_owned()).spawn(move || server.run())?;
        }
        let script = move || {
            thread::sleep(SCRIPTED_LEAVE);
            if let Some(second) = second {
                server::ask_to_leave(second);
            }
        };
        thread::Builder::new().name("script".to_owned()).spawn(script)?;
        self.inner.start()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_what_runs() {
        let servers = servers().expect("the loopback has free ports");
        let frontend = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        let text = configuration(frontend, &servers);
        let words = introduction(frontend, &text);
        for line in text.lines() {
            assert!(words.lines().any(|printed| printed.trim() == line.trim()), "{line}");
        }
        assert!(words.contains("    curl http://127.0.0.1:8080/\n"), "{words}");
        assert!(words.lines().all(|line| line.len() <= 120), "{words}");
    }
}
