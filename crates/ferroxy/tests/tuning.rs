//! Settings whose effect shows only between system calls, over several connections or in time. Where Debian's haproxy
//! does the same, the same expectations run against it.

use harness::net::own_ip;
use harness::{Answer, Conn, Ended, Origin, Proxy, Setup, haproxy, wait};
use rustix::process::Signal;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FERROXY: &str = env!("CARGO_BIN_EXE_ferroxy");

const CONFIG: &str = "
global
    nbthread 1
    {{global}}
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
frontend web
    bind \"fd@${web}\"
    {{front}}
    default_backend app
backend app
    http-reuse always
    {{back}}
    server s {{server}}
";

fn both() -> Vec<PathBuf> {
    let mut programs = vec![PathBuf::from(FERROXY)];
    programs.extend(haproxy());
    programs
}

/// With these lines more in `global`, `front` and `back`.
fn start(bin: &Path, server: SocketAddr, more: &[(&str, &str)]) -> Proxy {
    let mut setup = Setup::new(bin, CONFIG).set("server", server);
    for place in ["global", "front", "back"] {
        setup = setup.set(place, more.iter().find(|(name, _)| *name == place).map_or("", |(_, line)| line));
    }
    setup.start().expect("it starts")
}

/// A request over a connection that stays open; the answer's head.
fn get(conn: &mut Conn) -> String {
    conn.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("send");
    let head = conn.take_head().unwrap_or_else(|got| panic!("{:?}", String::from_utf8_lossy(&got)));
    String::from_utf8_lossy(&head).into_owned()
}

fn connect(proxy: &Proxy) -> Conn {
    Conn::connect(proxy.addr("web"), None).expect("connect")
}

#[test]
fn maxaccept_limits_connections_in_a_row() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        return println!("skipped: strace isn't installed");
    }
    let origin = Origin::start(|_| Answer::ok("")).expect("an origin");
    for bin in both() {
        for (global, most) in [("tune.maxaccept 3", 3), ("tune.maxaccept 1", 1), ("tune.maxaccept -1", 20)] {
            assert_eq!(accepted_in_a_row(&bin, origin.addr(), global), most, "{} {global}", bin.display());
        }
    }
}

/// How many of 20 connections that wait already are accepted before the proxy looks for other events.
fn accepted_in_a_row(bin: &Path, server: SocketAddr, global: &str) -> usize {
    let proxy = start(bin, server, &[("global", global)]);
    assert!(get(&mut connect(&proxy)).starts_with("HTTP/1.1 200 "), "it has started");
    let trace = proxy.dir().join("trace");
    proxy.signal(Signal::STOP);
    let all = |line: &str| threads_say(proxy.pid(), line).then_some(());
    assert!(wait::until(wait::LIMIT, || all("State:\tT (stopped)")).is_some(), "it doesn't stop");
    let waiting: Vec<TcpStream> =
        (0..20).map(|_| TcpStream::connect(proxy.addr("web")).expect("the queue has room")).collect();
    let mut strace = Command::new("strace")
        .args(["-f", "-e", "trace=accept4,epoll_wait,epoll_pwait,epoll_pwait2", "-o"])
        .arg(&trace)
        .args(["-p", &proxy.pid().to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("strace starts");
    let tracer = format!("TracerPid:\t{}", strace.id());
    assert!(wait::until(wait::LIMIT, || all(&tracer)).is_some(), "strace can't attach");
    proxy.signal(Signal::CONT);
    let lines = wait::until(wait::LIMIT, || {
        let text = std::fs::read_to_string(&trace).ok()?;
        (text.lines().filter(|line| is_accept(line)).count() == waiting.len()).then_some(text)
    });
    // Ended by the proxy's end, and by force if that isn't enough.
    drop(proxy);
    let ended = wait::until(wait::LIMIT, || strace.try_wait().ok().flatten());
    if ended.is_none() {
        let _ = strace.kill();
        let _ = strace.wait();
    }
    longest_run(&lines.expect("all are accepted"))
}

/// Whether the status of each thread of a process has this line.
fn threads_say(pid: u32, wanted: &str) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).expect("it runs");
    let mut states = threads.flatten().filter_map(|thread| std::fs::read_to_string(thread.path().join("status")).ok());
    states.all(|state| state.lines().any(|line| line == wanted))
}

fn is_accept(line: &str) -> bool {
    line.contains("accept4") && !line.contains(" = -1 ") && !line.contains("unfinished")
}

fn longest_run(trace: &str) -> usize {
    let (mut run, mut most) = (0, 0);
    for line in trace.lines() {
        if is_accept(line) {
            run += 1;
            most = most.max(run);
        } else if line.contains("epoll_") {
            run = 0;
        }
    }
    most
}

#[test]
fn odd_servers_lose_their_connection() {
    let listener = TcpListener::bind((own_ip(), 0)).expect("bind");
    let more =
        [("global", "tune.h1.be.glitches-threshold 3"), ("back", "option accept-unsafe-violations-in-http-response")];
    let proxy = start(Path::new(FERROXY), listener.local_addr().expect("bound"), &more);
    let mut client = connect(&proxy);
    let ask = |client: &mut Conn, server: &mut Option<Conn>, answer: &[u8]| {
        client.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("send");
        let server = server.get_or_insert_with(|| Conn::over(listener.accept().expect("accept").0).expect("a server"));
        server.take_head().expect("a request");
        server.send(answer).expect("send");
        let head = client.take_head().unwrap_or_else(|got| panic!("{:?}", String::from_utf8_lossy(&got)));
        String::from_utf8_lossy(&head).into_owned()
    };
    // A name with a character that no token has: accepted by the option, and counted.
    const ODD: &[u8] = b"HTTP/1.1 204 No Content\r\nx[1]: y\r\n\r\n";
    let mut server = None;
    for n in 0..2 {
        assert!(ask(&mut client, &mut server, ODD).starts_with("HTTP/1.1 204 "), "{n}");
    }
    assert!(ask(&mut client, &mut server, ODD).starts_with("HTTP/1.1 502 "), "the third reaches the threshold");
    assert!(server.take().expect("accepted").expect_end().is_ok());
    let mut client = connect(&proxy);
    assert!(ask(&mut client, &mut None, ODD).starts_with("HTTP/1.1 204 "), "another connection begins anew");
}

#[test]
fn active_connections_end_behind_the_window_of_a_soft_stop() {
    let origin = Origin::start(|_| Answer::ok("")).expect("an origin");
    let more = [("global", "close-spread-time 300ms"), ("front", "option idle-close-on-response")];
    let proxy = start(Path::new(FERROXY), origin.addr(), &more);
    let mut clients: Vec<Conn> = (0..20).map(|_| connect(&proxy)).collect();
    for client in &mut clients {
        assert!(!get(client).contains("connection: close"));
    }
    proxy.signal(Signal::USR1);
    let stopping = || proxy.said().contains("Proxy web stopped").then_some(());
    assert!(wait::until(wait::LIMIT, stopping).is_some(), "{}", proxy.said());
    // All of them go on asking; each ends within the window, none without a word.
    let mut rounds = 0;
    while !clients.is_empty() {
        clients.retain_mut(|client| {
            let closes = get(client).contains("connection: close");
            if closes {
                assert_eq!(client.expect_end(), Ok(Ended::Fin));
            }
            !closes
        });
        rounds += 1;
    }
    assert!(rounds > 1, "they don't end all at once");
}
