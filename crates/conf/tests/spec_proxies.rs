//! What ends up in the Spec of keywords of proxies that later parts will act on.

mod common;

use base::Ms;
use common::{cell, compile};
use conf::spec::*;

/// The Spec of a configuration that has no error.
fn spec(config: &str) -> Spec {
    let (spec, diags, _) = compile(config);
    spec.unwrap_or_else(|| panic!("{}\n{config}", cell(&diags)))
}

fn proxy<'a>(spec: &'a Spec, name: &str) -> &'a Proxy {
    spec.proxies.iter().find(|p| &*p.name == name).unwrap_or_else(|| panic!("no proxy {name}"))
}

fn back<'a>(spec: &'a Spec, name: &str) -> &'a Back {
    proxy(spec, name).back.as_ref().expect("a server side")
}

fn words(sourced: &Sourced) -> Vec<&[u8]> {
    sourced.words.iter().map(|word| &word[..]).collect()
}

#[test]
fn algorithms_and_what_they_hash() {
    let spec = spec(
        "defaults\n mode http\n balance hdr(Host) use_domain_only\n hash-type consistent\n hash-balance-factor 150\n\
         backend a\nbackend b\n mode tcp\n balance source\n hash-type map-based djb2 avalanche\n\
         backend c\n balance uri len 3 depth 2 whole path-only\n hash-preserve-affinity maxqueue\n\
         backend d\n balance url_param id check_post 64\nbackend e\n balance hash src,lower\n\
         backend f\n mode tcp\nbackend g\n balance rdp-cookie\nbackend h\n mode log\n hash-type map-based\n balance log-hash field(1,b),lower\n",
    );
    let header = Balance::Hash(HashKey::Header { name: b"host"[..].into(), use_domain_only: true });
    assert_eq!(back(&spec, "a").balance, header);
    assert_eq!(back(&spec, "a").hash_balance_factor, Some(150));
    // Without a function a consistent hash is mixed.
    let consistent = HashType { method: HashMethod::Consistent, function: HashFunction::Sdbm, avalanche: true };
    assert_eq!(back(&spec, "a").hash_type, consistent);
    assert_eq!(back(&spec, "b").balance, Balance::Hash(HashKey::Source));
    assert_eq!(back(&spec, "b").hash_type.function, HashFunction::Djb2);
    let uri = HashKey::Uri { len: Some(3), depth: Some(2), whole: true, path_only: true };
    assert_eq!(back(&spec, "c").balance, Balance::Hash(uri));
    assert_eq!(back(&spec, "c").hash_affinity, HashAffinity::Maxqueue);
    let param = HashKey::UrlParam { name: b"id"[..].into(), check_post: true };
    assert_eq!(back(&spec, "d").balance, Balance::Hash(param));
    let Balance::Hash(HashKey::Expr(expr)) = &back(&spec, "e").balance else { panic!("an expression") };
    assert_eq!(words(expr), [b"src,lower"]);
    // A request's header field is nothing that TCP has.
    assert_eq!(back(&spec, "f").balance, Balance::RoundRobin);
    assert_eq!(back(&spec, "g").balance, Balance::Hash(HashKey::RdpCookie { name: b"mstshash"[..].into() }));
    let Balance::Hash(HashKey::Log(convs)) = &back(&spec, "h").balance else { panic!("converters") };
    assert_eq!(words(convs), [b"field(1,b),lower"]);
}

#[test]
fn persistence() {
    let spec = spec(
        "defaults\n mode http\n cookie S insert indirect nocache\n dynamic-cookie-key k\nbackend a\n\
         backend b\n cookie T prefix domain .x.y domain z.w maxidle 30m maxlife 1500ms attr A=b\n persist rdp-cookie\n",
    );
    let a = back(&spec, "a").cookie.as_ref().expect("a cookie");
    assert_eq!((&*a.name, a.mode, a.indirect, a.nocache), (&b"S"[..], Some(CookieMode::Insert), true, true));
    assert_eq!(back(&spec, "a").dynamic_cookie_key.as_deref(), Some(&b"k"[..]));
    let b = back(&spec, "b").cookie.as_ref().expect("a cookie");
    assert_eq!(
        (b.mode, b.indirect, b.max_idle_s, b.max_life_s),
        (Some(CookieMode::Prefix), false, Some(1800), Some(2))
    );
    assert_eq!((b.domains.len(), &*b.attributes[0]), (2, &b"A=b"[..]));
    assert_eq!(back(&spec, "b").rdp_persist.as_deref(), Some(&b"msts"[..]));
}

#[test]
fn stick_tables() {
    let spec = spec(
        "backend a\n stick-table type string len 40 size 1k expire 30s nopurge store http_req_rate(10s),gpc0 store \
         gpt(5),gpc_rate(2,1m) srvkey addr brates-factor 8\nbackend b\n stick-table type ip size 1m write-to c recv-only\n\
         backend c\n stick-table type ipv4 size 10\n",
    );
    let a = proxy(&spec, "a").table.as_ref().expect("a table");
    assert_eq!((a.key, a.size, a.expire, a.nopurge), (TableKey::String { len: 40 }, 1024, Some(Ms(30_000)), true));
    assert_eq!((a.server_key, a.byte_rates_factor), (ServerKey::Addr, 8));
    let stored: Vec<(&str, u32, Option<Ms>)> =
        a.store.iter().map(|one| (DATA_TYPES[one.kind].name, one.count, one.period)).collect();
    // In the order of the table of types, whatever the line's.
    let want = [
        ("gpc0", 1, None),
        ("http_req_rate", 1, Some(Ms(10_000))),
        ("gpt", 5, None),
        ("gpc_rate", 2, Some(Ms(60_000))),
    ];
    assert_eq!(stored, want);
    let b = proxy(&spec, "b").table.as_ref().expect("a table");
    assert_eq!((b.key, b.size, b.write_to.as_deref(), b.recv_only), (TableKey::Ipv4, 1 << 20, Some("c"), true));
}

#[test]
fn the_statistics_page() {
    let spec = spec(
        "defaults\n mode http\n stats uri /x\n stats auth a:b:c\n\
         backend a\nbackend b\n stats refresh 2m\n stats scope .\n stats scope c\n stats show-node\n stats show-desc x y\n \
         stats admin if TRUE\n stats http-request deny unless LOCALHOST\n stats http-request auth realm R\n",
    );
    let a = proxy(&spec, "a").stats.as_ref().expect("a page");
    assert_eq!(a.uri.as_deref(), Some(&b"/x"[..]));
    assert_eq!(a.accounts, [StatsAccount { user: b"a"[..].into(), password: b"b:c"[..].into() }]);
    // The first line of its own ends what a proxy has inherited.
    let b = proxy(&spec, "b").stats.as_ref().expect("a page");
    assert_eq!((b.uri.as_deref(), b.accounts.len(), b.refresh_s), (None, 0, Some(120)));
    assert_eq!(b.scopes, [StatsScope::Own, StatsScope::Name(b"c"[..].into())]);
    assert_eq!((&b.show_node, &b.show_desc), (&Some(StatsText::Global), &Some(StatsText::Own(b"x y"[..].into()))));
    assert_eq!(words(&b.admin[0]), [&b"if"[..], b"TRUE"]);
    assert_eq!(b.rules[0].action, StatsAction::Deny);
    assert_eq!(b.rules[0].cond.as_ref().map(words), Some(vec![&b"unless"[..], b"LOCALHOST"]));
    assert_eq!(b.rules[1].action, StatsAction::Auth { realm: Some(b"R"[..].into()) });
}

#[test]
fn health_checks() {
    let spec = spec(
        "defaults\n option httpchk GET /h HTTP/1.1\n http-check send hdr Host x\n http-check expect status 200,300-310\n\
         backend a\n http-check send-state\n\
         backend b\n http-check connect port 80 alpn h2,http/1.1 addr 1.2.3.4 comment c\n http-check send meth POST uri-lf \
         /%[int(3)] body x\n http-check expect min-recv 5 ! hdr name -m beg x value y\n\
         backend c\n option tcp-check\n tcp-check connect\n tcp-check send-binary 0aFf\n tcp-check expect rbinary ^0a ok-status \
         L7OKC on-error %[int(1)]\n tcp-check set-var(check.x,ifnotexists) int(1)\n tcp-check unset-var(check.x)\n\
         backend d\n option mysql-check user u post-80\nbackend e\n option smtpchk EHLO d\n",
    );
    let checks = |name: &str| &back(&spec, name).checks;
    let CheckKind::Http(http) = &checks("a").kind else { panic!("HTTP") };
    assert_eq!((http.method.as_deref(), http.uri.as_deref()), (Some(&b"GET"[..]), Some(&b"/h"[..])));
    assert!(checks("a").send_state);
    assert_eq!(checks("a").rules.len(), 2);
    let CheckStep::Expect(expect) = &checks("a").rules[1].step else { panic!("expect") };
    assert_eq!(expect.pattern, CheckPattern::Status(vec![(200, 200), (300, 310)]));

    // The first rule of its own replaces those that a proxy has inherited.
    let rules = &checks("b").rules;
    assert_eq!(rules.iter().map(|rule| rule.step.word()).collect::<Vec<_>>(), ["connect", "send", "expect"]);
    let CheckStep::Connect(connect) = &rules[0].step else { panic!("connect") };
    assert_eq!((&connect.port, connect.alpn.len()), (&Some(CheckPort::Number(80)), 2));
    assert_eq!(rules[0].comment.as_deref(), Some(&b"c"[..]));
    let CheckStep::Request(request) = &rules[1].step else { panic!("send") };
    assert_eq!(request.body, Some(CheckData::Bytes(b"x"[..].into())));
    assert!(matches!(&request.uri, Some(CheckData::Format(format)) if words(format) == [b"/%[int(3)]"]));
    let CheckStep::Expect(expect) = &rules[2].step else { panic!("expect") };
    let CheckPattern::Header(header) = &expect.pattern else { panic!("a header field") };
    assert_eq!((expect.negated, expect.min_recv, header.name.method), (true, Some(5), CheckMatchMethod::Beg));

    let rules = &checks("c").rules;
    assert_eq!(checks("c").kind, CheckKind::Tcp);
    assert_eq!(rules[1].step, CheckStep::Send(CheckData::Bytes(vec![0x0a, 0xff].into())));
    let CheckStep::Expect(expect) = &rules[2].step else { panic!("expect") };
    assert_eq!(expect.ok_status, Some(CheckStatus::L7OkConditional));
    let CheckStep::SetVar(set) = &rules[3].step else { panic!("set-var") };
    assert_eq!((&*set.conds, set.is_format), (&[rules::SetIf::NotExists][..], false));
    assert!(matches!(&rules[4].step, CheckStep::UnsetVar(var) if *var == set.var));

    let mysql = CheckKind::Mysql { user: Some(b"u"[..].into()), client: MysqlClient::Post80 };
    assert_eq!(checks("d").kind, mysql);
    assert_eq!(checks("e").kind, CheckKind::Smtp { hello: SmtpHello::Ehlo, domain: b"d"[..].into() });
    assert_eq!(checks("e").rules, []);
}

#[test]
fn redirections_instead_of_pages() {
    let spec = spec("backend a\n errorloc 503 /x?a\n errorloc303 400 http://h/\n");
    let files = &proxy(&spec, "a").errorfiles;
    let want = "HTTP/1.1 302 Found\r\ncache-control: no-cache\r\ncontent-length: 0\r\nlocation: /x?a\r\n\r\n";
    assert_eq!(&*files[&503], want.as_bytes());
    assert!(files[&400].starts_with(b"HTTP/1.1 303 See Other\r\n"));
}

#[test]
fn the_rest() {
    let spec = spec(
        "mailers m\ndefaults\n mode http\n timeout client 1s\n retry-on 503 conn-failure all-retryable-errors\n \
         email-alert from a\n email-alert to b\n email-alert mailers m\n email-alert level err\n clitcpka-idle 2m\n \
         srvtcpka-cnt 3\n compression algo gzip deflate\n compression type text/html\n option originalto header X\n\
         frontend f\n bind :99\n log-steps close,accept\n max-session-srv-conns 7\n compression offload\n timeout client-hs 3s\n\
         backend b\n retry-on none\n option forwarded host by-expr src\n http-send-name-header X-Srv\n be-unpublished\n \
         option http-restrict-req-hdr-names reject\n max-keep-alive-queue 5\n server-state-file-name z\n \
         load-server-state-from-file local\n source 1.2.3.4 usesrc hdr_ip(X-Ip,-2)\n option use-small-buffers check\n\
         backend c\n",
    );
    let f = proxy(&spec, "f").front.as_ref().expect("a client side");
    assert_eq!(f.log_steps, Some(LogSteps::Some(vec!["accept", "close"])));
    assert_eq!(
        (f.max_session_srv_conns, f.timeout_client_hs, f.keepalive.idle_s),
        (Some(7), Some(Ms(3000)), Some(120))
    );
    let compression = proxy(&spec, "f").compression.as_ref().expect("compression");
    assert_eq!(compression.response.algorithms, [CompressionAlgorithm::Gzip, CompressionAlgorithm::Deflate]);
    assert!(compression.offload && !proxy(&spec, "b").compression.as_ref().expect("compression").offload);
    let mail = proxy(&spec, "f").email_alert.as_ref().expect("mail");
    assert_eq!((&*mail.mailers, mail.max_level), ("m", 3));
    let b = back(&spec, "b");
    assert_eq!(b.retry_on, RetryOn::none());
    assert!(back(&spec, "c").retry_on.zero_rtt_rejected && back(&spec, "c").retry_on.statuses.contains(&504));
    let forwarded = b.forwarded.as_ref().expect("the field");
    assert_eq!((forwarded.proto, &forwarded.host), (false, &Some(ForwardedPart::Known)));
    assert!(matches!(&forwarded.by, Some(ForwardedPart::Expr(expr)) if words(expr) == [b"src"]));
    assert_eq!((b.send_name_header.as_deref(), b.unpublished), (Some(&b"x-srv"[..]), true));
    assert_eq!(proxy(&spec, "b").header_names, Some(HeaderNames::Reject));
    assert_eq!((b.max_keep_alive_queue, b.keepalive.count), (Some(5), Some(3)));
    assert_eq!(b.state_file, StateFile { from: StateFrom::Local, name: Some(b"z"[..].into()) });
    let header = UseSrc::Header { name: b"x-ip"[..].into(), occurrence: -2 };
    assert_eq!(b.source.as_ref().and_then(|source| source.usesrc.clone()), Some(header));
    assert_eq!(b.small_buffers, SmallBuffers { queue: false, l7_retries: false, check: true });
    assert_eq!(proxy(&spec, "c").originalto.as_ref().map(|o| &*o.header), Some(&b"x"[..]));
}
