//! Sockets on the real system: loopback, unix sockets, pipes. Ports are the system's choice.

use base::{Addr, Buf, Ms};
use net::splice::{Budget, Filled, Pipes, poll_drain, poll_fill};
use net::{Accepted, ConnectOpts, Datagram, Detached, KeepAlive, ListenSpec, Listener, PortRange, Stream};
use rt::{Config, ReadyQueue, WorkerId};
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;

/// Runs `main` on worker 0 of `threads` and ends the runtime when it is done.
fn check<F: Future<Output = ()> + 'static>(threads: usize, main: impl Fn() -> F + Send + Sync + 'static) {
    let done = Arc::new(AtomicBool::new(false));
    let seen = done.clone();
    let runtime = rt::start(Config { threads, ..Config::default() }, move |id| {
        let main = (id == WorkerId(0)).then(&main);
        let seen = seen.clone();
        async move {
            match main {
                Some(main) => {
                    let _stop = StopOnDrop;
                    main.await;
                    seen.store(true, Ordering::SeqCst);
                }
                None => std::future::pending().await,
            }
        }
    });
    runtime.unwrap().join();
    assert!(done.load(Ordering::SeqCst), "the main task ran to its end");
}

/// A failing assertion ends the runtime too, so that the test fails instead of hanging.
struct StopOnDrop;

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        rt::stop_all();
    }
}

fn loopback() -> Addr {
    Addr::Ip("127.0.0.1:0".parse().unwrap())
}

fn listener(spec: &ListenSpec) -> (Listener, Addr) {
    let socket = Arc::new(net::listen(spec).unwrap());
    assert_eq!(socket.warnings(), &[] as &[String]);
    let addr = socket.local().clone();
    (Listener::attach(socket).unwrap(), addr)
}

async fn dial(to: &Addr) -> io::Result<Stream> {
    net::connect(to, &ConnectOpts::default())?.await
}

/// A connection: the client's side, the server's side.
async fn pair_over(addr: Addr) -> (Stream, Stream) {
    let (mut listener, addr) = listener(&ListenSpec::new(addr));
    let client = dial(&addr).await.unwrap();
    let accepted = listener.accept().await.unwrap();
    (client, Stream::attach(accepted.conn).unwrap())
}

async fn pair() -> (Stream, Stream) {
    pair_over(loopback()).await
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

fn temp(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("ferroxy-net-{}-{name}", std::process::id()))
}

fn unix(path: &std::path::Path) -> Addr {
    Addr::Unix(path.as_os_str().as_bytes().into())
}

#[test]
fn bytes_go_both_ways_and_each_direction_ends_alone() {
    check(1, || async {
        let (mut client, mut server) = pair().await;
        write_all(&mut client, b"ping").await.unwrap();
        assert_eq!(read(&mut server).await.unwrap(), b"ping");
        client.shutdown_write().unwrap();
        poll_fn(|cx| server.poll_peer_gone(cx)).await;
        assert!(server.is_peer_gone());
        assert_eq!(read(&mut server).await.unwrap(), b"", "the client's direction has ended");
        let parts = [IoSlice::new(b"po"), IoSlice::new(b""), IoSlice::new(b"ng")];
        assert_eq!(poll_fn(|cx| server.poll_write_vectored(cx, &parts)).await.unwrap(), 4);
        assert_eq!(read(&mut client).await.unwrap(), b"pong");
        drop(server);
        assert_eq!(read(&mut client).await.unwrap(), b"");
    });
}

#[test]
fn addresses_and_options() {
    check(1, || async {
        let keepalive = KeepAlive { idle: Some(Ms(30_000)), interval: Some(Ms(5_000)), count: Some(4) };
        let mut spec = ListenSpec::new(loopback());
        spec.keepalive = Some(keepalive);
        let (mut listener, addr) = listener(&spec);
        let opts = ConnectOpts { keepalive: Some(keepalive), tos: Some(0x10), ..ConnectOpts::default() };
        let mut client = net::connect(&addr, &opts).unwrap().await.unwrap();
        let Accepted { conn, peer } = listener.accept().await.unwrap();
        let mut server = Stream::attach(conn).unwrap();
        assert_eq!(*client.local_addr().unwrap(), peer);
        assert_eq!(*client.peer_addr().unwrap(), addr);
        assert_eq!((server.peer_addr().unwrap(), ()), (&peer, ()));
        assert_eq!(*server.local_addr().unwrap(), addr);
        use rustix::net::sockopt;
        let fd = server.fd().unwrap();
        assert!(sockopt::tcp_nodelay(fd).unwrap(), "inherited from the listener");
        assert!(sockopt::socket_keepalive(fd).unwrap());
        assert_eq!(sockopt::tcp_keepcnt(fd).unwrap(), 4);
        assert_eq!(sockopt::tcp_keepidle(fd).unwrap().as_secs(), 30);
        server.set_quickack(true).unwrap();
        server.set_rcvlowat(1).unwrap();
        assert!(server.tcp_info().unwrap().rttvar_us > 0);
        assert!(server.take_error().is_none());
    });
}

#[test]
fn a_reset_is_an_error_and_a_refusal_too() {
    check(1, || async {
        let (mut client, mut server) = pair().await;
        server.set_linger_reset().unwrap();
        drop(server);
        assert_eq!(read(&mut client).await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);

        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(dial(&Addr::Ip(port)).await.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        let nowhere = unix(&temp("nowhere"));
        assert_eq!(dial(&nowhere).await.unwrap_err().kind(), io::ErrorKind::NotFound);
    });
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 31 % 251) as u8).collect()
}

/// Takes everything until the end, with a small pause now and then so that the sender has to wait.
async fn read_to_end(stream: &mut Stream) -> Vec<u8> {
    let mut all = Vec::new();
    let mut buf = Buf::unpooled(5_000);
    loop {
        buf.clear();
        if poll_fn(|cx| stream.poll_read(cx, &mut buf)).await.unwrap() == 0 {
            return all;
        }
        all.extend_from_slice(buf.data());
        if all.len() % 97 == 0 {
            rt::sleep(Ms(1)).await;
        }
    }
}

#[test]
fn much_data_passes_whole_against_backpressure() {
    check(1, || async {
        let (mut client, mut server) = pair().await;
        let sender = rt::spawn_joined(async move {
            write_all(&mut client, &pattern(6_000_000)).await.unwrap();
        });
        assert!(read_to_end(&mut server).await == pattern(6_000_000));
        assert_eq!(sender.await, Some(()));
    });
}

#[test]
fn splicing_passes_the_same_bytes() {
    check(1, || async {
        for big in [false, true] {
            let budget = Budget::new(3, sys::pipe_user_pages_soft());
            let pipes = Pipes::new(budget.clone(), if big { 0 } else { 65_536 });
            let (mut source, mut into) = pair().await;
            let (mut out, mut sink) = pair().await;
            rt::spawn(async move {
                write_all(&mut source, &pattern(3_000_000)).await.unwrap();
            });
            let mut pipe = pipes.get().unwrap();
            assert!(pipe.capacity() >= 65_536);
            assert_eq!(budget.used(), (1, usize::from(big)));
            let moved = rt::spawn_joined(async move {
                let mut total = 0;
                loop {
                    match poll_fn(|cx| poll_fill(&mut into, &mut pipe, cx, usize::MAX)).await.unwrap() {
                        Filled::Moved(n) => total += n,
                        Filled::Full => assert!(!pipe.is_empty()),
                        Filled::End => break,
                    }
                    while !pipe.is_empty() {
                        poll_fn(|cx| poll_drain(&mut out, &mut pipe, cx, false)).await.unwrap();
                    }
                }
                total
            });
            assert!(read_to_end(&mut sink).await == pattern(3_000_000));
            assert_eq!(moved.await, Some(3_000_000));
            assert_eq!(budget.used(), (1, usize::from(big)), "an empty pipe is kept");
            let held = [pipes.get(), pipes.get(), pipes.get()];
            assert!(held.iter().all(Option::is_some) && pipes.get().is_none(), "maxpipes holds");
            drop(held);
            drop(pipes);
            assert_eq!(budget.used(), (0, 0));
        }
    });
}

#[test]
fn unix_sockets_of_all_kinds() {
    check(1, || async {
        let path = temp("u");
        let mut spec = ListenSpec::new(unix(&path));
        spec.unix.mode = Some(0o640);
        let first = net::listen(&spec).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        let (mut second, addr) = listener(&spec);
        let mut client = dial(&addr).await.unwrap();
        let mut server = Stream::attach(second.accept().await.unwrap().conn).unwrap();
        write_all(&mut client, b"the path was replaced").await.unwrap();
        assert_eq!(read(&mut server).await.unwrap(), b"the path was replaced");
        first.unlink();
        assert!(path.exists(), "it isn't the first one's any more");
        second.socket().unlink();
        assert!(!path.exists());
        for padded in [false, true] {
            let name = format!("ferroxy-{}-{padded}", std::process::id());
            let (mut client, mut server) = pair_over(Addr::Abns { name: name.as_bytes().into(), padded }).await;
            write_all(&mut server, b"abstract").await.unwrap();
            assert_eq!(read(&mut client).await.unwrap(), b"abstract");
        }
    });
}

#[test]
fn connections_move_between_workers() {
    check(2, || async {
        let (mut client, server) = pair().await;
        write_all(&mut client, b"sent before the move").await.unwrap();
        let detached = server.detach();
        let (done, moved) = rt::oneshot::<Detached>();
        rt::spawn_on(WorkerId(1), move || {
            rt::spawn(async move {
                let mut server = Stream::attach(detached).unwrap();
                assert_eq!(read(&mut server).await.unwrap(), b"sent before the move");
                write_all(&mut server, b"from the other worker").await.unwrap();
                assert!(done.send(server.detach()).is_ok());
            });
        })
        .unwrap();
        let mut server = Stream::attach(moved.await.unwrap()).unwrap();
        assert_eq!(read(&mut client).await.unwrap(), b"from the other worker");
        drop(client);
        assert_eq!(read(&mut server).await.unwrap(), b"");
    });
}

#[test]
fn idle_connections_are_parked() {
    check(1, || async {
        let queue = ReadyQueue::new();
        let (mut client, mut server) = pair().await;
        write_all(&mut server, b"x").await.unwrap();
        assert_eq!(read(&mut client).await.unwrap(), b"x");
        assert!(client.is_quiet());
        client.park(&queue, 7);
        assert!(client.is_quiet());
        client.unpark();
        client.park(&queue, 8);
        drop(server);
        assert_eq!(queue.next().await, 8);
        assert!(!client.is_quiet() && client.is_peer_gone());
    });
}

#[test]
fn acknowledgements_wait_for_data_where_asked() {
    check(1, || async {
        let (mut listener, addr) = listener(&ListenSpec::new(loopback()));
        for smart in [true, false] {
            listener.socket().set_ack_with_data(smart);
            let _client = dial(&addr).await.unwrap();
            let server = Stream::attach(listener.accept().await.unwrap().conn).unwrap();
            assert_eq!(rustix::net::sockopt::tcp_quickack(server.fd().unwrap()).unwrap(), !smart);
        }
        // Without its acknowledgement the server doesn't know yet that the client is connected. The kernel sends it
        // alone after 40 ms, which may pass on a busy machine.
        let opts = ConnectOpts { ack_with_data: true, ..ConnectOpts::default() };
        let mut seen_late = false;
        for _ in 0..20 {
            let _client = net::connect(&addr, &opts).unwrap().await.unwrap();
            seen_late |= poll_fn(|cx| Poll::Ready(listener.poll_accept(cx).is_pending())).await;
            if seen_late {
                listener.accept().await.unwrap();
                break;
            }
        }
        assert!(seen_late);
    });
}

/// A connection at rest on one worker is used by another: its events come there and nowhere else.
#[test]
fn resting_connections_are_taken_over() {
    check(2, || async {
        let queue = ReadyQueue::new();
        let (mut client, mut server) = pair().await;
        assert!(client.is_quiet());
        let (client, watch) = client.rest(&queue, 1);
        let mut client = client.wake(watch).unwrap();
        assert!(client.is_quiet(), "the same worker goes on with it");
        let (client, watch) = client.rest(&queue, 2);
        let (found, second) = rt::oneshot();
        let errand = move || {
            rt::spawn(async move {
                let mut client = client.take_over(WorkerId(0)).unwrap();
                assert!(client.is_quiet());
                write_all(&mut client, b"ping").await.unwrap();
                assert_eq!(read(&mut client).await.unwrap(), b"pong");
                let queue = ReadyQueue::new();
                let (client, watch) = client.rest(&queue, 3);
                let key = queue.next().await;
                let quiet = client.wake(watch).unwrap().is_quiet();
                found.send((key, quiet)).unwrap();
            });
        };
        rt::spawn_on(WorkerId(1), errand).unwrap();
        assert_eq!(read(&mut server).await.unwrap(), b"ping");
        write_all(&mut server, b"pong").await.unwrap();
        drop(server);
        assert_eq!(second.await, Ok((3, false)), "the new worker hears of the end");
        let told = poll_fn(|cx| Poll::Ready(queue.poll_next(cx))).await;
        assert!(told.is_pending(), "the old one hears of nothing");
        drop(watch);
        assert_eq!(rt::stats().fds, 0, "and has nothing left");
    });
}

#[test]
fn inherited_sockets_are_checked_and_used() {
    check(1, || async {
        let listening = TcpListener::bind("127.0.0.1:0").unwrap();
        let fresh = rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::STREAM, None);
        let bound: OwnedFd = fresh.unwrap();
        rustix::net::bind(&bound, &"127.0.0.1:0".parse::<SocketAddr>().unwrap()).unwrap();
        for number in [listening.as_raw_fd(), bound.as_raw_fd()] {
            let (mut listener, addr) = listener(&ListenSpec::new(Addr::Fd(number)));
            assert!(listener.socket().is_inherited());
            let mut client = dial(&addr).await.unwrap();
            let mut server = Stream::attach(listener.accept().await.unwrap().conn).unwrap();
            write_all(&mut client, b"in").await.unwrap();
            assert_eq!(read(&mut server).await.unwrap(), b"in");
        }
        let datagram = UdpSocket::bind("127.0.0.1:0").unwrap();
        let number = datagram.as_raw_fd();
        let error = net::listen(&ListenSpec::new(Addr::Fd(number))).unwrap_err();
        assert_eq!(error.error.to_string(), format!("socket on file descriptor '{number}' is of the wrong type"));
        assert!(net::listen(&ListenSpec::new(Addr::Fd(9_999))).is_err());
    });
}

#[test]
fn socket_pairs_carry_connections() {
    check(1, || async {
        let (near, far) = UnixStream::pair().unwrap();
        let (mut listener, _) = listener(&ListenSpec::new(Addr::SockPair(far.as_raw_fd())));
        let mut client = dial(&Addr::SockPair(near.as_raw_fd())).await.unwrap();
        let mut server = Stream::attach(listener.accept().await.unwrap().conn).unwrap();
        write_all(&mut client, b"through").await.unwrap();
        assert_eq!(read(&mut server).await.unwrap(), b"through");
        drop(near);
        assert_eq!(listener.accept().await.unwrap_err().kind(), io::ErrorKind::NotConnected);
    });
}

#[test]
fn listeners_pause_and_change_their_worker_without_losing_anybody() {
    check(2, || async {
        let (mut first, addr) = listener(&ListenSpec::new(loopback()));
        first.pause();
        let waiting = dial(&addr).await.unwrap();
        let paused = poll_fn(|cx| std::task::Poll::Ready(first.poll_accept(cx).is_pending())).await;
        assert!(paused);
        first.resume().unwrap();
        first.accept().await.unwrap();
        drop(waiting);

        let queued: Vec<Stream> = vec![dial(&addr).await.unwrap(), dial(&addr).await.unwrap()];
        let socket = first.socket().clone();
        drop(first);
        let (done, accepted) = rt::oneshot();
        rt::spawn_on(WorkerId(1), move || {
            rt::spawn(async move {
                let mut second = Listener::attach(socket).unwrap();
                let both = (second.accept().await.unwrap().peer, second.accept().await.unwrap().peer);
                done.send(both).unwrap();
            });
        })
        .unwrap();
        let (one, two) = accepted.await.unwrap();
        let mut locals = Vec::new();
        for mut stream in queued {
            locals.push(stream.local_addr().unwrap().clone());
        }
        assert_eq!(locals, [one, two]);
    });
}

#[test]
fn a_suspended_listener_frees_its_port() {
    check(1, || async {
        // The kernel keeps the port of a suspended socket only if it was asked for by number.
        let free = TcpListener::bind("127.0.0.4:0").unwrap().local_addr().unwrap();
        let (mut old, addr) = listener(&ListenSpec::new(Addr::Ip(free)));
        let error = net::listen(&ListenSpec::new(addr.clone())).unwrap_err();
        assert_eq!(error.to_string(), "cannot bind socket (Address already in use)");
        old.socket().suspend().unwrap();
        let new = net::listen(&ListenSpec::new(addr.clone())).unwrap();
        assert!(old.socket().restore().is_err(), "the address is taken");
        drop(new);
        old.socket().restore().unwrap();
        let _client = dial(&addr).await.unwrap();
        // Whoever suspends a listener detaches or pauses it; after that its readiness starts afresh.
        old.pause();
        old.resume().unwrap();
        old.accept().await.unwrap();
    });
}

#[test]
fn sources_and_port_ranges() {
    check(1, || async {
        let (mut listener, addr) = listener(&ListenSpec::new(loopback()));
        let source = Some("127.0.0.2:0".parse().unwrap());
        let mut client = net::connect(&addr, &ConnectOpts { source, ..ConnectOpts::default() }).unwrap().await.unwrap();
        assert_eq!(client.local_addr().unwrap().ip(), Some(IpAddr::from([127, 0, 0, 2])));
        assert_eq!(listener.accept().await.unwrap().peer.ip(), Some(IpAddr::from([127, 0, 0, 2])));

        let (low, high) = (42_100, 42_102);
        let opts = ConnectOpts {
            source: Some("127.0.0.3:0".parse().unwrap()),
            source_ports: PortRange::new(low, high).map(Arc::new),
            ..ConnectOpts::default()
        };
        let mut held = Vec::new();
        for _ in low..=high {
            let mut stream = net::connect(&addr, &opts).unwrap().await.unwrap();
            let port = stream.local_addr().unwrap().port().unwrap();
            assert!((low..=high).contains(&port));
            held.push(stream);
        }
        assert!(net::connect(&addr, &opts).is_err(), "all ports are taken towards this server");
        assert!(PortRange::new(5, 4).is_none());
    });
}

#[test]
fn datagrams_leave_in_batches() {
    check(1, || async {
        let sink = UdpSocket::bind("127.0.0.1:0").unwrap();
        let out = Datagram::open(&Addr::Ip(sink.local_addr().unwrap()), Some(1 << 20)).unwrap();
        assert_eq!(out.send_batch(&[b"one", b"two"]).unwrap(), 2);
        out.send(b"three").unwrap();
        let mut bytes = [0; 16];
        for wanted in ["one", "two", "three"] {
            let n = sink.recv(&mut bytes).unwrap();
            assert_eq!(&bytes[..n], wanted.as_bytes());
        }
        let path = temp("log");
        let sink = UnixDatagram::bind(&path).unwrap();
        let out = Datagram::open(&unix(&path), None).unwrap();
        out.send(b"local").unwrap();
        let n = sink.recv(&mut bytes).unwrap();
        assert_eq!(&bytes[..n], b"local");
        drop(sink);
        assert!(out.send(b"lost").is_err(), "the daemon is gone");
        std::fs::remove_file(&path).unwrap();
        let sink = UnixDatagram::bind(&path).unwrap();
        out.send(b"again").unwrap();
        let n = sink.recv(&mut bytes).unwrap();
        assert_eq!(&bytes[..n], b"again", "and back, without anybody connecting again");
        std::fs::remove_file(&path).unwrap();
    });
}

#[test]
fn many_connections_over_two_workers() {
    const CLIENTS: usize = 300;
    check(2, || async {
        let (mut listener, addr) = listener(&ListenSpec::new(loopback()));
        // The server's side: each connection is handed to the worker with fewer of them.
        rt::spawn(async move {
            loop {
                let accepted = listener.accept().await.unwrap();
                let load = |worker| rt::load(WorkerId(worker)).load(Ordering::Relaxed);
                let worker = WorkerId(u16::from(load(1) < load(0)));
                rt::load(worker).fetch_add(1, Ordering::Relaxed);
                rt::spawn_on(worker, move || {
                    rt::spawn(echo(Stream::attach(accepted.conn).unwrap()));
                })
                .unwrap();
            }
        });
        let finished = Arc::new(AtomicUsize::new(0));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let (addr, finished) = (addr.clone(), finished.clone());
                rt::spawn_joined(async move {
                    let mut stream = dial(&addr).await.unwrap();
                    for round in 0..10 {
                        let line = format!("client {n} round {round}");
                        write_all(&mut stream, line.as_bytes()).await.unwrap();
                        assert_eq!(read(&mut stream).await.unwrap(), line.as_bytes());
                    }
                    finished.fetch_add(1, Ordering::SeqCst);
                })
            })
            .collect();
        for client in clients {
            assert_eq!(client.await, Some(()));
        }
        assert_eq!(finished.load(Ordering::SeqCst), CLIENTS);
        let load = |worker| rt::load(WorkerId(worker)).load(Ordering::Relaxed) as usize;
        assert_eq!((load(0), load(1)), (CLIENTS / 2, CLIENTS / 2));
    });
}

async fn echo(mut stream: Stream) {
    loop {
        let bytes = read(&mut stream).await.unwrap();
        if bytes.is_empty() || write_all(&mut stream, &bytes).await.is_err() {
            return;
        }
    }
}

#[test]
fn a_unix_listener_that_was_there_before_is_replaced() {
    check(1, || async {
        let path = temp("old");
        let _old = UnixListener::bind(&path).unwrap();
        let (mut new, addr) = listener(&ListenSpec::new(unix(&path)));
        let _client = dial(&addr).await.unwrap();
        new.accept().await.unwrap();
        std::fs::remove_file(&path).unwrap();
    });
}
