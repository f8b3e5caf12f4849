//! `ferroxy demo` as a newcomer sees it.

use harness::wait;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// The running demo; killed when dropped.
struct Demo {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Demo {
    fn start(args: &[&str]) -> Demo {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ferroxy"))
            .arg("demo")
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let said = Arc::new(Mutex::new(String::new()));
        collect(child.stdout.take().expect("stdout is piped"), &said);
        collect(child.stderr.take().expect("stderr is piped"), &said);
        Demo { child, said }
    }

    fn said(&self) -> String {
        self.said.lock().expect("readers don't panic").clone()
    }

    /// Waits until a line contains `what`, and answers the first that does.
    fn line_with(&self, what: &str) -> String {
        let found = || self.said().lines().find(|line| line.contains(what)).map(str::to_owned);
        wait::until(wait::LIMIT, found).unwrap_or_else(|| panic!("no {what:?} in:\n{}", self.said()))
    }

    /// Where the first of the two lines to try leads.
    fn addr(&self) -> SocketAddr {
        let line = self.line_with("curl http://");
        let url = line.trim().strip_prefix("curl http://").expect("a line to paste");
        url.trim_end_matches('/').parse().expect("an address")
    }

    fn end(&mut self) -> ExitStatus {
        wait::until(wait::LIMIT, || self.child.try_wait().expect("our child")).expect("it ends")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(from: impl Read + Send + 'static, into: &Arc<Mutex<String>>) {
    let into = into.clone();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            into.lock().expect("readers don't panic").push_str(&(line + "\n"));
        }
    });
}

/// One request over a raw socket. Answers which server served it.
fn ask(to: SocketAddr, target: &str) -> &'static str {
    let mut stream = TcpStream::connect(to).expect("the frontend listens before it is shown");
    stream.set_read_timeout(Some(wait::LIMIT)).expect("a limit");
    write!(stream, "GET {target} HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    if answer.contains("server1") { "server1" } else { "server2" }
}

#[test]
fn servers_take_turns_leave_and_come_back() {
    let mut demo = Demo::start(&["--port", "0"]);
    let addr = demo.addr();
    let turns: Vec<_> = (0..4).map(|_| ask(addr, "/")).collect();
    assert_eq!(turns[..2], turns[2..], "round robin");
    assert_ne!(turns[0], turns[1], "both serve");

    let gone = ask(addr, "/stop");
    demo.line_with(&format!("[demo] {gone} leaves"));
    for _ in 0..4 {
        assert_ne!(ask(addr, "/"), gone, "retries go to the other one");
    }
    demo.line_with(&format!("Server app/{gone} is DOWN"));
    assert_ne!(ask(addr, "/"), gone);
    demo.line_with(&format!("Server app/{gone} is UP"));
    assert_ne!(ask(addr, "/"), ask(addr, "/"), "both serve again");
    demo.line_with("\"GET /stop HTTP/1.1\"");

    kill_process(Pid::from_child(&demo.child), Signal::INT).expect("it runs");
    assert_eq!(demo.end().signal(), Some(Signal::INT.as_raw()), "{}", demo.said());
    assert!(!demo.said().contains("[ALERT]"), "{}", demo.said());
}

#[test]
fn a_port_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("bound").port().to_string();
    let mut demo = Demo::start(&["--port", &port]);
    assert_eq!(demo.end().code(), Some(1));
    let line = demo.line_with("cannot bind socket");
    assert!(line.contains("Binding [demo.cfg:") && line.contains(&port), "{line}");
    assert!(!demo.said().contains("curl"), "nothing to try:\n{}", demo.said());
}
