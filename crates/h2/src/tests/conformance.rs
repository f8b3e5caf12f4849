//! A case for each MUST of RFC 9113 that a peer can break, by section. What messages must look like is in `messages`.

use super::*;

/// A server sees a client's bytes.
fn server(section: &str, peer: Peer, want: &str) {
    for step in [usize::MAX, 1, 7] {
        let mut run = Run::new(Role::Server);
        assert_eq!(run.take_by(&peer, step).story(), want, "{section}, {step} bytes at a time");
    }
}

/// A client, with two GETs under way, sees a server's bytes.
fn client(section: &str, peer: Peer, want: &str) {
    for step in [usize::MAX, 1, 7] {
        let mut run = Run::asking(2);
        assert_eq!(run.take_by(&peer, step).story(), want, "{section}, {step} bytes at a time");
    }
}

const PROTOCOL: &str = "error PROTOCOL_ERROR; GOAWAY 0 PROTOCOL_ERROR";
const SIZE: &str = "error FRAME_SIZE_ERROR; GOAWAY 0 FRAME_SIZE_ERROR";
const FLOW: &str = "error FLOW_CONTROL_ERROR; GOAWAY 0 FLOW_CONTROL_ERROR";

#[test]
fn beginnings() {
    server("3.4 the client's preface", Peer(b"PRI * HTTP/2.0\r\n\r\nXX".to_vec()), PROTOCOL);
    server("3.4 not HTTP/2", Peer(b"GET / HTTP/1.1\r\n".to_vec()), PROTOCOL);
    let no_settings = Peer(PREFACE.to_vec());
    server("3.4 SETTINGS come first", no_settings.clone().get(1), PROTOCOL);
    server("3.4 an acknowledgement isn't SETTINGS", no_settings.frame(Kind::Settings, flag::ACK, 0, b""), PROTOCOL);
    server("3.4 they may be empty", Peer::client(), "");
    client("3.4 SETTINGS come first", Peer::default().frame(Kind::Ping, 0, 0, &[0; 8]), PROTOCOL);
    let mut run = Run::with(Role::Client, Config::default());
    let mut bytes = vec![0; 24];
    let mut pieces = [&b""[..]; 1];
    run.conn.out.pieces(&mut pieces);
    bytes.copy_from_slice(&pieces[0][..24]);
    assert_eq!(bytes, PREFACE);
    assert_eq!(run.frames()[0], "SETTINGS 4=16384 6=15360 2=0", "8.4: a client refuses pushes");
    assert_eq!(Run::with(Role::Server, Config::default()).frames()[0], "SETTINGS 3=100 4=16384 6=15360 8=1");
}

#[test]
fn frames() {
    let p = Peer::client;
    server("4.1 unknown frames are ignored", p().frame(Kind::Unknown(77), 0xff, 3, b"xyz").get(1), "GET 1 end");
    server("4.1 unknown flags are ignored", p().headers(1, 0xd2 & !0x28 | END, GET), "GET 1 end");
    let mut reserved = p().get(1);
    let at = reserved.0.len() - block(GET).len() - 4;
    reserved.0[at] |= 0x80;
    server("4.1 the reserved bit is ignored", reserved, "GET 1 end");
    server("4.2 frames above MAX_FRAME_SIZE", p().frame(Kind::Unknown(77), 0, 0, &[0; 16_385]), SIZE);
    server("4.2 the limit itself", p().frame(Kind::Unknown(77), 0, 0, &[0; 16_384]), "");
    let bad = "error COMPRESSION_ERROR; GOAWAY 1 COMPRESSION_ERROR";
    server("4.3 a section that can't be decoded", p().frame(Kind::Headers, 5, 1, &[0x80]), bad);
    let begun = || p().frame(Kind::Headers, END, 1, &block(GET));
    let cut = "error PROTOCOL_ERROR; GOAWAY 1 PROTOCOL_ERROR";
    server("4.3 a section is interrupted", begun().frame(Kind::Ping, 0, 0, &[0; 8]), cut);
    server("4.3 by another stream's section", begun().get(3), cut);
    server("4.3 continued on another stream", begun().frame(Kind::Continuation, 4, 3, b""), cut);
    server("6.10 CONTINUATION", begun().frame(Kind::Continuation, 4, 1, b""), "GET 1 end");
    let (a, b) = block(GET).split_at(9).to_owned_pair();
    let three = p().frame(Kind::Headers, END, 1, &a).frame(Kind::Continuation, 0, 1, &b[..5]);
    server("6.10 several", three.frame(Kind::Continuation, 4, 1, &b[5..]), "GET 1 end");
    server("6.10 out of place", p().get(1).frame(Kind::Continuation, 4, 1, b""), &format!("GET 1 end; {cut}"));
    server("6.10 on stream 0", begun().frame(Kind::Continuation, 4, 0, b""), cut);
}

trait Pair {
    fn to_owned_pair(self) -> (Vec<u8>, Vec<u8>);
}

impl Pair for (&[u8], &[u8]) {
    fn to_owned_pair(self) -> (Vec<u8>, Vec<u8>) {
        (self.0.to_vec(), self.1.to_vec())
    }
}

#[test]
fn streams() {
    let p = Peer::client;
    server("5.1 DATA on an idle stream", p().data(1, 0, b"x"), PROTOCOL);
    server("5.1 RST_STREAM on an idle stream", p().u32(Kind::RstStream, 1, 8), PROTOCOL);
    server("5.1 WINDOW_UPDATE on an idle stream", p().u32(Kind::WindowUpdate, 1, 8), PROTOCOL);
    server("5.1 PRIORITY on an idle stream", p().frame(Kind::Priority, 0, 1, &[0; 5]).get(1), "GET 1 end");
    server(
        "5.1 DATA on a half-closed stream",
        p().get(1).data(1, 0, b"x"),
        "GET 1 end; reset 1 STREAM_CLOSED by us; RST_STREAM 1 STREAM_CLOSED",
    );
    server(
        "5.1 HEADERS on a half-closed stream",
        p().get(1).headers(1, END, "a: b"),
        "GET 1 end; error STREAM_CLOSED; GOAWAY 1 STREAM_CLOSED",
    );
    server("5.1 WINDOW_UPDATE on a half-closed one", p().get(1).u32(Kind::WindowUpdate, 1, 9000), "GET 1 end");
    let reset = p().post(1).u32(Kind::RstStream, 1, 8);
    server("5.1 RST_STREAM", reset.clone(), "POST 1; reset 1 CANCEL by peer");
    server(
        "5.1 DATA behind the peer's RST_STREAM",
        reset.clone().data(1, 0, b"x"),
        "POST 1; reset 1 CANCEL by peer; RST_STREAM 1 STREAM_CLOSED",
    );
    server(
        "5.1 HEADERS behind it",
        reset.headers(1, END, "a: b"),
        "POST 1; reset 1 CANCEL by peer; error STREAM_CLOSED; GOAWAY 1 STREAM_CLOSED",
    );
    server("5.1.1 even numbers aren't a client's", p().get(2), PROTOCOL);
    let down = "GET 5 end; error STREAM_CLOSED; GOAWAY 5 STREAM_CLOSED";
    server("5.1.1 numbers grow, those left out are closed", p().get(5).get(3), down);
    server("5.1.1 stream 0 for HEADERS", p().frame(Kind::Headers, 5, 0, &block(GET)), PROTOCOL);
    let idle = Peer::server().headers(5, END, ":status: 200");
    client("5.1.1 a server opens no streams", idle, PROTOCOL);
    client("5.1.1 also no even ones", Peer::server().headers(2, END, ":status: 200"), PROTOCOL);
    client(
        "5.1 DATA before the head",
        Peer::server().data(1, 0, b"x"),
        "reset 1 PROTOCOL_ERROR by us; RST_STREAM 1 PROTOCOL_ERROR",
    );
}

/// 5.1: after a reset of ours, what is on its way is ignored, but kept account of.
#[test]
fn what_is_on_its_way_to_a_reset_stream() {
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().post(1));
    run.conn.reset(1, Code::CANCEL);
    run.take(Peer::default().data(1, 0, b"abc").u32(Kind::WindowUpdate, 1, 5000).headers(1, END, "x: y").get(3));
    assert_eq!(run.story(), "POST 1; GET 3 end; RST_STREAM 1 CANCEL");
    run.conn.release(1, Code::CANCEL);
    run.take(Peer::default().data(1, END, b"abc").get(5));
    assert_eq!(run.story(), "GET 5 end");
}

#[test]
fn data() {
    let p = || Peer::client().post(1);
    server("6.1 on stream 0", p().data(0, 0, b"x"), "POST 1; error PROTOCOL_ERROR; GOAWAY 1 PROTOCOL_ERROR");
    server("6.1 padding", p().data(1, flag::PADDED | END, b"\x02\0\0"), "POST 1; data 1  end");
    let padded = p().data(1, flag::PADDED, b"\x01\0").data(1, END, b"");
    server("6.1 padding alone", padded, "POST 1; data 1  end");
    let too_much = p().data(1, flag::PADDED, b"\x02\0");
    server("6.1 padding beyond the frame", too_much, "POST 1; error PROTOCOL_ERROR; GOAWAY 1 PROTOCOL_ERROR");
    let none = p().data(1, flag::PADDED, b"");
    server("6.1 no room for its length", none, "POST 1; error FRAME_SIZE_ERROR; GOAWAY 1 FRAME_SIZE_ERROR");
}

#[test]
fn headers() {
    let p = Peer::client;
    let get = block(GET);
    let padded = [&[3][..], &[0, 0, 0, 0, 200], &get, &[0; 3]].concat();
    let all = 5 | flag::PADDED | flag::PRIORITY;
    server("6.2 padding and priority", p().frame(Kind::Headers, all, 1, &padded).get(3), "GET 1 end; GET 3 end");
    let beyond = [&[200][..], &get].concat();
    let refused = p().frame(Kind::Headers, 5 | flag::PADDED, 1, &beyond);
    server("6.2 padding beyond the frame", refused, PROTOCOL);
    server("6.2 no room for the priority", p().frame(Kind::Headers, 5 | flag::PRIORITY, 1, &[0; 4]), SIZE);
}

#[test]
fn priority_and_reset() {
    let p = || Peer::client().get(1);
    let size = "GET 1 end; error FRAME_SIZE_ERROR; GOAWAY 1 FRAME_SIZE_ERROR";
    let protocol = "GET 1 end; error PROTOCOL_ERROR; GOAWAY 1 PROTOCOL_ERROR";
    let priority = "GET 1 end; reset 1 FRAME_SIZE_ERROR by us; RST_STREAM 1 FRAME_SIZE_ERROR";
    server("6.3 size", p().frame(Kind::Priority, 0, 1, &[0; 4]), priority);
    server("6.3 on stream 0", p().frame(Kind::Priority, 0, 0, &[0; 5]), protocol);
    server("6.3 ignored", p().frame(Kind::Priority, 0, 1, &[0; 5]), "GET 1 end");
    server("6.4 on stream 0", p().u32(Kind::RstStream, 0, 8), protocol);
    server("6.4 size", p().frame(Kind::RstStream, 0, 1, &[0; 5]), size);
    server("7 unknown codes are no error", p().u32(Kind::RstStream, 1, 77), "GET 1 end; reset 1 Code(0x4d) by peer");
    let again = p().u32(Kind::RstStream, 1, 8).u32(Kind::RstStream, 1, 8);
    server("5.4.2 no answer to RST_STREAM", again, "GET 1 end; reset 1 CANCEL by peer");
}

#[test]
fn settings() {
    let p = Peer::client;
    server("6.5 on a stream", p().frame(Kind::Settings, 0, 1, b""), PROTOCOL);
    server("6.5 ACK with content", p().frame(Kind::Settings, flag::ACK, 0, &[0; 6]), SIZE);
    server("6.5 not a multiple of six", p().frame(Kind::Settings, 0, 0, &[0; 7]), SIZE);
    server("6.5.2 ENABLE_PUSH of 2", p().settings(&[(2, 2)]), PROTOCOL);
    server("6.5.2 ENABLE_PUSH of 1 by a client", p().settings(&[(2, 1)]), "");
    client("6.5.2 ENABLE_PUSH of 1 by a server", Peer::default().settings(&[(2, 1)]), PROTOCOL);
    server("6.5.2 INITIAL_WINDOW_SIZE", p().settings(&[(4, 1 << 31)]), FLOW);
    server("6.5.2 MAX_FRAME_SIZE, too small", p().settings(&[(5, 16_383)]), PROTOCOL);
    server("6.5.2 MAX_FRAME_SIZE, too large", p().settings(&[(5, 1 << 24)]), PROTOCOL);
    server("6.5.2 unknown ones are ignored", p().settings(&[(99, 7), (0, 0)]).get(1), "GET 1 end");
    server("RFC 8441 3: ENABLE_CONNECT_PROTOCOL of 2", p().settings(&[(8, 2)]), PROTOCOL);
    client("RFC 8441 3: nor back to 0", Peer::default().settings(&[(8, 1), (8, 0)]), PROTOCOL);
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().settings(&[(3, 1)]));
    assert_eq!(run.frames(), ["SETTINGS ack", "SETTINGS ack"], "6.5.3: each one is acknowledged");
    assert!(run.conn.awaits_settings_ack());
    run.take(Peer::default().frame(Kind::Settings, flag::ACK, 0, b""));
    assert!(!run.conn.awaits_settings_ack());
}

#[test]
fn push_ping_goaway() {
    let p = Peer::client;
    server("8.4 a client can't push", p().frame(Kind::PushPromise, 4, 1, &[0; 4]), PROTOCOL);
    client("8.4 a server mustn't", Peer::server().frame(Kind::PushPromise, 4, 1, &[0, 0, 0, 2]), PROTOCOL);
    server("6.7 is answered", p().frame(Kind::Ping, 0, 0, b"12345678"), "PING ack");
    server("6.7 an answer isn't", p().frame(Kind::Ping, flag::ACK, 0, b"12345678"), "pong");
    server("6.7 on a stream", p().frame(Kind::Ping, 0, 1, b"12345678"), PROTOCOL);
    server("6.7 size", p().frame(Kind::Ping, 0, 0, b"1234567"), SIZE);
    server("6.8 on a stream", p().frame(Kind::GoAway, 0, 1, &[0; 8]), PROTOCOL);
    server("6.8 size", p().frame(Kind::GoAway, 0, 0, &[0; 7]), SIZE);
    server("6.8 with debug data", p().frame(Kind::GoAway, 0, 0, &[0; 30]).get(1), "leaving NO_ERROR; GET 1 end");
    let goaway = |last: u8| Peer::server().frame(Kind::GoAway, 0, 0, &[0, 0, 0, last, 0, 0, 0, 0]);
    client("6.8 what wasn't looked at", goaway(1), "leaving NO_ERROR; reset 3 REFUSED_STREAM by peer unprocessed");
    let more = goaway(1).frame(Kind::GoAway, 0, 0, &[0, 0, 0, 3, 0, 0, 0, 0]);
    let want = "leaving NO_ERROR; reset 3 REFUSED_STREAM by peer unprocessed";
    client("6.8 the number doesn't grow", more, &format!("{want}; {PROTOCOL}"));
}

#[test]
fn window_updates() {
    let p = || Peer::client().get(1);
    let by = |id, n| p().u32(Kind::WindowUpdate, id, n);
    server("6.9 size", p().frame(Kind::WindowUpdate, 0, 0, &[0; 3]), &format!("GET 1 end; {}", SIZE.replace('0', "1")));
    server("6.9 by 0 on a stream", by(1, 0), "GET 1 end; reset 1 PROTOCOL_ERROR by us; RST_STREAM 1 PROTOCOL_ERROR");
    server("6.9 by 0 on the connection", by(0, 0), "GET 1 end; error PROTOCOL_ERROR; GOAWAY 1 PROTOCOL_ERROR");
    let most = (1 << 31) - 1;
    let flow = "FLOW_CONTROL_ERROR";
    server("6.9.1 a stream's limit", by(1, most), &format!("GET 1 end; reset 1 {flow} by us; RST_STREAM 1 {flow}"));
    server("6.9.1 the connection's limit", by(0, most), &format!("GET 1 end; error {flow}; GOAWAY 1 {flow}"));
    let shifted = by(1, most - 65_535).settings(&[(4, 65_536)]);
    server("6.9.2 by SETTINGS", shifted, &format!("GET 1 end; error {flow}; GOAWAY 1 {flow}"));
}
