//! What the runtime API tells of streams, connections and errors, and how it ends them. Where Debian's haproxy answers
//! the same, the same expectations run against it.

use harness::net::free_addr;
use harness::{Answer, Conn, Origin, Proxy, Setup, haproxy, wait};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};

const FERROXY: &str = env!("CARGO_BIN_EXE_ferroxy");

const CONFIG: &str = "
global
    stats socket {{dir}}/cli mode 600 level admin
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
frontend web
    bind \"fd@${web}\"
    default_backend app
frontend other
    bind {{other}}
    default_backend app
backend app
    balance roundrobin
    http-reuse always
    server a {{origin}}
";

fn both() -> Vec<PathBuf> {
    let mut programs = vec![PathBuf::from(FERROXY)];
    programs.extend(haproxy());
    programs
}

/// The proxy, the server behind it, and where frontend `other` listens.
fn start(bin: &Path, answer: impl Fn(&[u8]) -> Answer + Send + Sync + 'static) -> (Proxy, Origin, SocketAddr) {
    let (origin, other) = (Origin::start(answer).expect("an origin"), free_addr());
    let proxy = Setup::new(bin, CONFIG).set("origin", origin.addr()).set("other", other).start().expect("it starts");
    (proxy, origin, other)
}

fn ask(proxy: &Proxy, command: &str) -> String {
    proxy.cli(command).expect("an answer")
}

fn connect(proxy: &Proxy) -> Conn {
    Conn::connect(proxy.addr("web"), None).expect("connect")
}

/// A request over a connection that stays open; the answer's head.
fn get(conn: &mut Conn, target: &str) -> String {
    conn.send(format!("GET {target} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).expect("send");
    let head = conn.take_head().unwrap_or_else(|got| panic!("{:?}", String::from_utf8_lossy(&got)));
    String::from_utf8_lossy(&head).into_owned()
}

/// The number of the stream that `show sess` shows for backend `app`.
fn stream(proxy: &Proxy) -> String {
    let find = || ask(proxy, "show sess").lines().find(|line| line.contains("be=app srv=a")).map(str::to_owned);
    let line = wait::until(wait::LIMIT, find).expect("a stream");
    line.split(':').next().expect("a number").to_owned()
}

#[test]
fn a_stream_is_shown_and_ended() {
    for bin in both() {
        let (proxy, _origin, _) = start(&bin, |_| Answer::Stall);
        let mut conn = connect(&proxy);
        conn.send(b"GET /slow?x HTTP/1.1\r\nhost: x\r\n\r\n").expect("send");
        let id = stream(&proxy);
        assert!(id.starts_with("0x"), "{bin:?}: {id}");
        assert_eq!(ask(&proxy, "shutdown session"), "Session pointer expected (use 'show sess').\n\n", "{bin:?}");
        assert_eq!(ask(&proxy, "shutdown session 0x1"), "No such session (use 'show sess').\n\n", "{bin:?}");
        assert_eq!(ask(&proxy, "show sess 0x1"), "Session not found.\n\n", "{bin:?}");
        let long = ask(&proxy, &format!("show sess {id}"));
        assert!(long.starts_with(&id) && long.contains("\n  frontend=web (id=2 mode=http)"), "{bin:?}: {long}");
        assert_eq!(ask(&proxy, &format!("shutdown session {id}")), "\n", "{bin:?}");
        let answer = conn.take_all().0;
        assert!(answer.starts_with(b"HTTP/1.1 502 "), "{bin:?}: {}", String::from_utf8_lossy(&answer));
        let gone = || (!ask(&proxy, "show sess").contains("be=app")).then_some(());
        assert!(wait::until(wait::LIMIT, gone).is_some(), "{bin:?}");
    }
}

#[test]
fn streams_are_chosen_by_what_they_are() {
    let (proxy, _origin, other) = start(FERROXY.as_ref(), |_| Answer::Stall);
    let mut conn = connect(&proxy);
    conn.send(b"GET /slow\x7e?x HTTP/1.1\r\nhost: x\r\n\r\n").expect("send");
    let id = stream(&proxy);
    for (options, shown) in [
        ("", true),
        ("frontend web", true),
        ("frontend other", false),
        ("backend app", true),
        ("server app/a", true),
        ("older 0", true),
        ("older 1h", false),
        ("susp", false),
        ("frontend web backend app server app/a older 0 show-uri", true),
    ] {
        let said = ask(&proxy, &format!("show sess {options}"));
        assert_eq!(said.starts_with(&id), shown, "{options}: {said}");
        assert_eq!(said.contains("uri=\"/slow~?x\""), options.contains("show-uri"), "{options}: {said}");
    }
    for (options, error) in [
        ("frontend zz", "No such frontend."),
        ("backend zz", "No such backend."),
        ("server app/zz", "No such server."),
        ("older x", "'older' expects an age, in seconds or with a unit."),
        ("zz", "Unknown option 'zz'."),
    ] {
        assert!(ask(&proxy, &format!("show sess {options}")).starts_with(error), "{options}");
    }
    assert!(ask(&proxy, "show sess help").starts_with("Usage: show sess "));
    // A client that has said nothing has no stream; one whose frontend is another has one of its own.
    let _silent = connect(&proxy);
    let mut second = Conn::connect(other, None).expect("connect");
    second.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("send");
    let two = wait::until(wait::LIMIT, || {
        let all = ask(&proxy, "show sess all");
        (all.matches("\n  server=a\n").count() == 2).then_some(all)
    });
    let two = two.expect("two streams");
    assert_eq!(two.lines().filter(|line| line.starts_with("0x")).count(), 2, "{two}");
    assert!(two.contains("frontend=other (id=3 mode=http)"), "{two}");
}

#[test]
fn a_frontend_is_shut_down() {
    for bin in both() {
        let (proxy, _origin, other) = start(&bin, |_| Answer::ok("hello"));
        assert_eq!(ask(&proxy, "shutdown frontend"), "A frontend name is expected.\n\n", "{bin:?}");
        assert_eq!(ask(&proxy, "shutdown frontend app"), "No such frontend.\n\n", "{bin:?}");
        proxy.wait_listening(other).expect("it listens");
        assert_eq!(ask(&proxy, "shutdown frontend other"), "\n", "{bin:?}");
        let free = wait::until(wait::LIMIT, || TcpStream::connect(other).err());
        assert!(free.is_some(), "{bin:?}: it still listens");
        assert_eq!(ask(&proxy, "shutdown frontend other"), "Frontend was already shut down.\n\n", "{bin:?}");
        let again = "Frontend was previously shut down, cannot enable.\n\n";
        assert_eq!(ask(&proxy, "enable frontend other"), again, "{bin:?}");
        assert!(get(&mut connect(&proxy), "/").starts_with("HTTP/1.1 200 "), "{bin:?}: the others go on");
    }
}

#[test]
fn a_frontend_that_was_shut_down_comes_back_with_a_reload() {
    let (proxy, _origin, other) = start(FERROXY.as_ref(), |_| Answer::ok("hello"));
    proxy.wait_listening(other).expect("it listens");
    ask(&proxy, "shutdown frontend other");
    assert!(wait::until(wait::LIMIT, || TcpStream::connect(other).err()).is_some(), "it still listens");
    assert!(!ask(&proxy, "show stat").contains("other,FRONTEND"), "it isn't shown any more");
    ask(&proxy, "reload");
    proxy.wait_listening(other).expect("it listens again");
    assert!(ask(&proxy, "show stat").contains("other,FRONTEND"));
    assert_eq!(ask(&proxy, "disable frontend other"), "\n");
}

#[test]
fn the_last_errors_are_kept() {
    for bin in both() {
        let bad = |_: &[u8]| Answer::Close(b"HTTP/1.1 200 OK\r\nbad name: 1\r\n\r\n".to_vec());
        let (proxy, _origin, _) = start(&bin, bad);
        let none = ask(&proxy, "show errors");
        assert!(none.starts_with("Total events captured on [") && none.contains("] : 0\n"), "{bin:?}: {none}");
        assert_eq!(ask(&proxy, "show errors zz"), "No such proxy.\n\n", "{bin:?}");
        let mut conn = connect(&proxy);
        conn.send(b"GET / HTTP/1.1\r\nbad header: x\r\nhost: \x01a\\\r\n\r\n").expect("send");
        assert!(conn.take_all().0.starts_with(b"HTTP/1.1 400 "), "{bin:?}");
        assert!(get(&mut connect(&proxy), "/").starts_with("HTTP/1.1 502 "), "{bin:?}");
        let all = ask(&proxy, "show errors");
        for part in [
            "] : 2\n \n[",
            "] frontend web (#2): invalid request\n  backend <NONE> (#-1), server <NONE> (#-1), event #0, src 127.0.0.1:",
            "error at position 19",
            "  \n  00000  GET / HTTP/1.1\\r\\n\n  00016  bad header: x\\r\\n\n  00031  host: \\x01a\\\\\\r\\n\n  00042  \\r\\n\n",
            "] backend app (#4): invalid response\n  frontend web (#2), server a (#1), event #1, src 127.0.0.1:",
            "error at position 20",
            "  \n  00000  HTTP/1.1 200 OK\\r\\n\n  00017  bad name: 1\\r\\n\n  00030  \\r\\n\n",
        ] {
            assert!(all.contains(part), "{bin:?}: {part:?} isn't in {all}");
        }
        let kinds = |command: &str| {
            let said = ask(&proxy, command);
            (said.contains("invalid request"), said.contains("invalid response"))
        };
        assert_eq!(kinds("show errors web request"), (true, false), "{bin:?}");
        assert_eq!(kinds("show errors -1 response"), (false, true), "{bin:?}");
        assert_eq!(kinds("show errors app"), (false, true), "{bin:?}");
    }
}

#[test]
fn sockets_and_connections_are_listed() {
    for bin in both() {
        let (proxy, _origin, _) = start(&bin, |_| Answer::ok("hello"));
        let socket = proxy.dir().join("cli");
        let expected = format!("# socket lvl processes\nunix@{} admin all\n\n", socket.display());
        assert_eq!(ask(&proxy, "show cli sockets"), expected, "{bin:?}");
        assert_eq!(ask(&proxy, "show servers conn zz"), "Can't find backend.\n\n", "{bin:?}");
        get(&mut connect(&proxy), "/");
        let idle = || {
            let all = ask(&proxy, "show servers conn app");
            let mut lines = all.lines();
            let names: Vec<String> = lines.next()?.split(' ').skip(1).map(str::to_owned).collect();
            let values: Vec<String> = lines.next()?.split(' ').map(str::to_owned).collect();
            let of = |name: &str| Some(values[names.iter().position(|known| known == name)?].clone());
            let row = (of("bkname/svname")?, of("bkid/svid")?, of("addr")?, of("purge_delay")?, of("idle_lim")?);
            (of("idle_cur")? == "1" && of("used_cur")? == "0").then_some(row)
        };
        let row = wait::until(wait::LIMIT, idle).unwrap_or_else(|| panic!("{bin:?}"));
        let expected = ("app/a", "4/1", "127.0.0.1", "5000", "-1");
        assert_eq!((&*row.0, &*row.1, &*row.2, &*row.3, &*row.4), expected, "{bin:?}");
    }
}

#[test]
fn threads_tell_what_they_do() {
    let (proxy, _origin, _) = start(FERROXY.as_ref(), |_| Answer::ok("hello"));
    let all = ask(&proxy, "show activity");
    assert!(all.starts_with("date_now: ") && all.contains("\nloops: ") && all.contains(" [ "), "{all}");
    assert!(!ask(&proxy, "show activity 0").contains('['));
    assert!(ask(&proxy, "show activity 1").contains("\npolls: "));
    assert_eq!(ask(&proxy, "show activity 99"), "There is no thread 99.\n\n");
    assert_eq!(ask(&proxy, "show activity x"), "'show activity' expects -1, 0 or the number of a thread.\n\n");
}

#[test]
fn what_a_start_said_is_kept() {
    for bin in both() {
        let config = format!(
            "{CONFIG}backend odd\n    server s {{{{origin}}}}\n    timeout tunnel 1s\n    timeout tunnel 2s\n    option forwardfor\n    mode tcp\n"
        );
        let setup = Setup::new(&bin, &config).set("origin", free_addr()).set("other", free_addr());
        let proxy = setup.start().expect("it starts");
        let said = ask(&proxy, "show startup-logs");
        assert!(said.contains("[WARNING]  (") && said.contains("'option forwardfor'"), "{bin:?}: {said}");
        let info = ask(&proxy, "show info");
        let figure = |name: &str| {
            let line = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.and_then(|figure| figure.parse::<u32>().ok())
        };
        assert!(figure("TotalWarnings").is_none_or(|n| n > 0), "{bin:?}: {info}");
        assert!(figure("BootTime_ms").is_none_or(|ms| ms > 0), "{bin:?}: {info}");
    }
}

#[test]
fn libraries_and_threads_are_listed() {
    let (proxy, _origin, _) = start(FERROXY.as_ref(), |_| Answer::ok("hello"));
    let libs = ask(&proxy, "show libs");
    assert!(libs.lines().any(|line| line.starts_with("0x") && line.ends_with("/ferroxy")), "{libs}");
    let threads = ask(&proxy, "show threads");
    assert!(threads.starts_with("* Thread 1: idle=") && threads.contains("\n  Thread 2: "), "{threads}");
}
