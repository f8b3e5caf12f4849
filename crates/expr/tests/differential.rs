//! The suites asked of Debian's haproxy: `cargo test -p expr --test differential -- --ignored` (`HAPROXY` names another
//! program). Each request is sent once for each expression, and a rule returns what the expression gives. Lines with a
//! note are left out: `suites/README.md` tells why.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SUITES: [&str; 6] = ["converters.tsv", "requests.tsv", "structured.tsv", "crypto.tsv", "maps.tsv", "more.tsv"];

#[test]
#[ignore = "needs haproxy"]
fn the_reference_gives_the_same() {
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
    let (mut differ, mut asked, mut noted) = (Vec::new(), 0, 0);
    for name in SUITES {
        let text = std::fs::read_to_string(suites.join(name)).unwrap();
        let mut request = "GET / HTTP/1.1\\nHost: h".to_owned();
        let mut cases: Vec<(&str, &str)> = Vec::new();
        for line in text.lines().chain(["> end"]).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if let Some(next) = line.strip_prefix("> ") {
                ask(&suites, &request, &cases, &mut differ);
                asked += cases.len();
                cases.clear();
                request = next.to_owned();
                continue;
            }
            let columns: Vec<&str> = line.split('\t').collect();
            match columns[..] {
                [expr, want] => cases.push((expr, want)),
                _ => noted += 1,
            }
        }
    }
    println!("{asked} expressions asked, {noted} left out for a reason");
    assert!(asked > 250 && differ.is_empty(), "\n{}", differ.join("\n"));
}

/// Asks for the value of each expression, and that those which can't be compiled are refused.
fn ask(dir: &Path, request: &str, cases: &[(&str, &str)], differ: &mut Vec<String>) {
    let (wrong, right): (Vec<_>, Vec<_>) = cases.iter().copied().partition(|(_, want)| want.starts_with('!'));
    for (expr, _) in wrong {
        let config = write_config(free_port(), &[expr]);
        let check = Command::new(haproxy()).args(["-c", "-f"]).arg(&config).current_dir(dir).output().unwrap();
        if check.status.success() {
            differ.push(format!("{expr}\tis taken by the reference"));
        }
    }
    if right.is_empty() {
        return;
    }
    let port = free_port();
    let config = write_config(port, &right.iter().map(|(expr, _)| *expr).collect::<Vec<_>>());
    let _running = start(dir, &config, port);
    for (i, (expr, want)) in right.iter().enumerate() {
        let got = get(port, request, i);
        if got != *want {
            differ.push(format!("{expr}\t{got}, not {want}"));
        }
    }
}

/// A running haproxy, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(dir: &Path, config: &Path, port: u16) -> Running {
    let child = Command::new(haproxy())
        .args(["-db", "-f"])
        .arg(config)
        .current_dir(dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let running = Running(child);
    let end = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < end, "haproxy doesn't listen: {}", config.display());
        std::thread::yield_now();
    }
    running
}

fn get(port: u16, request: &str, case: usize) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let head = request.replace("\\n", "\r\n");
    write!(stream, "{head}\r\nx-case: {case}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    match head.split(' ').nth(1) {
        Some("200") => body.to_owned(),
        Some("404") => "-".to_owned(),
        other => format!("status {other:?}"),
    }
}

fn write_config(port: u16, exprs: &[&str]) -> PathBuf {
    let mut text = format!(
        "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\nfrontend f\n \
         bind 127.0.0.1:{port}\n http-request set-src ipv4(10.1.2.3)\n http-request set-src-port int(4567)\n \
         http-request set-dst ipv4(10.9.9.9)\n http-request set-dst-port int(80)\n \
         http-request set-var(txn.case__) req.hdr(x-case)\n http-request del-header x-case\n"
    );
    for (i, expr) in exprs.iter().enumerate() {
        let (format, criterion) = (quoted(&format!("%[{expr}]")), quoted(expr));
        text += &format!(
            " http-request return status 200 content-type text/plain lf-string {format} \
             if {{ var(txn.case__) -m int {i} }} {{ {criterion} -m found }}\n \
             http-request return status 404 if {{ var(txn.case__) -m int {i} }}\n"
        );
    }
    let path = std::env::temp_dir().join(format!("expr-differential-{}-{port}.cfg", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '\\' | '"' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

fn haproxy() -> String {
    std::env::var("HAPROXY").unwrap_or_else(|_| "/usr/sbin/haproxy".to_owned())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
