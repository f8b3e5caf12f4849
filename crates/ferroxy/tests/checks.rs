//! Health checks over real sockets. Where Debian's haproxy does the same, the same expectations run against it.

use harness::net::{dead_addr, free_addr};
use harness::{Answer, Origin, Proxy, Setup, Sink, UdpSink, haproxy, wait};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};

const FERROXY: &str = env!("CARGO_BIN_EXE_ferroxy");

const CONFIG: &str = "
global
    log {{log}} format raw local0
defaults
    mode http
    log global
    balance roundrobin
    timeout client 5s
    timeout server 5s
    timeout connect 1s
frontend web
    bind \"fd@${web}\"
    default_backend app
backend app
    {{option}}
    server s1 {{server}} check inter 100 fall 1 rise 1 {{more}}
";

fn both() -> Vec<PathBuf> {
    let mut programs = vec![PathBuf::from(FERROXY)];
    programs.extend(haproxy());
    programs
}

fn start(bin: &Path, log: &UdpSink, server: SocketAddr, option: &str, more: &str) -> Proxy {
    let setup = Setup::new(bin, CONFIG).set("log", log.addr()).set("server", server);
    setup.set("option", option).set("more", more).start().expect("it starts")
}

/// The next log line about health; its duration reads as 0.
fn next_line(log: &mut UdpSink) -> String {
    loop {
        let line = log.line().expect("a line");
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if line.contains("erver") && !line.contains("started") {
            let Some((head, tail)) = line.split_once("check duration: ") else { return line };
            let tail = tail.trim_start_matches(|c: char| c.is_ascii_digit());
            return format!("{head}check duration: 0{tail}");
        }
    }
}

fn status(proxy: &Proxy) -> String {
    let mut stream = TcpStream::connect(proxy.addr("web")).expect("connect");
    stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("write");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[test]
fn a_dead_server_is_reported_and_not_used() {
    for bin in both() {
        let mut log = UdpSink::new().expect("a sink");
        let proxy = start(&bin, &log, dead_addr(), "", "");
        assert_eq!(
            next_line(&mut log),
            "Server app/s1 is DOWN, reason: Layer4 connection problem, info: \"Connection refused\", check duration: 0ms. 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
            "{bin:?}"
        );
        assert_eq!(next_line(&mut log), "backend app has no server available!", "{bin:?}");
        let said = || proxy.said().contains("backend 'app' has no server available!\n").then_some(());
        assert!(wait::until(wait::LIMIT, said).is_some(), "{bin:?}: {}", proxy.said());
        assert_eq!(status(&proxy), "503", "{bin:?}");
    }
}

#[test]
fn a_server_that_comes_back_is_used_again() {
    for bin in both() {
        let mut log = UdpSink::new().expect("a sink");
        let addr = free_addr();
        let proxy = start(&bin, &log, addr, "", "");
        assert!(next_line(&mut log).starts_with("Server app/s1 is DOWN, reason: "), "{bin:?}");
        assert_eq!(next_line(&mut log), "backend app has no server available!", "{bin:?}");
        let listener = TcpListener::bind(addr).expect("the port is free");
        assert_eq!(
            next_line(&mut log),
            "Server app/s1 is UP, reason: Layer4 check passed, check duration: 0ms. 1 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.",
            "{bin:?}"
        );
        drop(listener);
        drop(proxy);
    }
}

#[test]
fn each_change_is_logged_if_wanted() {
    for bin in both() {
        let mut log = UdpSink::new().expect("a sink");
        let origin = Origin::start(|_| Answer::ok("hello")).expect("an origin");
        let proxy = start(&bin, &log, origin.addr(), "option log-health-checks", "fall 2");
        assert_eq!(
            next_line(&mut log),
            "Health check for server app/s1 succeeded, reason: Layer4 check passed, check duration: 0ms, status: 2/2 UP.",
            "{bin:?}"
        );
        assert_eq!(status(&proxy), "200", "{bin:?}");
        drop(origin);
        let failed = "Health check for server app/s1 failed, reason: Layer4 connection problem, info: \"Connection refused\", check duration: 0ms, status: ";
        assert_eq!(next_line(&mut log), format!("{failed}1/2 UP."), "{bin:?}");
        assert_eq!(next_line(&mut log), format!("{failed}0/1 DOWN."), "{bin:?}");
        assert_eq!(
            next_line(&mut log),
            "Server app/s1 is DOWN. 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
            "{bin:?}"
        );
    }
}

#[test]
fn checks_go_where_they_are_sent() {
    for bin in both() {
        let mut log = UdpSink::new().expect("a sink");
        let (origin, other) = (Origin::start(|_| Answer::ok("hello")).expect("an origin"), dead_addr());
        let proxy = start(&bin, &log, origin.addr(), "", &format!("port {}", other.port()));
        assert!(next_line(&mut log).starts_with("Server app/s1 is DOWN, reason: "), "{bin:?}");
        assert_eq!(status(&proxy), "503", "{bin:?}");
    }
}

#[test]
fn checks_speak_the_proxy_protocol() {
    for bin in both() {
        for (more, expected) in [
            ("check-send-proxy", &b"PROXY TCP4 127.0.0.1 127.0.0.1 "[..]),
            ("send-proxy", b"PROXY TCP4 127.0.0.1 127.0.0.1 "),
            ("send-proxy-v2", b"\r\n\r\n\0\r\nQUIT\n\x20"),
        ] {
            let log = UdpSink::new().expect("a sink");
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let proxy = start(&bin, &log, listener.local_addr().expect("bound"), "", more);
            let (mut stream, _) = listener.accept().expect("a check");
            stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
            let mut received = Vec::new();
            // The reference may end with a reset.
            let _ = stream.read_to_end(&mut received);
            assert!(received.starts_with(expected), "{bin:?} {more}: {:?}", String::from_utf8_lossy(&received));
            drop(proxy);
        }
    }
}
