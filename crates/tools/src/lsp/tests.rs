//! The features by place: texts with the cursor in them, and what is answered.

use super::outline::Setting;
use super::text::Range;
use super::workspace::{Scope, Workspace};
use super::{complete, diagnose, hover, navigate};
use conf::MemOutside;
use serde_json::Value;

/// Where the cursor is in a text of these tests.
const MARK: char = '‸';

const HERE: &str = "file:///etc/haproxy/a.cfg";

/// A text with a cursor, and other files of its folder, by name.
fn with<T>(source: &str, others: &[(&str, &str)], ask: impl FnOnce(&Scope<'_>, usize) -> T) -> T {
    let offset = source.find(MARK).unwrap_or(0);
    let mut texts = Workspace::default();
    texts.root = Some(b"/etc/haproxy".to_vec());
    texts.open(HERE, source.replace(MARK, ""), Some(1));
    let mut world = MemOutside::default();
    for (name, text) in others {
        world.files.insert(format!("/etc/haproxy/{name}").into_bytes(), text.as_bytes().to_vec());
    }
    texts.refresh(&mut world);
    let setting = Setting::default();
    ask(&texts.scope(HERE, &setting).expect("it is open"), offset)
}

fn labels(source: &str, others: &[(&str, &str)]) -> Vec<String> {
    let answer = with(source, others, complete::completion);
    let items = answer["items"].as_array().expect("a list").iter();
    items.map(|item| item["label"].as_str().expect("a label").to_owned()).collect()
}

/// All proposals, in their order.
fn only(source: &str, want: &[&str]) {
    assert_eq!(labels(source, &[]), want, "{source}");
}

/// Some proposals that must be there, and some that mustn't.
fn among(source: &str, there: &[&str], not_there: &[&str]) {
    let got = labels(source, &[]);
    for label in there {
        assert!(got.iter().any(|got| got == label), "'{label}' is missing in {source}: {got:?}");
    }
    for label in not_there {
        assert!(!got.iter().any(|got| got == label), "'{label}' is proposed in {source}");
    }
}

#[test]
fn sections_stand_at_the_margin() {
    among("‸", &["global", "defaults", "frontend", "backend", "listen"], &["bind", "nbthread"]);
    among("global\n‸", &["frontend", "nbthread"], &["bind", "program"]);
    among("global\n    ‸", &["nbthread"], &["frontend", "bind", "nbproc"]);
    only("fron‸", &["frontend"]);
    only("global\n.el‸", &[".elif", ".else"]);
    assert!(labels("global # ‸", &[]).is_empty());
    assert!(labels("global\n    nbthread 1 # back‸", &[]).is_empty());
}

#[test]
fn keywords_of_the_section() {
    among("frontend f\n ‸", &["bind", "default_backend", "timeout client"], &["server", "balance", "timeout server"]);
    among("backend f\n ‸", &["server", "balance", "timeout server"], &["bind", "default_backend", "clitimeout"]);
    among("defaults\n ‸", &["mode", "timeout client", "timeout server"], &["bind", "server", "acl"]);
    among("defaults d\n ‸", &["acl"], &["bind"]);
    among("listen l\n ‸", &["bind", "server"], &[]);
    among("frontend f\n no ‸", &["option contstats"], &["bind", "timeout client"]);
    // A line that ends in a backslash goes on.
    among("frontend f\n timeout \\\n  cli‸", &["client"], &["bind"]);
}

#[test]
fn second_words() {
    only("frontend f\n timeout cli‸", &["client", "client-fin", "client-hs"]);
    among("backend b\n option ‸", &["httpclose", "redispatch"], &["forceclose", "bind"]);
    among("frontend f\n option ‸", &["httplog"], &["redispatch"]);
    among("global\n stats ‸", &["socket", "timeout"], &["nbthread"]);
}

#[test]
fn actions_of_rules() {
    among("frontend f\n http-request ‸", &["set-header", "deny", "redirect"], &["set-status", "expect-proxy", "bind"]);
    among("frontend f\n tcp-request connection ‸", &["accept", "expect-proxy"], &["set-header"]);
    only("frontend f\n http-request deny ‸", &["if", "unless"]);
    only("frontend f\n acl own src ::1\n http-request deny if ow‸", &["own"]);
    only("cache c\nfrontend f\n http-request cache-use ‸", &["c", "if", "unless"]);
    assert!(hovered("frontend f\n http-request set-‸var(txn.x) src\n", &[]).starts_with("**set-var**"));
    assert!(hovered("frontend f\n http-request set-header a ‸b\n", &[]).starts_with("**set-header**"));
}

#[test]
fn the_other_sections() {
    among("resolvers r\n ‸", &["nameserver", "hold nx"], &["bind", "acl"]);
    among("userlist u\n ‸", &["user", "group"], &["bind"]);
    among("crt-store s\n load ‸", &["crt", "alias"], &["bind"]);
    among("peers p\n ‸", &["peer", "bind"], &["acl"]);
    assert!(hovered("res‸olvers r\n", &[]).starts_with("**resolvers**"));
}

#[test]
fn options_of_lines() {
    among("frontend f\n bind :80 ‸", &["accept-proxy", "nice"], &["check"]);
    among("global\n stats socket /x ‸", &["level", "mode"], &["check"]);
    among("backend b\n server s 1:1 ‸", &["check", "inter", "id"], &["accept-proxy"]);
    among("backend b\n default-server ‸", &["check", "inter"], &["id", "accept-proxy"]);
    among("backend b\n server s 1:1 inter 1s ba‸", &["backup"], &["check"]);
    only("backend b\n server s ‸", &[]);
    only("backend b\n server s 1:1 inter ‸", &[]);
}

#[test]
fn values_that_the_registry_enumerates() {
    only("defaults\n http-reuse ‸", &["aggressive", "always", "never", "safe"]);
    only("defaults\n mode ht‸", &["http"]);
}

const NAMES: &str = "userlist u\ndefaults d\nfrontend f\n acl is_a path /a\n acl is_b path /b\n use_backend PLACE\n\
    backend b1\n server s1 1:1\n server s2 1:2\nlisten l1\n bind :1\n server t1 1:3\nfrontend g\n acl other path /\n";

#[test]
fn names() {
    let at = |place: &str| NAMES.replace("PLACE", place);
    only(&at("‸"), &["b1", "l1"]);
    only(&at("b‸"), &["b1"]);
    only(&at("b1 ‸"), &["if", "unless"]);
    among(&at("b1 if ‸"), &["is_a", "is_b", "{", "METH_GET"], &["other", "if", "src"]);
    only(&at("b1 if is_a !is‸"), &["is_a", "is_b"]);
    let with_line = |line: &str| format!("{NAMES}backend c from d\n server c1 9:9\n {line}\n");
    among(&with_line("use-server ‸"), &["c1", "b1"], &["s1"]);
    only(&with_line("use-server c1 if { http_auth(‸"), &["u"]);
    only(&with_line("server x 1:1 track b1/‸"), &["s1", "s2"]);
    only(&with_line("http-request deny if { nbsrv(‸"), &["b1", "c", "l1"]);
    only(&with_line("http-request deny if { srv_is_up(b1/‸"), &["s1", "s2"]);
    only(&with_line("http-request deny if { src,in_table(l‸"), &["l1"]);
    only(&format!("{NAMES}backend e from ‸"), &["d"]);
    only(&format!("{NAMES}backend e ‸"), &["from"]);
    assert_eq!(labels(&at("‸"), &[("b.cfg", "backend far\n"), ("c.txt", "backend no\n")]), ["b1", "l1", "far"]);
}

#[test]
fn expressions() {
    let at = |place: &str| format!("frontend f\n use_backend b if {{ {place}");
    among(&at("‸"), &["src", "path", "path_beg"], &["lower", "b", "TRUE"]);
    among(&at("path,‸"), &["lower", "length"], &["src"]);
    among(&at("hdr(host),up‸"), &["upper"], &["lower"]);
    only(&at("path -m be‸"), &["beg"]);
    among("frontend f\n log-format \"%[‸", &["src", "path"], &["path_beg", "lower"]);
    among("frontend f\n log-format %[path,lo‸", &["lower"], &["src", "upper"]);
    only("frontend f\n log-format %[path],lo‸", &[]);
    among("frontend f\n acl a ‸", &["src", "hdr_beg"], &["lower"]);
}

fn hovered(source: &str, others: &[(&str, &str)]) -> String {
    let answer = with(source, others, hover::hover);
    answer.pointer("/contents/value").and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[test]
fn facts_of_the_word_under_the_cursor() {
    let cases: &[(&str, &[&str])] = &[
        ("front‸end f\n", &["**frontend**", "Manual 4."]),
        (
            "frontend f\n ti‸meout client 1s\n",
            &["**timeout client**", "Where: defaults, frontend, listen.", "Manual 4.2."],
        ),
        ("frontend f\n timeout cli‸ent 1s\n", &["**timeout client**"]),
        ("defaults\n no option http‸log\n", &["**option httplog**"]),
        ("backend b\n server s 1:1 inter‸ 1s\n", &["**inter**", "'server' and 'default-server' lines"]),
        ("backend b\n server s 1:1 inter ‸1s\n", &["**inter**"]),
        ("frontend f\n bind :1 ni‸ce 1\n", &["**nice**", "Manual 5.1"]),
        ("frontend f\n use_backend b if { sr‸c 1.1.1.1 }\n", &["**src**"]),
        ("frontend f\n use_backend b if { path,low‸er /x }\n", &["**lower**", "behind a fetch"]),
        ("frontend f\n use_backend b if { path_b‸eg /x }\n", &["**path_beg**"]),
        ("frontend f\n log-format \"x %[pa‸th,lower]\"\n", &["**path**"]),
        ("frontend f\n default_backend ‸b\nbackend b # it\n", &["backend b", "Line 3."]),
        ("frontend f\n clitime‸out 1s\n", &["Not supported any more: use 'timeout client'."]),
    ];
    for (source, want) in cases {
        let got = hovered(source, &[]);
        for part in *want {
            assert!(got.contains(part), "{part} of {source}: {got}");
        }
    }
    assert!(hovered("frontend f\n default_backend ‸b\n", &[("x.cfg", "backend b\n")]).contains("/x.cfg line 1."));
    for nothing in ["‸", "frontend f\n # ba‸ckend\n", "frontend f\n nonsense‸ x\n", " ‸\n"] {
        assert_eq!(hovered(nothing, &[]), "", "{nothing}");
    }
}

/// Places of an answer as `file:line:column`, counted from 0.
fn places(answer: &Value) -> Vec<String> {
    let place = |one: &Value| {
        let start = one.pointer("/range/start").expect("a range");
        let file = one["uri"].as_str().and_then(|uri| uri.rsplit('/').next()).unwrap_or_default();
        format!("{file}:{}:{}", start["line"], start["character"])
    };
    answer.as_array().map_or(Vec::new(), |all| all.iter().map(place).collect())
}

const TWO: &str = "frontend f\n acl x src ::1\n acl x src ::2\n use_backend b if x !x\n default_backend \"b\"\n\
    backend b\n server s 1:1\n server t 1:2 track b/s\n use-server s if TRUE\nfrontend g\n acl x src ::3\n";

#[test]
fn definitions_and_references() {
    let at = |line: usize, column: usize| {
        let start: usize = TWO.split_inclusive('\n').take(line).map(str::len).sum();
        with(TWO, &[], |scope, _| {
            let offset = start + column;
            (places(&navigate::definition(scope, offset)), places(&navigate::references(scope, offset, true)))
        })
    };
    let b = ["a.cfg:5:8", "a.cfg:3:13", "a.cfg:4:18", "a.cfg:7:20"];
    for (line, column) in [(3, 13), (4, 18), (5, 8), (7, 20), (7, 21)] {
        let (defs, refs) = at(line, column);
        assert_eq!(defs, b[..1], "{line}:{column}");
        assert_eq!(refs, b, "{line}:{column}");
    }
    let (defs, refs) = at(3, 21);
    assert_eq!(defs, ["a.cfg:1:5", "a.cfg:2:5"]);
    assert_eq!(refs, ["a.cfg:1:5", "a.cfg:2:5", "a.cfg:3:18", "a.cfg:3:21"]);
    assert_eq!(at(10, 5).1, ["a.cfg:10:5"]);
    assert_eq!(at(8, 12).1, ["a.cfg:6:8", "a.cfg:7:22", "a.cfg:8:12"]);
    assert!(at(0, 2).0.is_empty());
}

#[test]
fn neighbours_come_in_where_a_file_has_no_such_name() {
    let source = "frontend f\n default_backend ‸b\n";
    let others = [
        ("b.cfg", "backend b\n"),
        // A configuration of its own that happens to have the same name.
        ("c.cfg", "frontend f\n default_backend b\nbackend b\n"),
        ("d.cfg", "frontend x\n default_backend b\n"),
    ];
    let refs = with(source, &others[..1], |scope, at| places(&navigate::references(scope, at, true)));
    assert_eq!(refs, ["b.cfg:0:8", "a.cfg:1:17"]);
    let refs = with(source, &[others[0], others[2]], |scope, at| places(&navigate::references(scope, at, false)));
    assert_eq!(refs, ["a.cfg:1:17", "d.cfg:1:17"]);
    let own = format!("{source}backend b\n");
    let refs = with(&own, &others, |scope, at| places(&navigate::references(scope, at, true)));
    assert_eq!(refs, ["a.cfg:2:8", "a.cfg:1:17", "d.cfg:1:17"]);
}

/// The text after a rename, or why there is none.
fn renamed(source: &str, to: &str) -> Result<String, String> {
    with(source, &[], |scope, offset| {
        let answer = navigate::rename(scope, offset, to)?;
        let mut text = scope.here.text.clone();
        let mut edits: Vec<(Range, String)> =
            answer["changes"][HERE].as_array().expect("edits").iter().map(edit(&text)).collect();
        edits.sort();
        for (range, with) in edits.iter().rev() {
            text.replace(*range, with);
        }
        Ok(String::from_utf8(text.bytes().to_vec()).expect("text"))
    })
}

fn edit(text: &super::text::Text) -> impl Fn(&Value) -> (Range, String) {
    |edit| (text.range(&edit["range"]).expect("a range"), edit["newText"].as_str().expect("text").to_owned())
}

#[test]
fn renaming() {
    let cases: &[(&str, &str, Result<&str, &str>)] = &[
        (
            "frontend f\n use_backend ‸b if { path é }\n default_backend 'b'\nbackend b\n",
            "x",
            Ok("frontend f\n use_backend x if { path é }\n default_backend 'x'\nbackend x\n"),
        ),
        (
            "frontend f\n acl ‸a src ::1\n use_backend b if !a or a\nfrontend g\n acl a src ::2\n",
            "n",
            Ok("frontend f\n acl n src ::1\n use_backend b if !n or n\nfrontend g\n acl a src ::2\n"),
        ),
        (
            "backend b\n server ‸s 1:1\n server t 1:2 track b/s\nbackend c\n server s 2:2\n server u 1:1 track b/s\n",
            "n",
            Ok(
                "backend b\n server n 1:1\n server t 1:2 track b/n\nbackend c\n server s 2:2\n server u 1:1 track b/n\n",
            ),
        ),
        ("defaults ‸d\nbackend b from d\n", "n", Ok("defaults n\nbackend b from n\n")),
        (
            "userlist ‸u\nresolvers r\nbackend b\n acl a http_auth(u)\n http-request auth unless { http_auth(u) }\n",
            "n",
            Ok("userlist n\nresolvers r\nbackend b\n acl a http_auth(n)\n http-request auth unless { http_auth(n) }\n"),
        ),
        (
            "resolvers ‸r\nbackend b\n http-request do-resolve(txn.a,r,ipv4) str(r)\n server s x resolvers r\n",
            "dns",
            Ok(
                "resolvers dns\nbackend b\n http-request do-resolve(txn.a,dns,ipv4) str(r)\n server s x resolvers dns\n",
            ),
        ),
        (
            "peers p\n table t type ip size 1\nbackend ‸b\n stick-table type ip size 1 peers p\nfrontend f\n \
             http-request track-sc0 src table b\n http-request deny if { sc_http_req_rate(0,b) gt 1 } { nbsrv(b) 0 }\n",
            "n",
            Ok("peers p\n table t type ip size 1\nbackend n\n stick-table type ip size 1 peers p\nfrontend f\n \
                http-request track-sc0 src table n\n http-request deny if { sc_http_req_rate(0,n) gt 1 } { nbsrv(n) 0 }\n"),
        ),
        ("backend ‸b\nfrontend f\n", "f", Err("'f' is there already, at line 2")),
        ("backend ‸b\n", "a b", Err("is no name")),
        ("frontend f\n default_backend ‸b\n", "x", Err("nothing defines 'b'")),
        ("frontend f\n ‸bind :80\n", "x", Err("no name here")),
        ("frontend f\n default_backend ‸a\\\\a\nbackend a\\\\a\n", "x", Err("hidden by quotes")),
    ];
    for (source, to, want) in cases {
        match (renamed(source, to), want) {
            (Ok(got), Ok(want)) => assert_eq!(got, *want),
            (Err(got), Err(want)) => assert!(got.contains(want), "{got}"),
            (got, _) => panic!("{source}: {got:?}"),
        }
    }
}

/// Findings as `line:column+length weight message`, the first line of each.
fn found(source: &str, others: &[(&str, &str)]) -> Vec<String> {
    with(source, others, |scope, _| {
        let shown = |one: &diagnose::Finding| {
            let at = scope.here.text.position(one.range.start);
            let length = one.range.end - one.range.start;
            let message = one.message.lines().next().unwrap_or_default();
            format!("{}:{}+{length} {:?} {message}", at.line, at.character, one.weight)
        };
        diagnose::findings(scope, &mut MemOutside::default()).iter().map(shown).collect()
    })
}

#[test]
fn findings_of_each_weight() {
    assert_eq!(found("global\n    nbthred 2\n", &[]), ["1:4+7 Error unknown keyword 'nbthred' in 'global' section"]);
    let hints = found("defaults\n", &[]);
    assert_eq!(hints, ["0:0+8 Hint no proxy starts from this 'defaults' section"]);
    let later = found("frontend f\n bind :1\n timeout client 1s\n mode spop\n", &[]);
    assert!(
        later.iter().any(|one| one.starts_with("3:6+4 Information") && one.contains("not supported yet")),
        "{later:?}"
    );
}

#[test]
fn neighbours_are_no_errors() {
    let rules = "frontend f\n timeout client 1s\n bind :1\n default_backend b\n";
    let servers = "backend b\n timeout connect 1s\n timeout server 1s\n";
    let alone = found(rules, &[]);
    assert!(alone.len() == 1 && alone[0].contains("Error"), "{alone:?}");
    assert_eq!(found(rules, &[("b.cfg", servers)]), [""; 0]);
    // Unused only as long as nobody sees the neighbour.
    assert!(found(servers, &[]).iter().any(|one| one.contains("nothing uses backend")));
    assert_eq!(found(servers, &[("b.cfg", rules)]), [""; 0]);
    // Another configuration of the same folder isn't in the way.
    assert_eq!(found(&format!("{rules}{servers}"), &[("b.cfg", &format!("{rules}{servers}"))]), [""; 0]);
    // What is wrong either way is told.
    let wrong = found(&format!("{rules} nonsense\n"), &[("b.cfg", servers)]);
    assert!(wrong.len() == 1 && wrong[0].contains("nonsense"), "{wrong:?}");
}

#[test]
fn quick_fixes() {
    let fixes = |source: &str| {
        with(source, &[], |scope, _| {
            let found = diagnose::findings(scope, &mut MemOutside::default());
            let whole = Range::new(0, source.len());
            let answer = diagnose::actions(scope.here, &found, whole);
            let fixed = |action: &Value| {
                let (range, with) = edit(&scope.here.text)(&action["edit"]["changes"][HERE][0]);
                let mut text = scope.here.text.clone();
                text.replace(range, &with);
                (
                    action["title"].as_str().unwrap_or_default().to_owned(),
                    String::from_utf8_lossy(text.bytes()).into_owned(),
                )
            };
            answer.as_array().expect("a list").iter().map(fixed).collect::<Vec<_>>()
        })
    };
    let one = |title: &str, text: &str| vec![(title.to_owned(), text.to_owned())];
    assert_eq!(fixes("global\n nbthred 2\n"), one("change to 'nbthread'", "global\n nbthread 2\n"));
    assert_eq!(
        fixes("defaults x\n option httplo\nbackend b from x\n")[0].1,
        "defaults x\n option httplog\nbackend b from x\n"
    );
    assert_eq!(fixes("defaults\n"), one("allow 'unused-defaults' here", "defaults # lint: allow unused-defaults\n"));
}
