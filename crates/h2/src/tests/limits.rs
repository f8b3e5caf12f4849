//! Abuse, and graceful ends.

use super::*;

#[test]
fn concurrent_streams() {
    let mut run = Run::with(Role::Server, Config { max_concurrent: 2, ..Config::default() });
    run.take(Peer::client().get(1).get(3).get(5));
    assert_eq!(run.story(), "GET 1 end; GET 3 end; RST_STREAM 5 REFUSED_STREAM", "5.1.2");
    // Streams that were reset count until the driver is through with them.
    run.take(Peer::default().u32(Kind::RstStream, 3, 8).get(7));
    assert_eq!(run.story(), "reset 3 CANCEL by peer");
    run.conn.release(3, Code::CANCEL);
    run.drive();
    assert_eq!(run.story(), "GET 7 end");
}

#[test]
fn a_peer_may_allow_fewer_streams_than_we_want() {
    let mut run = Run::new(Role::Client);
    run.take(Peer::default().settings(&[(3, 1)]));
    let one = run.ask("GET", true);
    assert_eq!(run.conn.may_open(), Err(crate::OpenError::Full));
    run.take(Peer::default().headers(1, END, ":status: 200"));
    run.conn.release(one, Code::NO_ERROR);
    assert_eq!((run.conn.may_open(), run.ask("GET", true)), (Ok(()), 3));
}

#[test]
fn floods_end_the_connection() {
    let calm = "error ENHANCE_YOUR_CALM";
    let floods: [(&str, Peer); 6] = [
        ("PING", Peer::default().frame(Kind::Ping, 0, 0, &[0; 8])),
        ("SETTINGS", Peer::default().settings(&[(3, 7)])),
        ("PRIORITY", Peer::default().frame(Kind::Priority, 0, 9, &[0; 5])),
        ("empty DATA", Peer::default().data(1, 0, b"")),
        ("tiny windows", Peer::default().u32(Kind::WindowUpdate, 1, 1)),
        ("unknown frames", Peer::default().frame(Kind::Unknown(99), 0, 0, b"")),
    ];
    for (name, one) in floods {
        let mut run = Run::new(Role::Server);
        run.take(Peer::client().post(1));
        for n in 0..10_000 {
            run.take(one.clone());
            if n % 1000 == 0 {
                run.conn.forgive();
            }
            run.log.clear();
            if n < 9000 {
                assert!(run.error.is_none(), "{name}: a second's budget");
                run.frames();
            }
        }
        assert!(run.error.is_none() && run.conn.glitches() > 8000, "{name}");
        for _ in 0..2000 {
            run.take(one.clone());
        }
        assert!(run.story().contains(calm), "{name}");
    }
}

#[test]
fn rapid_resets() {
    let mut run = Run::new(Role::Server);
    run.take(Peer::client());
    let mut most = 0;
    for n in 0..2000 {
        let id = 2 * n + 1;
        run.take(Peer::default().get(id).u32(Kind::RstStream, id, 8));
        most = most.max(run.conn.stream_count());
        if n % 10 == 9 {
            (0..=n).for_each(|n| run.conn.release(2 * n + 1, Code::CANCEL));
            run.drive();
        }
    }
    assert!(most <= 100);
    let story = run.story();
    assert!(
        story.contains("error ENHANCE_YOUR_CALM; GOAWAY 2001 ENHANCE_YOUR_CALM"),
        "{}",
        &story[story.len() - 200..]
    );
    assert_eq!(run.conn.frames_seen().1, 1001);
}

#[test]
fn continuation_floods() {
    let begun = || Peer::client().frame(Kind::Headers, END, 1, b"");
    let mut run = Run::new(Role::Server);
    run.take((0..65).fold(begun(), |p, _| p.frame(Kind::Continuation, 0, 1, b"")));
    assert_eq!(run.story(), "error ENHANCE_YOUR_CALM; GOAWAY 1 ENHANCE_YOUR_CALM");
    let mut run = Run::new(Role::Server);
    run.take((0..4).fold(begun(), |p, _| p.frame(Kind::Continuation, 0, 1, &[0x82; 16_384])));
    assert_eq!(run.story(), "error ENHANCE_YOUR_CALM; GOAWAY 1 ENHANCE_YOUR_CALM", "without waiting for the end");
}

#[test]
fn compression_bombs() {
    let mut run = Run::new(Role::Server);
    let mut bomb = vec![0x40, 1, b'x', 0x7f, 0x81, 0x1e];
    bomb.resize(6 + 127 + 1 + 30 * 128, b'y');
    bomb.extend(vec![0xbe; 12_000]);
    run.take(Peer::client().frame(Kind::Headers, 5, 1, &bomb).get(3));
    assert_eq!(run.story(), "malformed 1 TooLarge; GET 3 end");
}

#[test]
fn glitches_lead_away() {
    let mut run = Run::with(Role::Server, Config { glitches: 8, ..Config::default() });
    run.take(Peer::client());
    for n in 0..5 {
        run.take(Peer::default().headers(2 * n + 1, END, "x: y"));
    }
    assert!(!run.conn.is_leaving() && run.conn.glitches() == 5);
    run.story();
    run.take(Peer::default().headers(11, END, "x: y"));
    assert_eq!(run.story(), "malformed 11 Missing; GOAWAY 2147483647 NO_ERROR; PING");
    run.take(Peer::default().get(13).headers(15, END, "x: y").headers(17, END, "x: y"));
    let end = "GET 13 end; malformed 15 Missing; error ENHANCE_YOUR_CALM; GOAWAY 17 ENHANCE_YOUR_CALM";
    assert_eq!(run.story(), end);
}

#[test]
fn a_connection_has_so_many_streams() {
    let mut run = Run::with(Role::Server, Config { max_total: 2, max_concurrent: 3, ..Config::default() });
    run.take(Peer::client().get(1));
    run.conn.release(1, Code::NO_ERROR);
    run.story();
    run.take(Peer::default().get(3));
    assert_eq!(run.story(), "GET 3 end; GOAWAY 2147483647 NO_ERROR; PING");
    run.conn.release(3, Code::NO_ERROR);
    for id in [5, 7, 9] {
        run.take(Peer::default().get(id));
        run.conn.release(id, Code::NO_ERROR);
        assert!(run.story().starts_with(&format!("GET {id} end")));
    }
    run.take(Peer::default().get(11));
    assert_eq!(run.story(), "error ENHANCE_YOUR_CALM; GOAWAY 11 ENHANCE_YOUR_CALM");
}

/// 6.8: first a GOAWAY that forbids nothing, then, when the peer has seen it, the last stream.
#[test]
fn a_graceful_end() {
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().get(1));
    run.conn.leave();
    run.conn.leave();
    assert_eq!(run.story(), "GET 1 end; GOAWAY 2147483647 NO_ERROR; PING");
    run.take(Peer::default().get(3).frame(Kind::Ping, flag::ACK, 0, b"leaving."));
    assert_eq!(run.story(), "GET 3 end; GOAWAY 3 NO_ERROR");
    run.take(Peer::default().get(5).data(5, 0, b"x").frame(Kind::Ping, 0, 0, &[0; 8]));
    assert_eq!(run.story(), "PING ack", "later streams aren't looked at");
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().get(1));
    run.conn.leave_now();
    assert_eq!(run.story(), "GET 1 end; GOAWAY 1 NO_ERROR");
    run.conn.close(Code::SETTINGS_TIMEOUT);
    assert_eq!(run.story(), "GOAWAY 1 SETTINGS_TIMEOUT");
    assert!(run.conn.next(&mut run.buf, &run.store).is_err());
    let mut run = Run::asking(1);
    run.take(Peer::server().frame(Kind::GoAway, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 0]));
    assert_eq!(run.conn.may_open(), Err(crate::OpenError::Leaving), "6.8: no new streams");
}

#[test]
fn numbers_run_out() {
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().get((1 << 31) - 1).get((1 << 31) - 1));
    assert!(run.story().starts_with("GET 2147483647 end; error STREAM_CLOSED"), "5.1.1");
}

#[test]
fn an_idle_connection_is_small() {
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().get(1));
    run.answer(1, 200, true);
    run.conn.release(1, Code::NO_ERROR);
    run.frames();
    run.conn.shrink();
    let size = size_of::<Conn>();
    println!("a connection takes {size} bytes");
    assert!(size <= 1024);
}
