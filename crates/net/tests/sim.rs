//! The simulated network: what TCP promises holds under every fault, and a seed replays.
#![cfg(feature = "sim")]

use base::{Addr, Ms};
use net::sim::{Faults, Report, run};
use net::{ConnectOpts, Datagram, ListenSpec, Listener, Stream};
use rt::sim::{Outcome, SimConfig};
use rt::{ReadyQueue, WorkerId};
use std::future::poll_fn;
use std::io;
use std::sync::Arc;

fn addr(text: &str) -> Addr {
    Addr::Ip(text.parse().unwrap())
}

/// Runs `main` over many seeds; each run must be clean.
fn check<F: Future<Output = ()> + 'static>(faults: Faults, main: impl Fn() -> F + Copy + 'static) -> Vec<Report> {
    let reports: Vec<Report> = (1..=24).map(|seed| run(seed, SimConfig::default(), faults, main)).collect();
    reports.iter().for_each(Report::assert_clean);
    reports
}

fn listener(at: &str) -> Listener {
    Listener::attach(Arc::new(net::listen(&ListenSpec::new(addr(at))).unwrap())).unwrap()
}

async fn dial(to: &Addr) -> io::Result<Stream> {
    net::connect(to, &ConnectOpts::default())?.await
}

async fn read(stream: &mut Stream) -> io::Result<Vec<u8>> {
    let mut buf = rt::buf().unwrap();
    poll_fn(|cx| stream.poll_read(cx, &mut buf)).await?;
    Ok(buf.data().to_vec())
}

async fn write_all(stream: &mut Stream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let n = poll_fn(|cx| stream.poll_write(cx, bytes)).await?;
        bytes = &bytes[n..];
    }
    Ok(())
}

async fn read_to_end(stream: &mut Stream) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        let some = read(stream).await?;
        if some.is_empty() {
            return Ok(all);
        }
        all.extend(some);
    }
}

fn pattern(len: usize, salt: usize) -> Vec<u8> {
    (0..len).map(|at| ((at + salt) * 31 % 251) as u8).collect()
}

/// Echoes on the other worker until the client has ended its direction.
fn serve_echo(mut listener: Listener) {
    rt::spawn(async move {
        loop {
            let accepted = listener.accept().await.unwrap();
            rt::spawn_on(WorkerId(1), move || {
                rt::spawn(async move {
                    let mut stream = Stream::attach(accepted.conn).unwrap();
                    while let Ok(bytes) = read(&mut stream).await {
                        if bytes.is_empty() || write_all(&mut stream, &bytes).await.is_err() {
                            break;
                        }
                    }
                });
            })
            .unwrap();
        }
    });
}

#[test]
fn echoes_are_byte_exact_under_harmless_faults() {
    let reports = check(Faults::harmless(), || async {
        serve_echo(listener("0.0.0.0:80"));
        let clients: Vec<_> = (0..5)
            .map(|n| {
                rt::spawn_joined(async move {
                    let mut stream = dial(&addr("10.0.0.1:80")).await.unwrap();
                    let sent = pattern(50_000, n);
                    let mut got = Vec::new();
                    for piece in sent.chunks(7_000) {
                        write_all(&mut stream, piece).await.unwrap();
                        while got.len() < piece.len() {
                            got.extend(read(&mut stream).await.unwrap());
                        }
                        assert!(got == piece);
                        got.clear();
                    }
                    stream.shutdown_write().unwrap();
                    assert!(read_to_end(&mut stream).await.unwrap().is_empty());
                })
            })
            .collect();
        for client in clients {
            assert_eq!(client.await, Some(()));
        }
    });
    assert!(reports.iter().all(|report| report.traffic.bytes == 500_000 && report.traffic.resets == 0));
    let again = run(7, SimConfig::default(), Faults::harmless(), || async {
        serve_echo(listener("0.0.0.0:80"));
        let mut stream = dial(&addr("10.0.0.1:80")).await.unwrap();
        write_all(&mut stream, b"x").await.unwrap();
        read(&mut stream).await.unwrap();
    });
    let replay = run(7, SimConfig::default(), Faults::harmless(), || async {
        serve_echo(listener("0.0.0.0:80"));
        let mut stream = dial(&addr("10.0.0.1:80")).await.unwrap();
        write_all(&mut stream, b"x").await.unwrap();
        read(&mut stream).await.unwrap();
    });
    assert_eq!(again, replay);
}

#[test]
fn with_resets_data_is_whole_or_visibly_cut() {
    let faults = Faults { reset: 30, ..Faults::nasty() };
    let reports = check(faults, || async {
        let mut listener = listener("10.0.0.1:80");
        rt::spawn(async move {
            loop {
                let accepted = listener.accept().await.unwrap();
                rt::spawn(async move {
                    let mut stream = Stream::attach(accepted.conn).unwrap();
                    let _ = write_all(&mut stream, &pattern(100_000, 0)).await;
                });
            }
        });
        for _ in 0..10 {
            let mut stream = dial(&addr("10.0.0.1:80")).await.unwrap();
            if let Ok(all) = read_to_end(&mut stream).await {
                assert!(all == pattern(100_000, 0), "an end of stream means that all has come");
            }
        }
    });
    assert!(reports.iter().any(|report| report.traffic.resets > 0));
}

#[test]
fn ends_resets_and_refusals() {
    check(Faults::harmless(), || async {
        assert_eq!(dial(&addr("10.0.0.1:81")).await.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        let mut listener = listener("10.0.0.1:80");
        let error = net::listen(&ListenSpec::new(addr("10.0.0.1:80"))).unwrap_err();
        assert_eq!(error.to_string(), "cannot bind socket (Address already in use)");

        let mut client = dial(&addr("10.0.0.1:80")).await.unwrap();
        let accepted = listener.accept().await.unwrap();
        let mut server = Stream::attach(accepted.conn).unwrap();
        assert_eq!(*client.local_addr().unwrap(), accepted.peer);
        assert_eq!(*server.local_addr().unwrap(), addr("10.0.0.1:80"));

        // Half-closed: the other direction goes on.
        write_all(&mut client, b"last words").await.unwrap();
        client.shutdown_write().unwrap();
        assert_eq!(read_to_end(&mut server).await.unwrap(), b"last words");
        write_all(&mut server, b"answer").await.unwrap();
        drop(server);
        assert_eq!(read_to_end(&mut client).await.unwrap(), b"answer");

        // Closing with unread bytes resets.
        drop(client);
        let mut client = dial(&addr("10.0.0.1:80")).await.unwrap();
        let mut server = Stream::attach(listener.accept().await.unwrap().conn).unwrap();
        write_all(&mut client, b"unread").await.unwrap();
        poll_fn(|cx| server.poll_read_ready(cx)).await;
        drop(server);
        assert_eq!(read(&mut client).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(read(&mut client).await.unwrap(), b"");
        assert_eq!(write_all(&mut client, b"x").await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);

        // Writing to whoever has closed brings a reset back.
        drop(client);
        let mut client = dial(&addr("10.0.0.1:80")).await.unwrap();
        drop(listener.accept().await.unwrap());
        write_all(&mut client, b"too late").await.unwrap();
        rt::sleep(Ms(100)).await;
        assert_eq!(client.take_error().unwrap().kind(), io::ErrorKind::ConnectionReset);

        // A whole host can crash.
        drop(client);
        let client = dial(&addr("10.0.0.1:80")).await.unwrap();
        let server = Stream::attach(listener.accept().await.unwrap().conn).unwrap();
        assert_eq!(net::sim::open_ends().len(), 2);
        assert_eq!(net::sim::reset_all(&addr("10.0.0.1:0")), 1);
        rt::sleep(Ms(100)).await;
        assert!(client.is_peer_gone() && server.is_peer_gone());
    });
}

#[test]
fn a_cut_holds_everything_back_until_healed() {
    check(Faults::harmless(), || async {
        let mut listener = listener("10.0.0.1:80");
        let mut client = dial(&addr("10.0.0.1:80")).await.unwrap();
        let mut server = Stream::attach(listener.accept().await.unwrap().conn).unwrap();
        let host = addr("10.0.0.1:0");
        let sent = pattern(15_000, 3);
        write_all(&mut client, &sent[..5_000]).await.unwrap();
        net::sim::cut(&host);
        write_all(&mut client, &sent[5_000..]).await.unwrap();
        client.shutdown_write().unwrap();
        let late = rt::spawn_joined(async { dial(&addr("10.0.0.1:80")).await.is_ok() });
        rt::sleep(Ms(10_000)).await;
        assert_eq!(net::sim::traffic().connections, 1);
        net::sim::heal(&host);
        assert!(read_to_end(&mut server).await.unwrap() == sent);
        assert_eq!(late.await, Some(true));
    });
}

#[test]
fn streams_park_and_move_and_datagrams_are_kept() {
    check(Faults::harmless(), || async {
        let mut listener = listener("10.0.0.1:80");
        let mut client = dial(&addr("10.0.0.1:80")).await.unwrap();
        let mut server = Stream::attach(listener.accept().await.unwrap().conn).unwrap();
        let queue = ReadyQueue::new();
        client.park(&queue, 3);
        assert!(client.is_quiet());
        write_all(&mut server, b"x").await.unwrap();
        assert_eq!(queue.next().await, 3);
        assert!(!client.is_quiet());
        let moved = client.detach();
        let (done, came) = rt::oneshot();
        rt::spawn_on(WorkerId(1), move || {
            rt::spawn(async move {
                let mut client = Stream::attach(moved).unwrap();
                done.send(read(&mut client).await.unwrap()).unwrap();
            });
        })
        .unwrap();
        assert_eq!(came.await.unwrap(), b"x");
        assert_eq!(read(&mut server).await.unwrap(), b"");

        let log = addr("10.9.9.9:514");
        Datagram::open(&log, None).unwrap().send_batch(&[b"one", b"two"]).unwrap();
        assert_eq!(net::sim::take_datagrams(&log), [b"one".to_vec(), b"two".to_vec()]);
        assert!(net::sim::take_datagrams(&log).is_empty());
    });
}

#[test]
fn a_full_window_makes_the_writer_wait() {
    let report = run(1, SimConfig::default(), Faults { window: 1_000, ..Faults::none() }, || async {
        let mut listener = listener("10.0.0.1:80");
        let mut client = dial(&addr("10.0.0.1:80")).await.unwrap();
        let _server = Stream::attach(listener.accept().await.unwrap().conn).unwrap();
        write_all(&mut client, &pattern(2_000, 0)).await.unwrap();
    });
    assert_eq!(report.rt.outcome, Outcome::Deadlock, "nobody reads");
    assert_eq!(report.traffic.bytes, 1_000);
}

#[test]
fn giving_up_leaves_nothing_behind() {
    check(Faults::harmless(), || async {
        let mut listener = listener("10.0.0.1:80");
        // Given up at once, on the way, and after the answer.
        for wait in [0, 1, 100] {
            let connecting = net::connect(&addr("10.0.0.1:80"), &ConnectOpts::default()).unwrap();
            rt::sleep(Ms(wait)).await;
            drop(connecting);
        }
        rt::spawn(async move {
            loop {
                let accepted = listener.accept().await.unwrap();
                let mut stream = Stream::attach(accepted.conn).unwrap();
                let _ = read(&mut stream).await;
            }
        });
        rt::sleep(Ms(1_000)).await;
        assert_eq!(net::sim::open_ends(), [] as [String; 0]);
        // One that is still on its way when the run ends.
        let _connecting = net::connect(&addr("10.0.0.1:80"), &ConnectOpts::default()).unwrap();
        rt::yield_now().await;
    });
}
