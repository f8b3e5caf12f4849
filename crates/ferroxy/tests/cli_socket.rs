//! The runtime API over a real socket. Where Debian's haproxy answers the same, the same expectations run against it.

use harness::net::{dead_addr, free_addr};
use harness::{Answer, Conn, Origin, Proxy, Setup, haproxy, wait};
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FERROXY: &str = env!("CARGO_BIN_EXE_ferroxy");

const CONFIG: &str = "
global
    stats socket {{dir}}/admin.sock mode 600 level admin
    stats socket {{dir}}/user.sock level user
    stats timeout 5s
defaults
    mode http
    balance roundrobin
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend web
    bind \"fd@${web}\"
    default_backend app
backend app
    server a {{origin}} weight 10
    server b {{origin}} weight 10 maxconn 5
    server gone {{dead}} check inter 100 fall 1 backup
listen tcp
    mode tcp
    bind {{tcp}}
    server only {{origin}} disabled
";

/// A frontend whose bind lines are counted one by one.
const COUNTED: &str = "
frontend counted
    option socket-stats
    bind \"fd@${counted}\" name one
    bind {{second}} maxconn 1
    default_backend app
";

fn both() -> Vec<PathBuf> {
    let mut programs = vec![PathBuf::from(FERROXY)];
    programs.extend(haproxy());
    programs
}

/// The proxy, and the server behind it, which has to live as long.
fn start(bin: &Path) -> (Proxy, Origin) {
    start_with(bin, CONFIG)
}

fn start_with(bin: &Path, config: &str) -> (Proxy, Origin) {
    let origin = Origin::start(|_| Answer::ok("hello")).expect("an origin");
    let setup = Setup::new(bin, config).set("origin", origin.addr()).set("dead", dead_addr()).set("tcp", free_addr());
    let setup = setup.set("second", free_addr());
    let proxy = setup.start().expect("it starts");
    let up = wait::until(wait::LIMIT, || UnixStream::connect(proxy.dir().join("user.sock")).ok());
    assert!(up.is_some(), "{}", proxy.said());
    (proxy, origin)
}

/// Everything that is answered to `lines`.
fn talk(proxy: &Proxy, socket: &str, lines: &str) -> String {
    let mut stream = UnixStream::connect(proxy.dir().join(socket)).expect("connect");
    stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
    stream.write_all(lines.as_bytes()).expect("write");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer and the end");
    answer
}

fn ask(proxy: &Proxy, command: &str) -> String {
    talk(proxy, "admin.sock", &format!("{command}\n"))
}

/// What `show stat` says of one row.
fn stat(proxy: &Proxy, row: (&str, &str), column: &str) -> String {
    let all = ask(proxy, "show stat");
    let mut lines = all.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a header");
    let at = head.iter().position(|name| name.trim_start_matches("# ") == column).expect("the column");
    let row = lines.find(|line| (line[0], line[1]) == row).expect("the row");
    row[at].to_owned()
}

/// What `show info` says of one figure.
fn info(proxy: &Proxy, name: &str) -> String {
    let all = ask(proxy, "show info");
    let line = all.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in {all}")).to_owned()
}

fn get(proxy: &Proxy) -> String {
    let mut stream = TcpStream::connect(proxy.addr("web")).expect("connect");
    stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("write");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn commands_answer_as_the_reference_does() {
    for bin in both() {
        let (proxy, _origin) = start(&bin);
        let check = |command: &str, expected: &str| assert_eq!(ask(&proxy, command), expected, "{bin:?}: {command}");
        check("get weight app/a", "10 (initial 10)\n\n");
        check("set weight app/a 50%", "\n");
        check("get weight app/a;get weight app/b", "5 (initial 10)\n\n10 (initial 10)\n\n");
        check("set weight app/a 257", "Absolute weight can only be between 0 and 256 inclusive.\n\n");
        check("set weight app/a", "Require <weight> or <weight%>.\n\n");
        check("get weight app", "Require 'backend/server'.\n\n");
        check("get weight app/zz", "No such server.\n\n");
        check("get weight zz/a", "No such backend.\n\n");
        check("set server app/a state zz", "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n");
        check("disable frontend zz", "No such frontend.\n\n");
        check("set maxconn frontend web", "Integer value expected.\n\n");
        check("set maxconn frontend web 30", "\n");
        check("set maxconn global 2000000000", "Value out of range.\n\n");
        check("set rate-limit connections global 5000;set rate-limit sessions global 6000", "\n\n");
        check("set rate-limit sessions global", "Expects an integer value.\n\n");
        assert_eq!((info(&proxy, "ConnRateLimit"), info(&proxy, "SessRateLimit")), ("5000".into(), "6000".into()));
        assert!(ask(&proxy, "set rate-limit sessions").starts_with("'set rate-limit' only supports :\n"), "{bin:?}");
        check("show backend", "# name\napp\ntcp\n\n");
        check("show env ferroxy_has_no_such", "Variable not found\n\n");
        assert_eq!(stat(&proxy, ("web", "FRONTEND"), "slim"), "30", "{bin:?}");
        assert_eq!(stat(&proxy, ("app", "b"), "slim"), "5", "{bin:?}");
        assert_eq!(stat(&proxy, ("app", "a"), "status"), "no check", "{bin:?}");
        assert_eq!(stat(&proxy, ("tcp", "only"), "status"), "MAINT", "{bin:?}");
        assert_eq!(stat(&proxy, ("tcp", "BACKEND"), "status"), "DOWN", "{bin:?}");
    }
}

#[test]
fn bind_lines_have_rows_of_their_own() {
    for bin in both() {
        let (proxy, _origin) = start_with(&bin, &format!("{CONFIG}{COUNTED}"));
        let mut stream = TcpStream::connect(proxy.addr("counted")).expect("connect");
        stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
        stream.write_all(b"GET / HTTP/1.0\r\n\r\nGET / HTTP/1.1\r\n\r\n").expect("write");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        drop(stream);
        let row = |name: &str| {
            let shown = ["scur", "smax", "slim", "stot", "ereq", "status", "sid", "type", "rate", "hrsp_2xx", "dcon"];
            shown.map(|column| stat(&proxy, ("counted", name), column)).join(",")
        };
        let over = wait::until(wait::LIMIT, || row("one").starts_with("0,").then_some(()));
        assert!(over.is_some(), "{bin:?}: {}", row("one"));
        assert_eq!(row("one"), "0,1,0,1,0,OPEN,1,3,,,0", "{bin:?}");
        assert_eq!(row("sock-2"), "0,0,1,0,0,OPEN,2,3,,,0", "{bin:?}");
        for column in ["bin", "bout"] {
            let [one, front] = ["one", "FRONTEND"].map(|name| stat(&proxy, ("counted", name), column));
            assert!(one == front && one != "0", "{bin:?}: {column} {one} of {front}");
        }
        assert!(!ask(&proxy, "show stat").contains("web,sock-1"), "{bin:?}: without the option there are no rows");
        let only = ask(&proxy, "show stat -1 8 -1");
        assert_eq!(only.lines().filter(|line| line.starts_with("counted,")).count(), 2, "{bin:?}: {only}");
        assert!(!only.contains("FRONTEND"), "{bin:?}");
    }
}

#[test]
fn counters_begin_anew() {
    for bin in both() {
        let (proxy, _origin) = start(&bin);
        let row = |name: (&str, &str)| {
            let shown = ["scur", "smax", "stot", "bin", "hrsp_2xx", "req_tot"].map(|column| stat(&proxy, name, column));
            shown.map(|figure| if figure.len() > 1 { "many".to_owned() } else { figure }).join(",")
        };
        for _ in 0..3 {
            assert!(get(&proxy).ends_with("hello"));
            // The end of a connection is counted a moment after the client sees it; two at a time would be a maximum.
            let over = wait::until(wait::LIMIT, || row(("web", "FRONTEND")).starts_with("0,").then_some(()));
            assert!(over.is_some(), "{bin:?}: {}", row(("web", "FRONTEND")));
        }
        for name in [("web", "FRONTEND"), ("app", "BACKEND")] {
            assert_eq!(row(name), "0,1,3,many,3,3", "{bin:?}: {name:?}");
        }
        let requests = info(&proxy, "CumReq").parse::<u32>().expect("a number");
        assert_eq!(talk(&proxy, "user.sock", "clear counters\n"), "Permission denied\n\n", "{bin:?}");
        assert_eq!(ask(&proxy, "clear counters"), "\n", "{bin:?}");
        for name in [("web", "FRONTEND"), ("app", "BACKEND")] {
            assert_eq!(row(name), "0,0,3,many,3,3", "{bin:?}: {name:?}");
        }
        assert_eq!(ask(&proxy, "operator;clear counters all"), "\nPermission denied\n\n", "{bin:?}");
        assert_eq!(ask(&proxy, "clear counters all"), "\n", "{bin:?}");
        for name in [("web", "FRONTEND"), ("app", "BACKEND")] {
            assert_eq!(row(name), "0,0,0,0,0,0", "{bin:?}: {name:?}");
        }
        for name in [("app", "a"), ("app", "b")] {
            assert!(row(name).starts_with("0,0,0,0,0,"), "{bin:?}: {name:?}");
        }
        assert_eq!(stat(&proxy, ("app", "a"), "lastsess"), "-1", "{bin:?}");
        assert!(info(&proxy, "CumReq").parse::<u32>().expect("a number") >= requests, "{bin:?}: the process goes on");
    }
}

#[test]
fn one_servers_counters_begin_anew() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    (0..4).for_each(|_| assert!(get(&proxy).ends_with("hello")));
    let total = |server: &str| stat(&proxy, ("app", server), "stot");
    assert_eq!((total("a"), total("b")), ("2".into(), "2".into()));
    assert_eq!(ask(&proxy, "clear counters server app/a"), "\n");
    assert_eq!((total("a"), total("b")), ("0".into(), "2".into()));
    assert_eq!(ask(&proxy, "clear counters server app/zz"), "No such server.\n\n");
}

#[test]
fn server_states_are_the_references() {
    for bin in both() {
        let (proxy, _origin) = start(&bin);
        ask(&proxy, "set server app/a state drain;set server app/b state maint;set weight app/b 3");
        let answer = ask(&proxy, "show servers state");
        let lines: Vec<Vec<&str>> = answer.lines().map(|line| line.split(' ').collect()).collect();
        assert_eq!((lines[0][0], lines[1].len(), lines[2].len()), ("1", 26, 25), "{bin:?}: {answer}");
        // Names, operational and administrative state, weights; ids given by the configuration.
        let shown = |line: &Vec<&str>| [1, 3, 5, 6, 7, 8, 15, 16].map(|at| line[at].to_owned()).join(" ");
        let rows: Vec<String> = lines.iter().filter(|line| line.len() == 25).map(shown).collect();
        assert_eq!(rows[..2], ["app a 2 8 10 10 0 0", "app b 0 1 3 10 0 0"], "{bin:?}");
        assert_eq!(rows[3], "tcp only 0 5 1 1 0 0", "{bin:?}");
        assert_eq!(ask(&proxy, "show servers state zz"), "Can't find backend.\n\n", "{bin:?}");
    }
}

#[test]
fn levels_are_obeyed() {
    for bin in both() {
        let (proxy, _origin) = start(&bin);
        let user = |lines: &str| talk(&proxy, "user.sock", lines);
        assert_eq!(user("disable server app/a\n"), "Permission denied\n\n", "{bin:?}");
        assert_eq!(user("show cli level\n"), "user\n\n", "{bin:?}");
        assert_eq!(
            talk(&proxy, "admin.sock", "user;show cli level;set weight app/a 1\n"),
            "\nuser\n\nPermission denied\n\n"
        );
        assert!(!user("show stat\n").contains("127.0.0.1"), "{bin:?}: addresses are for operators");
        assert!(user("help\n").contains("show info"), "{bin:?}");
    }
}

#[test]
fn prompt_mode_takes_many_lines() {
    for bin in both() {
        let (proxy, _origin) = start(&bin);
        let lines = "prompt\nget weight app/a\nget weight app/b;get weight app/zz\nquit\n";
        let expected = "\n> 10 (initial 10)\n\n> 10 (initial 10)\n\n> No such server.\n\n> ";
        assert_eq!(talk(&proxy, "admin.sock", lines), expected, "{bin:?}");
        let lines =
            "prompt\nset severity-output number\nget weight zz\nset severity-output string\nget weight zz\nquit\n";
        let expected = "\n> \n> [3]: Require 'backend/server'.\n\n> \n> [err]: Require 'backend/server'.\n\n> ";
        assert_eq!(talk(&proxy, "admin.sock", lines), expected, "{bin:?}");
    }
}

#[test]
fn interactive_mode_shows_no_prompt() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    let lines = "prompt i\nget weight app/a\nprompt n; get weight app/b\n";
    assert_eq!(talk(&proxy, "admin.sock", lines), "\n10 (initial 10)\n\n\n10 (initial 10)\n\n");
    let timed = talk(&proxy, "admin.sock", "prompt timed\nquit\n");
    assert!(timed.starts_with("\n[0:00:00:") && timed.ends_with("]> "), "{timed}");
}

#[test]
fn payloads_are_not_taken_for_commands() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    let refused = "'set table' is not supported yet.\n\n";
    assert_eq!(talk(&proxy, "admin.sock", "set table x <<\nshow version\nquit\n\n"), refused);
    assert_eq!(talk(&proxy, "admin.sock", "set table x <<%END\n\nshow version\n%END\n"), refused);
    let big = format!("set table x <<\n{}\n", "x".repeat(200_000));
    let mut stream = UnixStream::connect(proxy.dir().join("admin.sock")).expect("connect");
    let _ = stream.write_all(big.as_bytes());
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert_eq!(answer, "", "a payload has a limit");
}

#[test]
fn lines_have_a_limit() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    let mut stream = UnixStream::connect(proxy.dir().join("admin.sock")).expect("connect");
    stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
    let _ = stream.write_all(&[b'x'; 100_000]);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert_eq!(answer, b"");
    assert!(ask(&proxy, "show version").starts_with("3.5"), "it goes on");
}

#[test]
fn field_names_are_the_references() {
    let Some(peer) = haproxy() else { return };
    let names = |bin: &Path| {
        let (proxy, _origin) = start(bin);
        let info = ask(&proxy, "show info");
        let info: Vec<String> = info.lines().filter_map(|l| Some(l.split_once(':')?.0.to_owned())).collect();
        let typed: Vec<String> = ask(&proxy, "show info typed")
            .lines()
            .filter_map(|line| {
                let mut parts = line.split(':');
                let (name, tags, kind) = (parts.next()?, parts.next()?, parts.next()?);
                Some(format!("{name} {} {kind}", &tags[..3]))
            })
            .collect();
        let stat = ask(&proxy, "show stat").lines().next().unwrap_or_default().to_owned();
        let stat: Vec<String> = stat.split(',').take_while(|name| *name != "-").map(str::to_owned).collect();
        (info, typed, stat)
    };
    let (ours, theirs) = (names(Path::new(FERROXY)), names(&peer));
    assert_eq!(ours.0[..theirs.0.len()], theirs.0, "show info");
    assert_eq!(ours.1[..theirs.1.len()], theirs.1, "show info typed");
    assert_eq!(ours.2[..theirs.2.len()], theirs.2, "show stat");
    assert_eq!(ours.2.len(), 119, "the columns of 3.5");
}

#[test]
fn rows_have_the_fields_of_the_reference() {
    let Some(peer) = haproxy() else { return };
    let fields = |bin: &Path| {
        let (proxy, _origin) = start(bin);
        let down = wait::until(wait::LIMIT, || (stat(&proxy, ("app", "gone"), "status") == "DOWN").then_some(()));
        assert!(down.is_some());
        let typed = ask(&proxy, "show stat typed");
        let lines = typed.lines().filter(|line| !line.is_empty());
        let fields = lines.map(|line| {
            let mut parts = line.split(':');
            let (name, _tags, kind) = (parts.next()?, parts.next()?, parts.next()?);
            Some(format!("{name} {kind}"))
        });
        fields.collect::<Option<Vec<String>>>().expect("three parts")
    };
    let (ours, theirs) = (fields(Path::new(FERROXY)), fields(&peer));
    // Fields of 2.6 that the guide of 3.5 has elsewhere or for fewer rows, and positions behind the static fields.
    let position = |field: &str| field.split('.').nth(3).and_then(|n| n.parse::<u32>().ok());
    let only_there = |field: &&String| {
        !ours.contains(field)
            && position(field).is_some_and(|n| n < 103)
            && !field.contains(".req_tot.")
            && !field.contains(".cookie.")
    };
    let missing: Vec<&String> = theirs.iter().filter(only_there).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn json_is_json() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    for command in ["show info json", "show stat json"] {
        let answer = ask(&proxy, command);
        let text = answer.strip_suffix("\n\n").expect("the end of an answer");
        let value: serde_json::Value = serde_json::from_str(text).expect(command);
        assert!(value.as_array().is_some_and(|list| list.len() > 5), "{command}");
    }
}

#[test]
fn filters_choose_rows() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    let rows = |filter: &str| {
        let answer = ask(&proxy, &format!("show stat {filter}"));
        let names = answer.lines().skip(1).filter(|line| !line.is_empty());
        names.map(|line| line.split(',').take(2).collect::<Vec<_>>().join("/")).collect::<Vec<_>>().join(" ")
    };
    let wait_down = || (stat(&proxy, ("app", "gone"), "status") == "DOWN").then_some(());
    assert!(wait::until(wait::LIMIT, wait_down).is_some());
    assert_eq!(rows("-1 1 -1"), "web/FRONTEND tcp/FRONTEND");
    assert_eq!(rows("-1 2 -1"), "app/BACKEND tcp/BACKEND");
    assert_eq!(rows("app 4 -1"), "app/a app/b app/gone");
    assert_eq!(rows("app 4 2"), "app/b");
    assert_eq!(rows("3 -1 -1"), "app/a app/b app/gone app/BACKEND");
    assert_eq!(rows("up"), "web/FRONTEND app/a app/b app/BACKEND tcp/FRONTEND tcp/BACKEND");
    assert_eq!(rows("no-maint"), "web/FRONTEND app/a app/b app/gone app/BACKEND tcp/FRONTEND tcp/BACKEND");
    assert_eq!(ask(&proxy, "show stat zz 1 1"), "No such proxy.\n\n");
}

#[test]
fn servers_are_taken_out_and_put_back() {
    for bin in both() {
        let (proxy, _origin) = start(&bin);
        assert!(get(&proxy).starts_with("HTTP/1.1 200 "), "{bin:?}");
        assert_eq!(ask(&proxy, "set server app/a state maint;set server app/b state drain"), "\n\n");
        assert_eq!(stat(&proxy, ("app", "a"), "status"), "MAINT", "{bin:?}");
        assert_eq!(stat(&proxy, ("app", "b"), "status"), "DRAIN", "{bin:?}");
        let gone = || (stat(&proxy, ("app", "BACKEND"), "status") == "DOWN").then_some(());
        assert!(wait::until(wait::LIMIT, gone).is_some(), "{bin:?}: the backup is dead as well");
        assert!(get(&proxy).starts_with("HTTP/1.1 503 "), "{bin:?}");
        assert_eq!(ask(&proxy, "enable server app/a"), "\n");
        assert!(get(&proxy).starts_with("HTTP/1.1 200 "), "{bin:?}");
        assert_eq!(stat(&proxy, ("app", "BACKEND"), "act"), "1", "{bin:?}");
        let said = wait::until(wait::LIMIT, || {
            let said = proxy.said();
            said.contains("Server app/a is UP/READY (leaving forced maintenance).\n").then_some(said)
        });
        let said = said.expect("the server's return is said");
        assert!(said.contains("Server app/a is going DOWN for maintenance. 1 active and "), "{bin:?}: {said}");
        assert!(said.contains("backend 'app' has no server available!\n"), "{bin:?}: {said}");
    }
}

#[test]
fn a_frontend_pauses_and_goes_on() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    assert_eq!(ask(&proxy, "disable frontend web"), "\n");
    assert_eq!(ask(&proxy, "disable frontend web"), "All sockets are already disabled.\n\n");
    assert_eq!(stat(&proxy, ("web", "FRONTEND"), "status"), "STOP");
    assert_eq!(ask(&proxy, "enable frontend web"), "\n");
    assert!(get(&proxy).starts_with("HTTP/1.1 200 "));
    assert_eq!(stat(&proxy, ("web", "FRONTEND"), "status"), "OPEN");
}

#[test]
fn counters_move() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    assert_eq!(stat(&proxy, ("web", "FRONTEND"), "smax"), "0", "who listens isn't a connection");
    for _ in 0..3 {
        assert!(get(&proxy).ends_with("hello"));
    }
    let counted = || (stat(&proxy, ("app", "BACKEND"), "hrsp_2xx") == "3").then_some(());
    assert!(wait::until(wait::LIMIT, counted).is_some());
    assert_eq!(stat(&proxy, ("web", "FRONTEND"), "req_tot"), "3");
    assert_eq!(stat(&proxy, ("web", "FRONTEND"), "conn_tot"), "3");
    assert_eq!(stat(&proxy, ("app", "a"), "stot"), "2");
    assert_eq!(stat(&proxy, ("app", "b"), "lbtot"), "1");
}

#[test]
fn aborted_tunnels_are_counted() {
    const TCP: &str = "
global
    stats socket {{dir}}/admin.sock mode 600 level admin
defaults
    mode tcp
    timeout client 5s
    timeout server 5s
    timeout connect 5s
listen tcp
    bind \"fd@${tcp}\"
    server only {{server}}
";
    for bin in both() {
        let server = TcpListener::bind("127.0.0.1:0").expect("bind");
        let setup = Setup::new(&bin, TCP).set("server", server.local_addr().expect("bound"));
        let proxy = setup.start().expect("it starts");
        let pair = || {
            let mut client = Conn::connect(proxy.addr("tcp"), None).expect("connect");
            client.send(b"hello").expect("send");
            let mut served = Conn::over(server.accept().expect("the proxy comes").0).expect("a server");
            served.take(5).expect("what the client said");
            (client, served)
        };
        let up = wait::until(wait::LIMIT, || UnixStream::connect(proxy.dir().join("admin.sock")).ok());
        assert!(up.is_some(), "{}", proxy.said());
        let counts = |client: &str, server: &str| {
            for row in [("tcp", "only"), ("tcp", "BACKEND")] {
                let counted = || {
                    let aborts = (stat(&proxy, row, "cli_abrt"), stat(&proxy, row, "srv_abrt"));
                    (aborts == (client.to_owned(), server.to_owned())).then_some(())
                };
                assert!(wait::until(wait::LIMIT, counted).is_some(), "{bin:?}: {row:?} isn't {client} and {server}");
            }
        };
        let (client, mut served) = pair();
        client.reset().expect("reset");
        let _ = served.expect_end();
        counts("1", "0");
        let (mut client, served) = pair();
        served.reset().expect("reset");
        let _ = client.expect_end();
        counts("1", "1");
        // An orderly end is none.
        let (mut client, mut served) = pair();
        client.shut().expect("shut");
        served.expect_end().expect("the end");
        drop(served);
        client.expect_end().expect("the end");
        counts("1", "1");
    }
}

#[test]
fn reloads_keep_what_was_changed_at_run_time() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    let file = proxy.dir().join("proxy.cfg");
    let text = fs::read_to_string(&file).expect("the configuration");
    let down = || (stat(&proxy, ("app", "gone"), "status") == "DOWN").then_some(());
    assert!(wait::until(wait::LIMIT, down).is_some());
    assert_eq!(ask(&proxy, "set weight app/a 7;set weight app/b 8;set server app/a state drain"), "\n\n\n");
    fs::write(&file, text.replace("weight 10 maxconn 5", "weight 20 maxconn 5")).expect("write");
    assert!(ask(&proxy, "reload").starts_with("The configuration was reloaded.\n"));
    assert_eq!(ask(&proxy, "get weight app/a;get weight app/b"), "7 (initial 10)\n\n20 (initial 20)\n\n");
    assert_eq!(stat(&proxy, ("app", "a"), "status"), "DRAIN");
    assert_eq!(stat(&proxy, ("app", "gone"), "status"), "DOWN", "health is kept");
    fs::write(&file, format!("{text}\n    no_such_keyword\n")).expect("write");
    let refused = ask(&proxy, "reload");
    assert!(refused.contains("unknown keyword 'no_such_keyword'"), "{refused}");
    assert!(refused.ends_with("nothing has changed.\n\n"), "{refused}");
    assert_eq!(ask(&proxy, "get weight app/b"), "20 (initial 20)\n\n");
}

#[test]
fn stats_sockets_follow_a_reload() {
    let (proxy, _origin) = start(Path::new(FERROXY));
    let file = proxy.dir().join("proxy.cfg");
    let text = fs::read_to_string(&file).expect("the configuration");
    fs::write(&file, text.replace("user.sock level user", "new.sock level operator")).expect("write");
    assert!(ask(&proxy, "reload").starts_with("The configuration was reloaded.\n"));
    let there = || proxy.dir().join("new.sock").exists().then_some(());
    assert!(wait::until(wait::LIMIT, there).is_some(), "the new socket appears");
    assert_eq!(talk(&proxy, "new.sock", "show cli level\n"), "operator\n\n");
    assert!(!proxy.dir().join("user.sock").exists());
    fs::write(&file, text.replace("user.sock level user", "new.sock level user")).expect("write");
    assert!(ask(&proxy, "reload").starts_with("The configuration was reloaded.\n"));
    let level = || (talk(&proxy, "new.sock", "show cli level\n") == "user\n\n").then_some(());
    assert!(wait::until(wait::LIMIT, level).is_some(), "a socket that stays has its new level");
}

#[test]
fn connections_are_limited_and_time_out() {
    let config = CONFIG.replace("stats timeout 5s", "stats timeout 300ms\n    stats maxconn 2");
    let setup = Setup::new(Path::new(FERROXY), &config).set("origin", free_addr()).set("dead", dead_addr());
    let proxy = setup.set("tcp", free_addr()).start().expect("it starts");
    let connect = || UnixStream::connect(proxy.dir().join("admin.sock")).ok();
    let mut idle: Vec<UnixStream> = (0..2).filter_map(|_| wait::until(wait::LIMIT, connect)).collect();
    assert!(ask(&proxy, "show version").starts_with("3.5"), "served once the idle ones have timed out");
    for stream in &mut idle {
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
        assert_eq!(stream.read(&mut [0; 8]).expect("the end"), 0);
    }
}

#[test]
fn inherited_sockets_serve_as_well() {
    let config = CONFIG.replace("stats socket {{dir}}/user.sock level user", "stats socket \"fd@${api}\" level admin");
    let setup = Setup::new(Path::new(FERROXY), &config).set("origin", free_addr()).set("dead", dead_addr());
    let proxy = setup.set("tcp", free_addr()).start().expect("it starts");
    let mut stream = TcpStream::connect(proxy.addr("api")).expect("connect");
    stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
    // What comes behind the line must not cut the answer off.
    stream.write_all(b"show stat;show version\nmore\nand more\n").expect("write");
    stream.shutdown(Shutdown::Write).expect("shutdown");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer and the end");
    assert!(answer.ends_with("\n\n") && answer.contains("\n3.5"), "{answer}");
}
