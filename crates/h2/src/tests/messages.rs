//! What messages must look like (RFC 9113 section 8, RFC 8441), and how they are shown and sent.

use super::*;
use crate::Malformed;
use crate::outgoing::is_websocket;
use http::HdrId;

fn request(fields: &str) -> String {
    Run::new(Role::Server).take(Peer::client().headers(1, END, fields)).story()
}

fn response(fields: &str, end: u8) -> String {
    Run::asking(1).take(Peer::server().headers(1, end, fields)).story()
}

#[test]
fn requests_that_break_the_rules() {
    for (section, fields, fault) in [
        ("8.2.1 upper case", ":method: GET|:scheme: http|:path: /|X-a: b", Malformed::Name),
        ("8.2.1 bytes in names", ":method: GET|:scheme: http|:path: /|a b: b", Malformed::Name),
        ("8.2.1 bytes in values", ":method: GET|:scheme: http|:path: /|a: b\rc", Malformed::Value),
        ("8.2.1 bytes in pseudo-header fields", ":method: GET|:scheme: http|:path: /\n", Malformed::Value),
        ("8.2.1 blanks", ":method: GET|:scheme: http|:path: /|a: b ", Malformed::Value),
        ("8.2.2 connection", ":method: GET|:scheme: http|:path: /|connection: close", Malformed::ConnectionField),
        (
            "8.2.2 proxy-connection",
            ":method: GET|:scheme: http|:path: /|proxy-connection: x",
            Malformed::ConnectionField,
        ),
        ("8.2.2 keep-alive", ":method: GET|:scheme: http|:path: /|keep-alive: 1", Malformed::ConnectionField),
        (
            "8.2.2 transfer-encoding",
            ":method: GET|:scheme: http|:path: /|transfer-encoding: chunked",
            Malformed::ConnectionField,
        ),
        ("8.2.2 upgrade", ":method: GET|:scheme: http|:path: /|upgrade: h2c", Malformed::ConnectionField),
        ("8.2.2 te", ":method: GET|:scheme: http|:path: /|te: gzip", Malformed::ConnectionField),
        ("8.3 unknown", ":method: GET|:scheme: http|:path: /|:x: y", Malformed::Pseudo),
        ("8.3 a response's", ":method: GET|:scheme: http|:path: /|:status: 200", Malformed::Pseudo),
        ("8.3 behind a field", ":method: GET|:scheme: http|a: b|:path: /", Malformed::Pseudo),
        ("8.3 doubled", ":method: GET|:scheme: http|:path: /|:path: /", Malformed::Pseudo),
        ("8.3.1 no method", ":scheme: http|:path: /", Malformed::Missing),
        ("8.3.1 no scheme", ":method: GET|:path: /", Malformed::Missing),
        ("8.3.1 no path", ":method: GET|:scheme: http", Malformed::Missing),
        ("8.3.1 an empty path", ":method: GET|:scheme: http|:path: ", Malformed::Path),
        ("8.3.1 a path without slash", ":method: GET|:scheme: http|:path: a", Malformed::Path),
        ("8.3.1 an asterisk but for OPTIONS", ":method: GET|:scheme: http|:path: *", Malformed::Path),
        ("8.3.1 bytes in the path", ":method: GET|:scheme: http|:path: /a b", Malformed::Path),
        ("8.3.1 a fragment", ":method: GET|:scheme: http|:path: /a#b", Malformed::Path),
        ("8.3.1 the method", ":method: G T|:scheme: http|:path: /", Malformed::Method),
        ("8.3.1 the scheme", ":method: GET|:scheme: 1|:path: /", Malformed::Scheme),
        ("8.3.1 user information", ":method: GET|:scheme: http|:authority: u@a|:path: /", Malformed::Authority),
        ("8.3.1 the authority", ":method: GET|:scheme: http|:authority: a/b|:path: /", Malformed::Authority),
        ("8.3.1 host differs", ":method: GET|:scheme: http|:authority: a|:path: /|host: b", Malformed::Authority),
        ("8.3.1 two hosts", ":method: GET|:scheme: http|:path: /|host: a|host: b", Malformed::Authority),
        ("8.5 CONNECT with a path", ":method: CONNECT|:authority: a:1|:path: /", Malformed::Pseudo),
        ("8.5 CONNECT with a scheme", ":method: CONNECT|:authority: a:1|:scheme: http", Malformed::Pseudo),
        ("8.5 CONNECT without authority", ":method: CONNECT", Malformed::Missing),
        ("8.5 CONNECT without port", ":method: CONNECT|:authority: a", Malformed::Authority),
        ("8.1.1 content-length", ":method: GET|:scheme: http|:path: /|content-length: 1x", Malformed::ContentLength),
        (
            "8.1.1 two of them",
            ":method: GET|:scheme: http|:path: /|content-length: 1|content-length: 2",
            Malformed::ContentLength,
        ),
        ("8.1.1 announced, not there", ":method: GET|:scheme: http|:path: /|content-length: 1", Malformed::Length),
        (
            "RFC 8441 4: :protocol without CONNECT",
            ":method: GET|:protocol: websocket|:scheme: http|:path: /|:authority: a",
            Malformed::Pseudo,
        ),
        (
            "RFC 8441 4: without path",
            ":method: CONNECT|:protocol: websocket|:scheme: http|:authority: a",
            Malformed::Missing,
        ),
    ] {
        assert_eq!(request(fields), format!("malformed 1 {fault:?}"), "{section}");
    }
    let off = Config { connect_protocol: false, ..Config::default() };
    let mut run = Run::with(Role::Server, off);
    let fields = ":method: CONNECT|:protocol: websocket|:scheme: http|:authority: a|:path: /";
    assert_eq!(run.take(Peer::client().headers(1, 0, fields)).story(), "malformed 1 Pseudo", "RFC 8441: not announced");
}

#[test]
fn requests_that_keep_them() {
    for fields in [
        ":method: GET|:scheme: http|:path: /|te: trailers",
        ":method: GET|:path: /|:authority: a:80|:scheme: http|host: A",
        ":method: OPTIONS|:scheme: http|:path: *|:authority: a",
        ":method: GET|:scheme: foo+1|:path: /|x: \u{e9}",
        ":method: GET|:scheme: http|:path: /|content-length: 0|content-length: 0",
        ":method: GET|:scheme: http|:path: /|host: a|host: a",
        ":method: CONNECT|:authority: [::1]:443",
    ] {
        assert!(request(fields).ends_with(" 1 end"), "{fields}");
    }
}

#[test]
fn responses() {
    for (section, fields, end, want) in [
        ("plain", ":status: 200", END, "200 1 end"),
        ("8.1 interim", ":status: 100", 0, "100 1"),
        ("8.1 an interim response isn't the end", ":status: 100", END, "malformed 1 Status"),
        ("8.3.2 no status", "a: b", 0, "malformed 1 Missing"),
        ("8.3.2 not a number", ":status: 2x0", 0, "malformed 1 Status"),
        ("8.3.2 not three digits", ":status: 2000", 0, "malformed 1 Status"),
        ("8.3.2 doubled", ":status: 200|:status: 200", 0, "malformed 1 Pseudo"),
        ("8.3 a request's", ":status: 200|:path: /", 0, "malformed 1 Pseudo"),
        ("8.3 behind a field", "a: b|:status: 200", 0, "malformed 1 Pseudo"),
        ("8.6 no switching", ":status: 101", 0, "malformed 1 Status"),
        ("8.2.2", ":status: 200|transfer-encoding: chunked", 0, "malformed 1 ConnectionField"),
        ("8.1.1", ":status: 200|content-length: 5", END, "malformed 1 Length"),
        ("8.1.1 nothing is to come", ":status: 304|content-length: 5", END, "304 1 end"),
    ] {
        assert_eq!(response(fields, end), want, "{section}");
    }
    let mut run = Run::new(Role::Client);
    run.ask("HEAD", true);
    run.frames();
    let head = Peer::server().headers(1, 0, ":status: 200|content-length: 5");
    assert_eq!(run.take(head).story(), "200 1");
    let more = Peer::default().data(1, END, b"x");
    assert_eq!(run.take(more).story(), "reset 1 PROTOCOL_ERROR by us; RST_STREAM 1 PROTOCOL_ERROR", "8.1.1 HEAD");
}

/// 8.1: order within a message, and 8.1.1: its length.
#[test]
fn content_and_trailers() {
    let p = |n: &str| Peer::client().headers(1, 0, &format!("{POST}{n}"));
    let reset = "reset 1 PROTOCOL_ERROR by us; RST_STREAM 1 PROTOCOL_ERROR";
    for (section, peer, want) in [
        (
            "as announced",
            p("|content-length: 3").data(1, 0, b"ab").data(1, END, b"c"),
            "data 1 ab; data 1 c end".into(),
        ),
        ("too much", p("|content-length: 3").data(1, 0, b"abcd"), reset.to_owned()),
        ("too little", p("|content-length: 3").data(1, END, b"ab"), reset.to_owned()),
        ("too little, trailers", p("|content-length: 3").headers(1, END, "a: b"), reset.to_owned()),
        ("trailers", p("").data(1, 0, b"ab").headers(1, END, "a: b|c: d"), "data 1 ab; trailers 1 a: b|c: d|".into()),
        ("trailers alone", p("").headers(1, END, "a: b"), "trailers 1 a: b|".into()),
        (
            "those that mean nothing there",
            p("").headers(1, END, "host: b|x: y|content-length: 7"),
            "trailers 1 x: y|".into(),
        ),
        ("trailers that don't end", p("").headers(1, 0, "a: b"), reset.to_owned()),
        ("trailers with pseudo-header fields", p("").headers(1, END, ":path: /"), reset.to_owned()),
        ("malformed trailers", p("").headers(1, END, "A: b"), reset.to_owned()),
        (
            "behind the end",
            p("").data(1, END, b"").data(1, 0, b"x"),
            "data 1  end; reset 1 STREAM_CLOSED by us; RST_STREAM 1 STREAM_CLOSED".into(),
        ),
    ] {
        assert_eq!(Run::new(Role::Server).take(peer).story(), format!("POST 1; {want}"), "{section}");
    }
}

/// The head as the proxy sees it.
fn shown(fields: &str) -> String {
    let mut run = Run::new(Role::Server);
    assert!(run.buf.push(&Peer::client().headers(1, END, fields).0));
    loop {
        match run.conn.next(&mut run.buf, &run.store).unwrap() {
            Some(Event::Request(m)) => return format!("{:?}", m.head).trim_end().replace('\n', "|"),
            Some(_) => {}
            None => panic!("no request"),
        }
    }
}

#[test]
fn how_requests_are_shown() {
    for (fields, want) in [
        (
            ":method: GET|:scheme: https|:path: /p?q|:authority: a.b:1|x: y",
            "GET https://a.b:1/p?q HTTP/2.0|host: a.b:1|x: y",
        ),
        (":method: GET|:scheme: https|:path: /p|host: a", "GET /p HTTP/2.0|host: a"),
        (":method: GET|:scheme: http|:path: /|:authority: a|host: a:80", "GET http://a/ HTTP/2.0|host: a:80"),
        (":method: OPTIONS|:scheme: http|:path: *|:authority: a", "OPTIONS * HTTP/2.0|host: a"),
        (":method: CONNECT|:authority: a:1", "CONNECT a:1 HTTP/2.0|host: a:1"),
        // 8.2.3
        (
            ":method: GET|:scheme: http|:path: /|cookie: a=1|x: y|cookie: b=2|cookie: c=3",
            "GET / HTTP/2.0|cookie: a=1; b=2; c=3|x: y",
        ),
        (
            ":method: CONNECT|:protocol: websocket|:scheme: http|:path: /c|:authority: a|sec-websocket-version: 13",
            "GET http://a/c HTTP/2.0|host: a|sec-websocket-version: 13|connection: upgrade|upgrade: websocket",
        ),
        (":method: GET|:scheme: http|:path: /|http2-settings: AA", "GET / HTTP/2.0"),
    ] {
        assert_eq!(shown(fields), want);
    }
}

#[test]
fn heads_too_large_are_told_apart() {
    let long = |n: usize| (0..n).map(|i| format!("|x{i}: {}", "y".repeat(100))).collect::<String>();
    let mut run = Run::new(Role::Server);
    let many = format!("{GET}{}", "|a: b".repeat(101));
    run.take(Peer::client().headers(1, END, &many));
    assert_eq!(run.story(), "malformed 1 TooLarge");
    let block = block(&format!("{GET}{}", long(150)));
    let (a, b) = block.split_at(10_000);
    let large = Peer::default().frame(Kind::Headers, END, 3, a).frame(Kind::Continuation, 4, 3, b);
    run.take(large.get(5));
    assert_eq!(run.story(), "malformed 3 TooLarge; GET 5 end");
    run.answer(3, 431, true);
    assert_eq!(run.story(), "HEADERS 3 :status: 431 end");
}

fn sent(head: &Head, form: RequestForm<'_>) -> String {
    let mut run = Run::new(Role::Client);
    run.take(Peer::default().settings(&[(8, 1)]));
    run.frames();
    run.conn.open(head, form, true).unwrap();
    run.story()
}

#[test]
fn how_requests_are_sent() {
    let mut head = Head::request(b"GET", b"/p?q", Version::HTTP_1_1, 10_000).unwrap();
    for (name, value) in [
        ("host", "a:1"),
        ("connection", "x-hop, keep-alive"),
        ("x-hop", "1"),
        ("keep-alive", "5"),
        ("te", "gzip, trailers"),
        ("transfer-encoding", "chunked"),
        ("x-end", "2"),
    ] {
        head.add(name.as_bytes(), value.as_bytes()).unwrap();
    }
    let http = RequestForm { scheme: b"http", protocol: None };
    let want = ":method: GET|:scheme: http|:authority: a:1|:path: /p?q|te: trailers|x-end: 2";
    assert_eq!(sent(&head, http), format!("HEADERS 1 {want} end"));
    head.set_target(b"https://b/z").unwrap();
    let want = ":method: GET|:scheme: https|:authority: a:1|:path: /z|te: trailers|x-end: 2";
    assert_eq!(sent(&head, http), format!("HEADERS 1 {want} end"), "rules may have changed host");
    let mut options = Head::request(b"OPTIONS", b"*", Version::HTTP_1_1, 1000).unwrap();
    assert_eq!(sent(&options, http), "HEADERS 1 :method: OPTIONS|:scheme: http|:path: * end");
    options.set_target(b"http://a").unwrap();
    assert_eq!(sent(&options, http), "HEADERS 1 :method: OPTIONS|:scheme: http|:authority: a|:path: * end");
    let connect = Head::request(b"CONNECT", b"a:1", Version::HTTP_1_1, 1000).unwrap();
    assert_eq!(sent(&connect, http), "HEADERS 1 :method: CONNECT|:authority: a:1 end");
}

/// RFC 8441 section 5.
#[test]
fn how_websocket_is_sent() {
    let mut head = Head::request(b"GET", b"/c", Version::HTTP_1_1, 10_000).unwrap();
    for (name, value) in [
        ("host", "a"),
        ("connection", "Upgrade"),
        ("upgrade", "WebSocket"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
    ] {
        head.add(name.as_bytes(), value.as_bytes()).unwrap();
    }
    assert!(is_websocket(&head));
    let form = RequestForm { scheme: b"http", protocol: Some(b"websocket") };
    let want = ":method: CONNECT|:protocol: websocket|:scheme: http|:authority: a|:path: /c|sec-websocket-version: 13";
    assert_eq!(sent(&head, form), format!("HEADERS 1 {want} end"));
    let mut run = Run::new(Role::Client);
    run.take(Peer::server());
    let refused = run.conn.open(&head, form, false);
    assert_eq!(refused, Err(crate::OpenError::NoConnectProtocol));
    head.remove_id(HdrId::Upgrade);
    assert!(!is_websocket(&head));
}

#[test]
fn how_responses_are_sent() {
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().get(1).get(3));
    run.story();
    let mut head = Head::response(103, Version::HTTP_1_1, 10_000).unwrap();
    run.conn.respond(1, &head, false).unwrap();
    head.set_status(200, None).unwrap();
    head.add(b"connection", b"close").unwrap();
    head.add(b"host", b"stays").unwrap();
    run.conn.respond(1, &head, false).unwrap();
    assert!(run.conn.respond(1, &head, false).is_err(), "one final response");
    run.conn.send(1, b"abc", false).unwrap();
    run.conn.send_trailers(1, b"x: y\r\nconnection: z\r\nq: \r\n").unwrap();
    assert!(run.conn.send(1, b"", true).is_err(), "nothing behind the end");
    assert_eq!(
        run.story(),
        "HEADERS 1 :status: 103; HEADERS 1 :status: 200|host: stays; DATA 1 3; HEADERS 1 x: y|q:  end"
    );
    run.answer(3, 200, false);
    run.conn.send_trailers(3, b"").unwrap();
    assert_eq!(run.story(), "HEADERS 3 :status: 200; DATA 3 0 end");
    assert!(run.conn.is_sent(3) && run.conn.is_received(3));
}

/// 4.3: a section that the peer doesn't take in one frame.
#[test]
fn large_heads_are_sent_in_pieces() {
    let mut run = Run::new(Role::Server);
    run.take(Peer::client().get(1));
    let mut head = Head::response(200, Version::HTTP_1_1, 100_000).unwrap();
    for n in 0..30 {
        head.add(b"x", format!("{n}{}", "\u{1}".repeat(1200)).as_bytes()).unwrap();
    }
    run.conn.respond(1, &head, true).unwrap();
    let mut bytes = Vec::new();
    let mut pieces = [&b""[..]; 8];
    let n = run.conn.out.pieces(&mut pieces);
    bytes.extend(pieces[..n].concat());
    let mut kinds = Vec::new();
    let mut rest = &bytes[9..];
    while let Some(header) = rest.first_chunk::<HEADER_LEN>() {
        let h = FrameHeader::parse(header);
        kinds.push((h.kind, h.flags, h.len <= 16_384));
        rest = &rest[HEADER_LEN + h.len as usize..];
    }
    assert_eq!(kinds, [(Kind::Headers, 1, true), (Kind::Continuation, 0, true), (Kind::Continuation, 4, true)]);
}
