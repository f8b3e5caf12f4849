//! Laws that hold for any input.

use super::*;
use proptest::prelude::*;

/// One frame that may make sense.
fn frame() -> impl Strategy<Value = Peer> {
    let id = prop::sample::select(vec![0u32, 1, 2, 3, 5, 7, 9]);
    let payload = prop_oneof![
        Just(block(GET)),
        Just(block(POST)),
        Just(block(":status: 200|content-length: 3")),
        Just(block("a: b")),
        prop::collection::vec(any::<u8>(), 0..20),
        Just(vec![0, 0, 0, 8]),
        Just(vec![0; 8]),
        Just(vec![0; 300]),
    ];
    (0u8..12, any::<u8>(), id, payload)
        .prop_map(|(kind, flags, id, payload)| Peer::default().frame(Kind::of(kind), flags, id, &payload))
}

fn story(role: Role, bytes: &Peer, step: usize) -> String {
    let mut run = match role {
        Role::Server => Run::new(Role::Server),
        Role::Client => Run::asking(3),
    };
    run.take_by(bytes, step);
    // Content may come in other pieces.
    let events = run.log.iter().filter(|e| !e.starts_with("data")).cloned().collect::<Vec<_>>();
    run.log = events;
    run.story()
}

proptest! {
    /// How the bytes arrive changes nothing.
    #[test]
    fn splits(frames in prop::collection::vec(frame(), 0..12), step in 1usize..40, server in any::<bool>()) {
        let (role, hello) = if server { (Role::Server, Peer::client()) } else { (Role::Client, Peer::server()) };
        let all = Peer(frames.into_iter().fold(hello.0, |mut all, f| { all.extend(f.0); all }));
        prop_assert_eq!(story(role, &all, step), story(role, &all, usize::MAX));
    }

    /// A client and a server of ours understand each other: every message comes as it was sent.
    #[test]
    fn both_roles_agree(
        exchanges in prop::collection::vec((0usize..40_000, 0usize..40_000, any::<bool>()), 1..8),
        step in 1usize..20_000,
    ) {
        let (mut client, mut server) = (Run::new(Role::Client), Run::new(Role::Server));
        client.conn = Conn::new(Role::Client, Rc::new(Config::default()));
        server.conn = Conn::new(Role::Server, Rc::new(Config::default()));
        for (up, down, trailers) in exchanges {
            let id = client.ask("POST", false);
            upload(&mut client, &mut server, id, up, trailers, step);
            server.answer(id, 200, false);
            upload(&mut server, &mut client, id, down, trailers, step);
            for run in [&mut client, &mut server] {
                prop_assert!(run.error.is_none());
                run.conn.release(id, Code::CANCEL);
            }
        }
        prop_assert!(client.conn.out.is_empty() && server.conn.stream_count() == 0);
    }
}

/// Sends `n` bytes on a stream, as the windows allow, and the end.
fn upload(from: &mut Run, to: &mut Run, id: u32, n: usize, trailers: bool, step: usize) {
    let mut left = n;
    for _ in 0..1000 {
        let now = left.min(from.conn.send_room(id));
        let last = now == left;
        from.conn.send_buf(id, Buf::from_bytes(&vec![7; now]), last && !trailers).unwrap();
        left -= now;
        if last && trailers {
            from.conn.send_trailers(id, b"a: b\r\n").unwrap();
        }
        exchange(from, to, step);
        if last {
            break;
        }
    }
    assert_eq!(left, 0);
    let got = to.log.drain(..).collect::<Vec<_>>();
    let end = if trailers { format!("trailers {id} a: b|") } else { format!("data {id} ") };
    assert!(got.last().is_some_and(|e| e.starts_with(&end)), "{got:?}");
}

fn exchange(a: &mut Run, b: &mut Run, step: usize) {
    while !a.conn.out.is_empty() || !b.conn.out.is_empty() {
        carry(a, b, step);
        carry(b, a, step);
    }
}

fn carry(from: &mut Run, to: &mut Run, step: usize) {
    let mut pieces = [&b""[..]; 4];
    let n = from.conn.out.pieces(&mut pieces);
    let bytes = Peer(pieces[..n].concat());
    from.conn.out.advance(bytes.0.len());
    to.take_by(&bytes, step);
}
