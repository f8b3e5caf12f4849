use super::*;
use syntax::{Env, Facts};

fn migrated(text: &str) -> (String, Vec<String>) {
    let mut files = Files::new();
    let id = files.add("F", text);
    let (tree, diagnostics) = syntax::parse(&files, &[id], Env::new(), &Facts::default(), &conf::is_section);
    assert!(!diagnostics.has_alerts(), "{text}");
    let out = migrate(&files, id, &tree);
    let warned = out.said.iter().filter(|one| one.severity == Severity::Warning);
    (String::from_utf8(out.text).expect("text"), warned.map(|one| one.message.clone()).collect())
}

/// A line in a section, what becomes of it, and whether people are told.
fn check(section: &str, from: &str, to: &str, told: bool) {
    let (text, warned) = migrated(&format!("{section} x\n  {from} # end\n"));
    assert_eq!(text, format!("{section} x\n  {to} # end\n"));
    assert_eq!(!warned.is_empty(), told, "{from}: {warned:?}");
}

fn stays(section: &str, line: &str) {
    check(section, line, line, false);
}

#[test]
fn renamed_lines() {
    check("backend", "contimeout 5s", "timeout connect 5s", false);
    check("backend", "clitimeout  5000", "timeout client  5000", false);
    check("backend", "srvtimeout 5s", "timeout server 5s", false);
    stays("backend", "timeout server 5s");
    check("backend", "redispatch", "option redispatch", false);
    check("backend", "no redispatch", "no option redispatch", false);
    stays("backend", "option redispatch");
    check("backend", "option forceclose", "option httpclose", false);
    check("frontend", "no option forceclose", "no option httpclose", false);
    stays("backend", "option httpclose");
    check("frontend", "option accept-invalid-http-request", "option accept-unsafe-violations-in-http-request", false);
    check(
        "backend",
        "no option accept-invalid-http-response",
        "no option accept-unsafe-violations-in-http-response",
        false,
    );
    check("frontend", "block if { src \"1.1.1.1\" }", "http-request deny if { src \"1.1.1.1\" }", false);
    stays("frontend", "http-request deny if { src 1.1.1.1 }");
    check("backend", "dispatch 1.2.3.4:80", "server dispatch 1.2.3.4:80", false);
    check("frontend", "monitor-net 10.0.0.0/8", "http-request return status 200 if { src 10.0.0.0/8 }", true);
    stays("frontend", "monitor-uri /x");
    check("frontend", "http-request set-mark 1 if TRUE", "http-request set-fc-mark 1 if TRUE", false);
    check("frontend", "tcp-request content set-tos 1", "tcp-request content set-fc-tos 1", false);
    stays("frontend", "http-request set-fc-mark 1");
}

#[test]
fn lines_that_are_gone() {
    check("frontend", "option http-use-htx", "# option http-use-htx", false);
    check("frontend", "no option http-use-htx", "# no option http-use-htx", false);
    check("frontend", "option http-tunnel", "# option http-tunnel", false);
    check("listen", "option transparent", "# option transparent", true);
    check("listen", "no option transparent", "# no option transparent", false);
    stays("listen", "option tcplog");
    check("backend", "appsession JSESSIONID len 52 timeout 3h", "# appsession JSESSIONID len 52 timeout 3h", true);
    check("frontend", "grace 5s", "# grace 5s", false);
    check("global", "master-worker", "# master-worker", false);
    stays("global", "master-worker no-exit-on-failure");
    stays("global", "grace 5s");
    check("global", "nbproc 4", "nbthread 4", false);
    let (text, _) = migrated("global\n nbproc 4\n nbthread 2\n");
    assert_eq!(text, "global\n # nbproc 4\n nbthread 2\n");
    check("frontend", "bind-process 1", "# bind-process 1", false);
    check("frontend", "bind :80 process 1 name x", "bind :80 name x", false);
    check("frontend", "bind :80 process 1/2", "bind :80", true);
    check("global", "stats socket /x process 1 level admin", "stats socket /x level admin", false);
    check("global", "stats bind-process 1", "# stats bind-process 1", false);
    stays("frontend", "bind :80 name process1");
}

#[test]
fn header_families() {
    check(
        "frontend",
        "reqadd X-Proto:\\ https if { dst_port 443 }",
        "http-request add-header X-Proto https if { dst_port 443 }",
        false,
    );
    check("frontend", "rspadd 'X-A: 100% b'", "http-response add-header X-A '100%% b'", false);
    check("frontend", "reqadd nonsense", "# reqadd nonsense", true);
    stays("frontend", "http-request add-header a b");
    check("frontend", "reqidel ^X-Forwarded-For:.*", "http-request del-header X-Forwarded-For", false);
    check("backend", "rspdel ^Server:", "http-response del-header Server", false);
    check("backend", "rspidel ^(Server|Via):", "# rspidel ^(Server|Via):", true);
    stays("backend", "http-response del-header Server");
    check("backend", "reqirep ^Host:\\ (.*) Host:\\ www.x", "http-request replace-header Host ^(.*) www.x", false);
    check(
        "backend",
        "rspirep ^Location:\\ http://a(.*) Location:\\ https://b\\1",
        "http-response replace-header Location (?i)^http://a(.*) 'https://b\\1'",
        false,
    );
    check(
        "backend",
        "reqrep '^([^ :]*) /old/(.*)' '\\1 /new/\\2'",
        "http-request replace-pathq ^/old/(.*) '/new/\\1'",
        false,
    );
    check("backend", "reqrep a b", "# reqrep a b", true);
    stays("backend", "http-request replace-header a b c");
    check(
        "frontend",
        "reqideny ^User-Agent:\\ bad",
        "http-request deny if { req.hdr(User-Agent) -m reg -i ^bad }",
        false,
    );
    check(
        "frontend",
        "reqtarpit ^X: if { src 1.1.1.1 }",
        "http-request tarpit if { req.hdr(X) -m reg ^ } { src 1.1.1.1 }",
        false,
    );
    check("frontend", "reqdeny ^GET\\ /x", "# reqdeny ^GET\\ /x", true);
    check("backend", "rspdeny ^Set-Cookie:\\ a=", "http-response deny if { res.hdr(Set-Cookie) -m reg ^a= }", false);
    stays("frontend", "http-request tarpit if TRUE");
    check("frontend", "reqpass ^X:", "# reqpass ^X:", true);
    check("frontend", "reqsetbe ^X: b", "# reqsetbe ^X: b", true);
    stays("frontend", "request-something");
}

#[test]
fn tls_versions() {
    check("frontend", "bind :1 ssl crt x no-sslv3 no-tlsv10", "bind :1 ssl crt x", false);
    check(
        "frontend",
        "bind :1 ssl crt x no-tlsv12 no-tlsv11 no-tlsv10",
        "bind :1 ssl crt x ssl-min-ver TLSv1.3",
        false,
    );
    check("frontend", "bind :1 ssl crt x no-tlsv13", "bind :1 ssl crt x ssl-max-ver TLSv1.2", false);
    check("frontend", "bind :1 ssl crt x no-tlsv12", "bind :1 ssl crt x no-tlsv12", true);
    check(
        "backend",
        "server s 1.1.1.1:1 ssl force-tlsv12",
        "server s 1.1.1.1:1 ssl ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2",
        false,
    );
    check("global", "ssl-default-bind-options no-sslv3", "# ssl-default-bind-options no-sslv3", false);
    check(
        "global",
        "ssl-default-bind-options no-sslv3 no-tls-tickets",
        "ssl-default-bind-options no-tls-tickets",
        false,
    );
    stays("frontend", "bind :1 ssl crt x ssl-min-ver TLSv1.2");
}

#[test]
fn sections() {
    let (text, warned) = migrated("program p\n command x \\\n  y\n # c\nglobal\n daemon\n");
    assert_eq!(text, "# program p\n#  command x \\\n#   y\n # c\nglobal\n daemon\n");
    assert_eq!(warned.len(), 1);
    let (text, warned) = migrated("frontend a\n bind :1\nbackend a\n");
    assert_eq!((text.as_str(), warned.len()), ("frontend a\n bind :1\nbackend a\n", 1));
    assert!(migrated("frontend a\n bind :1\nbackend b\n").1.is_empty());
    let (_, warned) = migrated("global\n.if defined(X)\n nbproc 2\n.endif\n");
    assert_eq!(warned.len(), 1, "what isn't in force isn't looked at, and that is told");
}

#[test]
fn what_was_migrated_needs_nothing_more() {
    let old = "global\n nbproc 2\ndefaults\n clitimeout 1s\n reqadd A:\\ b\nlisten l\n bind :1 process 1\n dispatch 1.1.1.1:1\n";
    let (once, _) = migrated(old);
    assert_eq!(migrated(&once).0, once);
}
