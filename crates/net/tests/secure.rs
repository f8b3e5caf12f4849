//! TLS over real sockets: both sides are ours, and bytes go both ways in pieces of all sizes.

use base::{Addr, Buf};
use net::{ConnectOpts, ListenSpec, Listener, Stream};
use rt::Config;
use std::future::poll_fn;
use std::io::IoSlice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tls::cert::{Companions, ServerCert};
use tls::client::{self, Client};
use tls::names;
use tls::server::{self, Line};
use tls::session::Session;
use tls::session_cache::SessionCache;
use tls::sni::{Index, Use};
use tls::tickets::Tickets;

fn line() -> Arc<Line> {
    let key = rcgen::KeyPair::generate().unwrap();
    let cert = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    let pem = cert.pem() + &key.serialize_pem();
    let cert = ServerCert::load(pem.as_bytes(), &Companions::default(), &[]).unwrap();
    let mut index = Index::default();
    index.add(&cert, cert.certified.clone(), &Use { is_default: true, ..Use::default() });
    let settings = server::Settings {
        alpn: Vec::new(),
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
    Arc::new(Line::new(&[settings], index, false, &Arc::new(SessionCache::new(100, 300)), 0).unwrap())
}

fn client(tls13: bool) -> Client {
    Client::new(&client::Settings {
        alpn: Vec::new(),
        tls12: true,
        tls13,
        suites: [names::default_tls13(), names::default_tls12()].concat(),
        groups: names::default_client_groups(),
        sigalgs: None,
        roots: None,
        crls: false,
        verifyhost: None,
        cert: None,
        resume: true,
        tickets: true,
        key_log: None,
    })
    .unwrap()
}

struct StopOnDrop;

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        rt::stop_all();
    }
}

/// Runs `main` on one worker.
fn check<F: Future<Output = ()> + 'static>(main: impl Fn() -> F + Send + Sync + 'static) {
    let done = Arc::new(AtomicBool::new(false));
    let seen = done.clone();
    let runtime = rt::start(Config { threads: 1, ..Config::default() }, move |_| {
        let main = main();
        let seen = seen.clone();
        async move {
            let _stop = StopOnDrop;
            main.await;
            seen.store(true, Ordering::SeqCst);
        }
    });
    runtime.unwrap().join();
    assert!(done.load(Ordering::SeqCst), "the main task ran to its end");
}

/// Two ends that have shaken hands.
async fn pair(tls13: bool) -> (Stream, Stream) {
    let spec = ListenSpec::new(Addr::Ip("127.0.0.1:0".parse().unwrap()));
    let socket = Arc::new(net::listen(&spec).unwrap());
    let addr = socket.local().clone();
    let mut listener = Listener::attach(socket).unwrap();
    let mut ours = net::connect(&addr, &ConnectOpts::default()).unwrap().await.unwrap();
    let mut theirs = Stream::attach(listener.accept().await.unwrap().conn).unwrap();
    theirs.start_tls(Session::server(line()), &[]);
    let (tell, shaken) = rt::oneshot();
    rt::spawn(async move {
        poll_fn(|cx| theirs.poll_handshake(cx)).await.unwrap();
        assert!(tell.send(theirs).is_ok());
    });
    ours.start_tls(Session::client(client(tls13).connect(Some("a.example"), None).unwrap()), &[]);
    poll_fn(|cx| ours.poll_handshake(cx)).await.unwrap();
    (ours, shaken.await.unwrap())
}

fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|n| (n * 7 % 251) as u8).collect()
}

/// Sends all of it as slices of `piece` bytes, then ends the direction.
async fn send(stream: &mut Stream, data: &[u8], piece: usize) {
    let mut at = 0;
    while at < data.len() {
        let part = &data[at..data.len().min(at + piece)];
        let (head, tail) = part.split_at(part.len() / 5);
        at += poll_fn(|cx| stream.poll_write_vectored(cx, &[IoSlice::new(head), IoSlice::new(tail)])).await.unwrap();
    }
    stream.shutdown_write().unwrap();
}

async fn receive(stream: &mut Stream, room: usize) -> Vec<u8> {
    let mut got = Vec::new();
    let mut buf = Buf::unpooled(room);
    loop {
        buf.clear();
        match poll_fn(|cx| stream.poll_read(cx, &mut buf)).await.unwrap() {
            0 => return got,
            _ => got.extend_from_slice(buf.data()),
        }
    }
}

#[test]
fn bytes_both_ways_in_all_sizes() {
    check(|| async {
        for tls13 in [true, false] {
            for (size, piece, room) in [(3_000_000, 100_000, 65_536), (500_000, 300, 16_384), (400_000, 50_000, 100)] {
                let (mut ours, mut theirs) = pair(tls13).await;
                let (tell, echo) = rt::oneshot();
                rt::spawn(async move {
                    let data = receive(&mut theirs, room).await;
                    send(&mut theirs, &data, piece).await;
                    assert!(tell.send(data.len()).is_ok());
                });
                let data = bytes(size);
                send(&mut ours, &data, piece).await;
                let back = receive(&mut ours, room).await;
                assert!(back == data, "{size} {piece} {room}: {} bytes came back", back.len());
                assert!(echo.await.is_ok_and(|n| n == size));
            }
        }
    });
}

#[test]
fn a_resting_connection_is_quiet_after_the_tickets() {
    check(|| async {
        let (mut ours, mut theirs) = pair(true).await;
        poll_fn(|cx| theirs.poll_write(cx, b"x")).await.unwrap();
        let mut buf = Buf::unpooled(10);
        poll_fn(|cx| ours.poll_read(cx, &mut buf)).await.unwrap();
        assert_eq!(buf.data(), b"x");
        assert!(ours.is_quiet());
        theirs.close_tls();
        poll_fn(|cx| ours.poll_read_ready(cx)).await;
        assert!(!ours.is_quiet(), "a farewell is an end");
    });
}
