//! Responses.

use http::Method;

use super::{Outcome, asked, check, parse_response, relaxed, wire};
use crate::{Asked, BodyLen, Opts};

/// A status line with `content-length: 2`: the status line as it leaves, or the fault.
fn line(start: &str, want: &str) {
    line_as(start, want, &Opts::default());
}

fn line_as(start: &str, want: &str, opts: &Opts) {
    let latin1 = |s: &str| s.chars().map(|c| c as u8).collect::<Vec<u8>>();
    let input = latin1(&format!("{start}Content-Length: 2\r\n\r\nok"));
    let want = if want.contains(' ') { latin1(&format!("{want}\r\ncontent-length: 2\r\n\r\n")) } else { want.into() };
    check(&input, parse_response(&input, asked(Method::Get), opts), &want);
}

#[test]
fn status_lines() {
    let ok = "HTTP/1.1 200 OK";
    for same in ["HTTP/1.1 200 OK\r\n", "HTTP/1.1  200\t OK\r\n", "\r\nHTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\n"] {
        line(same, ok);
    }
    line("HTTP/2.0 200 OK\r\n", ok);
    line("HTTP/1.7 200 OK\r\n", ok);
    line("HTTP/1.1 200\r\n", "HTTP/1.1 200 ");
    line("HTTP/1.1 200 \r\n", "HTTP/1.1 200 ");
    line("HTTP/1.1 200 OK \r\n", "HTTP/1.1 200 OK ");
    line("HTTP/1.1 200 O\u{80}K\u{1}\r\n", "HTTP/1.1 200 O\u{80}K\u{1}");
    line("HTTP/1.0 200 OK\r\n", "HTTP/1.0 200 OK");
    line("HTTP/0.9 200 OK\r\n", "HTTP/0.9 200 OK");
    line("HTTP/1.1 600 OK\r\n", "HTTP/1.1 600 OK");
    line("HTTP/1.1 999 OK\r\n", "HTTP/1.1 999 OK");
    line("HTTP/1.1 200 O\rK\r\n", "BareCr");
    for bad in ["2x0 OK", "200OK", "abc"] {
        line(&format!("HTTP/1.1 {bad}\r\n"), "Status");
    }
    for bad in ["HTTP/1.11 200", "http/1.1 200", "ICY 200", " HTTP/1.1 200", "HTTP/1.1", "HTTP/1 200"] {
        line(&format!("{bad}\r\n"), "Version");
    }
    // 2.6 takes any number, and NUL in the reason, and RTSP.
    for bad in ["20", "099", "000", "1000", "0200", "65535", "65536"] {
        line(&format!("HTTP/1.1 {bad} OK\r\n"), "Status");
    }
    line("HTTP/1.1 200 O\0K\r\n", "Reason");
    line("RTSP/1.0 200 OK\r\n", "Version");
    line_as("RTSP/1.0 200 OK\r\n", "RTSP/1.0 200 OK", &relaxed());
    line_as("HTTP/1.1 65535 OK\r\n", "HTTP/1.1 65535 OK", &relaxed());
    line_as("HTTP/1.1 1000 OK\r\n", "HTTP/1.1 1000 OK", &relaxed());
    line_as("HTTP/1.1 65536 OK\r\n", "Status", &relaxed());
    line_as("HTTP/1.1 20 OK\r\n", "Status", &relaxed());
    line_as("HTTP/1.11 200 OK\r\n", "HTTP/1.11 200 OK", &relaxed());
}

/// A response's lines behind `HTTP/` and what follows: its body's end and the fields that leave.
fn framing(asked: Asked, status_line: &str, fields: &str, body: BodyLen, out: &str) {
    let input = format!("HTTP/{status_line}\r\n{fields}\r\n");
    match parse_response(input.as_bytes(), asked, &Opts::default()) {
        Outcome::Head(head, f) => {
            assert_eq!(f.body, body, "{input}");
            assert_eq!(
                wire(&head).escape_ascii().to_string(),
                format!("HTTP/{status_line}\r\n{out}\r\n").as_bytes().escape_ascii().to_string()
            );
        }
        other => panic!("{input}: {other:?}"),
    }
}

const CHUNKED: &str = "transfer-encoding: chunked\r\n";
const THREE: &str = "content-length: 3\r\n";

#[test]
fn where_the_body_ends() {
    let get = asked(Method::Get);
    framing(get, "1.1 200 OK", CHUNKED, BodyLen::Chunked, CHUNKED);
    framing(get, "1.0 200 OK", CHUNKED, BodyLen::Chunked, CHUNKED);
    framing(get, "1.1 200 OK", THREE, BodyLen::Length(3), THREE);
    framing(get, "1.1 200 OK", "content-length: 0\r\n", BodyLen::None, "content-length: 0\r\n");
    framing(get, "1.1 200 OK", "Content-Length: 02,2\r\n", BodyLen::Length(2), "content-length: 2\r\n");
    framing(get, "1.1 200 OK", &format!("{THREE}{CHUNKED}"), BodyLen::Chunked, CHUNKED);
    framing(get, "1.1 200 OK", "", BodyLen::UntilClose, "");
    framing(get, "1.0 200 OK", "", BodyLen::UntilClose, "");
    framing(get, "1.1 205 R", "", BodyLen::UntilClose, "");
    framing(get, "1.1 205 R", THREE, BodyLen::Length(3), THREE);
    framing(get, "1.1 204 No", &format!("{THREE}{CHUNKED}"), BodyLen::None, "");
    framing(get, "1.1 304 No", THREE, BodyLen::None, THREE);
    framing(get, "1.1 304 No", CHUNKED, BodyLen::None, CHUNKED);
    framing(get, "1.1 100 C", THREE, BodyLen::None, "");
    framing(get, "1.1 200 OK", "TE: gzip, trailers\r\nTE: x\r\n", BodyLen::UntilClose, "te: trailers\r\n");
    framing(get, "1.1 103 C", "link: x\r\n", BodyLen::None, "link: x\r\n");
    let head = asked(Method::Head);
    framing(head, "1.1 200 OK", THREE, BodyLen::None, THREE);
    framing(head, "1.1 200 OK", CHUNKED, BodyLen::None, CHUNKED);
    framing(head, "1.1 200 OK", "", BodyLen::None, "");
    let connect = asked(Method::Connect);
    // 2.6 passes lengths on in these; RFC 9110 section 9.3.6 forbids them.
    framing(connect, "1.1 200 OK", THREE, BodyLen::None, "");
    framing(connect, "1.1 200 OK", CHUNKED, BodyLen::None, "");
    framing(connect, "1.1 403 No", THREE, BodyLen::Length(3), THREE);
}

fn refused(fields: &str, want: &str) {
    let input = format!("HTTP/1.1 200 OK\r\n{fields}\r\n");
    check(input.as_bytes(), parse_response(input.as_bytes(), asked(Method::Get), &Opts::default()), want.as_bytes());
}

#[test]
fn bad_framing() {
    for bad in ["gzip", "chunked, gzip", "chunked, chunked", "identity", "chunked\r\nTransfer-Encoding: chunked"] {
        refused(&format!("Transfer-Encoding: {bad}\r\n"), "TransferEncoding");
    }
    refused("Transfer-Encoding: gzip, chunked\r\n", "TransferCodings");
    // 2.6 takes the empty value for no body length at all; 3.5 only if relaxed.
    refused("Transfer-Encoding: \r\n", "TransferEncoding");
    for bad in ["2\r\nContent-Length: 3", "2,3", "", "-1", "+1", "1 1", "18446744073709551616", "2,,2"] {
        refused(&format!("Content-Length: {bad}\r\n"), "ContentLength");
    }
    refused("X : a\r\n", "FieldName");
    refused("Foo\r\n", "FieldName");
}

#[test]
fn relaxed_framing() {
    let check = |fields: &str, body: BodyLen, want: &str| {
        let input = format!("HTTP/1.1 200 OK\r\n{fields}\r\n");
        match parse_response(input.as_bytes(), asked(Method::Get), &relaxed()) {
            Outcome::Head(head, f) => {
                assert_eq!((f.body, f.violations.count), (body, 1), "{input}");
                assert_eq!(wire(&head), format!("HTTP/1.1 200 OK\r\n{want}\r\n").as_bytes());
            }
            other => panic!("{other:?}"),
        }
    };
    check("Transfer-Encoding: \r\n", BodyLen::UntilClose, "");
    check("Transfer-Encoding: chunked, chunked\r\n", BodyLen::Chunked, CHUNKED);
    check("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", BodyLen::Chunked, CHUNKED);
    check("Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n", BodyLen::Chunked, CHUNKED);
}

#[test]
fn switching_protocols() {
    let upgrade = Asked { method: Method::Get, upgrade: true, websocket: false };
    let websocket = Asked { websocket: true, ..upgrade };
    let verdict = |asked: Asked, fields: &str, opts: &Opts| {
        let input = format!("HTTP/1.1 101 S\r\n{fields}\r\nabc");
        match parse_response(input.as_bytes(), asked, opts) {
            Outcome::Head(head, f) => {
                assert_eq!((f.tunnel, f.interim, head.rest()), (true, false, &b"abc"[..]));
                "tunnel".to_owned()
            }
            Outcome::Fault(fault, _) => format!("{fault:?}"),
            Outcome::Need => "Need".to_owned(),
        }
    };
    let strict = Opts::default();
    assert_eq!(verdict(asked(Method::Get), "Connection: upgrade\r\n", &strict), "UnexpectedSwitch");
    assert_eq!(verdict(upgrade, "", &strict), "tunnel");
    assert_eq!(verdict(websocket, "", &strict), "WebSocket");
    assert_eq!(verdict(websocket, "", &relaxed()), "tunnel");
    assert_eq!(verdict(websocket, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", &strict), "tunnel");
}
