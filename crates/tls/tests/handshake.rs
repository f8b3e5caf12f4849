//! Both sides of a connection in memory: choice of certificates, verification, resumption, data both ways.

use base::Buf;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};
use std::io::IoSlice;
use std::sync::Arc;
use tls::cert::{Companions, ServerCert};
use tls::client::{self, Client};
use tls::names;
use tls::roots::Roots;
use tls::server::{self, Line, VerifyClients};
use tls::session::{Scratch, Session, TlsError};
use tls::session_cache::SessionCache;
use tls::sni::{Index, Use};
use tls::tickets::Tickets;
use tls::verify::{Ignore, IgnoreSet};

struct Ca(CertifiedIssuer<'static, KeyPair>);

impl Ca {
    fn new(name: &str) -> Ca {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ca(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// Certificate and key in one file.
    fn issue(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> String {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, "leaf");
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let cert = params.signed_by(&key, &self.0).unwrap();
        cert.pem() + &key.serialize_pem()
    }

    fn roots(&self) -> Arc<Roots> {
        let mut roots = Roots::default();
        assert_eq!(roots.add(self.pem().as_bytes()), Ok(1));
        Arc::new(roots)
    }
}

fn load(pem: &str) -> ServerCert {
    ServerCert::load(pem.as_bytes(), &Companions::default(), &[]).unwrap()
}

fn server_settings() -> server::Settings {
    server::Settings {
        alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
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
    }
}

fn client_settings(roots: Option<Arc<Roots>>) -> client::Settings {
    client::Settings {
        alpn: Vec::new(),
        tls12: true,
        tls13: true,
        suites: [names::default_tls13(), names::default_tls12()].concat(),
        groups: names::default_client_groups(),
        sigalgs: None,
        roots,
        crls: false,
        verifyhost: None,
        cert: None,
        resume: true,
        tickets: true,
        key_log: None,
    }
}

fn line_of(settings: &server::Settings, certs: &[(&ServerCert, Use<'_>)], strict: bool) -> Arc<Line> {
    let mut index = Index::default();
    for (place, (cert, how)) in certs.iter().enumerate() {
        let how = Use { is_default: how.is_default || place == 0, ..how.clone() };
        index.add(cert, cert.certified.clone(), &how);
    }
    let cache = Arc::new(SessionCache::new(100, 300));
    Arc::new(Line::new(std::slice::from_ref(settings), index, strict, &cache, 1).unwrap())
}

/// Moves what `from` has to say to `to`, in pieces of `piece` bytes.
fn pass(out: &[u8], to: &mut Session, scratch: &mut Scratch, piece: usize) -> Result<Vec<u8>, TlsError> {
    let mut answer = Vec::new();
    for part in out.chunks(piece) {
        scratch.out.clear();
        let held = to.load(scratch);
        scratch.input[held..held + part.len()].copy_from_slice(part);
        let result = to.receive(scratch, held + part.len(), None);
        answer.extend_from_slice(scratch.out.data());
        result?;
    }
    Ok(answer)
}

struct Pair {
    client: Session,
    server: Session,
    scratch: Scratch,
}

impl Pair {
    fn new(client: &Client, line: &Arc<Line>, name: Option<&str>, alpn: &[&str]) -> Pair {
        let alpn = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        let conn = client.connect(name, Some(alpn)).unwrap();
        Pair { client: Session::client(conn), server: Session::server(line.clone()), scratch: Scratch::new() }
    }

    /// Until nobody has anything to say. The error is of whichever side had it.
    fn handshake(&mut self, piece: usize) -> Result<(), (&'static str, TlsError)> {
        self.scratch.out.clear();
        let mut to_server = match self.client.receive(&mut self.scratch, 0, None) {
            Ok(_) => self.scratch.out.data().to_vec(),
            Err(error) => return Err(("client", error)),
        };
        while !to_server.is_empty() {
            let to_client = pass(&to_server, &mut self.server, &mut self.scratch, piece).map_err(|e| ("server", e))?;
            to_server = pass(&to_client, &mut self.client, &mut self.scratch, piece).map_err(|e| ("client", e))?;
        }
        assert!(!self.client.is_handshaking() && !self.server.is_handshaking());
        Ok(())
    }

    fn send(&mut self, to_server: bool, bytes: &[u8]) -> Vec<u8> {
        let (from, to) =
            if to_server { (&mut self.client, &mut self.server) } else { (&mut self.server, &mut self.client) };
        let mut got = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            self.scratch.out.clear();
            let slices = [IoSlice::new(&rest[..rest.len() / 3]), IoSlice::new(&rest[rest.len() / 3..])];
            let n = from.encrypt(&slices, &mut self.scratch).unwrap();
            rest = &rest[n..];
            let wire = self.scratch.out.data().to_vec();
            for part in wire.chunks(5000) {
                let mut buf = Buf::unpooled(3000);
                let held = to.load(&mut self.scratch);
                self.scratch.input[held..held + part.len()].copy_from_slice(part);
                to.receive(&mut self.scratch, held + part.len(), Some((&mut buf, 3000))).unwrap();
                got.extend_from_slice(buf.data());
                loop {
                    buf.clear();
                    if to.take_spilled(&mut buf, 1000) == 0 {
                        if !to.has_input() {
                            break;
                        }
                        let held = to.load(&mut self.scratch);
                        to.receive(&mut self.scratch, held, Some((&mut buf, 3000))).unwrap();
                    }
                    got.extend_from_slice(buf.data());
                }
            }
        }
        got
    }
}

fn leaf_of(session: &Session) -> Vec<u8> {
    session.facts().peer_chain[0].to_vec()
}

#[test]
fn handshake_data_and_farewell() {
    let ca = Ca::new("ca");
    let cert = load(&ca.issue(&["a.example"], |_| {}));
    let line = line_of(&server_settings(), &[(&cert, Use::default())], false);
    let client = Client::new(&client_settings(Some(ca.roots()))).unwrap();
    for piece in [1, 7, 100_000] {
        let mut pair = Pair::new(&client, &line, Some("a.example"), &["http/1.1"]);
        pair.handshake(piece).unwrap();
        let facts = pair.server.facts();
        assert_eq!((facts.version, facts.cipher), (Some("TLSv1.3"), Some(("TLS_AES_128_GCM_SHA256", 128))));
        assert_eq!((facts.alpn, facts.server_name), (Some(&b"http/1.1"[..]), Some("a.example")));
        assert_eq!(facts.resumed, piece != 1, "the first one is new, the others resume it");
        for size in [1, 100, 16_384, 16_385, 200_000] {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            assert!(pair.send(true, &bytes) == bytes, "{size}");
            assert!(pair.send(false, &bytes) == bytes, "{size}");
        }
        assert!(pair.client.is_at_rest() && pair.server.is_at_rest());
        pair.scratch.out.clear();
        pair.client.close(&mut pair.scratch);
        let wire = pair.scratch.out.data().to_vec();
        pass(&wire, &mut pair.server, &mut pair.scratch, 100_000).unwrap();
        assert!(pair.server.is_peer_closed());
        assert!(pair.client.encrypt(&[IoSlice::new(b"x")], &mut pair.scratch).is_err(), "nothing after the farewell");
        assert_eq!(pair.send(false, b"still"), b"still", "the other direction goes on");
    }
}

#[test]
fn names_and_kinds() {
    let ca = Ca::new("ca");
    let first = load(&ca.issue(&["first.example"], |_| {}));
    let exact = load(&ca.issue(&["www.b.example"], |_| {}));
    let wild = load(&ca.issue(&["*.b.example"], |_| {}));
    let filtered = load(&ca.issue(&["ignored.example"], |_| {}));
    let filters: Vec<Box<[u8]>> = vec![b"*.C.example"[..].into(), b"!secret.c.example"[..].into()];
    let certs = [
        (&first, Use::default()),
        (&wild, Use::default()),
        (&exact, Use::default()),
        (&filtered, Use { filters: &filters, ..Use::default() }),
    ];
    let client = Client::new(&client_settings(None)).unwrap();
    let cases: &[(Option<&str>, Option<&ServerCert>)] = &[
        (Some("www.b.example"), Some(&exact)),
        (Some("WWW.b.EXAMPLE"), Some(&exact)),
        (Some("other.b.example"), Some(&wild)),
        (Some("x.c.example"), Some(&filtered)),
        (Some("secret.c.example"), None),
        (Some("b.example"), None),
        (Some("a.b.b.example"), None),
        (Some("ignored.example"), None),
        (None, None),
    ];
    for strict in [false, true] {
        let line = line_of(&server_settings(), &certs, strict);
        for (name, want) in cases {
            let mut pair = Pair::new(&client, &line, *name, &[]);
            let result = pair.handshake(100_000);
            match (want, strict) {
                (None, true) => {
                    let (side, error) = result.unwrap_err();
                    assert!(
                        matches!(error, TlsError::Refused(server::Refusal::UnknownName)),
                        "{side} {error} {name:?}"
                    );
                }
                (want, _) => {
                    result.unwrap();
                    assert_eq!(leaf_of(&pair.client), want.unwrap_or(&first).leaf(), "{name:?}");
                }
            }
        }
    }
}

#[test]
fn servers_are_verified() {
    let (ca, other) = (Ca::new("ca"), Ca::new("other"));
    let old = |params: &mut CertificateParams| {
        (params.not_before, params.not_after) = (rcgen::date_time_ymd(2001, 1, 1), rcgen::date_time_ymd(2002, 1, 1));
    };
    let good = ca.issue(&["a.example", "*.w.example"], |_| {});
    let own = {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        params.self_signed(&key).unwrap().pem() + &key.serialize_pem()
    };
    let no_server = ca.issue(&["a.example"], |params| {
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    });
    let mut own_roots = Roots::default();
    own_roots.add(own.as_bytes()).unwrap();
    let own_roots = Arc::new(own_roots);
    // Certificate, trusted, name asked for, verifyhost, number of the fault.
    type Case<'a> = (&'a str, Option<Arc<Roots>>, Option<&'a str>, Option<&'a str>, Option<u8>);
    let cases: &[Case<'_>] = &[
        (&good, Some(ca.roots()), Some("a.example"), None, None),
        (&good, Some(ca.roots()), Some("x.w.example"), None, None),
        (&good, Some(ca.roots()), Some("b.example"), None, Some(62)),
        (&good, Some(ca.roots()), None, None, None),
        (&good, Some(ca.roots()), None, Some("a.example"), None),
        (&good, Some(ca.roots()), None, Some("b.example"), Some(62)),
        (&good, Some(other.roots()), None, None, Some(20)),
        (&good, None, Some("b.example"), Some("b.example"), None),
        (&own, Some(ca.roots()), None, None, Some(18)),
        (&own, Some(own_roots), Some("a.example"), None, None),
        (&no_server, Some(ca.roots()), None, None, Some(26)),
        (&ca.issue(&["a.example"], old), Some(ca.roots()), None, None, Some(10)),
    ];
    for (n, (pem, roots, name, verifyhost, want)) in cases.iter().enumerate() {
        let line = line_of(&server_settings(), &[(&load(pem), Use::default())], false);
        for tls13 in [true, false] {
            let mut settings = client_settings(roots.clone());
            settings.tls13 = tls13;
            settings.verifyhost = verifyhost.map(Box::from);
            let result = Pair::new(&Client::new(&settings).unwrap(), &line, *name, &[]).handshake(100_000);
            match (result, want) {
                (Ok(()), None) => {}
                (Err(("client", error)), Some(code)) => assert_eq!(error.fault().map(|f| f.code), Some(*code), "{n}"),
                (result, want) => panic!("case {n}: {result:?} {want:?}"),
            }
        }
    }
}

#[test]
fn clients_are_verified() {
    let (ca, other) = (Ca::new("ca"), Ca::new("other"));
    let server_cert = load(&ca.issue(&["a.example"], |_| {}));
    let good = Arc::new(load(&ca.issue(&[], |_| {})));
    let bad = Arc::new(load(&other.issue(&[], |_| {})));
    let all = Ignore { cert: IgnoreSet::All, ca: IgnoreSet::All };
    // Mandatory, what is ignored, the client's certificate, whether it is let in.
    let cases = [
        (true, Ignore::default(), Some(&good), true),
        (true, Ignore::default(), Some(&bad), false),
        (true, Ignore::default(), None, false),
        (false, Ignore::default(), None, true),
        (false, Ignore::default(), Some(&bad), false),
        (false, all.clone(), Some(&bad), true),
        (true, all, Some(&bad), true),
    ];
    for (n, (mandatory, ignore, cert, want)) in cases.into_iter().enumerate() {
        for tls13 in [true, false] {
            let mut settings = server_settings();
            let (roots, ignore) = (ca.roots(), ignore.clone());
            settings.verify =
                Some(VerifyClients { roots, mandatory, no_ca_names: false, named: None, crls: false, ignore });
            let line = line_of(&settings, &[(&server_cert, Use::default())], false);
            let mut settings = client_settings(None);
            settings.tls13 = tls13;
            settings.cert = cert.cloned();
            let mut pair = Pair::new(&Client::new(&settings).unwrap(), &line, None, &[]);
            assert_eq!(pair.handshake(100_000).is_ok(), want, "case {n}");
            if want && cert.is_some() {
                let chain = pair.server.facts().peer_chain;
                let faults = line.faults(0, chain, 1_800_000_000);
                let is_good = cert.is_some_and(|cert| Arc::ptr_eq(cert, &good));
                assert_eq!(faults.is_empty(), is_good, "{faults:?}");
            }
        }
    }
}

#[test]
fn garbage_is_answered_with_an_alert() {
    let ca = Ca::new("ca");
    let cert = load(&ca.issue(&["a.example"], |_| {}));
    let line = line_of(&server_settings(), &[(&cert, Use::default())], false);
    let cases: &[&[u8]] = &[
        b"GET / HTTP/1.1\r\n\r\n",
        &[22, 3, 1, 0, 4, 1, 0, 0, 0],
        &[22, 3, 1, 0, 10, 1, 0, 0, 6, 3, 3, 0, 0, 0, 0],
        &[0x80, 0x2e, 1, 3, 1],
    ];
    for bytes in cases {
        let mut scratch = Scratch::new();
        let mut session = Session::server(line.clone());
        scratch.input[..bytes.len()].copy_from_slice(bytes);
        assert!(session.receive(&mut scratch, bytes.len(), None).is_err(), "{bytes:?}");
        assert_eq!(scratch.out.data().first(), Some(&21), "{bytes:?}");
    }
}

#[test]
fn keys_in_all_forms() {
    let ca = Ca::new("ca");
    let pem = ca.issue(&["a.example"], |_| {});
    let (cert, key) = pem.split_at(pem.find("-----BEGIN PRIVATE").unwrap());
    let other = ca.issue(&["a.example"], |_| {});
    let foreign = &other[other.find("-----BEGIN PRIVATE").unwrap()..];
    let beside = |key: &str| Companions { key: Some(key.as_bytes().to_vec()), ..Companions::default() };
    assert!(ServerCert::load(cert.as_bytes(), &beside(key), &[]).is_ok());
    let error =
        |file: &str, beside: &Companions| ServerCert::load(file.as_bytes(), beside, &[]).unwrap_err().to_string();
    assert_eq!(error(cert, &Companions::default()), "No Private Key found");
    assert_eq!(error(cert, &beside(foreign)), "inconsistencies between private key and certificate loaded");
    assert_eq!(error(key, &Companions::default()), "no certificate in it");
    assert_eq!(error("", &Companions::default()), "no certificate in it");
}
