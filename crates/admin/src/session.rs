//! One connection of the runtime API: lines in, answers out.

use crate::cmd::{ITEMS, SESSION};
use crate::command::{self, Call};
use crate::line::{self, Line};
use crate::reply::{PIECE, Reply};
use crate::sockets::Serving;
use crate::{help, later};
use base::Ms;
use conf::spec::{CliLevel, SeverityOutput};
use net::Stream;
use std::future::poll_fn;
use std::task::Poll;
use wire::syslog::Level;

/// The largest payload, pattern included.
const MAX_PAYLOAD: usize = 128 * 1024;
/// How long we wait for the client to close after our last byte. Closing with bytes unread would cut the answer off.
const LINGER: Ms = Ms(1000);

/// How many lines a connection takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// One, then the end.
    Single,
    Interactive,
    Prompt,
}

/// What commands may change of a connection.
#[derive(Clone, Debug)]
pub struct State {
    pub level: CliLevel,
    pub mode: Mode,
    /// The prompt shows the uptime.
    pub timed: bool,
    pub severity: SeverityOutput,
    /// How long it may be idle.
    pub timeout: Ms,
    /// Commands that are experimental may be used.
    pub experimental: bool,
}

impl State {
    /// A connection that has just been accepted.
    pub fn new(level: CliLevel, severity: SeverityOutput, timeout: Ms) -> State {
        State { level, mode: Mode::Single, timed: false, severity, timeout, experimental: false }
    }
}

/// The connection is over: closed, timed out, or talking nonsense.
struct Over;

struct Session<'a> {
    serving: &'a Serving,
    stream: Stream,
    timer: rt::Timer,
    state: State,
    /// Received and not used yet.
    input: Vec<u8>,
    out: String,
}

/// Serves a connection until its end.
pub async fn serve(serving: &Serving, stream: Stream, state: State) {
    let timer = rt::Timer::new();
    let mut session = Session { serving, stream, timer, state, input: Vec::new(), out: String::new() };
    if session.run().await.is_ok() {
        session.linger().await;
    }
}

impl Session<'_> {
    /// Ends well when the last answer is out.
    async fn run(&mut self) -> Result<(), Over> {
        loop {
            let max_line = self.serving.control.shared().tune.bufsize as usize;
            let bytes = self.read_line(max_line).await?;
            let line = line::parse(&bytes);
            let payload = match &line.payload {
                Some(pattern) => Some(self.read_payload(pattern).await?),
                None => None,
            };
            if !self.obey(&line, payload.as_deref()).await? {
                return self.flush().await;
            }
            self.flush().await?;
            if self.state.mode == Mode::Single {
                return Ok(());
            }
        }
    }

    /// Answers the commands of a line; false at the end of the connection.
    async fn obey(&mut self, line: &Line, payload: Option<&str>) -> Result<bool, Over> {
        for (n, words) in line.commands.iter().enumerate() {
            // The payload is the last command's.
            let payload = payload.filter(|_| n + 1 == line.commands.len());
            let reply = execute(self.serving, &mut self.state, words, payload);
            if matches!(reply, Reply::Quit) {
                return Ok(false);
            }
            self.answer(reply).await?;
            self.out.push('\n');
            if self.state.mode == Mode::Prompt {
                self.prompt();
            }
        }
        Ok(true)
    }

    async fn answer(&mut self, reply: Reply) -> Result<(), Over> {
        let reply = match reply {
            Reply::Later(later) => later.await,
            reply => reply,
        };
        match reply {
            // No answer puts off twice.
            Reply::Done | Reply::Quit | Reply::Later(_) => {}
            Reply::Text(text) => self.out.push_str(&text),
            Reply::Say(level, text) => self.say(level, &text),
            Reply::Pieces(mut pieces) => {
                while pieces.next(&mut self.out) {
                    if self.out.len() >= PIECE {
                        self.flush().await?;
                        rt::yield_now().await;
                    }
                }
            }
            Reply::Reload => {
                let host = self.serving.host.clone();
                match rt::offload(move || host.reload()).await {
                    Ok(Ok(text)) => self.say(Level::Info, &text),
                    Ok(Err(text)) => self.say(Level::Err, &text),
                    Err(error) => self.say(Level::Err, &format!("The reload broke off: {error:?}")),
                }
            }
        }
        Ok(())
    }

    /// A message, on lines none of which is empty.
    fn say(&mut self, level: Level, text: &str) {
        match self.state.severity {
            SeverityOutput::None => {}
            SeverityOutput::Number => self.out.push_str(&format!("[{}]: ", level as u8)),
            SeverityOutput::String => self.out.push_str(&format!("[{}]: ", Level::NAMES[level as usize].0)),
        }
        let start = self.out.len();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            self.out.push_str(line);
            self.out.push('\n');
        }
        if self.out.len() == start {
            self.out.push('\n');
        }
    }

    fn prompt(&mut self) {
        if self.state.timed {
            let s = rt::now().ns_since(self.serving.control.shared().started_tick) / 1_000_000_000;
            let (days, hours, minutes) = (s / 86_400, s / 3600 % 24, s / 60 % 60);
            self.out.push_str(&format!("[{days}:{hours:02}:{minutes:02}:{:02}]", s % 60));
        }
        self.out.push_str("> ");
    }

    /// The lines up to the one that is the pattern.
    async fn read_payload(&mut self, pattern: &[u8]) -> Result<String, Over> {
        let mut room = MAX_PAYLOAD;
        let mut payload = Vec::new();
        loop {
            if self.state.mode == Mode::Prompt {
                self.out.push_str("+ ");
                self.flush().await?;
            }
            let line = self.read_line(room).await?;
            if line.strip_suffix(b"\r").unwrap_or(&line) == pattern {
                return Ok(String::from_utf8_lossy(&payload).into_owned());
            }
            room = room.checked_sub(line.len() + 1).ok_or(Over)?;
            payload.extend_from_slice(&line);
            payload.push(b'\n');
        }
    }

    /// The next line, without its line feed.
    async fn read_line(&mut self, max: usize) -> Result<Vec<u8>, Over> {
        let mut looked_at = 0;
        loop {
            let fresh = &self.input[looked_at..];
            if let Some(at) = fresh.iter().position(|b| *b == b'\n') {
                let rest = self.input.split_off(looked_at + at + 1);
                let mut line = std::mem::replace(&mut self.input, rest);
                line.pop();
                return Ok(line);
            }
            looked_at = self.input.len();
            if looked_at > max {
                return Err(Over);
            }
            self.read().await?;
        }
    }

    async fn read(&mut self) -> Result<(), Over> {
        self.timer.set(Some(rt::now() + self.state.timeout));
        let mut held = None;
        let got = poll_fn(|cx| {
            if self.timer.poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            let buf = match &mut held {
                Some(buf) => buf,
                None => held.insert(std::task::ready!(rt::poll_buf(cx))),
            };
            match self.stream.poll_read(cx, buf) {
                Poll::Ready(Ok(n)) => Poll::Ready(Some(n)),
                Poll::Ready(Err(_)) => Poll::Ready(None),
                Poll::Pending => {
                    // An idle connection holds no buffer.
                    held = None;
                    Poll::Pending
                }
            }
        })
        .await;
        match (got, held) {
            (Some(n), Some(buf)) if n > 0 => {
                self.input.extend_from_slice(buf.data());
                Ok(())
            }
            _ => Err(Over),
        }
    }

    async fn flush(&mut self) -> Result<(), Over> {
        let (mut rest, timeout) = (self.out.as_bytes(), self.state.timeout);
        self.timer.set(Some(rt::now() + timeout));
        while !rest.is_empty() {
            let written = poll_fn(|cx| match self.stream.poll_write(cx, rest) {
                Poll::Ready(written) => Poll::Ready(written.ok().filter(|n| *n > 0)),
                Poll::Pending => self.timer.poll(cx).map(|()| None),
            })
            .await;
            rest = &rest[written.ok_or(Over)?..];
            self.timer.set(Some(rt::now() + timeout));
        }
        self.out.clear();
        Ok(())
    }

    /// Waits for the client to close, reading what it still sends.
    async fn linger(&mut self) {
        self.state.timeout = LINGER;
        if self.stream.shutdown_write().is_err() {
            return;
        }
        let mut room = MAX_PAYLOAD;
        while self.read().await.is_ok() && self.input.len() < room {
            room -= self.input.len();
            self.input.clear();
        }
    }
}

/// Obeys one command.
fn execute(serving: &Serving, state: &mut State, words: &[String], payload: Option<&str>) -> Reply {
    let Some(command) = command::find(ITEMS, words).or_else(|| command::find(SESSION, words)) else {
        return match later::find(words) {
            Some(name) => Reply::later(name),
            None => Reply::error(help::unknown(words, state.level)),
        };
    };
    if command.level > state.level {
        return Reply::error("Permission denied");
    }
    let args = &words[command.words.len()..];
    (command.run)(&mut Call { args, payload, state, serving })
}
