//! Idle server connections with real threads and sockets.

use harness::{Answer, Origin, Setup, wait};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;

const CONFIG: &str = "
global
    nbthread 2
    stats socket {{dir}}/admin.sock level admin
defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend web
    bind \"fd@${web}\"
    default_backend app
backend app
    http-reuse always
    server a {{origin}} pool-purge-delay 1m
";

const ROUNDS: usize = 200;

/// Two clients stay connected, each on a thread of its own, and take turns: one server connection serves both.
#[test]
fn a_server_connection_goes_from_thread_to_thread() {
    let bin = Path::new(env!("CARGO_BIN_EXE_ferroxy"));
    let origin = Origin::start(|_| Answer::ok("hello")).expect("an origin");
    let proxy = Setup::new(bin, CONFIG).set("origin", origin.addr()).start().expect("it starts");
    let mut clients = [0, 1].map(|_| {
        let stream = TcpStream::connect(proxy.addr("web")).expect("connect");
        stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
        stream
    });
    for _ in 0..ROUNDS {
        clients.iter_mut().for_each(get);
    }
    let mut socket = UnixStream::connect(proxy.dir().join("admin.sock")).expect("connect");
    socket.write_all(b"show stat\n").expect("write");
    let mut stat = String::new();
    socket.read_to_string(&mut stat).expect("an answer");
    let column = |name: &str| {
        let at = stat.lines().next().expect("a header").split(',').position(|known| known == name).expect("the column");
        let row = stat.lines().find(|line| line.starts_with("app,a,")).expect("the row");
        row.split(',').nth(at).expect("the column").parse::<usize>().expect("a number")
    };
    // A client may come back before the server's connection has been put to rest.
    let connects = column("connect");
    assert!(connects < ROUNDS / 4, "{connects} connections for {ROUNDS} rounds of two clients");
    assert_eq!(connects + column("reuse"), 2 * ROUNDS);
}

fn get(stream: &mut TcpStream) {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("write");
    let (mut answer, mut piece) = (Vec::new(), [0; 1000]);
    while !answer.ends_with(b"hello") {
        let n = stream.read(&mut piece).expect("an answer");
        assert!(n > 0, "closed: {}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&piece[..n]);
    }
}
