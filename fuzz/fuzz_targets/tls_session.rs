//! A server's session fed arbitrary bytes, in pieces: no panic, nothing decrypted, and the same end however the bytes
//! are cut.
#![no_main]

use base::Buf;
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, OnceLock};
use tls::cert::{Companions, ServerCert};
use tls::hello::{self, First, Hello};
use tls::names;
use tls::server::{Line, Settings};
use tls::session::{Scratch, Session};
use tls::session_cache::SessionCache;
use tls::sni::{Index, Use};
use tls::tickets::Tickets;

fn line() -> Arc<Line> {
    static LINE: OnceLock<Arc<Line>> = OnceLock::new();
    let make = || {
        let pem = include_bytes!("../corpus/tls_files/seed-cert");
        let cert = ServerCert::load(pem, &Companions::default(), &[]).expect("the seed is whole");
        let mut index = Index::default();
        index.add(&cert, cert.certified.clone(), &Use { is_default: true, ..Use::default() });
        let settings = Settings {
            alpn: vec![b"http/1.1".to_vec()],
            tls12: true,
            tls13: true,
            suites: [names::default_tls13(), names::default_tls12()].concat(),
            groups: names::default_server_groups(),
            sigalgs: None,
            client_sigalgs: None,
            prefer_client_ciphers: false,
            verify: None,
            tickets: Tickets::new(&[], 300).map(Arc::new),
            max_record: None,
            key_log: None,
        };
        Arc::new(Line::new(&[settings], index, false, &Arc::new(SessionCache::new(16, 300)), 0).expect("usable"))
    };
    LINE.get_or_init(make).clone()
}

/// Whether the session failed.
fn run(data: &[u8], piece: usize) -> bool {
    let mut scratch = Scratch::new();
    let mut session = Session::server(line());
    let mut plain = Buf::unpooled(64);
    for part in data.chunks(piece) {
        let held = session.load(&mut scratch);
        let end = (held + part.len()).min(scratch.input.len());
        scratch.input[held..end].copy_from_slice(&part[..end - held]);
        scratch.out.clear();
        match session.receive(&mut scratch, end, Some((&mut plain, 64))) {
            Ok(n) => assert_eq!(n, 0, "nobody has a key"),
            Err(_) => return true,
        }
    }
    false
}

fuzz_target!(|data: &[u8]| {
    let data = &data[..data.len().min(40_000)];
    if let First::Hello(length) = hello::first(data) {
        assert!(length <= data.len());
        let body = hello::body(&data[..length]).expect("it is whole");
        if let Some(hello) = Hello::parse(&body) {
            let _ = (hello.server_name(), hello.alpn(), hello.signatures(), hello.groups(), hello.formats());
            let _ = (hello.versions(), hello.extensions().count());
        }
    }
    let whole = run(data, data.len().max(1));
    assert_eq!(run(data, 7), whole);
});
