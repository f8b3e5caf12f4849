//! Playing a case's script against a program.

use super::case::{Case, Step, Suite};
use super::pattern::Pattern;
use super::{normal, page, text};
use crate::conn::{Conn, Ended};
use crate::net::{self, Hole};
use crate::proxy::{Proxy, Setup};
use crate::wait;
use crate::{Sink, UdpSink};
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What `<?` takes for quiet; also how long `L none` listens.
const QUIET: Duration = Duration::from_millis(250);

/// A case that didn't go as its script says.
#[derive(Debug)]
pub struct Failure {
    pub suite: String,
    pub case: String,
    pub line: usize,
    pub step: String,
    pub why: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n    at: {}\n    {}", self.suite, self.line, self.case, self.step, self.why)
    }
}

/// How a suite went.
#[derive(Debug, Default)]
pub struct Report {
    pub passed: usize,
    pub failures: Vec<Failure>,
}

impl Report {
    /// # Panics
    /// When a case failed, with all failures, or when there was none.
    pub fn assert_passed(&self) {
        let shown: Vec<String> = self.failures.iter().map(Failure::to_string).collect();
        let (failed, passed) = (shown.len(), self.passed);
        assert!(failed == 0, "{failed} of {} cases failed\n{}", failed + passed, shown.join("\n"));
        assert!(passed > 0, "no case ran");
    }
}

/// How long a signal may take to show.
const SIGNAL_MOMENT: Duration = Duration::from_millis(300);

/// How clients send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pace {
    /// Each step's bytes at once.
    AsWritten,
    /// Every byte in a segment of its own: whatever a parser assumes about reads goes wrong here.
    Dribble,
}

/// Runs all cases, a few at a time, each with a process of its own.
///
/// The environment variable `SUITE_CASE` names a part of the names of those that are to run.
pub fn run_suite(bin: &Path, suite: &Suite, pace: Pace) -> Report {
    const AT_A_TIME: usize = 4;
    let wanted = std::env::var("SUITE_CASE").unwrap_or_default();
    let plays = |c: &&Case| c.name.contains(&wanted) && !(c.undribbled && pace == Pace::Dribble);
    let cases: Vec<&Case> = suite.cases.iter().filter(plays).collect();
    let next = AtomicUsize::new(0);
    let report = Mutex::new(Report::default());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME.min(cases.len()) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = run_case(bin, &suite.name, case, pace);
                    let mut report = report.lock().unwrap_or_else(|p| p.into_inner());
                    match outcome {
                        Ok(_) => report.passed += 1,
                        Err(failure) => report.failures.push(failure),
                    }
                }
            });
        }
    });
    let mut report = report.into_inner().unwrap_or_else(|p| p.into_inner());
    report.failures.sort_by_key(|f| f.line);
    report
}

/// What stands in for each `<?` step, by the step's line in the file.
pub type Recorded = BTreeMap<usize, Vec<String>>;

/// Runs one case.
pub fn run_case(bin: &Path, suite: &str, case: &Case, pace: Pace) -> Result<Recorded, Failure> {
    let fail =
        |line, step: &str, why| Failure { suite: suite.into(), case: case.name.clone(), line, step: step.into(), why };
    let mut stage = Stage::new(bin, case, pace).map_err(|why| fail(case.line, "start", why))?;
    for step in &case.steps {
        stage.step(step).map_err(|why| fail(step.line, &step.text, stage.with_words(why)))?;
    }
    let recorded = std::mem::take(&mut stage.recorded);
    stage.finish().map_err(|why| fail(case.line, "end of the case", why))?;
    Ok(recorded)
}

/// Everybody who plays: the proxy, its log, clients and server connections by name.
struct Stage {
    proxy: Option<Proxy>,
    fe: Vec<(String, SocketAddr)>,
    log: UdpSink,
    conns: BTreeMap<String, Conn>,
    origins: [TcpListener; 2],
    /// How many connections each origin has accepted.
    accepted: [usize; 2],
    _hole: Option<Hole>,
    cli: Vec<String>,
    recorded: Recorded,
    log_free: bool,
    /// The script waited for the end of the program.
    has_ended: bool,
    dribble: bool,
}

impl Stage {
    fn new(bin: &Path, case: &Case, pace: Pace) -> Result<Stage, String> {
        let text = |e: std::io::Error| e.to_string();
        let log = UdpSink::new().map_err(text)?;
        let origins =
            [TcpListener::bind("127.0.0.1:0").map_err(text)?, TcpListener::bind("127.0.0.1:0").map_err(text)?];
        let config = case.config();
        let mut setup = Setup::new(bin, &config).set("log", log.addr());
        for (name, origin) in ["one", "two"].iter().zip(&origins) {
            let addr = origin.local_addr().map_err(text)?;
            setup = setup.set(name, addr).set(&format!("{name}.port"), addr.port());
            origin.set_nonblocking(true).map_err(text)?;
        }
        setup = setup.set("dead", net::dead_addr());
        let hole = if config.contains("{{hole}}") { Some(Hole::new().map_err(text)?) } else { None };
        if let Some(hole) = &hole {
            setup = setup.set("hole", hole.addr());
        }
        let proxy = setup.start()?;
        Ok(Stage {
            fe: proxy.addrs().to_vec(),
            proxy: Some(proxy),
            log,
            conns: BTreeMap::new(),
            origins,
            accepted: [0; 2],
            _hole: hole,
            cli: Vec::new(),
            recorded: Recorded::new(),
            log_free: false,
            has_ended: false,
            dribble: pace == Pace::Dribble,
        })
    }

    /// A failure's reason with what the proxy said, which often is the reason.
    fn with_words(&self, why: String) -> String {
        match self.proxy.as_ref().map(Proxy::said).filter(|said| !said.is_empty()) {
            Some(said) => format!("{why}\n    the program said: {}", said.trim_end().replace('\n', "\n      ")),
            None => why,
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        let (who, rest) = step.text.split_at(step.text.find(['<', '>', ' ']).unwrap_or(step.text.len()));
        match who {
            "L" => self.log_step(step, rest),
            "cli" => self.cli_step(step, rest),
            "signal" => self.signal(rest.trim()),
            "exit" => self.exit(rest.trim()),
            _ if is_conn(who) => self.conn_step(step, who, rest),
            _ => Err("no such step".to_string()),
        }
    }

    fn conn_step(&mut self, step: &Step, who: &str, rest: &str) -> Result<(), String> {
        if rest.trim() == "none" {
            return self.no_conn(who);
        }
        let mut words = rest.trim().split(' ');
        if words.next() == Some("connect") {
            return self.connect(who, words.next(), words.next());
        }
        if rest == "<?" && self.stays_alone(who)? {
            self.recorded.insert(step.line, vec![format!("{who} none")]);
            return Ok(());
        }
        self.open(who)?;
        let io = |e: std::io::Error| format!("{who}: {e}");
        match rest.trim() {
            "close" => return self.gone(who).and_then(|mut c| c.flush().map_err(io)),
            "rst" => return self.gone(who).and_then(|c| c.reset().map_err(io)),
            _ => {}
        }
        let conn = self.conns.get_mut(who).ok_or_else(|| format!("{who} is closed"))?;
        if let Some(what) = rest.strip_prefix('>') {
            return send(conn, what).map_err(|why| format!("{who}: {why}"));
        }
        if let Some(what) = rest.strip_prefix('<') {
            let Some(lines) = receive(conn, what)? else { return Ok(()) };
            let lines = lines.into_iter().map(|l| format!("{who}{}", any_end(who, l))).collect();
            self.recorded.insert(step.line, lines);
            return Ok(());
        }
        if let Some(status) = rest.trim().strip_prefix("page ") {
            return page::expect(conn, status);
        }
        match rest.trim() {
            "accept" => Ok(()),
            "shut" => conn.shut().map_err(io),
            "flush" => conn.flush().map_err(io),
            "small" => conn.set_small_buffers().map_err(io),
            "dribble" => {
                conn.set_dribble(true);
                Ok(())
            }
            "end" => conn.expect_end().map(drop),
            "any" => {
                conn.take_all();
                Ok(())
            }
            "fin" => ended(conn, Ended::Fin),
            "reset" => ended(conn, Ended::Reset),
            other => Err(format!("no such step: '{other}'")),
        }
    }

    fn gone(&mut self, who: &str) -> Result<Conn, String> {
        self.conns.remove(who).ok_or_else(|| format!("{who} is closed"))
    }

    /// The first mention of a client connects it; that of a server's connection accepts it.
    fn open(&mut self, who: &str) -> Result<(), String> {
        if self.conns.contains_key(who) {
            return Ok(());
        }
        match which_origin(who) {
            None => self.connect(who, None, None),
            Some(origin) => {
                let number: usize = who[1..].parse().unwrap_or(1);
                if number <= self.accepted[origin] {
                    return Err(format!("{who} is closed"));
                }
                let conn = self.accept(origin, wait::LIMIT)?.ok_or_else(|| format!("{who}: nobody connected"))?;
                self.accepted[origin] += 1;
                self.conns.insert(who.to_string(), conn);
                Ok(())
            }
        }
    }

    fn accept(&self, origin: usize, limit: Duration) -> Result<Option<Conn>, String> {
        let stream = wait::until(limit, || self.origins[origin].accept().ok());
        stream.map(|(stream, _)| Conn::over(stream).map_err(|e| e.to_string())).transpose()
    }

    /// Connects to the first inherited socket, or the one named `to`.
    fn connect(&mut self, who: &str, from: Option<&str>, to: Option<&str>) -> Result<(), String> {
        let from: Option<IpAddr> = match from {
            Some(ip) => Some(ip.parse().map_err(|_| format!("{ip}: no address"))?),
            None => None,
        };
        let to = self.fe.iter().find(|(name, _)| to.is_none_or(|to| to == name)).ok_or("no such listener")?.1;
        let mut conn = Conn::connect(to, from).map_err(|e| format!("{who}: cannot connect: {e}"))?;
        conn.set_dribble(self.dribble);
        self.conns.insert(who.to_string(), conn);
        Ok(())
    }

    /// Whether a server's next connection doesn't come; when it does, it is taken.
    fn stays_alone(&mut self, who: &str) -> Result<bool, String> {
        let Some(origin) = which_origin(who).filter(|_| !self.conns.contains_key(who)) else { return Ok(false) };
        let Some(conn) = self.accept(origin, QUIET)? else { return Ok(true) };
        self.accepted[origin] += 1;
        self.conns.insert(who.to_string(), conn);
        Ok(false)
    }

    /// Nobody (more) connects to the origin.
    fn no_conn(&mut self, who: &str) -> Result<(), String> {
        let origin = which_origin(who).ok_or("only servers can be left alone")?;
        match self.accept(origin, QUIET)? {
            Some(_) => Err(format!("a connection too many to {who}")),
            None => Ok(()),
        }
    }

    fn log_step(&mut self, step: &Step, rest: &str) -> Result<(), String> {
        match rest.trim() {
            "none" => match self.log.line_within(QUIET) {
                Some(line) => Err(format!("logged: {}", shown_log(&line))),
                None => Ok(()),
            },
            "any" => {
                self.log_free = true;
                Ok(())
            }
            "<?" => {
                let lines = std::iter::from_fn(|| self.log.line_within(QUIET));
                let lines = lines.map(|l| format!("L< {}", shown_log(&l))).collect();
                self.recorded.insert(step.line, lines);
                Ok(())
            }
            _ => {
                let want = rest.strip_prefix("< ").ok_or("no such step")?;
                let line = self.log.line().ok_or("no log line came")?;
                let matches = Pattern::parse(want)?.matches(normal_log(&line).as_bytes());
                if matches { Ok(()) } else { Err(format!("logged: {}", shown_log(&line))) }
            }
        }
    }

    fn cli_step(&mut self, step: &Step, rest: &str) -> Result<(), String> {
        if let Some(command) = rest.strip_prefix('>') {
            let answer = self.proxy.as_ref().ok_or("the program has ended")?.cli(command.trim())?;
            self.cli = answer.lines().map(str::to_string).collect();
            self.cli.reverse();
            return Ok(());
        }
        if rest == "<?" {
            let lines = self.cli.drain(..).rev().map(|l| format!("cli< {}", text::show(l.as_bytes()))).collect();
            self.recorded.insert(step.line, lines);
            return Ok(());
        }
        let want = rest.strip_prefix('<').ok_or("no such step")?;
        let got = self.cli.pop().ok_or("the answer has no more lines")?;
        let matches = Pattern::parse(want.strip_prefix(' ').unwrap_or(want))?.matches(got.as_bytes());
        if matches { Ok(()) } else { Err(format!("the answer's line is: {got}")) }
    }

    fn signal(&mut self, name: &str) -> Result<(), String> {
        let signal = match name {
            "TERM" => Signal::TERM,
            "INT" => Signal::INT,
            "USR1" => Signal::USR1,
            "TTOU" => Signal::TTOU,
            "TTIN" => Signal::TTIN,
            "HUP" => Signal::HUP,
            "QUIT" => Signal::QUIT,
            _ => return Err("no such signal".to_string()),
        };
        let proxy = self.proxy.as_mut().ok_or("the program has ended")?;
        let before = proxy.said();
        proxy.signal(signal);
        // A program that says something about a signal has taken it by then; one that doesn't gets a moment.
        wait::until(SIGNAL_MOMENT, || (proxy.said() != before || !proxy.is_running()).then_some(()));
        Ok(())
    }

    fn exit(&mut self, code: &str) -> Result<(), String> {
        let status = self.proxy.as_mut().and_then(|p| p.wait_exit(wait::LIMIT)).ok_or("it still runs")?;
        self.has_ended = true;
        let got = status.code().map_or_else(|| "signal".to_string(), |c| c.to_string());
        if got == code { Ok(()) } else { Err(format!("it ended with {got}")) }
    }

    /// Nothing unread may be left on any side, no log line unmentioned, and the program ends when it is told to.
    fn finish(mut self) -> Result<(), String> {
        for (who, conn) in &mut self.conns {
            conn.flush().map_err(|e| format!("{who}: {e}"))?;
            let left = conn.leftover();
            if !left.is_empty() {
                return Err(format!("{who} got more: {}", text::show(left)));
            }
        }
        for (origin, name) in ["S", "T"].iter().enumerate() {
            if self.accept(origin, Duration::ZERO)?.is_some() {
                return Err(format!("a connection too many to {name}"));
            }
        }
        if !self.log_free
            && let Some(line) = self.log.line_within(Duration::from_millis(1))
        {
            return Err(format!("logged as well: {}", shown_log(&line)));
        }
        let Some(mut proxy) = self.proxy.take() else { return Ok(()) };
        if !self.has_ended && !proxy.is_running() && !proxy.said().is_empty() {
            return Err(format!("the program ended by itself: {}", proxy.said()));
        }
        let exited = proxy.stop()?;
        match std::os::unix::process::ExitStatusExt::core_dumped(&exited.status) || exited.said.contains("panicked") {
            true => Err(format!("it crashed: {}", exited.said)),
            false => Ok(()),
        }
    }
}

fn is_conn(who: &str) -> bool {
    who.strip_prefix(['C', 'S', 'T']).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
}

fn which_origin(who: &str) -> Option<usize> {
    match who.as_bytes()[0] {
        b'S' => Some(0),
        b'T' => Some(1),
        _ => None,
    }
}

fn ended(conn: &mut Conn, want: Ended) -> Result<(), String> {
    let got = conn.expect_end()?;
    if got == want { Ok(()) } else { Err(format!("it ended by {got:?}")) }
}

/// ` line`, `| text` or `body N`.
fn send(conn: &mut Conn, what: &str) -> Result<(), String> {
    let io = |e: std::io::Error| e.to_string();
    if let Some(len) = what.strip_prefix("body ") {
        return conn.send_pattern(len.parse().map_err(|_| "bad length")?).map_err(io);
    }
    if let Some(raw) = what.strip_prefix('|') {
        return conn.send(&text::unescape(raw.strip_prefix(' ').unwrap_or(raw))?).map_err(io);
    }
    let mut bytes = text::unescape(what.strip_prefix(' ').unwrap_or(what))?;
    bytes.extend_from_slice(b"\r\n");
    conn.send(&bytes).map_err(io)
}

/// ` line`, `| text`, `body N` or `?`; for the last, the steps that would expect what came.
fn receive(conn: &mut Conn, what: &str) -> Result<Option<Vec<String>>, String> {
    if what == "?" || what == "??" {
        let (bytes, ended) = conn.take_until_quiet(QUIET);
        return Ok(Some(expectations(&bytes, ended, what == "?")));
    }
    if let Some(len) = what.strip_prefix("body ") {
        return conn.expect_pattern(len.parse().map_err(|_| "bad length")?).map(|()| None);
    }
    let (want, got) = if let Some(raw) = what.strip_prefix('|') {
        let want = Pattern::parse(raw.strip_prefix(' ').unwrap_or(raw))?;
        let width = want.width().ok_or("only {b} may stand in exact text")?;
        (want, conn.take(width))
    } else {
        let line = format!("{}\\r\\n", what.strip_prefix(' ').unwrap_or(what));
        (Pattern::parse(&line)?, conn.take_line())
    };
    match got {
        Ok(got) if want.matches(&got) => Ok(None),
        Ok(got) => Err(format!("got: {}", text::show(&got))),
        Err(got) => Err(format!("got only: {}", text::show(&got))),
    }
}

/// The steps that expect these bytes and this end.
fn expectations(bytes: &[u8], ended: Option<Ended>, pages: bool) -> Vec<String> {
    let mut steps = Vec::new();
    let page = page::status(bytes).filter(|_| pages);
    if let Some(status) = page {
        steps.push(format!(" page {status}"));
    }
    let bytes = if page.is_some() { b"" } else { bytes };
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        steps.push(match line.strip_suffix(b"\r\n") {
            Some(b"") => "<".to_string(),
            Some(line) => format!("< {}", visible_end(text::show(line))),
            None => format!("<| {}", text::show(line)),
        });
    }
    match ended {
        Some(Ended::Fin) => steps.push(" fin".to_string()),
        Some(Ended::Reset) => steps.push(" reset".to_string()),
        None => {}
    }
    steps
}

/// Whether a server sees FIN or RST when the proxy is done with it, is the proxy's own affair.
fn any_end(who: &str, step: String) -> String {
    let is_reset = step == " reset" && which_origin(who).is_some();
    if is_reset { " end".to_string() } else { step }
}

/// A blank at the end of a line of a suite would get lost in editors.
fn visible_end(text: String) -> String {
    match text.strip_suffix(' ') {
        Some(start) => format!("{start}\\s"),
        None => text,
    }
}

fn normal_log(line: &[u8]) -> String {
    normal::log_line(&String::from_utf8_lossy(line))
}

fn shown_log(line: &[u8]) -> String {
    text::show(normal_log(line).as_bytes())
}
