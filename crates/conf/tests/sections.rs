//! What sections beside `global` and the proxies leave in the Spec.

mod common;

use base::Ms;
use conf::spec::*;

fn sections(config: &str) -> Sections {
    let (spec, diags, _) = common::compile(config);
    spec.unwrap_or_else(|| panic!("{}", common::cell(&diags))).sections
}

#[test]
fn users_and_groups_find_each_other() {
    let made = sections(
        "userlist u\n group g users a\n group h\n user a insecure-password x groups h\n user b password $6$s$x\n\
         userlist v\n user c\nuserlist u\n user d groups g\n",
    );
    assert_eq!(made.userlists.len(), 2);
    let list = &made.userlists[0];
    assert_eq!(list.groups, [Box::from(&b"g"[..]), b"h"[..].into()]);
    let users: Vec<(&[u8], &[u32])> = list.users.iter().map(|user| (&*user.name, &*user.groups)).collect();
    assert_eq!(users, [(&b"a"[..], &[0, 1][..]), (b"b", &[]), (b"d", &[0])]);
    assert_eq!(list.users[0].password, Some(Password::Plain(b"x"[..].into())));
    assert!(matches!(list.users[1].password, Some(Password::Crypt(_, CryptMethod::Sha512))));
}

#[test]
fn a_cache_has_its_defaults() {
    let made = sections("cache c\n total-max-size 4\n");
    let cache = &made.caches[0];
    assert_eq!((cache.size, cache.max_object_size, cache.max_age_s), (4 << 20, (4 << 20) / 256, 60));
    assert_eq!((cache.max_secondary_entries, cache.process_vary, cache.hints_percent), (10, false, 25));
    let made = sections("cache c\n total-max-size 4\n max-object-size 99\n early-hints on ratio 30\n");
    let cache = &made.caches[0];
    assert_eq!((cache.max_object_size, cache.early_hints, cache.hints_percent), (99, EarlyHints::On, 30));
}

#[test]
fn name_servers_of_all_kinds() {
    let made = sections(
        "resolvers r\n nameserver a 1.2.3.4:53\n nameserver b tcp@1.2.3.4:53 maxconn 5\n parse-resolv-conf\n\
         hold nx 5s\n timeout retry 2s\n resolve_retries 7\n accepted_payload_size 4096\n",
    );
    let resolvers = &made.resolvers[0];
    let names: Vec<&str> = resolvers.nameservers.iter().map(|server| &*server.name).collect();
    assert_eq!(names, ["a", "b", "10.0.0.53"]);
    assert_eq!((resolvers.retries, resolvers.payload_size, resolvers.timeout_retry), (7, 4096, Ms(2000)));
    assert_eq!(resolvers.hold, Hold { nx: Ms(5000), ..Hold::default() });
}

#[test]
fn rings_relays_and_profiles() {
    let made = sections(
        "ring r\n format iso\n size 65536\n maxlen 100\n timeout connect 1s\n timeout server 2s\n server s 1.2.3.4:5\n\
         log-profile p\n log-tag t\n on error format %ci\n on any drop\n\
         log-forward l\n dgram-bind :514-515\n log 1.2.3.4 local0\n log stdout format raw local1\n option host keep\n",
    );
    let ring = &made.rings[0];
    assert_eq!((ring.format, ring.size, ring.max_len), (LogFormat::Iso, 65536, 100));
    assert_eq!((ring.servers.len(), ring.timeout_server), (1, Some(Ms(2000))));
    let profile = &made.log_profiles[0];
    assert_eq!(profile.steps.keys().copied().collect::<Vec<_>>(), [LogStep::Error, LogStep::Any]);
    assert!(profile.steps[&LogStep::Any].drop && profile.steps[&LogStep::Error].format.is_some());
    let relay = &made.log_forwards[0];
    assert_eq!((relay.binds.len(), relay.dgram_binds.len(), relay.maxconn), (0, 2, 10));
    assert_eq!(relay.targets.iter().map(|t| t.keeps_format).collect::<Vec<_>>(), [true, false]);
    assert_eq!(relay.host, ForwardHost::Keep);
}

#[test]
fn peers_know_themselves() {
    let made = sections(
        "global\n localpeer here\npeers p\n bind :1024\n server other 1.2.3.4:5\n server here\n\
         table t type ip size 1k\n shards 2\npeers q\n peer there 1.2.3.4:5\n",
    );
    assert_eq!(made.peers.len(), 1, "a section without this process comes to nothing");
    let peers = &made.peers[0];
    assert_eq!((peers.local, peers.binds.len(), peers.shards), (1, 1, Some(2)));
    assert!(peers.peers[0].server.is_some() && peers.peers[1].server.is_none());
    assert_eq!(&*peers.tables[0].0, "t");
}

#[test]
fn an_application_and_a_check() {
    let made = sections(
        "fcgi-app f\n docroot /x\n option mpxs-conns\n option max-reqs 9\n no option keep-conn\n pass-header X if TRUE\n\
         healthcheck h\n type httpchk GET /h\n http-check send uri /\n http-check expect status 200\n",
    );
    let app = &made.fcgi_apps[0];
    assert_eq!((app.max_reqs, app.multiplex, app.keep_conn, app.get_values), (9, true, false, false));
    assert!(matches!(&app.rules[0].what, FcgiParam::PassHeader(name) if **name == *b"x"));
    let check = &made.healthchecks[0].checks;
    assert!(matches!(check.kind, CheckKind::Http(_)));
    assert_eq!(check.rules.len(), 2);
}

#[test]
fn an_engine_takes_what_its_agent_names() {
    let config = common::wrap(
        "spoe",
        "[x]\nspoe-agent z\n[e]\nspoe-agent a\n use-backend s\n timeout processing 1s\n messages m\n groups g\n\
         spoe-message unused\nspoe-message n\n args dst\nspoe-message m\n event on-frontend-http-request\n\
         args x=src req.hdr(host)\nspoe-group g\n messages n m\n",
    );
    let made = sections(&config);
    let spoe = &made.spoe[0];
    assert_eq!((&*spoe.engine, &*spoe.agent.name, &*spoe.agent.var_prefix), (&b"e"[..], &b"a"[..], &b"a"[..]));
    let names: Vec<(&[u8], bool)> = spoe.messages.iter().map(|message| (&*message.name, message.on_event)).collect();
    assert_eq!(names, [(&b"m"[..], true), (b"n", false)]);
    assert_eq!(spoe.groups[0].messages, [1, 0]);
    assert_eq!(&*spoe.messages[0].args[0].name, b"x");
    assert_eq!(*spoe.messages[0].args[1].expr.words[0], b"req.hdr(host)"[..]);
}
