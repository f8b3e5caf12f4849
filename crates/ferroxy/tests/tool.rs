//! Our own commands on configuration files.

use harness::proxy::TempDir;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ferroxy")).args(args).current_dir(dir).output().expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn check_says_everything() {
    let dir = TempDir::new().expect("temporary directory");
    fs::write(dir.0.join("good.cfg"), "global\n    maxconn 10\n").expect("write");
    fs::write(dir.0.join("bad.cfg"), "global\n    maxcon 10\n    nbthread x\n").expect("write");
    let good = run(&dir.0, &["check", "good.cfg"]);
    assert!(good.status.success() && stdout(&good) == "no findings\n", "{good:?}");
    let bad = run(&dir.0, &["check", "bad.cfg"]);
    let said = stdout(&bad);
    assert_eq!(bad.status.code(), Some(1), "{said}");
    assert!(said.contains("did you mean 'maxconn'?") && said.ends_with("2 errors\n"), "{said}");
    let json = run(&dir.0, &["check", "--format", "json", "bad.cfg"]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!((json.status.code(), &value["errors"]), (Some(1), &serde_json::json!(2)));
    assert_eq!(value["diagnostics"][1]["place"]["line"], 3);
    let wrong = run(&dir.0, &["check", "--format", "xml", "bad.cfg"]);
    assert_eq!(wrong.status.code(), Some(1));
}

#[test]
fn fmt_rewrites_or_tells() {
    let dir = TempDir::new().expect("temporary directory");
    let file = dir.0.join("a.cfg");
    fs::write(&file, "global\n  maxconn   10\n").expect("write");
    let told = run(&dir.0, &["fmt", "--check", "a.cfg"]);
    assert_eq!((told.status.code(), stdout(&told)), (Some(1), "a.cfg\n".to_owned()));
    assert!(run(&dir.0, &["fmt", "a.cfg"]).status.success());
    assert_eq!(fs::read_to_string(&file).expect("read"), "global\n    maxconn 10\n");
    assert!(run(&dir.0, &["fmt", "--check", "a.cfg"]).status.success());
    fs::write(&file, "global\n  node 'a\n").expect("write");
    let refused = run(&dir.0, &["fmt", "a.cfg"]);
    assert!(refused.status.code() == Some(1) && stdout(&refused).contains("unmatched quote"), "{refused:?}");
    assert_eq!(fs::read_to_string(&file).expect("read"), "global\n  node 'a\n", "left alone");
}

#[test]
fn eval_shows_each_step() {
    let dir = TempDir::new().expect("temporary directory");
    let config =
        "frontend web\n    bind :8080\n    acl is_api path_beg /api\n    acl is_api hdr(host) -i api.example\n";
    fs::write(dir.0.join("a.cfg"), config).expect("write");
    fs::write(dir.0.join("r"), "GET /x HTTP/1.1\nHost: API.example\n").expect("write");
    let steps = |output: &Output| {
        let said = stdout(output);
        said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    let expr = run(&dir.0, &["eval", "--request", "r", "req.hdr(host),lower"]);
    let want = ["req.hdr(host) str \"API.example\"", "lower str \"api.example\"", "=> str \"api.example\""];
    assert_eq!(steps(&expr), want);
    let cond =
        run(&dir.0, &["eval", "-f", "a.cfg", "--request", "r", "--from", "192.0.2.1", "is_api { src 192.0.2.0/24 }"]);
    let want = [
        "is_api yes",
        "path_beg /api no",
        "saw str \"/x\"",
        "hdr(host) -i api.example yes",
        "saw str \"API.example\"",
        "{ } yes",
        "src 192.0.2.0/24 yes",
        "saw ipv4 192.0.2.1",
        "=> if yes",
    ];
    assert_eq!(steps(&cond), want, "{cond:?}");
    let wrong = run(&dir.0, &["eval", "--request", "none", "path"]);
    assert!(wrong.status.code() == Some(1) && wrong.stdout.is_empty() && !wrong.stderr.is_empty());
}

/// The examples stand beside the crates.
fn examples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

#[test]
fn explain_tells_the_way_of_a_request() {
    let args = ["explain", "-f", "rules.cfg", "--from", "198.51.100.7", "-H", "Cookie: a=1", "GET /api/x"];
    let told = run(&examples(), &args);
    let said: Vec<String> =
        stdout(&told).lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert!(told.status.success(), "{told:?}");
    let mut rest = said.iter();
    // In this order, with other lines between them.
    for want in [
        "frontend web",
        "no http-request deny status 404 if is_admin !is_internal (rules.cfg:21)",
        "path_beg /admin/ no",
        "saw str \"/api/x\"",
        "yes http-request set-header x-client-ip %[src] (rules.cfg:25)",
        "yes use_backend api if is_api (rules.cfg:31)",
        "backend api",
        "yes http-request del-header cookie (rules.cfg:41)",
        "server api1",
        "the server gets:",
        "GET /api/x HTTP/1.1",
        "x-client-ip: 198.51.100.7",
        "yes http-response set-header cache-control no-store (rules.cfg:42)",
        "the client gets:",
        "HTTP/1.1 200 OK",
        "cache-control: no-store",
    ] {
        assert!(rest.any(|line| line == want), "{want} in {said:#?}");
    }
    assert!(!said.iter().any(|line| line.starts_with("cookie")), "{said:#?}");
    let denied = stdout(&run(&examples(), &["explain", "-f", "rules.cfg", "--from", "198.51.100.7", "/admin/"]));
    assert!(denied.contains("HTTP/1.1 404 Not Found") && !denied.contains("the server gets"), "{denied}");
    for wrong in [
        &["explain", "GET /"][..],
        &["explain", "-f", "rules.cfg", "--frontend", "none", "/"],
        &["explain", "-f", "none.cfg", "/"],
    ] {
        assert_eq!(run(&examples(), wrong).status.code(), Some(1), "{wrong:?}");
    }
}

#[test]
fn test_runs_the_examples() {
    let all = run(&examples(), &["test", "rules.test"]);
    assert!(all.status.success() && stdout(&all).ends_with("7 passed, 0 failed\n"), "{all:?}");
    let dir = TempDir::new().expect("temporary directory");
    fs::copy(examples().join("rules.cfg"), dir.0.join("rules.cfg")).expect("copy");
    let case = "config rules.cfg\ntest a\nrequest GET /\nexpect status 201\nexpect backend app\nexpect sent x-none\n";
    fs::write(dir.0.join("a.test"), case).expect("write");
    let failed = run(&dir.0, &["test", "a.test"]);
    let said = stdout(&failed);
    assert_eq!(failed.status.code(), Some(1), "{said}");
    for want in [
        "FAIL  a (a.test:2)",
        "line 4: status: expected '201', got '200'",
        "line 6: field sent: ",
        "0 passed, 1 failed",
    ] {
        assert!(said.contains(want), "{want} in {said}");
    }
    assert!(!said.contains("line 5"), "{said}");
}

#[test]
fn lint_explains_itself() {
    let dir = TempDir::new().expect("temporary directory");
    let text = "global\n    user root\nbackend gone\n    timeout connect 1s\n    timeout server 1s\n";
    fs::write(dir.0.join("a.cfg"), text).expect("write");
    let lint = run(&dir.0, &["lint", "a.cfg"]);
    let said = stdout(&lint);
    assert_eq!(lint.status.code(), Some(1), "{said}");
    assert!(said.contains("[unused-backend]") && said.ends_with("1 finding\n"), "{said}");
    let quiet = text.replace("gone", "gone # lint: allow unused-backend");
    fs::write(dir.0.join("a.cfg"), quiet).expect("write");
    assert!(run(&dir.0, &["lint", "a.cfg"]).status.success());
    assert!(stdout(&run(&dir.0, &["lint", "--rules"])).contains("\nunused-backend\n"));
}

#[test]
fn migrate_rewrites_and_tells() {
    let dir = TempDir::new().expect("temporary directory");
    let file = dir.0.join("old.cfg");
    fs::write(&file, "defaults\n  clitimeout 5s\nbackend b\n  appsession X\n").expect("write");
    let told = run(&dir.0, &["migrate", "--check", "old.cfg"]);
    assert!(stdout(&told).contains("'clitimeout' becomes 'timeout client'"), "{told:?}");
    assert!(fs::read_to_string(&file).expect("read").contains("clitimeout"));
    assert_eq!(run(&dir.0, &["migrate", "old.cfg"]).status.code(), Some(1), "something is left to people");
    let text = fs::read_to_string(&file).expect("read");
    assert_eq!(text, "defaults\n  timeout client 5s\nbackend b\n  # appsession X\n");
    assert!(run(&dir.0, &["migrate", "old.cfg"]).status.success());
}
