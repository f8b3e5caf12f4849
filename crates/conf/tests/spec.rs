//! What ends up in the Spec.

mod common;

use base::{Addr, Ms};
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

fn front<'a>(spec: &'a Spec, name: &str) -> &'a Front {
    proxy(spec, name).front.as_ref().expect("a client side")
}

fn back<'a>(spec: &'a Spec, name: &str) -> &'a Back {
    proxy(spec, name).back.as_ref().expect("a server side")
}

fn ip(text: &str) -> Addr {
    Addr::Ip(text.parse().expect("an address"))
}

#[test]
fn the_documented_defaults() {
    let spec = spec("frontend f\n bind :80\nbackend b\n server s 1.2.3.4:80\n");
    let (f, b) = (proxy(&spec, "f"), back(&spec, "b"));
    assert_eq!(f.mode, Mode::Tcp);
    assert_eq!(f.front.as_ref().unwrap().log_format, None);
    assert_eq!(b.balance, Balance::Random { draws: 2 });
    assert_eq!(b.reuse, HttpReuse::Safe);
    let s = &b.servers[0];
    assert_eq!((s.weight, s.pool_purge_delay, s.pool_max_conn, s.check.clone()), (1, Ms(5000), None, None));
    assert_eq!(s.addr, ServerAddr { addr: ip("1.2.3.4:80"), host: None, unresolved: false, port: ServerPort::Fixed });
    assert_eq!(spec.global.tune, Tune::default());
}

#[test]
fn proxies_take_over_what_their_defaults_say() {
    let spec = spec(
        "defaults A\n mode http\n timeout client 1s\n timeout tunnel 1h\n option dontlognull\n option splice-auto\n \
         balance leastconn\n retries 5\n maxconn 7\n http-reuse always\n default-server inter 5s weight 3\n \
         errorfile 400 /ok.http\n option redispatch 2\n option forwardfor\n monitor-uri /m\n default_backend b\n\
         defaults B from A\n timeout client 2s\n no option dontlognull\n\
         frontend f from A\n bind :80\n\
         frontend g from B\n bind :81\n timeout client 3s\n no option splice-auto\n\
         backend b from B\n timeout tunnel 0\n server s 1.2.3.4:80 check\n server t 1.2.3.4:80 weight 9\n no option redispatch\n",
    );
    let (f, g, b) = (front(&spec, "f"), front(&spec, "g"), back(&spec, "b"));
    assert_eq!((f.timeout_client, g.timeout_client), (Some(Ms(1000)), Some(Ms(3000))));
    assert!(f.opts.dontlognull && !g.opts.dontlognull);
    assert!(proxy(&spec, "f").opts.splice_auto && !proxy(&spec, "g").opts.splice_auto);
    assert_eq!(b.balance, Balance::LeastConn);
    assert_eq!((b.retries, b.reuse, b.redispatch), (Some(5), HttpReuse::Always, 0));
    assert_eq!(b.timeout_tunnel, None);
    assert_eq!(b.servers.iter().map(|s| s.weight).collect::<Vec<_>>(), [3, 9]);
    assert_eq!(b.servers[0].check.as_ref().map(|c| (c.inter, c.rise, c.fall)), Some((Ms(5000), 2, 3)));
    assert_eq!(b.servers[1].check, None);
    for name in ["f", "g", "b"] {
        let one = proxy(&spec, name);
        assert_eq!(one.mode, Mode::Http);
        assert!(one.errorfiles[&400].starts_with(b"HTTP/1.0 400"));
        assert!(one.forwardfor.is_some());
        assert_eq!(one.maxconn, Some(7));
    }
    assert_eq!(f.default_backend.map(|ix| &*spec.proxies[ix.at()].name), Some("b"));
    assert_eq!(f.monitor_uri.as_deref(), Some(&b"/m"[..]));
}

#[test]
fn a_bind_line_makes_one_socket_for_each_address_and_port() {
    let spec = spec(
        "global\n unix-bind prefix /run mode 600 user root\nfrontend f\n bind :80-82,[::1]:90 name x maxconn 5 tcp-ut 3s\n \
         bind /a.sock\n bind /b.sock mode 666\n bind abnsz@c,fd@4,mptcp@:99 shards by-thread v6only\n",
    );
    let binds = &front(&spec, "f").binds;
    let addrs: Vec<Addr> = binds.iter().map(|b| b.addr.clone()).collect();
    let unix = |path: &[u8]| Addr::Unix(path.into());
    let expected = [
        ip("0.0.0.0:80"),
        ip("0.0.0.0:81"),
        ip("0.0.0.0:82"),
        ip("[::1]:90"),
        unix(b"/run/a.sock"),
        unix(b"/run/b.sock"),
        Addr::Abns { name: b"c"[..].into(), padded: false },
        Addr::Fd(4),
        ip("0.0.0.0:99"),
    ];
    assert_eq!(addrs, expected);
    let opts = &binds[3].opts;
    assert_eq!((opts.name.as_deref(), opts.maxconn, opts.tcp_user_timeout_ms), (Some("x"), Some(5), Some(3000)));
    assert_eq!((binds[4].opts.mode, binds[4].opts.uid), (Some(0o600), Some(0)));
    assert_eq!(binds[5].opts.mode, Some(0o666));
    assert_eq!((binds[8].opts.mptcp, binds[8].opts.shards), (true, Some(Shards::ByThread)));
    assert_eq!((binds[7].opts.mptcp, binds[7].opts.mode, binds[7].opts.v6), (false, None, V6Mode::V6Only));
}

#[test]
fn servers() {
    let spec = spec(
        "defaults\n timeout client 1s\n timeout server 1s\n timeout connect 1s\nbackend b\n server a localhost\n server b 1.2.3.4:-5 check port 7\n \
         server c unix@/s send-proxy-v2 check\n server d 1.2.3.4:80 source 10.0.0.1:100-200 usesrc clientip interface lo check addr 5.6.7.8 send-proxy\n \
         server e none.example:80 init-addr none\n server f 1.2.3.4:80 minconn 5 maxconn 9 maxqueue 2 slowstart 3s backup disabled id 7 guid G pool-max-conn 4 max-reuse 3\n \
         server-template t 2 six.example:80\n server g [::1]:1 pool-max-conn 0 fastinter 1s downinter 9s rise 4 fall 5 check\n",
    );
    let servers = &back(&spec, "b").servers;
    let names: Vec<&str> = servers.iter().map(|s| &*s.name).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e", "f", "t1", "t2", "g"]);
    let addr = |at: usize| (&servers[at].addr.addr, servers[at].addr.port, servers[at].addr.unresolved);
    assert_eq!(addr(0), (&ip("127.0.0.1:0"), ServerPort::Same, false));
    assert_eq!(servers[0].addr.host.as_deref(), Some("localhost"));
    assert_eq!(addr(1), (&ip("1.2.3.4:0"), ServerPort::Offset(-5), false));
    assert_eq!(servers[1].check.as_ref().and_then(|c| c.port), Some(7));
    assert_eq!(addr(2), (&Addr::Unix(b"/s"[..].into()), ServerPort::Fixed, false));
    assert_eq!((servers[2].send_proxy, servers[2].check.as_ref().map(|c| c.send_proxy)), (SendProxy::V2, Some(true)));
    let source = Source {
        addr: "10.0.0.1:100".parse().unwrap(),
        last_port: Some(200),
        interface: Some("lo".into()),
        usesrc: Some(UseSrc::ClientIp),
    };
    assert_eq!(servers[3].source, Some(source));
    let check = servers[3].check.as_ref().expect("a check");
    // Checks that go elsewhere don't speak the PROXY protocol unless told to.
    assert_eq!((check.addr.clone(), check.send_proxy), (Some(ip("5.6.7.8:0")), false));
    assert!(servers[4].addr.unresolved);
    let f = &servers[5];
    assert_eq!((f.minconn, f.maxconn, f.maxqueue, f.slowstart), (Some(5), Some(9), Some(2), Some(Ms(3000))));
    assert_eq!((f.backup, f.disabled, f.id, f.guid.as_deref()), (true, true, Some(7), Some("G")));
    assert_eq!((f.pool_max_conn, f.max_reuse), (Some(4), Some(3)));
    assert_eq!(addr(7).0, &ip("[2001:db8::1]:80"));
    let check = servers[8].check.as_ref().expect("a check");
    assert_eq!((check.fastinter, check.downinter, check.rise, check.fall), (Some(Ms(1000)), Some(Ms(9000)), 4, 5));
    assert_eq!(servers[8].pool_max_conn, Some(0));
}

#[test]
fn logs_and_their_formats() {
    let spec = spec(
        "global\n log 127.0.0.1 local3 err crit\n log stdout len 100 format raw sample 1,3-4:5 daemon\n log-tag gt\n\
         defaults\n timeout client 1s\n mode http\n log global\n option httplog\n\
         frontend f\n bind :80\n\
         frontend g\n bind :81\n no log\n log uxdg@/dev/log format rfc5424 user\n log-tag mine\n log-format \"%ci %ST\"\n error-log-format %ci\n\
         frontend h\n bind :82\n mode tcp\n option tcplog\n",
    );
    let global = &spec.global.logs;
    assert_eq!(global.targets.len(), 2);
    let first = &global.targets[0];
    assert_eq!(first.sink, LogSink::Dgram(ip("127.0.0.1:514")));
    assert_eq!((first.facility, first.max_level, first.min_level, first.max_len), (19, 3, 2, 1024));
    assert_eq!(first.format, LogFormat::Local);
    let second = &global.targets[1];
    assert_eq!((&second.sink, second.format, second.max_len), (&LogSink::Fd(1), LogFormat::Raw, 100));
    assert_eq!(second.sample, Some(LogSample { ranges: vec![(1, 1), (3, 4)], size: 5 }));
    assert_eq!(proxy(&spec, "f").logs, *global);
    let g = &proxy(&spec, "g").logs;
    assert_eq!((g.targets.len(), g.targets[0].format, g.targets[0].facility), (1, LogFormat::Rfc5424, 1));
    assert_eq!(g.tag.as_deref(), Some(&b"mine"[..]));
    let text =
        |name: &str| front(&spec, name).log_format.as_ref().map(|s| String::from_utf8_lossy(&s.words[0]).into_owned());
    assert!(text("f").unwrap().ends_with("%hr %hs %{+Q}r"));
    assert_eq!(text("g").unwrap(), "%ci %ST");
    assert!(text("h").unwrap().contains("%Tw/%Tc/%Tt"));
    assert!(front(&spec, "g").error_log_format.is_some());
}

#[test]
fn log_send_hostname_changes_the_default_format() {
    let spec = spec("global\n log-send-hostname h\n log 127.0.0.1 local0\n log 127.0.0.1 format local local0\n");
    let formats: Vec<LogFormat> = spec.global.logs.targets.iter().map(|t| t.format).collect();
    assert_eq!(formats, [LogFormat::Rfc3164, LogFormat::Local]);
}

#[test]
fn routing() {
    let spec = spec(
        "defaults\n timeout client 1s\nfrontend f\n bind :80\n acl a src 10.0.0.0/8\n use_backend b if a\n use_backend l unless a\n default_backend b\n\
         backend b\nlisten l\n bind :81\n",
    );
    let f = front(&spec, "f");
    let known = |target: &BackendName| match target {
        BackendName::Known(backend) => &*spec.proxies[backend.at()].name,
        BackendName::Format(_) => panic!("a name"),
    };
    let targets: Vec<&str> = f.use_backend.iter().map(|r| known(&r.target)).collect();
    assert_eq!(targets, ["b", "l"]);
    let cond = f.use_backend[0].cond.as_ref().expect("a condition");
    assert_eq!(cond.words, [b"if"[..].into(), b"a"[..].into()]);
    assert_eq!(proxy(&spec, "f").acls[0].words.len(), 3);
    assert_eq!(cond.at.line, 6);
}

#[test]
fn the_global_section() {
    let spec = spec(
        "global\n user root\n group root\n chroot /j\n nbthread 3\n maxconn 0\n daemon\n close-spread-time infinite\nglobal\n hard-stop-after 5s\n grace 1s\n \
         tune.bufsize 20001\n tune.maxrewrite 1m\n tune.maxaccept -1\n h1-case-adjust x-a X-a\n h1-case-adjust-file /case.txt\n \
         stats socket /x level admin mode 600\n stats socket :99 severity-output string\n stats timeout 2m\n set-dumpable\n no set-dumpable\n node n\n description a b\n",
    );
    let global = &spec.global;
    assert_eq!((global.uid, global.gid, global.nbthread, global.maxconn), (Some(0), Some(0), Some(3), None));
    assert_eq!((global.daemon, global.set_dumpable), (true, false));
    assert_eq!(global.close_spread_time, Some(None));
    assert_eq!((global.hard_stop_after, global.grace), (Some(Ms(5000)), Some(Ms(1000))));
    assert_eq!((global.tune.bufsize, global.tune.maxrewrite, global.tune.maxaccept), (20016, 10008, Some(u32::MAX)));
    let pairs: Vec<(&[u8], &[u8])> = global.h1_case_adjust.iter().map(|(a, b)| (&a[..], &b[..])).collect();
    assert_eq!(pairs, [(&b"host"[..], &b"Host"[..]), (&b"x-a"[..], &b"X-a"[..])]);
    let sockets: Vec<_> = global.stats_sockets.iter().map(|s| (s.level, s.severity_output, s.bind.opts.mode)).collect();
    assert_eq!(
        sockets,
        [(CliLevel::Admin, SeverityOutput::None, Some(0o600)), (CliLevel::Operator, SeverityOutput::String, None)]
    );
    assert_eq!(global.description.as_deref(), Some("a b"));
}

#[test]
fn what_needs_a_new_process() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("nbthread 2", "nbthread 2", &[]),
        ("nbthread 2", "nbthread 3", &["nbthread"]),
        ("user root", "uid 5", &["user"]),
        ("uid 4", "uid 5", &["uid"]),
        ("chroot /a", "tune.bufsize 32k", &["chroot", "tune.bufsize"]),
        ("grace 1s", "hard-stop-after 2s", &[]),
        ("stats timeout 1s", "log stdout local0", &[]),
    ];
    for (old, new, expected) in cases {
        let [old_spec, new_spec] = [old, new].map(|line| spec(&format!("global\n {line}\n")));
        assert_eq!(new_spec.global.needs_new_process(&old_spec.global), *expected, "{old} → {new}");
    }
}

#[test]
fn a_moved_line_is_no_change() {
    let config = "frontend f\n bind :80\n acl a src 1.2.3.4\nbackend b\n server s 1.2.3.4:80\n";
    let moved = format!("# a comment\n\n{}", config.replace("\n ", "\n\n    "));
    assert_eq!(spec(config), spec(&moved));
    assert_ne!(spec(config), spec(&config.replace(":80", ":81")));
}

#[test]
fn numbers_are_given_to_those_without_one() {
    let spec = spec("backend a\nbackend b\n id 3\nbackend c\nbackend d\n id 1\n");
    assert_eq!(spec.ids(), [2, 3, 4, 1]);
    let none: Vec<Option<u32>> = spec.proxies.iter().map(|p| p.id).collect();
    assert_eq!(none, [None, Some(3), None, Some(1)]);
}

#[test]
fn places_are_kept() {
    let (spec, _, files) = compile("frontend f\n    bind :80,:81\n");
    let spec = spec.expect("a Spec");
    let at = front(&spec, "f").binds[1].at;
    assert_eq!((at.line, files.slice(diag::Span::new(diag::FileId(at.file), at.start, at.end))), (2, &b":80,:81"[..]));
}

/// The processor time of this thread in nanoseconds: unlike the time of day it doesn't pass while others work.
fn worked_ns() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells");
    stat.split(' ').next().and_then(|ns| ns.parse().ok()).expect("a number")
}

#[test]
fn many_proxies_take_work_in_proportion() {
    use std::fmt::Write as _;
    let work = |backends: usize| {
        let mut config = String::from(
            "defaults\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n log global\n",
        );
        for n in 0..backends {
            writeln!(
                config,
                "backend b{n}\n server s1 127.0.0.1:80 check\n server s2 127.0.0.2:80 check\n server s3 127.0.0.3:80"
            )
            .unwrap();
        }
        writeln!(config, "frontend f\n bind :80\n default_backend b{}", backends - 1).unwrap();
        let from = worked_ns();
        assert_eq!(spec(&config).proxies.len(), backends + 1);
        worked_ns() - from
    };
    // What is only done once doesn't count.
    work(10);
    let (few, many) = (work(1000), work(16_000));
    println!("1000 backends of 3 servers: {few} ns, 16000: {many} ns");
    // Quadratic work would make it 256 times as much.
    assert!(many / 16 < few * 4, "{few} ns became {many} ns");
}
