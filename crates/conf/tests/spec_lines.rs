//! What `bind` and `server` lines, stores and lists of certificates leave in the Spec.

mod common;

use base::ix::{PxIx, SrvIx};
use base::{Addr, Ms};
use common::{cell, compile};
use conf::spec::*;

/// The Spec of a configuration that has no error.
fn spec(config: &str) -> Spec {
    let (spec, diags, _) = compile(config);
    spec.unwrap_or_else(|| panic!("{}\n{config}", cell(&diags)))
}

/// The sockets of the only frontend.
fn binds(lines: &str) -> Vec<Bind> {
    let spec = spec(&format!("{EXPOSED}frontend f\n mode http\n timeout client 1s\n{lines}\n"));
    let front = spec.proxies.into_iter().find_map(|proxy| proxy.front.clone());
    front.expect("a frontend").binds
}

/// The servers of the first backend.
fn servers(lines: &str) -> Vec<Server> {
    let text = format!("{EXPOSED}backend b\n mode http\n timeout connect 1s\n timeout server 1s\n{lines}\n");
    let back = spec(&text).proxies.into_iter().find_map(|proxy| proxy.back.clone());
    back.expect("a backend").servers.iter().map(|server| (**server).clone()).collect()
}

const EXPOSED: &str = "global\n expose-experimental-directives\n";

fn file(name: &str) -> CertSource {
    CertSource::File(name.as_bytes().into())
}

#[test]
fn options_of_sockets() {
    let made = binds(
        " bind :80-81 label l guid-prefix g tcp-ss 2 idle-ping 5s thread 1/1-2,2/odd tcp-md5sig p \
         accept-netscaler-cip 7 proto h2",
    );
    let guids: Vec<&str> = made.iter().filter_map(|bind| bind.guid.as_deref()).collect();
    assert_eq!(guids, ["g-1", "g-2"]);
    let opts = &made[0].opts;
    assert_eq!((opts.label.as_deref(), opts.save_syn, opts.idle_ping), (Some("l"), SaveSyn::Ethernet, Some(Ms(5000))));
    assert_eq!((opts.proto, opts.accept_cip, opts.md5sig.as_deref()), (Some(Mux::H2), Some(7), Some(&b"p"[..])));
    let threads = opts.threads.as_ref().expect("threads");
    let range = |group, which| ThreadRange { group, which };
    assert!(threads.by_group);
    assert_eq!(threads.ranges, [range(1, Threads::Range(1, 2)), range(2, Threads::Odd)]);
    assert_eq!(opts.tls, None);
}

#[test]
fn quic_sockets() {
    let made =
        binds(" bind quic4@:443 ssl crt /pem/both.pem quic-cc-algo bbr(1m) quic-force-retry quic-socket listener");
    let opts = &made[0].opts;
    assert!(opts.quic && opts.quic_opts.force_retry && opts.quic_opts.shared_socket);
    let cc = QuicCc { algorithm: QuicCcAlgorithm::Bbr, max_window: Some(1 << 20) };
    assert_eq!((opts.quic_opts.cc, made[0].addr.port()), (cc, Some(443)));
}

#[test]
fn reverse_sockets() {
    let made = spec(&format!(
        "{EXPOSED}frontend f\n mode http\n timeout client 1s\n bind rhttp@b/t nbconn 3\nbackend b\n mode http\n \
         timeout connect 1s\n timeout server 1s\n server s 1.2.3.4:80\n server t 1.2.3.4:81\n"
    ));
    let front = made.proxies[0].front.as_ref().expect("a frontend");
    let want = ReverseBind { backend: PxIx(1), server: SrvIx(1), connections: 3 };
    assert_eq!(front.binds[0].opts.reverse, Some(want));
}

#[test]
fn tls_of_sockets() {
    let made = binds(
        " bind :443 ssl crt /pem/dir default-crt /pem/bundle alpn h2,http/1.1 verify optional ca-file /pem/cert.pem \
         force-tlsv13 no-tls-tickets ca-ignore-err 20,X509_V_ERR_CERT_HAS_EXPIRED tls-ticket-keys /pem/tickets-80",
    );
    let tls = made[0].opts.tls.as_ref().expect("TLS");
    assert!(tls.ssl);
    assert_eq!(tls.certs[0].found, [file("/pem/dir/a.pem"), file("/pem/dir/b.crt")]);
    assert_eq!((tls.certs[1].is_default, &tls.certs[1].found[..]), (true, &[file("/pem/bundle.ecdsa")][..]));
    assert_eq!(tls.conf.alpn, Some(vec![b"h2"[..].into(), b"http/1.1"[..].into()]));
    assert_eq!((tls.conf.verify, tls.tickets), (Some(Verify::Optional), Some(false)));
    assert_eq!((tls.conf.versions.min, tls.conf.versions.max), (Some(TlsVersion::Tls13), Some(TlsVersion::Tls13)));
    assert_eq!(tls.ca_ignore_err, IgnoreErr::These(vec![10, 20]));
    let keys: Vec<usize> = tls.ticket_keys.iter().flat_map(|keys| &keys.keys).map(|key| key.len()).collect();
    assert_eq!(keys, [80, 80, 80]);
    let none = binds(" bind :443 ssl crt /pem/both.pem no-alpn");
    assert_eq!(none[0].opts.tls.as_ref().expect("TLS").conf.alpn, Some(Vec::new()));
}

#[test]
fn lists_of_certificates() {
    let made = binds(" bind :443 ssl crt-list /pem/ok.list");
    let lines = &made[0].opts.tls.as_ref().expect("TLS").lists[0].lines;
    let numbers: Vec<u32> = lines.iter().map(|line| line.line).collect();
    assert_eq!(numbers, [3, 4, 5]);
    assert_eq!(lines[1].cert.found, [file("/pem/bundle.ecdsa")]);
    assert_eq!(lines[2].conf.versions.min, Some(TlsVersion::Tls12));
    assert_eq!(lines[2].filters, [b"*.x"[..].into(), b"!b.x"[..].into()]);
}

#[test]
fn stores_of_certificates() {
    let made = spec(
        "crt-store s\n crt-base /pem\n load crt both.pem alias x ocsp-update on\nfrontend f\n timeout client 1s\n \
         bind :443 ssl crt @s/x crt @s/both.pem\n",
    );
    let store = &made.sections.crt_stores[0];
    assert_eq!(store.loads[0].crt.as_deref(), Some(&b"/pem/both.pem"[..]));
    assert_eq!(store.loads[0].ocsp_update, Some(true));
    let front = made.proxies[0].front.as_ref().expect("a frontend");
    let stored = CertSource::Stored { store: 0, load: 0 };
    for cert in &front.binds[0].opts.tls.as_ref().expect("TLS").certs {
        assert_eq!(cert.found, std::slice::from_ref(&stored));
    }
}

#[test]
fn acme_sections() {
    let made = spec(&format!(
        "{EXPOSED}acme le\n directory https://ca.example/d\n challenge dns-01\n challenge-ready cli,dns\n dns-delay 5m\n \
         keytype ECDSA\n curves P-384\n reuse-key on\n eab-mac-alg HS512\n"
    ));
    let acme = &made.sections.acmes[0];
    assert_eq!((&*acme.name, acme.challenge, acme.dns_delay), (&b"le"[..], Challenge::Dns01, Ms(300_000)));
    assert_eq!(acme.ready, Some(Ready { cli: true, dns: true, delay: false }));
    assert_eq!((acme.key_type.algorithm, acme.reuse_key), (Some(KeyAlgorithm::Ecdsa), true));
    assert_eq!(acme.eab_mac, EabMac::Hs512);
}

#[test]
fn options_of_servers() {
    let made = servers(
        " server s 1.2.3.4:80 cookie c ws h1 hash-key addr-port observe layer7 on-error mark-down error-limit 3 \
         on-marked-down shutdown-sessions resolve-prefer ipv4 resolve-net 10.0.0.0/8 socks4 1.2.3.4:1080 \
         pool-conn-name str(a) idle-ping 1s strict-maxconn init-state down check check-proto none agent-check port 9 \
         send-proxy-v2 set-proxy-v2-tlv-fmt(0x20) %[src] proxy-v2-options crc32c,cert-cn tcp-md5sig p",
    );
    let s = &made[0];
    assert_eq!(
        (s.cookie.as_deref(), s.websocket, s.hash_key),
        (Some(&b"c"[..]), Websocket::H1, ServerHashKey::AddrPort)
    );
    let health = Health {
        observe: Observe::Layer7,
        error_limit: 3,
        on_error: OnError::MarkDown,
        down_ends_sessions: true,
        up_ends_backup_sessions: false,
    };
    assert_eq!((s.health.clone(), s.init_state), (health, InitState::Down));
    assert_eq!((s.dns.prefer_ipv4, &s.dns.nets[..]), (true, &[("10.0.0.0".parse().unwrap(), 8)][..]));
    assert_eq!(s.socks4, Some("1.2.3.4:1080".parse().unwrap()));
    assert_eq!(s.pool_conn_name.as_ref().map(|expr| expr.words.concat()), Some(b"str(a)".to_vec()));
    assert_eq!((s.idle_ping, s.strict_maxconn), (Some(Ms(1000)), true));
    assert_eq!(s.check.as_ref().map(|check| (check.proto, check.port)), Some((Some(Mux::Pass), Some(9))));
    assert_eq!(s.agent.as_ref().map(|agent| agent.port), Some(Some(9)));
    assert!(s.proxy_v2.crc32c && s.proxy_v2.ssl && s.proxy_v2.cert_cn && !s.proxy_v2.unique_id);
    assert_eq!((s.send_proxy, s.proxy_v2.tlvs[0].0), (SendProxy::V2, 0x20));
}

#[test]
fn tls_of_servers() {
    let made = servers(
        " default-server ssl verify none alpn h2\n server s 1.2.3.4:443 sni req.hdr(host) verifyhost h crt /pem/split.pem\n \
         server t 1.2.3.4:80 no-ssl no-verifyhost\n server u 1.2.3.4:81 from none",
    );
    let tls = |at: usize| made[at].tls.as_ref().expect("TLS");
    assert!(tls(0).ssl && !tls(1).ssl && tls(1).kept);
    assert_eq!(tls(0).sni.as_ref().map(|sni| sni.words.concat()), Some(b"req.hdr(host)".to_vec()));
    assert_eq!(tls(0).cert.as_ref().map(|cert| cert.found.clone()), Some(vec![file("/pem/split.pem")]));
    assert_eq!((tls(0).verifyhost.as_deref(), tls(1).verifyhost.as_deref()), (Some("h"), None));
    assert_eq!(made[2].tls, None);
}

#[test]
fn settings_from_elsewhere() {
    let made = servers(
        " default-server weight 5\n default-server name d maxconn 9\n default-server name d maxqueue 8\n \
         server s 1.2.3.4:80 id 7 weight 6\n server t 1.2.3.4:81 from srv:s maxconn 3\n server u 1.2.3.4:82 from srv:d\n \
         server v 1.2.3.4:83 from none\n server w 1.2.3.4:84\n server-template x 2 localhost:80 from srv:b/t",
    );
    let of = |s: &Server| (s.name.to_string(), s.weight, s.maxconn, s.maxqueue, s.id);
    let want = [
        ("s".to_owned(), 6, None, None, Some(7)),
        ("t".to_owned(), 6, Some(3), None, None),
        ("u".to_owned(), 1, Some(9), Some(8), None),
        ("v".to_owned(), 1, None, None, None),
        ("w".to_owned(), 5, None, None, None),
        ("x1".to_owned(), 6, Some(3), None, None),
        ("x2".to_owned(), 6, Some(3), None, None),
    ];
    assert_eq!(made.iter().map(of).collect::<Vec<_>>(), want);
    assert_eq!(made[1].addr.addr, Addr::Ip("1.2.3.4:81".parse().unwrap()));
}

#[test]
fn servers_that_follow_others() {
    let made = spec(
        "defaults\n timeout connect 1s\n timeout server 1s\nbackend a\n server s 1.2.3.4:80 track b/u\nbackend b\n \
         server t 1.2.3.4:80 check\n server u 1.2.3.4:81 track t\n",
    );
    let track =
        |proxy: usize, server: usize| made.proxies[proxy].back.as_ref().expect("a backend").servers[server].track;
    assert_eq!((track(0, 0), track(1, 1), track(1, 0)), (Some((PxIx(1), SrvIx(1))), Some((PxIx(1), SrvIx(0))), None));
}

/// Chains of tracking servers, and names that are looked up, take time in proportion.
#[test]
fn many_servers_take_time_in_proportion() {
    let mut config = "backend b\n timeout connect 1s\n timeout server 1s\n server s0 127.0.0.1:80 check\n".to_owned();
    for n in 1..20_000 {
        config.push_str(&format!(" server s{n} 127.0.0.1:80 from srv:s{} track s{}\n", n - 1, n - 1));
    }
    config = config.replace(" check\n server s1 127.0.0.1:80 from srv:s0", " check\n server s1 127.0.0.1:80");
    config = config.replace(" from srv:", " from srv:b/");
    let from = std::time::Instant::now();
    let (made, diags, _) = compile(&config);
    println!("20000 servers: {:?} to compile", from.elapsed());
    assert!(made.is_some(), "{}", cell(&diags));
    // Quadratic work would take minutes.
    assert!(from.elapsed().as_secs() < 60, "{:?}", from.elapsed());
}
