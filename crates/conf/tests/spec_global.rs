//! What section `global` and the small sections beside it leave in the Spec.

mod common;

use base::Ms;
use common::{cell, compile, files, read, wrap};
use conf::LANG;
use conf::keyword::Status;
use conf::spec::*;
use std::collections::HashMap;

/// The `global` of a configuration that has no error.
fn global(lines: &str) -> Global {
    let (spec, diags, _) = compile(&format!("global\n {}\n", lines.replace('⏎', "\n ")));
    spec.unwrap_or_else(|| panic!("{}\n{lines}", cell(&diags))).global
}

/// Every keyword that is taken has a case after which the Spec is another one: nothing is read and then dropped.
#[test]
fn what_is_said_reaches_the_spec() {
    let nothing = global("");
    let mut changed: HashMap<&str, bool> = HashMap::new();
    let taken = |status| matches!(status, Status::Working | Status::Parsed);
    for keyword in LANG.global.iter().filter(|keyword| taken(keyword.status)) {
        changed.insert(keyword.name, false);
    }
    for row in files().iter().flat_map(|file| read(file).0) {
        let place_fits = matches!(&*row.place, "global" | "socket");
        let (Some(spec), _, _) = compile(&wrap(&row.place, &row.line)) else { continue };
        let line = if row.place == "socket" { format!("stats socket {}", row.line) } else { row.line };
        let last = line.rsplit('⏎').next().unwrap_or_default();
        let last = last.strip_prefix("no ").unwrap_or(last);
        let two: Vec<&str> = last.splitn(3, ' ').take(2).collect();
        for name in [two.join(" "), two[0].to_owned()] {
            if let Some(changed) = changed.get_mut(&*name).filter(|_| place_fits) {
                *changed |= spec.global != nothing;
            }
        }
    }
    // These act while the configuration is read, or on proxies.
    let elsewhere = ["default-path", "presetenv", "resetenv", "setenv", "unsetenv", "unix-bind"];
    let mut lost: Vec<&str> = changed.into_iter().filter(|(_, changed)| !changed).map(|(name, _)| name).collect();
    lost.retain(|name| !elsewhere.contains(name) && !name.starts_with("expose-"));
    lost.sort_unstable();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn threads_and_processors() {
    let g = global("nbthread 8⏎thread-hard-limit 4⏎thread-groups 2⏎thread-group 1 4-1 7⏎max-threads-per-group 32");
    assert_eq!((g.worker_threads(2), g.threads.groups, g.threads.max_per_group), (4, Some(2), 32));
    assert_eq!(g.threads.members[&1], [(1, 4), (7, 7)]);
    assert_eq!(global("thread-hard-limit 4").worker_threads(16), 4);
    assert_eq!(global("").worker_threads(16), 16);
    let g = global(
        "cpu-map auto:1/1-4 3,2,1,0⏎cpu-map 2/odd 0-3 8- ⏎cpu-affinity per-group loose⏎cpu-policy resource threads-per-core 1",
    );
    let first = CpuMap { auto: true, groups: 1, threads: 0b1111, cpus: vec![(0, 3)] };
    let second = CpuMap { auto: false, groups: 2, threads: 0x5555_5555_5555_5555, cpus: vec![(0, 3), (8, 1023)] };
    assert_eq!(g.cpus.maps, [first, second]);
    assert_eq!((g.cpus.affinity, g.cpus.policy), (CpuAffinity::PerGroup { loose: true }, CpuPolicy::Resource));
    assert!(g.cpus.one_thread_per_core);
    let sets = global("cpu-set reset drop-cpu 4-5,6⏎cpu-set only-node 0").cpus.sets;
    let expected = [CpuSet::Reset, CpuSet::Drop(CpuUnit::Cpu, vec![(4, 6)]), CpuSet::Only(CpuUnit::Node, vec![(0, 0)])];
    assert_eq!(sets, expected);
}

#[test]
fn tls() {
    let g = global(
        "ssl-default-bind-options force-tlsv12 no-tls-tickets strict-sni prefer-client-ciphers⏎\
         ssl-default-server-options ssl-min-ver TLSv1.2 no-tlsv13 renegotiate⏎ssl-default-bind-ciphers A:B⏎\
         ssl-load-extra-files sctl key⏎ssl-passphrase-cmd /p a b⏎ssl-server-verify none⏎tune.ssl.lifetime 5m",
    );
    let bind = g.tls.bind.options;
    assert_eq!((bind.min, bind.max, bind.tickets), (Some(TlsVersion::Tls12), Some(TlsVersion::Tls12), Some(false)));
    assert!(bind.prefer_client_ciphers && bind.strict_sni == Some(true));
    let server = g.tls.server.options;
    assert_eq!((server.min, server.max, server.renegotiate), (Some(TlsVersion::Tls12), None, Some(true)));
    assert_eq!(server.without, [false, false, false, false, true]);
    assert_eq!(g.tls.bind.ciphers.as_deref(), Some("A:B"));
    assert_eq!(g.tls.extra_files, ExtraFiles { sctl: true, key: true, ..ExtraFiles::NONE });
    assert_eq!(g.tls.passphrase_cmd, [b"/p"[..].into(), b"a"[..].into(), b"b"[..].into()]);
    assert!(g.tls.servers_unverified);
    assert_eq!(g.tune.tls.lifetime_s, 300);
}

#[test]
fn codes_change_step_by_step() {
    let has = |lines: &str, code: u16| global(lines).http_err_codes.expect("a set").has(code);
    let cases: &[(&str, u16, bool)] = &[
        ("http-err-codes 400,402-444", 401, false),
        ("http-err-codes 400,402-444", 444, true),
        ("http-err-codes -450-459", 455, false),
        ("http-err-codes -450-459", 460, true),
        ("http-err-codes +501,505", 505, true),
        ("http-err-codes +501,505", 404, true),
        ("http-err-codes 400-499 -450 +500", 450, false),
        ("http-err-codes 400-499 -450 +500", 500, true),
        ("http-err-codes -404⏎http-err-codes -405", 404, false),
        ("http-err-codes 500⏎http-err-codes 400", 500, false),
    ];
    for (lines, code, expected) in cases {
        assert_eq!(has(lines, *code), *expected, "{lines}: {code}");
    }
    assert!(global("http-fail-codes +501").http_fail_codes.expect("a set").has(501));
}

#[test]
fn lists_of_algorithms() {
    let jwt = global("jwt.decrypt_alg_list ALL:!ECDH-ES:!RSA1_5⏎jwt.decrypt_enc_list A256GCM:A128GCM").jwt;
    let algs = jwt.decrypt_algs.expect("a list");
    assert!(algs.contains(&"dir") && !algs.contains(&"ECDH-ES") && !algs.contains(&"RSA1_5"));
    assert_eq!(jwt.decrypt_encs.expect("a list"), ["A128GCM", "A256GCM"]);
    assert_eq!(global("").jwt.decrypt_algs, None);
}

#[test]
fn lua_and_variables() {
    let g = global(
        "default-path origin /dir⏎tune.lua.openlibs string,io⏎tune.lua.bool-sample-conversion normal⏎lua-load ips.txt a b⏎\
         lua-load-per-thread /ok.lua⏎lua-prepend-path /x/?.so cpath⏎tune.lua.task-timeout 0⏎set-var proc.a.b str(x),upper⏎\
         set-var-fmt proc.c \"%pid %t\"",
    );
    let loads: Vec<(&[u8], usize, bool)> =
        g.lua.loads.iter().map(|load| (&load.path[..], load.args.len(), load.per_thread)).collect();
    assert_eq!(loads, [(&b"/dir/ips.txt"[..], 2, false), (&b"/ok.lua"[..], 0, true)]);
    assert!(g.lua.paths[0].c);
    assert_eq!((g.tune.lua.libs, g.tune.lua.bool_conversion), (LuaLibs(0b1010), Some(true)));
    assert_eq!((g.tune.lua.task_timeout, g.tune.lua.burst_timeout), (None, Some(Ms(1000))));
    let vars: Vec<(&str, &[u8], bool)> = g.vars.iter().map(|v| (&*v.name, &v.text[..], v.is_format)).collect();
    assert_eq!(vars, [("a.b", &b"str(x),upper"[..], false), ("c", &b"%pid %t"[..], true)]);
}

#[test]
fn http2_and_quic() {
    let tune = global(
        "tune.h2.fe.max-concurrent-streams 50 rq-load auto min 5⏎tune.h2.be.rxbuf 2m⏎tune.quic.fe.cc.max-win-size 4g⏎\
         tune.quic.be.tx.pacing off⏎tune.quic.fe.sock-per-conn force-off",
    )
    .tune;
    assert_eq!((tune.h2.fe.max_concurrent_streams, tune.h2.fe_min_streams), (Some(50), 5));
    assert_eq!((tune.h2.fe_load, tune.h2.be.rxbuf), (RunQueueLoad::Auto, Some(2 << 20)));
    assert_eq!((tune.quic.fe.max_win_size, tune.quic.be.max_win_size), (4 << 30, 480 << 10));
    assert!(!tune.quic.be.pacing && tune.quic.fe.pacing && !tune.quic.fe_sock_per_conn);
}

#[test]
fn what_is_said_twice() {
    let g = global("pidfile /a⏎pidfile /b⏎maxconn 5⏎maxconn 6⏎uid 5⏎uid 6⏎cluster-secret a⏎cluster-secret b");
    assert_eq!((g.pidfile.as_deref(), g.maxconn, g.uid), (Some(&b"/a"[..]), Some(5), Some(5)));
    assert_eq!(g.cluster_secret.as_deref(), Some(&b"a"[..]));
    assert_eq!(global("nbthread 5⏎nbthread 6").nbthread, Some(6));
}

#[test]
fn forwarding_without_copies_can_be_switched_off() {
    for (line, spliced) in [
        ("", true),
        ("nosplice", false),
        ("tune.disable-fast-forward", false),
        ("tune.disable-zero-copy-forwarding", false),
    ] {
        assert_eq!(!global(line).nosplice, spliced, "{line}");
    }
}

#[test]
fn a_change_is_named_by_its_keyword() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("thread-groups 1", "thread-groups 2", &["thread-groups"]),
        ("cpu-map 1 0", "cpu-map 1 1⏎cpu-set reset", &["cpu-map", "cpu-set"]),
        ("lua-load /ok.lua", "lua-load-per-thread /ok.lua", &["lua-load", "lua-load-per-thread"]),
        ("set-var proc.a int(1)", "set-var proc.a int(1)⏎set-var-fmt proc.b x", &["set-var-fmt"]),
        ("nosplice", "tune.disable-fast-forward", &["tune.disable-fast-forward"]),
        ("tune.http.logurilen 100", "tune.http.logurilen 200", &["tune.http.logurilen"]),
        ("tune.lua.task-timeout 5s", "tune.lua.task-timeout 6s", &[]),
        ("tune.ssl.lifetime 5", "tune.ssl.lifetime 6⏎http-err-codes 404", &[]),
    ];
    for (old, new, expected) in cases {
        assert_eq!(global(new).needs_new_process(&global(old)), *expected, "{old} → {new}");
    }
}

#[test]
fn traces_and_namespaces() {
    let (spec, _, _) = compile(
        "traces\n trace h1 sink buf level data verbosity complete event -rx start now\n trace h1 lock nothing follow session\n\
         namespace_list\n namespace blue\ntraces\n trace h2 level\n",
    );
    let spec = spec.expect("a Spec");
    assert_eq!(*spec.sections.namespaces, ["blue".into()]);
    let sources: Vec<&str> = spec.sections.traces.iter().map(|trace| &*trace.source).collect();
    assert_eq!(sources, ["h1", "h1", "h2"]);
    let event = |name: &str, on| TraceEvent { name: name.into(), on };
    let first = [
        TraceCommand::Sink(Some("buf".into())),
        TraceCommand::Level(TraceLevel::Data),
        TraceCommand::Verbosity("complete".into()),
        TraceCommand::Event(event("rx", false)),
        TraceCommand::Start(event("now", true)),
    ];
    assert_eq!(spec.sections.traces[0].commands, first);
    assert_eq!(spec.sections.traces[1].commands, [TraceCommand::Lock(None), TraceCommand::Follow("session".into())]);
    assert_eq!(spec.sections.traces[2].commands, []);
}
