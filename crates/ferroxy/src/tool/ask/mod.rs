//! Asking a configuration what it would do with a request: the real proxy runs on it, with one listener of ours and
//! servers that only listen and answer. No address of the configuration is bound, connected to or logged to.

mod rewrite;
mod servers;
mod watcher;

pub use watcher::Event;

use conf::spec::Spec;
use core::net::SocketAddr;
use diag::Files;
use http::Method;
use process::World;
use proxy::control::Running;
use servers::Servers;
use std::io::{self, Read, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as UnixAddr, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tools::request::{Message, Spoken};
use watcher::Watcher;

/// How long an answer may take: longer than a `tarpit` or a `pause` that somebody would want to see.
const PATIENCE: Duration = Duration::from_secs(30);

/// A configuration that can be asked.
pub struct Asked {
    running: Option<Running>,
    servers: Servers,
    watcher: Arc<Watcher>,
    spec: Arc<Spec>,
    /// What of the configuration isn't built yet and so had no effect.
    pub unbuilt: Vec<String>,
    tag: String,
}

/// A request to be asked about.
pub struct Question {
    pub frontend: Box<str>,
    pub from: SocketAddr,
    pub to: SocketAddr,
    /// As it is sent.
    pub request: Vec<u8>,
    pub method: Method,
    /// What the server answers.
    pub response: Vec<u8>,
}

/// What became of a request.
pub struct Told {
    pub events: Vec<Event>,
    /// What the server got, if the request came so far.
    pub sent: Option<Message>,
    /// What the client got; `None`: the connection was closed without a word.
    pub answer: Option<Message>,
}

/// Tells apart the sockets of several runs in one process.
static RUNS: AtomicU32 = AtomicU32::new(0);

impl Asked {
    /// Reads the files and starts the proxy on them. The error is ready to be said; what is wrong with the
    /// configuration itself has been printed.
    pub fn start(files: Vec<PathBuf>) -> Result<Asked, String> {
        let loader = super::loader(files);
        let loaded = loader.read(process::loader::Purpose::Check)?;
        let Some(spec) = loaded.spec else {
            super::print_findings(&loaded.files, &loaded.diagnostics);
            return Err("the configuration has errors".to_owned());
        };
        let unbuilt = loaded.diagnostics.unbuilt().iter();
        let unbuilt = unbuilt.map(|one| diag::terminal::render(&loaded.files, one, false)).collect();
        let tag = format!("ferroxy-ask-{}-{}", std::process::id(), RUNS.fetch_add(1, Relaxed));
        let servers = Servers::start(&server_name(&tag)).map_err(|error| format!("no local socket: {error}"))?;
        let spec = Arc::new(rewrite::for_questions(spec, &tag));
        let watcher = Arc::new(Watcher::new(loaded.files));
        let running = run(&spec, &watcher)?;
        Ok(Asked { running: Some(running), servers, watcher, spec, unbuilt, tag })
    }

    /// The frontends that can be asked, in the order of the configuration.
    pub fn frontends(&self) -> impl Iterator<Item = &str> {
        rewrite::askable(&self.spec).map(|proxy| &*proxy.name)
    }

    /// The frontend that listens on an address, going by its `bind` lines.
    pub fn listening_on(&self, to: SocketAddr) -> Option<&str> {
        rewrite::listening_on(&self.spec, &self.watcher.files, to)
    }

    /// Sends a request through the proxy. The error is ready to be said.
    pub fn ask(&self, question: &Question) -> Result<Told, String> {
        self.watcher.take();
        self.servers.answer_with(question.response.clone());
        let answer = self.exchange(question).map_err(|error| format!("no answer: {error}"))?;
        Ok(Told { events: self.watcher.take(), sent: self.servers.take().transpose()?, answer })
    }

    fn exchange(&self, question: &Question) -> io::Result<Option<Message>> {
        let address = UnixAddr::from_abstract_name(listener_name(&self.tag, &question.frontend))?;
        let mut stream = UnixStream::connect_addr(&address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let family = if question.from.is_ipv4() { "TCP4" } else { "TCP6" };
        let (from, to) = (question.from, question.to);
        let mut bytes =
            format!("PROXY {family} {} {} {} {}\r\n", from.ip(), to.ip(), from.port(), to.port()).into_bytes();
        bytes.extend_from_slice(&question.request);
        stream.write_all(&bytes)?;
        final_response(&mut stream, question.method)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.control.hard_stop();
            running.join();
        }
    }
}

fn run(spec: &Arc<Spec>, watcher: &Arc<Watcher>) -> Result<Running, String> {
    let who = expr::Process {
        pid: std::process::id(),
        hostname: sys::hostname().into(),
        utc_offset: |secs| sys::local_offset_s(u64::try_from(secs).unwrap_or(0)),
        random: rt::random,
        ..expr::Process::default()
    };
    let shared = Arc::new(proxy::Shared::new(spec, 1, who, b"ferroxy", 1000));
    let _ = shared.watch.set(watcher.clone());
    let staged = proxy::link(spec.clone(), &shared, &mut World::default())
        .map_err(|errors| errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join("\n"))?;
    proxy::start(shared, staged).map_err(|error| format!("the proxy doesn't start: {error}"))
}

/// Reads up to the final response. A close before the first byte is an answer too.
fn final_response(stream: &mut UnixStream, method: Method) -> io::Result<Option<Message>> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 16384]);
    loop {
        let got = match stream.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => 0,
            got => got?,
        };
        bytes.extend_from_slice(&chunk[..got]);
        if bytes.is_empty() && got == 0 {
            return Ok(None);
        }
        while let Some(one) = Message::received(&bytes, Spoken::Response(method), got == 0).map_err(io::Error::other)? {
            let interim = one.message.head.status().is_some_and(|status| (100..200).contains(&status));
            if !interim {
                return Ok(Some(one.message));
            }
            bytes.drain(..one.end);
        }
    }
}

/// The abstract socket on which a frontend listens.
fn listener_name(tag: &str, frontend: &str) -> Vec<u8> {
    format!("{tag}-{frontend}").into_bytes()
}

/// The one of all servers.
fn server_name(tag: &str) -> Vec<u8> {
    format!("{tag}/servers").into_bytes()
}

/// `host:line` places of the configuration, for people.
pub fn place(files: &Files, file: u32, line: u32) -> String {
    files.ids().nth(file as usize).map_or_else(String::new, |id| format!("{}:{line}", files.name(id)))
}
