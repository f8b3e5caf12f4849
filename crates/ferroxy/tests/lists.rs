//! Lists of patterns, maps and variables while the proxy runs: over the runtime API, by rules and across reloads. Where
//! Debian's haproxy answers the same, the same expectations run against it.

use harness::proxy::TempDir;
use harness::{Proxy, Setup, haproxy, wait};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

const FERROXY: &str = env!("CARGO_BIN_EXE_ferroxy");

const CONFIG: &str = "
global
    stats socket {{dir}}/admin.sock mode 600 level admin
    set-var proc.given str(abc)
    set-var-fmt proc.made %[int(40),add(2)]
defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend web
    bind \"fd@${web}\"
    acl listed path -f {{files}}/list
    acl folded path -i -f {{files}}/list
    acl own path_beg /own /mine
    acl numbered url_param(n) -m int -u 77 lt 5
    http-request add-acl({{files}}/list) %[path] if { path_beg /add }
    http-request del-acl({{files}}/list) %[path,regsub(^/del,/add)] if { path_beg /del }
    http-request set-map({{files}}/map) %[url_param(k)] %[url_param(v)] if { path /set }
    http-request del-map({{files}}/map) %[url_param(k)] if { path /unset }
    http-request return status 200 content-type text/plain lf-string \"listed\" if listed
    http-request return status 200 content-type text/plain lf-string \"folded\" if folded
    http-request return status 200 content-type text/plain lf-string \"own\" if own
    http-request return status 200 content-type text/plain lf-string \"numbered\" if numbered
    http-request return status 200 content-type text/plain lf-string \"%[path,map({{files}}/map,none)] %[path,map_beg({{files}}/map,none)] %[src,map_ip({{files}}/nets,none)] %[path,length,map_int({{files}}/ints,none)] %[path,map_regm({{files}}/regs,none)] %[path,map_str_int({{files}}/nums,0)] %[var(proc.given)] %[var(proc.made)]\"
";

fn both() -> Vec<PathBuf> {
    let mut programs = vec![PathBuf::from(FERROXY)];
    programs.extend(haproxy());
    programs
}

struct Running {
    proxy: Proxy,
    files: TempDir,
}

fn start(bin: &Path) -> Running {
    let files = TempDir::new().expect("a directory");
    let write = |name: &str, text: &str| fs::write(files.0.join(name), text).expect("a file");
    write("list", "# patterns\n/Listed\n\n  /two\n");
    write("map", "/a one  two \n/b 2\n/b 3\n/only\n");
    write("nets", "127.0.0.0/8 net\n127.0.0.1 fine\n");
    write("ints", "1:5 low\n9 nine\n");
    write("regs", "^/r(.*)$ got\\1\n");
    write("nums", "/n 12\n");
    let setup = Setup::new(bin, CONFIG).set("files", files.0.display());
    let proxy = setup.start().expect("it starts");
    let up = wait::until(wait::LIMIT, || UnixStream::connect(proxy.dir().join("admin.sock")).ok());
    assert!(up.is_some(), "{}", proxy.said());
    Running { proxy, files }
}

impl Running {
    /// The answer to a command, the directory's name as `D` and references as `REF`.
    fn ask(&self, command: &str) -> String {
        let dir = self.files.0.display().to_string();
        let mut stream = UnixStream::connect(self.proxy.dir().join("admin.sock")).expect("connect");
        stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
        stream.write_all(command.replace("D/", &format!("{dir}/")).as_bytes()).expect("write");
        if !command.ends_with("\n\n") {
            stream.write_all(b"\n").expect("write");
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer and the end");
        let answer = answer.replace(&dir, "D");
        let word = |word: &str| if word.starts_with("0x") { "REF".to_owned() } else { word.to_owned() };
        let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
        answer.trim_end_matches('\n').lines().map(line).collect::<Vec<_>>().join("|")
    }

    /// The body of the answer to a request.
    fn get(&self, target: &str) -> String {
        let mut stream = TcpStream::connect(self.proxy.addr("web")).expect("connect");
        stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
        write!(stream, "GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("write");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer.split_once("\r\n\r\n").expect("a body").1.to_owned()
    }
}

const UNKNOWN_MAP: &str = "Unknown map identifier. Please use #<id> or <file>.";
const UNKNOWN_ACL: &str = "Unknown ACL identifier. Please use #<id> or <file>.";
const RANGE: &str = "Version number out of range.";
const THREE: &str = "'add map' expects three parameters (map identifier, key and value) or one parameter (map identifier) and a payload";

/// Commands in their order, and what is answered.
const TALK: &[(&str, &str)] = &[
    ("show map D/map", "REF /a one  two|REF /b 2|REF /b 3|REF /only "),
    ("show acl D/list", "REF /Listed|REF /two"),
    ("show map D/list", UNKNOWN_MAP),
    ("show map #99", UNKNOWN_MAP),
    ("show acl nope", UNKNOWN_ACL),
    ("show acl #77", "REF :4"),
    (
        "get map D/map /a",
        "type=str, case=sensitive, found=yes, idx=tree, key=\"/a\", value=\"one  two\", type=\"str\"|\
         type=beg, case=sensitive, found=yes, idx=tree, key=\"/a\", value=\"one  two\", type=\"str\"",
    ),
    ("get map D/map x", "type=str, case=sensitive, found=no|type=beg, case=sensitive, found=no"),
    (
        "get acl D/list /listed",
        "type=str, case=sensitive, match=no|type=str, case=insensitive, match=yes, idx=list, pattern=\"/Listed\"",
    ),
    (
        "get map D/nets 127.0.0.1",
        "type=ip, case=sensitive, found=yes, idx=tree, key=\"127.0.0.1\", value=\"fine\", type=\"str\"",
    ),
    ("get map D/nets abc", "type=ip, case=sensitive, found=no"),
    ("get map D/ints 3", "type=int, case=sensitive, found=yes, idx=list, key=\"1:5\", value=\"low\", type=\"str\""),
    (
        "get map D/regs /rx",
        "type=regm, case=sensitive, found=yes, idx=list, key=\"^/r(.*)$\", value=\"got\\1\", type=\"str\"",
    ),
    ("get map D/nums /n", "type=str, case=sensitive, found=yes, idx=tree, key=\"/n\", value=\"12\", type=\"sint\""),
    ("get map D/map", "Missing map identifier and/or key."),
    ("get acl", "Missing ACL identifier and/or key."),
    ("get map nope k", UNKNOWN_MAP),
    ("get acl nope k", UNKNOWN_ACL),
    ("add map D/map", THREE),
    ("add map D/map k", THREE),
    ("add map nope k v", UNKNOWN_MAP),
    ("add acl nope k", UNKNOWN_ACL),
    ("add acl D/list", "'add acl' expects two parameters: ACL identifier and pattern."),
    ("add map D/nets notip x", "'notip' is not a valid IPv4 or IPv6 address."),
    ("add map D/nums z notint", "unable to parse 'notint'."),
    ("add map D/regs ( x", "regex '(' is invalid (error=missing closing parenthesis, erroffset=1)."),
    ("add map D/ints 5:1 x", "'5:1' is not a valid number range."),
    ("add map D/map /new some value", ""),
    ("add map D/map <<\n/p1 v1\n/p2  v2 with spaces\n\n", ""),
    ("add map D/map <<\n/p3 v3\n/p4\n\n", "Missing value for key '/p4'."),
    (
        "show map D/map",
        "REF /a one  two|REF /b 2|REF /b 3|REF /only |REF /new some|REF /p1 v1|REF /p2 v2 with spaces|REF /p3 v3",
    ),
    ("set map D/map /b 22", ""),
    ("set map D/map /nokey 22", "entry not found."),
    ("set map D/map /b", "'set map' expects three parameters: map identifier, key and value."),
    ("set map D/map #0x123 22", "key or pattern not found."),
    ("set map nope k v", UNKNOWN_MAP),
    (
        "show map D/map",
        "REF /a one  two|REF /b 22|REF /b 22|REF /only |REF /new some|REF /p1 v1|REF /p2 v2 with spaces|REF /p3 v3",
    ),
    ("del map D/map /b", ""),
    ("del map D/map /nokey", "Key not found."),
    ("del map D/map #0x1", "Key not found."),
    ("del map D/map", "This command expects two parameters: map identifier and key."),
    ("del acl D/list", "This command expects two parameters: ACL identifier and key."),
    ("del acl nope a", UNKNOWN_MAP),
    ("del acl D/list /two", ""),
    ("add acl D/list /three", ""),
    ("show acl D/list", "REF /Listed|REF /three"),
    ("prepare map", UNKNOWN_MAP),
    ("prepare acl nope", UNKNOWN_ACL),
    ("prepare map D/map", "New version created: 1"),
    ("prepare map D/map", "New version created: 2"),
    ("add map @1 D/map /one 1", ""),
    ("add map @2 D/map /two 2", ""),
    ("show map @2 D/map", "REF /two 2"),
    ("show map @9 D/map", ""),
    ("clear map @1 D/map", ""),
    ("show map @1 D/map", ""),
    ("commit map D/map", "Missing version number."),
    ("commit map @1 nope", UNKNOWN_MAP),
    ("commit map @9 D/map", RANGE),
    ("commit map @2 D/map", ""),
    ("commit map @1 D/map", RANGE),
    ("show map D/map", "REF /two 2"),
    ("clear map", "Missing map identifier."),
    ("clear acl nope", UNKNOWN_ACL),
    ("clear map D/map", ""),
    ("show map D/map", ""),
    ("get var proc.given", "proc.given: type=str value=<abc>"),
    ("get var proc.made", "proc.made: type=str value=<42>"),
    ("get var proc.none", "Variable not found."),
    ("get var txn.given", "Variable not found."),
    ("get var", "Missing process-wide variable identifier."),
    ("set var proc.x int(5)", "This command is restricted to experimental mode only."),
    ("experimental-mode on; set var proc.x int(4),add(1); get var proc.x", "||proc.x: type=sint value=<5>"),
    ("experimental-mode on; set var proc.x fmt a%[int(3)]; get var proc.x", "||proc.x: type=str value=<a3>"),
    ("experimental-mode on; set var proc.x expr bool(1); get var proc.x", "||proc.x: type=bool value=<1>"),
    ("experimental-mode on; set var proc.x ipv4(1.2.3.4); get var proc.x", "||proc.x: type=ipv4 value=<1.2.3.4>"),
    (
        "experimental-mode on; set var txn.a int(1)",
        "|'set var': cannot set variable 'txn.a', only scope 'proc' is permitted here.",
    ),
    ("experimental-mode on; set var proc.q", "|Missing either 'expr', 'fmt' or expression."),
];

#[test]
fn commands_answer_as_the_reference_does() {
    for bin in both() {
        let running = start(&bin);
        for (command, want) in TALK {
            assert_eq!(running.ask(command), *want, "{command} of {}", bin.display());
        }
    }
}

#[test]
fn requests_see_each_change() {
    for bin in both() {
        let running = start(&bin);
        let get = |target: &str| running.get(target);
        let ask = |command: &str| assert_eq!(running.ask(command), "", "{command} of {}", bin.display());
        assert_eq!(get("/a"), "one  two one  two fine low none 0 abc 42", "{}", bin.display());
        assert_eq!(get("/rx"), "none none fine low gotx 0 abc 42");
        assert_eq!(get("/n"), "none none fine low none 12 abc 42");
        assert_eq!(
            [get("/Listed"), get("/listed"), get("/own/x"), get("/?n=3")],
            ["listed", "folded", "own", "numbered"]
        );
        // By the runtime API.
        ask("set map D/map /a new");
        ask("add map D/map /abc finer");
        ask("del map D/nets 127.0.0.1");
        assert_eq!(get("/abcd"), "none finer net low none 0 abc 42");
        ask("add acl D/list /abcd");
        assert_eq!(get("/ABCD"), "folded");
        ask("clear acl D/list");
        assert_eq!(get("/Listed"), "none none net none none 0 abc 42");
        ask("add map D/regs ^/(?=x).* look");
        assert_eq!(get("/xyz"), "none none net low look 0 abc 42");
        // A line's own values are a list too.
        ask("add acl #77 200");
        assert_eq!([get("/?n=200"), get("/?n=4")], ["numbered", "numbered"]);
        // By rules.
        get("/set?k=/k&v=1");
        get("/set?k=/k&v=2");
        assert_eq!(
            running.ask("get map D/map /k").split('|').next().map(|line| line.contains("value=\"2\"")),
            Some(true)
        );
        assert!(get("/k").starts_with("2 2"));
        get("/unset?k=/k");
        assert!(get("/k").starts_with("none none"));
        assert_eq!([get("/add1"), get("/add1"), running.ask("show acl D/list")], ["listed", "listed", "REF /add1"]);
        get("/del1");
        assert_eq!(running.ask("show acl D/list"), "");
    }
}

// What the reference can't do: the process reads its files again, and keeps what was changed as long as the file is the same.
#[test]
fn a_reload_keeps_what_was_changed() {
    let running = start(Path::new(FERROXY));
    let reload =
        || assert!(running.ask("reload").starts_with("The configuration was reloaded."), "{}", running.proxy.said());
    assert_eq!(running.ask("set map D/map /a live"), "");
    assert_eq!(running.ask("add acl D/list /live"), "");
    assert_eq!(running.ask("add acl #77 100"), "");
    reload();
    assert!(running.get("/a").starts_with("live live"));
    assert_eq!([running.get("/live"), running.get("/?n=100")], ["listed", "numbered"]);
    fs::write(running.files.0.join("map"), "/a changed\n").expect("a file");
    reload();
    assert!(running.get("/a").starts_with("changed changed"));
    assert_eq!([running.get("/live"), running.ask("show map D/map")], ["listed", "REF /a changed"]);
    // A configuration that is refused changes nothing.
    fs::write(running.files.0.join("nets"), "nonsense x\n").expect("a file");
    assert!(running.ask("reload").contains("is not a valid IPv4 or IPv6 address"));
    assert!(running.get("/a").contains(" fine "));
    assert_eq!(running.ask("add acl D/list /more"), "");
    assert_eq!(running.get("/more"), "listed");
}
