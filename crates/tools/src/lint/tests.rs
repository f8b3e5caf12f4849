use super::*;
use std::collections::BTreeSet;
use syntax::{Env, Facts};

/// The names of the rules that find something, with the line.
fn found(text: &str) -> Vec<String> {
    let mut files = Files::new();
    let id = files.add("F", text);
    let (tree, diagnostics) = syntax::parse(&files, &[id], Env::new(), &Facts::default(), &conf::is_section);
    assert!(!diagnostics.has_alerts(), "{text}");
    let all = lint(&files, &tree);
    let name = |one: &Diagnostic| {
        let rule = one.message.rsplit_once('[').expect("a name").1.trim_end_matches(']').to_owned();
        format!("{rule}:{}", one.span.map_or(0, |span| files.line(span)))
    };
    all.iter().map(name).collect()
}

/// A rule's name, a configuration that it finds fault with at a line, and one that is right.
const CASES: &[(&str, u32, &str, &str)] = &[
    (
        "admin-socket-open",
        2,
        "global\n stats socket :999 level admin\n",
        "global\n stats socket /run/x mode 660 level admin\n stats socket 127.0.0.1:9 level admin\n stats socket :9\n",
    ),
    ("clear-password", 2, "userlist u\n user a insecure-password b\n", "userlist u\n user a password $5$x\n"),
    ("cookie-readable", 2, "backend b\n cookie S insert\n", "backend b\n cookie S insert httponly\n"),
    ("runs-as-root", 1, "global\n daemon\nfrontend f\n bind :1\n", "global\n user x\nfrontend f\n bind :1\n"),
    (
        "stats-admin-open",
        2,
        "listen l\n stats admin if TRUE\n",
        "listen l\n stats admin if TRUE\n stats auth a:b\nlisten m\n stats admin if LOCALHOST\n",
    ),
    (
        "two-client-addresses",
        4,
        "defaults\n option forwardfor\nlisten l\n server s 1.1.1.1:1 send-proxy-v2\n",
        "listen l\n server s 1.1.1.1:1 send-proxy\nlisten m\n option forwardfor\n server s 1.1.1.1:1\n",
    ),
    (
        "shadowed-bind",
        4,
        "frontend a\n bind *:80\nfrontend b\n bind 10.0.0.1:80\n",
        "frontend a\n bind *:80\n bind :::80\nfrontend b\n bind 10.0.0.1:81\n",
    ),
    (
        "redirect-loop",
        3,
        "frontend f\n bind :443 ssl crt x\n http-request redirect scheme https\n",
        "frontend f\n bind :443 ssl crt x\n redirect scheme https unless { ssl_fc }\nfrontend g\n bind :80\n redirect scheme https\n",
    ),
    (
        "unbounded-stick-table",
        2,
        "backend b\n stick-table type ip size 1m\n",
        "backend b\n stick-table type ip size 1m expire 5m\n",
    ),
    (
        "unreachable-rule",
        4,
        "frontend f\n http-request deny if { src 1.1.1.1 }\n http-request deny\n http-request set-header a b\n",
        "frontend f\n http-request set-header a b\n http-request deny\n http-response set-header a b\n",
    ),
    ("unused-acl", 2, "frontend f\n acl x src 1.1.1.1\n", "frontend f\n acl x src 1.1.1.1\n use_backend b if !x\n"),
    (
        "unused-backend",
        1,
        "backend gone\n",
        "backend a\nfrontend f\n use_backend a\nbackend t\n stick-table type ip size 1 expire 1s\n",
    ),
    (
        "unused-defaults",
        1,
        "defaults d\n mode http\ndefaults e\nfrontend f from e\n",
        "defaults d\nfrontend f from d\n",
    ),
    (
        "case-of-host",
        2,
        "frontend f\n use_backend b if { hdr(Host) Example.com }\n",
        "frontend f\n use_backend b if { hdr(host) -i example.com } or { hdr(host) 1.2.3.4 }\n",
    ),
    (
        "regex-for-a-prefix",
        2,
        "frontend f\n http-request deny if { path_reg -i ^/api/ }\n",
        "frontend f\n http-request deny if { path_reg ^/a.*b } { path_beg /a }\n",
    ),
    (
        "no-request-timeout",
        3,
        "defaults\n mode http\nfrontend f\n bind :1\n",
        "defaults\n mode http\n timeout http-request 5s\nfrontend f\n bind :1\nfrontend g\n mode tcp\n",
    ),
    ("poor-log", 1, "frontend f\n log global\n", "frontend f\n log global\n option tcplog\n"),
    (
        "unchecked-server",
        3,
        "backend b\n server a 1.1.1.1:1 check\n server c 1.1.1.1:2\n",
        "backend b\n default-server check\n server a 1.1.1.1:1\n server c 1.1.1.1:2\nbackend d\n server a 1.1.1.1:1\n",
    ),
    (
        "old-tls",
        2,
        "frontend f\n bind :1 ssl crt x ssl-min-ver TLSv1.0\n",
        "frontend f\n bind :1 ssl crt x ssl-min-ver TLSv1.2\n",
    ),
    (
        "unverified-server",
        2,
        "backend b\n server s 1.1.1.1:1 ssl verify none\n",
        "backend b\n server s 1.1.1.1:1 ssl verify required ca-file x\n server t 1.1.1.1:1 verify none\n",
    ),
    (
        "weak-ciphers",
        2,
        "frontend f\n bind :1 ssl crt x ciphers HIGH:RC4-SHA\n",
        "frontend f\n bind :1 ssl crt x ciphers HIGH:!aNULL:-RC4\n",
    ),
];

#[test]
fn each_rule_fires_and_rests() {
    for (rule, line, wrong, right) in CASES {
        let hits = found(wrong);
        assert!(hits.contains(&format!("{rule}:{line}")), "{rule} is silent about:\n{wrong}{hits:?}");
        let hits = found(right);
        assert!(
            !hits.iter().any(|hit| hit.split(':').next() == Some(rule)),
            "{rule} complains about:\n{right}{hits:?}"
        );
    }
}

#[test]
fn the_table_is_sound() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    let tried: BTreeSet<&str> = CASES.iter().map(|case| case.0).collect();
    assert_eq!(names.iter().copied().collect::<BTreeSet<_>>(), tried, "each rule has its cases");
    assert_eq!(names.len(), tried.len(), "no name twice");
    assert!(names.len() >= 15);
    for rule in RULES {
        assert!(!rule.why.ends_with('.') && !rule.fix.is_empty(), "{}", rule.name);
    }
}

#[test]
fn comments_silence() {
    let acl = "frontend f\n acl x src 1.1.1.1";
    assert_eq!(found(&format!("{acl}\n")), ["unused-acl:2"]);
    assert!(found(&format!("{acl} # lint: allow unused-acl\n")).is_empty());
    assert!(found(&format!("{acl} # lint:allow poor-log,unused-acl since it comes later\n")).is_empty());
    assert_eq!(found(&format!("{acl} # lint: allow poor-log\n")), ["unused-acl:2"]);
    assert!(found("frontend f # lint: allow unused-acl\n bind :1\n acl x src 1.1.1.1\n").is_empty());
    assert_eq!(found("frontend f\n # lint: allow unused-acl\n acl x src ::1\n acl y src ::1\n"), ["unused-acl:4"]);
}
