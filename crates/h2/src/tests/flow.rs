//! Flow control (RFC 9113 sections 5.2 and 6.9).

use super::*;

#[test]
fn nothing_is_sent_through_closed_windows() {
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().settings(&[(4, 10)]).get(1).get(3));
    run.answer(1, 200, false);
    assert_eq!(run.conn.send_room(1), 10);
    assert!(run.conn.send(1, &[0; 11], false).is_err());
    run.conn.send(1, &[0; 10], false).unwrap();
    assert_eq!(run.conn.send_room(1), 0);
    run.conn.send(1, b"", false).unwrap();
    run.story();
    run.take(Peer::default().u32(Kind::WindowUpdate, 1, 300));
    assert_eq!((run.story(), run.conn.send_room(1)), ("writable 1".into(), 300));
    // 6.9.2: a window may become negative.
    run.conn.send(1, &[0; 300], false).unwrap();
    run.take(Peer::default().settings(&[(4, 2)]).u32(Kind::WindowUpdate, 1, 5));
    assert_eq!(run.conn.send_room(1), 0);
    run.take(Peer::default().u32(Kind::WindowUpdate, 1, 4));
    assert_eq!(run.conn.send_room(1), 1);
    assert_eq!(run.conn.send_room(3), 2, "new streams have the new window");
}

#[test]
fn the_connections_window_counts_too() {
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().settings(&[(4, 1 << 20)]).get(1).get(3));
    run.answer(1, 200, false);
    assert_eq!(run.conn.send_room(1), 65_535);
    run.conn.send(1, &[0; 65_535], false).unwrap();
    let want = ["DATA 1 16384", "DATA 1 16384", "DATA 1 16384", "DATA 1 16383"];
    let frames: Vec<String> = run.frames().into_iter().filter(|f| f.starts_with("DATA")).collect();
    assert_eq!(frames, want, "no frame above MAX_FRAME_SIZE");
    assert_eq!((run.conn.send_room(1), run.conn.send_room(3)), (0, 0));
    run.take(Peer::default().u32(Kind::WindowUpdate, 0, 1000));
    assert_eq!((run.conn.send_room(1), run.conn.send_room(3)), (1000, 1000));
}

#[test]
fn more_than_the_window_is_an_error() {
    // The default window holds until the peer has acknowledged ours (6.9.3).
    let mut run = Run::new(Role::Server);
    run.credits = false;
    run.take(Peer::client().post(1));
    for _ in 0..3 {
        run.take(Peer::default().data(1, 0, &[0; 16_384]));
    }
    assert!(run.error.is_none());
    let cfg = Config { rxbuf: 0, initial_window: 1000, bufsize: 0, ..Config::default() };
    let mut run = Run::with(Role::Server, cfg);
    run.credits = false;
    run.take(Peer::client().frame(Kind::Settings, flag::ACK, 0, b"").post(1));
    run.take(Peer::default().data(1, 0, &[0; 1000]));
    run.story();
    run.take(Peer::default().data(1, 0, &[0; 1]));
    assert_eq!(run.story(), "error FLOW_CONTROL_ERROR; GOAWAY 1 FLOW_CONTROL_ERROR");
}

/// A stream that receives gets its share of the memory, and the connection never more than all of it.
#[test]
fn windows_open_as_content_is_used() {
    let mut run = Run::with(Role::Server, Config::default());
    assert_eq!(run.frames()[1], format!("WINDOW_UPDATE 0 {}", 1_638_400 - 65_535));
    run.credits = false;
    run.take(Peer::client().frame(Kind::Settings, flag::ACK, 0, b"").post(1).post(3));
    run.frames();
    run.take(Peer::default().data(1, 0, &[0; 100]));
    let share = 16_384 + (1_638_400 - 2 * 16_384) / 8 * 7;
    assert_eq!(run.frames(), [format!("WINDOW_UPDATE 1 {}", share - 16_384)]);
    let mut got = 100;
    while got < 800_000 {
        run.take(Peer::default().data(1, 0, &[0; 10_000]));
        got += 10_000;
    }
    assert_eq!(run.frames(), Vec::<String>::new(), "nothing was used yet");
    run.take(Peer::default().data(3, 0, &[0; 100]));
    let half = 16_384 + (1_638_400 - 2 * 16_384) / 8 * 7 / 2;
    assert_eq!(run.frames(), [format!("WINDOW_UPDATE 3 {}", half - 16_384)]);
    run.conn.credit(1, got);
    let updates = run.frames();
    assert!(updates[0].starts_with("WINDOW_UPDATE 0 80"), "{updates:?}");
    run.conn.credit(1, 1 << 30);
    assert_eq!(run.frames(), Vec::<String>::new(), "no more than was held is credited");
}

/// What a stream held when it ended is free for the others.
#[test]
fn streams_that_end_give_their_memory_back() {
    let cfg = Config { rxbuf: 65_535, ..Config::default() };
    let mut run = Run::with(Role::Server, cfg);
    run.credits = false;
    run.take(Peer::client());
    for n in 0..50 {
        let id = 2 * n + 1;
        run.take(Peer::default().post(id).data(id, 0, &[0; 10_000]));
        match n % 3 {
            0 => drop(run.take(Peer::default().u32(Kind::RstStream, id, 8))),
            1 => run.conn.reset(id, Code::CANCEL),
            _ => {}
        }
        run.conn.release(id, Code::CANCEL);
        assert!(run.error.is_none(), "{n}");
    }
}

/// Padding is credited as it is skipped.
#[test]
fn padding_counts() {
    let mut run = Run::with(Role::Server, Config { rxbuf: 65_535, ..Config::default() });
    run.take(Peer::client().post(1));
    let padded = [&[255][..], &[0; 256]].concat();
    for _ in 0..1000 {
        run.take(Peer::default().data(1, flag::PADDED, &padded));
    }
    assert!(run.error.is_none());
}
