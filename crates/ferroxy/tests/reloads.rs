//! Reloads of the running process under load: nothing fails, what runs goes on, what is known of servers stays, and
//! the memory comes back.

use harness::net::{dead_addr, free_addr};
use harness::proxy::TempDir;
use harness::{Answer, Conn, Origin, Proxy, Setup, content, wait};
use rustix::process::Signal;
use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Requests aren't tried again: a server that nothing should be sent to, and that nothing listens at, can't hide.
const CONFIG: &str = "
global
    nbthread 2
    stats socket {{dir}}/cli mode 600 level admin
defaults
    mode http
    balance roundrobin
    retries 0
    timeout client 1m
    timeout server 1m
    timeout connect 5s
frontend web
    bind \"fd@${web}\"
    default_backend app
backend app
    server a {{origin}} check inter 200
    server b {{origin}} check inter 200 weight 10
    server down {{dead}} check inter 100 fall 1
    server maint {{dead}}
    server drained {{dead}} weight 100
";

/// What every second reload adds and the next one removes.
const ADDED: &str = "
    server extra {{origin}} check inter 200
backend added
    server s {{origin}}
frontend new
    bind {{new}}
    default_backend added
";

/// Half of them open a connection per request.
const CLIENTS: usize = 8;

/// What the memory may have grown by: the requirement, and what a short run can't tell from noise.
const GROWTH_PERCENT: u64 = 5;

/// How much is done.
struct Size {
    /// Even, so that the configuration is in the end what it was.
    reloads: u64,
    over: Duration,
    /// Bytes that are downloaded between two reloads.
    piece: u64,
    slack_kb: u64,
}

#[test]
fn reloads_under_load() {
    run(&Size { reloads: 20, over: Duration::from_secs(6), piece: 1 << 20, slack_kb: 256 });
}

/// `cargo test --release -p ferroxy --test reloads -- --ignored`
#[test]
#[ignore = "takes a minute"]
fn a_hundred_reloads_in_a_minute() {
    run(&Size { reloads: 100, over: Duration::from_secs(60), piece: (1 << 30) / 100 / 8 * 8, slack_kb: 0 });
}

fn run(size: &Size) {
    let steps = Arc::new(Steps::default());
    let origin = origin(&steps, size);
    let (new, dead) = (free_addr(), dead_addr());
    let fill = |text: &str| {
        let text = text.replace("{{origin}}", &origin.addr().to_string());
        text.replace("{{dead}}", &dead.to_string()).replace("{{new}}", &new.to_string())
    };
    // Of the code that other processes run too, only a share would count as this one's: it gets a copy of its own.
    let dir = TempDir::new().expect("temporary directory");
    let bin = dir.0.join("ferroxy");
    fs::copy(harness::program(env!("CARGO_BIN_EXE_ferroxy")), &bin).expect("copy");
    // Without huge pages growth is seen by the kilobyte instead of in steps of two megabytes.
    let setup = Setup::new(&bin, &fill(CONFIG)).env("MIMALLOC_ALLOW_THP", "0");
    let proxy = setup.start().expect("it starts");
    let reloader = Reloader::new(&proxy, &fill(ADDED));
    change_states(&proxy);

    let load = Load::start(proxy.addr("web"));
    let download = download(proxy.addr("web"), size);
    let mut tunnel = Tunnel::open(proxy.addr("web"));
    load.wait_for_requests(1000);
    // The first reload starts the thread that reads files, which stays: a reload of each kind comes before the count.
    (0..2).for_each(|n| reloader.reload(n == 0, n));
    let before_kb = proxy.pss_kb();

    let start = Instant::now();
    let mut on_added: Option<Tunnel> = None;
    for n in 0..size.reloads {
        wait_until(start + size.over * n as u32 / size.reloads as u32);
        let adds = n % 2 == 0;
        reloader.reload(adds, n);
        if adds {
            on_added = Some(Tunnel::open(new));
        } else {
            on_added.take().expect("opened by the reload before").echo(n);
            assert!(wait::until(wait::LIMIT, || TcpStream::connect(new).is_err().then_some(())).is_some(), "{new}");
        }

        tunnel.echo(n);
        check_states(&proxy);
        steps.advance();
        load.assert_no_failures(&proxy);
    }
    // The rest of the download takes its time, and the tunnel's other end doesn't wait for ever.
    while wait::until(Duration::from_secs(1), || download.is_finished().then_some(())).is_none() {
        tunnel.echo(size.reloads);
    }
    download.join().expect("no panic").unwrap_or_else(|why| panic!("the download: {why}\n{}", proxy.said()));
    tunnel.echo(size.reloads);
    let limit_kb = before_kb + before_kb * GROWTH_PERCENT / 100 + size.slack_kb;
    let back = wait::until(wait::LIMIT, || Some(proxy.pss_kb()).filter(|kb| *kb <= limit_kb));
    let requests = load.stop(&proxy);
    println!(
        "{} reloads in {:?}, {requests} requests, {} KB before, {:?} KB after, {} KB now",
        size.reloads,
        start.elapsed(),
        before_kb,
        back,
        proxy.pss_kb()
    );
    assert!(back.is_some(), "{before_kb} KB before, {} KB after {} reloads", proxy.pss_kb(), size.reloads);
    check_states(&proxy);
    let flaps = proxy.said().lines().filter(|line| line.contains("Server app/down is ")).count();
    assert_eq!(flaps, 1, "down once, never up: {}", proxy.said());
}

/// What only the running process knows of its servers.
fn change_states(proxy: &Proxy) {
    let down = || (stat(proxy, "down", "status") == "DOWN").then_some(());
    assert!(wait::until(wait::LIMIT, down).is_some(), "{}", proxy.said());
    for command in
        ["set server app/maint state maint", "set weight app/drained 0", "set weight app/b 7", "get weight app/b"]
    {
        let answer = proxy.cli(command).expect("an answer");
        assert!(answer.trim().is_empty() || answer.starts_with("7 "), "{command}: {answer}");
    }
}

fn check_states(proxy: &Proxy) {
    for (server, column, expected) in [
        ("down", "status", "DOWN"),
        ("down", "chkdown", "1"),
        ("maint", "status", "MAINT"),
        ("drained", "weight", "0"),
        ("a", "status", "UP"),
        ("b", "weight", "7"),
    ] {
        assert_eq!(stat(proxy, server, column), expected, "app/{server}: {column}\n{}", proxy.said());
    }
}

/// What `show stat` says of a server of `app`.
fn stat(proxy: &Proxy, server: &str, column: &str) -> String {
    let all = proxy.cli("show stat").expect("an answer");
    let mut lines = all.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a header");
    let at = head.iter().position(|name| *name == column).expect("the column");
    let row = lines.find(|line| line[0] == "app" && line[1] == server).expect("the row");
    row[at].to_owned()
}

/// Writes the configuration anew and has it taken up: by the command and by the signal, in turn.
struct Reloader<'a> {
    proxy: &'a Proxy,
    file: PathBuf,
    base: String,
    more: String,
}

impl<'a> Reloader<'a> {
    fn new(proxy: &'a Proxy, added: &str) -> Reloader<'a> {
        let file = proxy.dir().join("proxy.cfg");
        let base = fs::read_to_string(&file).expect("the configuration");
        let more = format!("{base}{added}");
        Reloader { proxy, file, base, more }
    }

    fn reload(&self, adds: bool, n: u64) {
        fs::write(&self.file, if adds { &self.more } else { &self.base }).expect("write");
        if n % 4 < 2 {
            let answer = self.proxy.cli("reload").expect("an answer");
            assert!(answer.starts_with("The configuration was reloaded.\n"), "{answer}");
            return;
        }
        let said = || self.proxy.said().matches("Reloaded the configuration.").count();
        let before = said();
        self.proxy.signal(Signal::USR2);
        let done = wait::until(wait::LIMIT, || (said() > before).then_some(()));
        assert!(done.is_some(), "{}", self.proxy.said());
    }
}

/// How many reloads are done: the server of the download sends a piece after each, so that it runs through them all.
#[derive(Default)]
struct Steps {
    done: Mutex<u64>,
    advanced: Condvar,
}

impl Steps {
    fn advance(&self) {
        *self.done.lock().expect("no panic") += 1;
        self.advanced.notify_all();
    }

    /// Waits until more than `n` are done; false when the limit is over.
    fn wait_for(&self, n: u64) -> bool {
        let done = self.done.lock().expect("no panic");
        !self.advanced.wait_timeout_while(done, wait::LIMIT, |done| *done <= n).expect("no panic").1.timed_out()
    }
}

/// Answers `/download` piece by piece, `/tunnel` with an upgrade, and everything else with its own target.
fn origin(steps: &Arc<Steps>, size: &Size) -> Origin {
    let (steps, pieces, piece) = (steps.clone(), size.reloads, size.piece);
    let tunnel: Arc<harness::origin::HandOver> = Arc::new(|mut conn| {
        while let Ok(line) = conn.take_line() {
            if conn.send(&line).is_err() {
                return;
            }
        }
    });
    let download: Arc<harness::origin::HandOver> = Arc::new(move |mut conn| {
        for n in 0..pieces {
            // Whoever reads the other end finds out and tells.
            if !steps.wait_for(n) || conn.send(&content::of(n * piece, piece as usize)).is_err() {
                return;
            }
        }
    });
    let answer = move |request: &[u8]| {
        let target = request.split(|b| *b == b' ').nth(1).unwrap_or_default();
        match target {
            b"/download" => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", pieces * piece);
                Answer::HandOver(head.into_bytes(), download.clone())
            }
            b"/tunnel" => {
                let head = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                     sec-websocket-accept: C/0nmHhBztSRGR1CwL6Tf4ZjwpY=\r\n\r\n";
                Answer::HandOver(head.into(), tunnel.clone())
            }
            target => Answer::ok(&String::from_utf8_lossy(target)),
        }
    };
    Origin::start(answer).expect("a port")
}

fn download(addr: SocketAddr, size: &Size) -> JoinHandle<Result<(), String>> {
    let mut conn = Conn::connect(addr, None).expect("connect");
    let len = size.reloads * size.piece;
    std::thread::spawn(move || {
        conn.send(b"GET /download HTTP/1.1\r\nhost: x\r\n\r\n").map_err(|e| e.to_string())?;
        let head = conn.take_head().map_err(|got| String::from_utf8_lossy(&got).into_owned())?;
        if !head.starts_with(b"HTTP/1.1 200 ") {
            return Err(String::from_utf8_lossy(&head).into_owned());
        }
        conn.expect_content(len)?;
        let rest = conn.leftover();
        if rest.is_empty() { Ok(()) } else { Err(format!("{} bytes too many", rest.len())) }
    })
}

/// An upgraded connection whose other end sends every line back.
struct Tunnel(Conn);

impl Tunnel {
    fn open(addr: SocketAddr) -> Tunnel {
        let connect = || Conn::connect(addr, None).ok();
        let mut conn = wait::until(wait::LIMIT, connect).unwrap_or_else(|| panic!("nothing listens at {addr}"));
        conn.send(
            b"GET /tunnel HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
              sec-websocket-version: 13\r\nsec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n",
        )
        .expect("send");
        let head = conn.take_head().unwrap_or_else(|got| panic!("{:?}", String::from_utf8_lossy(&got)));
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{:?}", String::from_utf8_lossy(&head));
        Tunnel(conn)
    }

    fn echo(&mut self, n: u64) {
        let line = format!("line {n}\n");
        self.0.send(line.as_bytes()).expect("the tunnel is open");
        let back = self.0.take_line();
        let back = back
            .unwrap_or_else(|got| panic!("line {n}: {:?}, {:?}", String::from_utf8_lossy(&got), self.0.expect_end()));
        assert_eq!(back, line.as_bytes());
    }
}

/// Clients that make one request after the other.
struct Load {
    shared: Arc<Shared>,
    clients: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    requests: AtomicU64,
    failures: Mutex<Vec<String>>,
}

impl Load {
    fn start(addr: SocketAddr) -> Load {
        let shared = Arc::new(Shared::default());
        let client = |n: usize| {
            let shared = shared.clone();
            std::thread::spawn(move || request_on(addr, n, &shared))
        };
        Load { clients: (0..CLIENTS).map(client).collect(), shared }
    }

    fn wait_for_requests(&self, n: u64) {
        let enough = || (self.shared.requests.load(Ordering::Relaxed) >= n).then_some(());
        assert!(wait::until(wait::LIMIT, enough).is_some(), "{:?}", self.shared.failures.lock());
    }

    fn assert_no_failures(&self, proxy: &Proxy) {
        let failures = self.shared.failures.lock().expect("no panic");
        let requests = self.shared.requests.load(Ordering::Relaxed);
        let some = &failures[..failures.len().min(5)];
        assert!(some.is_empty(), "{} of {requests} failed: {some:?}\n{}", failures.len(), proxy.said());
    }

    /// Ends it; answers how many requests there were, all of them good.
    fn stop(self, proxy: &Proxy) -> u64 {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.assert_no_failures(proxy);
        for client in self.clients {
            client.join().expect("no panic");
        }
        self.shared.requests.load(Ordering::Relaxed)
    }
}

/// The client of this number: the even ones keep their connection as long as the proxy does.
fn request_on(addr: SocketAddr, number: usize, shared: &Shared) {
    let keeps = number.is_multiple_of(2);
    let mut kept = None;
    for n in 0.. {
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        match request(addr, kept.take(), keeps, &format!("/{number}/{n}")) {
            Ok(conn) => kept = conn,
            Err(why) => shared.failures.lock().expect("no panic").push(why),
        }
        shared.requests.fetch_add(1, Ordering::Relaxed);
    }
}

fn request(addr: SocketAddr, kept: Option<Conn>, keeps: bool, target: &str) -> Result<Option<Conn>, String> {
    let conn = match kept {
        Some(conn) => Ok(conn),
        None => Conn::connect(addr, None),
    };
    let mut conn = conn.map_err(|e| format!("{target}: connect: {e}"))?;
    let close = if keeps { "" } else { "connection: close\r\n" };
    conn.send(format!("GET {target} HTTP/1.1\r\nhost: x\r\n{close}\r\n").as_bytes())
        .map_err(|e| format!("{target}: send: {e}"))?;
    let broken = |got: Vec<u8>| format!("{target}: {:?}", String::from_utf8_lossy(&got));
    let head = conn.take_head().map_err(broken)?;
    let body = conn.take(target.len()).map_err(broken)?;
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    if !head.starts_with("http/1.1 200 ") || body != target.as_bytes() {
        return Err(format!("{target}: {head:?} {:?}", String::from_utf8_lossy(&body)));
    }
    if head.contains("connection: close") {
        conn.expect_end().map_err(|why| format!("{target}: {why}"))?;
        return Ok(None);
    }
    Ok(Some(conn).filter(|_| keeps))
}

/// The pace of the reloads.
fn wait_until(due: Instant) {
    wait::until(due.saturating_duration_since(Instant::now()), || None::<()>);
}
