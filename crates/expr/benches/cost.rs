//! What rules and log lines cost, in nanoseconds each: `cargo bench -p expr`. A condition that doesn't match may cost
//! 30 ns. With a name as argument only that line is measured, so that instructions can be counted:
//! `valgrind --tool=callgrind …/cost 'path_beg /static }'`, which does a fixed number of rounds.

use std::hint::black_box;
use std::time::Instant;

use base::{Tick, WallClock};
use expr::acl::{Acls, Cond};
use expr::logfmt::{LogFormat, Standard};
use expr::{Arena, Env, NoOutside, Peer, Place, Process, ProxyName, Record, RequestText, Session, View};
use http::{Head, Version};
use wire::log_time::Dates;

fn main() {
    let mut head = Head::request(b"GET", b"/index.html?x=1", Version::HTTP_1_1, 16384).unwrap();
    for (name, value) in [
        ("host", "www.example.com"),
        ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"),
        ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("accept-language", "en-US,en;q=0.5"),
        ("x-custom", "1"),
        ("cookie", "a=b; c=d"),
    ] {
        head.add(name.as_bytes(), value.as_bytes()).unwrap();
    }
    let process = Process { pid: 1, hostname: "vm".into(), ..Default::default() };
    let arena = Arena::new();
    let session = Session {
        src: Peer::Ip("10.1.2.3:4567".parse().unwrap()),
        dst: Some("10.9.9.9:80".parse().unwrap()),
        accepted: WallClock::default(),
        frontend: ProxyName { name: "fe", id: 2 },
        listener_id: 1,
        listener_name: None,
    };
    let env = Env {
        session: Some(&session),
        request: View::Ready(&head),
        ..Env::bare(Place::UseBackend, Tick(1), WallClock { us: 1_795_360_490_316_789 }, &process, arena.scratch())
    };
    let hosts: Vec<String> = (0..1000).map(|i| format!("h{i}.example.org")).collect();
    let many = format!("if {{ hdr(host) -i {} }}", hosts.join(" "));
    for text in [
        "if { path_beg /static }",
        "if { path_beg /static /img /css /js }",
        "if { hdr(host) -i www.example.org }",
        "if { hdr(host) -i api.example.com }",
        "if { hdr(x-other) -i a }",
        "if { path_end .png .jpg }",
        "if { path_sub admin }",
        "if { src 192.168.0.0/16 172.16.0.0/12 }",
        "if { dst_port 443 }",
        "if { method POST }",
        &many,
    ] {
        let words: Vec<&[u8]> = text.split(' ').map(str::as_bytes).collect();
        let cond = Cond::compile(&words, &Acls::new(), &mut NoOutside).unwrap();
        measure(&text[..text.len().min(50)], || cond.eval(black_box(&env)));
    }
    let record = Record {
        http: true,
        client: session.src,
        frontend: "fe",
        backend: "be",
        request: RequestText::Line { method: b"GET", uri: b"/index.html?x=1", version: b"HTTP/1.1" },
        ..Record::default()
    };
    let format = LogFormat::standard(Standard::Http);
    let (mut dates, mut out) = (Dates::new(), Vec::with_capacity(1024));
    measure("option httplog", || {
        out.clear();
        format.format(black_box(&env), &record, &mut dates, 1024, &mut out);
        out.len()
    });
}

fn measure<R>(name: &str, mut f: impl FnMut() -> R) {
    const TIMES: u32 = 20_000;
    let wanted = std::env::args().nth(1).filter(|a| a != "--bench");
    if wanted.is_some_and(|w| !name.contains(&w)) {
        return;
    }
    let mut best = f64::MAX;
    for _ in 0..100 {
        let start = Instant::now();
        for _ in 0..TIMES {
            black_box(f());
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(TIMES));
    }
    println!("{name:52} {best:8.1} ns");
}
