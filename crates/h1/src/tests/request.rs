//! Requests.

use super::{Outcome, check, parse_request, relaxed, wire};
use crate::{BodyLen, Fault, Opts, UpgradeKind};

const HOST: &[u8] = b"Host: a\r\n\r\n";

/// A start line with `Host: a`: what is sent to the server as start line, or the fault.
fn line(start: &str, want: &str) {
    line_as(start, want, &Opts::default());
}

fn line_relaxed(start: &str, want: &str) {
    line_as(start, want, &relaxed());
}

fn line_as(start: &str, want: &str, opts: &Opts) {
    // Bytes above 127 are written as Latin-1 in these tables.
    let mut input: Vec<u8> = start.chars().map(|c| c as u8).collect();
    input.extend_from_slice(HOST);
    let mut out: Vec<u8> = want.chars().map(|c| c as u8).collect();
    if want.contains(' ') {
        out.extend_from_slice(b"\r\nhost: a\r\n\r\n");
    }
    check(&input, parse_request(&input, opts), &out);
}

#[test]
fn start_lines() {
    line("GET / HTTP/1.1\r\n", "GET / HTTP/1.1");
    line("\r\n\r\n\nGET / HTTP/1.1\r\n", "GET / HTTP/1.1");
    line("\rGET / HTTP/1.1\r\n", "BareCr");
    line(" GET / HTTP/1.1\r\n", "Method");
    line("GET  \t/  \t HTTP/1.1\r\n", "GET / HTTP/1.1");
    line("GET / HTTP/1.1 \r\n", "Version");
    line("get / HTTP/1.1\r\n", "get / HTTP/1.1");
    line("FOO-x!#$%&'*+.^_`|~ / HTTP/1.1\r\n", "FOO-x!#$%&'*+.^_`|~ / HTTP/1.1");
    line("G(T / HTTP/1.1\r\n", "Method");
    line("G:T / HTTP/1.1\r\n", "Method");
    line("GET\r\n", "Method");
    line("GET \r\n", "Target");
    line("\u{16}\u{3}\u{1}", "Method");
    line("GET / HTTP/1.1\n", "GET / HTTP/1.1");
    line("GET / HTTP/1.1\r\r", "BareCr");
    line("PRI * HTTP/2.0\r\n", "Http2Preface");
    line("PRI * HTTP/1.1\r\n", "Method");
    line("PRI / HTTP/2.0\r\n", "Method");
}

#[test]
fn versions() {
    line("GET / HTTP/1.0\r\n", "GET / HTTP/1.0");
    line("GET / HTTP/0.9\r\n", "GET / HTTP/0.9");
    for above in ["1.2", "1.9", "2.0", "3.0"] {
        line(&format!("GET / HTTP/{above}\r\n"), "GET / HTTP/1.1");
    }
    for bad in ["", " ", " HTTP/1.11", " HTTP/11.1", " HTTP/1", " RTSP/1.0"] {
        line(&format!("GET /{bad}\r\n"), "Version");
    }
    line("GET / http/1.1\r\n", "Version");
    line_relaxed("GET / http/1.1\r\n", "Version");
    line_relaxed("GET / HTTP/1.11\r\n", "GET / HTTP/1.11");
    line_relaxed("GET / HTTP/11.1\r\n", "GET / HTTP/11.1");
    line_relaxed("GET / HTTP/1\r\n", "GET / HTTP/1");
    line_relaxed("GET / RTSP/1.0\r\n", "GET / RTSP/1.0");
    line_relaxed("POST /\r\n", "Version");
    for bare in ["GET /\r\n", "GET / \n"] {
        check(bare.as_bytes(), parse_request(bare.as_bytes(), &relaxed()), b"GET / HTTP/1.0\r\n\r\n");
    }
}

#[test]
fn targets() {
    for same in
        ["/", "*", "http://a", "http://a/b", "foo://a/", "http:///b", "/\"<>\\^`{|}", "http://u@a/", "http://A/"]
    {
        line(&format!("GET {same} HTTP/1.1\r\n"), &format!("GET {same} HTTP/1.1"));
    }
    for bad in ["/#a", "/\u{7f}", "/\u{80}", "/\u{1}", "/\0", "a:b", "http:/a", "a:b/c"] {
        line(&format!("GET {bad} HTTP/1.1\r\n"), "Target");
    }
    // 2.6 passes these on although they have none of the four forms.
    line("GET a HTTP/1.1\r\n", "Target");
    line("GET a/b HTTP/1.1\r\n", "Target");
    line_relaxed("GET /#a HTTP/1.1\r\n", "GET /#a HTTP/1.1");
    line_relaxed("GET /\u{80} HTTP/1.1\r\n", "GET /\u{80} HTTP/1.1");
    line_relaxed("GET /\u{7f} HTTP/1.1\r\n", "Target");
    line_relaxed("GET /\u{1} HTTP/1.1\r\n", "Target");
}

/// A target and a host: the same two as they leave, or the fault.
fn host(method: &str, target: &str, host: &str, want: &str) {
    let input = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let want = match want.split_once(' ') {
        Some((target, host)) => format!("{method} {target} HTTP/1.1\r\nhost: {host}\r\n\r\n"),
        None => want.to_owned(),
    };
    check(input.as_bytes(), parse_request(input.as_bytes(), &Opts::default()), want.as_bytes());
}

#[test]
fn hosts_and_authorities() {
    host("GET", "http://b/", "a", "Host");
    host("GET", "http://a:80/", "a", "http://a/ a");
    host("GET", "http://a:80/x?y", "a:80", "http://a/x?y a");
    host("GET", "http://a:80", "a:80", "http://a a");
    host("GET", "https://a:443/", "a", "https://a/ a");
    host("GET", "http://a/", "a:80", "http://a/ a:80");
    host("GET", "https://a/", "a:443", "https://a/ a:443");
    host("GET", "http://a:8080/", "a", "Host");
    host("GET", "http://a/", "a:8080", "Host");
    host("GET", "http://a:8080/", "a:8080", "http://a:8080/ a:8080");
    host("GET", "http://a:443/", "a:443", "http://a:443/ a:443");
    host("GET", "https://a:80/", "a:80", "https://a:80/ a:80");
    host("GET", "HTTP://a:80/", "a", "HTTP://a/ a");
    host("GET", "foo://a:80/", "a", "Host");
    host("GET", "http://a:/", "a", "http://a/ a");
    host("GET", "http://a/", "a:", "http://a/ a:");
    host("GET", "http://u@a:80/", "a", "http://u@a/ a");
    host("GET", "http://u@a/", "u@a", "Host");
    host("GET", "http://[::1]:80/", "[::1]", "http://[::1]/ [::1]");
    host("GET", "http:///b", "", "http:///b ");
    for odd in ["a:xx", "a:99999", "a\"b", "[a", "a:1:80", "a:80:"] {
        host("GET", &format!("http://{odd}/"), odd, &format!("http://{odd}/ {odd}"));
    }
    // 2.6 takes `?x` for a part of the authority; RFC 3986 section 3.2 ends it there.
    host("GET", "http://a?x", "a", "http://a?x a");
    host("CONNECT", "a:8080", "a:8080", "a:8080 a:8080");
    host("CONNECT", "a:80", "a:80", "a:80 a");
    host("CONNECT", "a:443", "a:443", "a:443 a");
    host("CONNECT", "A:443", "a:443", "A:443 a");
    host("CONNECT", "a:80", "a", "a:80 a");
    host("CONNECT", "a:443", "a", "a:443 a");
    host("CONNECT", "a:80", "a:", "a:80 a:");
    host("CONNECT", "[::1]:443", "[::1]:443", "[::1]:443 [::1]");
    for (target, field) in [("a:80", "a:443"), ("a:80", "b"), ("a:8080", "a"), ("a:443", "a:80")] {
        host("CONNECT", target, field, "Host");
    }
    for target in ["a", "a:", "/", "*", "http://a/", "u@a:8080", "a:xx"] {
        host("CONNECT", target, target, "Host");
    }
    // 2.6 passes these on; they name no host and port.
    for target in ["a:99999", ":80", "a:80/b"] {
        host("CONNECT", target, target, "Host");
    }
    for any in ["", "a b", "a,b", "a/b", "a\"", "a@b", "a:b", "a#b"] {
        host("GET", "/", any, &format!("/ {any}"));
    }
}

/// Field lines behind `Host: a`: the lines that are sent behind `host: a`, or the fault.
fn lines(input: &str, want: &str) {
    lines_as("GET", "1.1", input, want, &Opts::default());
}

fn lines_as(method: &str, version: &str, input: &str, want: &str, opts: &Opts) {
    let start = format!("{method} / HTTP/{version}\r\n");
    let latin1 = |s: &str| s.chars().map(|c| c as u8).collect::<Vec<u8>>();
    let input = latin1(&format!("{start}Host: a\r\n{input}\r\n"));
    let want = if want.is_empty() || want.contains(':') {
        latin1(&format!("{start}host: a\r\n{want}\r\n"))
    } else {
        want.into()
    };
    check(&input, parse_request(&input, opts), &want);
}

#[test]
fn field_syntax() {
    for plain in ["X: a\r\n", "X:a\r\n", "X:   a  \t\r\n", "X: a\n", "X:\r\n a\r\n", "X: a\r\n \r\n"] {
        lines(plain, "x: a\r\n");
    }
    for empty in ["X:\r\n", "X: \r\n", "X:\n", "X:  \t\r\n"] {
        lines(empty, "x: \r\n");
    }
    for bad in
        ["X : a\r\n", ": a\r\n", "X\r\n", "X\n", "X y: a\r\n", "X\0: a\r\n", "X\u{80}: a\r\n", "X(: a\r\n", "\tX: a"]
    {
        // A line that begins with a blank continues the one before, so only the others are bad names.
        if !bad.starts_with('\t') {
            lines(bad, "FieldName");
        }
    }
    lines("X_y.!#$%&'*+-^`|~: a\r\n", "x_y.!#$%&'*+-^`|~: a\r\n");
    lines("X: a\rb\r\n", "BareCr");
    lines("X: a\r\r\n", "BareCr");
    lines("\rX", "BareCr");
    lines("X: \u{1}\u{2}\u{7f}\u{80}\u{ff}\r\n", "x: \u{1}\u{2}\u{7f}\u{80}\u{ff}\r\n");
    // 2.6 lets NUL pass; 3.5 refuses it unless relaxed.
    lines("X: \0a\r\n", "FieldValue");
    lines("x: A, b\r\nX: c\r\n", "x: A, b\r\nx: c\r\n");
}

#[test]
fn folded_values() {
    lines("X: a\r\n b\r\n", "x: a   b\r\n");
    lines("X: a\r\n\tb\r\n", "x: a  \tb\r\n");
    lines("X: a\n b\n", "x: a  b\r\n");
    lines("X: a \r\n b\r\n  c\r\n", "x: a    b    c\r\n");
    lines("X: a\r\n \r\n \r\nY: b\r\n", "x: a\r\ny: b\r\n");
    check(
        b"GET / HTTP/1.1\r\nHost: a\r\n X: b\r\n\r\n",
        parse_request(b"GET / HTTP/1.1\r\nHost: a\r\n X: b\r\n\r\n", &Opts::default()),
        b"GET / HTTP/1.1\r\nhost: a   X: b\r\n\r\n",
    );
    let first = b"GET / HTTP/1.1\r\n X: a\r\n\r\n";
    check(first, parse_request(first, &Opts::default()), b"FieldName");
}

#[test]
fn relaxed_fields() {
    // 3.5 drops such fields, 2.6 kept them.
    for dropped in ["X : a\r\n", "X y: a\r\n", "X\0: a\r\n", "X\u{80}: a\r\n b\r\n", "X(: a\r\n"] {
        lines_as("GET", "1.1", &format!("{dropped}Y: b\r\n"), "y: b\r\n", &relaxed());
    }
    for bad in [": a\r\n", "X\r\n", "X y\r\n"] {
        lines_as("GET", "1.1", bad, "FieldName", &relaxed());
    }
    lines_as("GET", "1.1", "X: a\0b\r\n", "x: a\0b\r\n", &relaxed());
    let input = b"GET http://b/#\x80 HTTP/1.1\r\nHost: a\r\nX y: 1\r\nZ: \0\r\n\r\n";
    match parse_request(input, &relaxed()) {
        Outcome::Head(_, framing) => {
            assert_eq!(framing.violations.count, 4);
            assert_eq!(
                framing.violations.first.map(|v| (v.fault, &input[v.at..v.at + 2])),
                Some((Fault::Target, &b"#\x80"[..]))
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn duplicate_hosts() {
    lines("Host: a\r\nHost: A\r\n", "");
    lines("Host: b\r\n", "Host");
    lines_as("GET", "1.1", "Host: b\r\n", "Host", &relaxed());
}

#[test]
fn te_keeps_only_trailers() {
    lines("TE: trailers\r\n", "te: trailers\r\n");
    lines("TE: trailers, deflate\r\n", "te: trailers\r\n");
    lines("TE: gzip, trailers ,x\r\n", "te: trailers\r\n");
    lines("TE: gzip\r\nTE: trailers\r\n", "te: trailers\r\n");
    lines("TE: a\r\n", "");
    lines("TE: trailers;q=0.5, gzip\r\n", "");
    lines("TE: xtrailers, trailers\r\n", "te: trailers\r\n");
}

#[test]
fn content_lengths() {
    for two in
        ["2", "2, 2", "2 ", "02, 2", "2\r\nContent-Length: 2", "2\r\nContent-Length: 02", "2,2\r\nContent-Length: 2,2"]
    {
        lines_as("POST", "1.1", &format!("Content-Length: {two}\r\n"), "content-length: 2\r\n", &Opts::default());
    }
    lines_as("POST", "1.1", "Content-Length: 02\r\n", "content-length: 02\r\n", &Opts::default());
    for bad in [
        "",
        "-2",
        "+2",
        "0x2",
        "2 2",
        "2,",
        ",2",
        "2,,2",
        "2,3",
        "2\r\nContent-Length: 3",
        "2.0",
        "99999999999999999999",
    ] {
        lines_as("POST", "1.1", &format!("Content-Length: {bad}\r\n"), "ContentLength", &Opts::default());
    }
    // 2.6 has surprises beyond 63 bits: 2^64 wraps to 0, 2^64-1 counts as unknown.
    for huge in ["9223372036854775808", "18446744073709551615", "18446744073709551616"] {
        lines_as("POST", "1.1", &format!("Content-Length: {huge}\r\n"), "ContentLength", &Opts::default());
    }
    lines_as(
        "POST",
        "1.1",
        "Content-Length: 9223372036854775807\r\n",
        "content-length: 9223372036854775807\r\n",
        &Opts::default(),
    );
}

fn coding(value: &str, want: &str) {
    let want = if want == "ok" { "transfer-encoding: chunked\r\n" } else { want };
    lines_as("POST", "1.1", &format!("Transfer-Encoding: {value}\r\n"), want, &Opts::default());
}

#[test]
fn transfer_encodings() {
    coding("chunked", "ok");
    coding("Chunked", "transfer-encoding: Chunked\r\n");
    coding("chunked,", "ok");
    coding("\r\n chunked", "ok");
    coding("gzip, chunked", "TransferCodings");
    coding("gzip\r\nTransfer-Encoding: chunked", "TransferCodings");
    coding(",chunked", "TransferCodings");
    coding("foo, chunked", "TransferCodings");
    coding("identity, chunked", "TransferCodings");
    for bad in [
        "chunked, gzip",
        "chunked\r\nTransfer-Encoding: gzip",
        "gzip",
        "chunked, chunked",
        "chunked\r\nTransfer-Encoding: chunked",
        "identity",
        "",
        "chunked;x=y",
        "xchunked",
        "\"chunked\"",
        "\u{b}chunked",
        "chunked\r\n x",
    ] {
        coding(bad, "TransferEncoding");
    }
    coding("chunked\r\nTransfer-Encoding:", "TransferEncoding");
    coding("\r\nTransfer-Encoding: chunked", "TransferCodings");
    coding("gzip,\r\n chunked", "TransferCodings");
    assert_eq!(Fault::TransferCodings.status(), 422);
    assert_eq!(Fault::TransferEncoding.status(), 400);
}

#[test]
fn both_lengths_are_made_safe() {
    let check = |version: &str, input: &str, insecure: bool, opts: &Opts| {
        let input = format!("POST / HTTP/{version}\r\n{input}\r\n");
        match parse_request(input.as_bytes(), opts) {
            Outcome::Head(head, framing) => {
                let want = format!("POST / HTTP/{version}\r\ntransfer-encoding: chunked\r\n\r\n");
                assert_eq!(wire(&head), want.as_bytes());
                assert_eq!((framing.body, framing.insecure), (BodyLen::Chunked, insecure), "{input}");
            }
            other => panic!("{input}: {other:?}"),
        }
    };
    let keep = Opts { keep_insecure: true, ..Opts::default() };
    check("1.1", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", true, &Opts::default());
    check("1.1", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", true, &Opts::default());
    check("1.1", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", false, &keep);
    check("1.1", "Transfer-Encoding: chunked\r\n", false, &Opts::default());
    check("1.0", "Transfer-Encoding: chunked\r\n", true, &Opts::default());
    check("1.0", "Transfer-Encoding: chunked\r\n", true, &keep);
    lines_as("POST", "1.1", "Transfer-Encoding: chunked\r\nContent-Length: x\r\n", "ContentLength", &Opts::default());
    let differing = "Content-Length: 2\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n";
    lines_as("POST", "1.1", differing, "ContentLength", &Opts::default());
}

#[test]
fn payload_with_old_versions() {
    let length = "Content-Length: 2\r\n";
    let any = Opts { payload_with_any_method: true, ..Opts::default() };
    for method in ["GET", "HEAD", "DELETE"] {
        lines_as(method, "1.0", length, "Payload", &Opts::default());
        lines_as(method, "1.0", "Transfer-Encoding: chunked\r\n", "Payload", &Opts::default());
        lines_as(method, "1.0", "Content-Length: 0\r\n", "content-length: 0\r\n", &Opts::default());
        lines_as(method, "1.0", length, "content-length: 2\r\n", &any);
        lines_as(method, "1.1", length, "content-length: 2\r\n", &Opts::default());
    }
    for method in ["OPTIONS", "TRACE", "PUT", "POST", "FOO", "PATCH"] {
        lines_as(method, "1.0", length, "content-length: 2\r\n", &Opts::default());
    }
    assert_eq!(Fault::Payload.status(), 413);
}

#[test]
fn upgrades() {
    let check = |fields: &str, body: BodyLen, tokens: bool, upgrade: UpgradeKind, out: &str| {
        let input = format!("GET / HTTP/1.1\r\n{fields}\r\n");
        match parse_request(input.as_bytes(), &Opts::default()) {
            Outcome::Head(head, f) => {
                assert_eq!((f.body, f.tokens.upgrade, f.upgrade), (body, tokens, upgrade), "{input}");
                assert_eq!(wire(&head), format!("GET / HTTP/1.1\r\n{out}\r\n").as_bytes());
            }
            other => panic!("{input}: {other:?}"),
        }
    };
    let foo = "connection: upgrade\r\nupgrade: foo\r\n";
    check(foo, BodyLen::None, true, UpgradeKind::Other, foo);
    check("upgrade: foo\r\n", BodyLen::None, false, UpgradeKind::None, "upgrade: foo\r\n");
    check("connection: upgrade\r\n", BodyLen::None, true, UpgradeKind::None, "connection: upgrade\r\n");
    // With a body the upgrade is withdrawn.
    check(
        "connection: upgrade\r\nupgrade: foo\r\ncontent-length: 2\r\n",
        BodyLen::Length(2),
        false,
        UpgradeKind::None,
        "connection: upgrade\r\ncontent-length: 2\r\n",
    );
    // Only an upgrade that `connection` names is one.
    check(
        "upgrade: foo\r\ncontent-length: 2\r\n",
        BodyLen::Length(2),
        false,
        UpgradeKind::None,
        "upgrade: foo\r\ncontent-length: 2\r\n",
    );
    check(
        "connection: upgrade\r\nupgrade: websocket\r\ncontent-length: 2\r\n",
        BodyLen::Length(2),
        false,
        UpgradeKind::None,
        "connection: upgrade\r\ncontent-length: 2\r\n",
    );
    let ws = "connection: upgrade\r\nupgrade: WebSocket, x\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    check(ws, BodyLen::None, true, UpgradeKind::WebSocket, ws);
    let keyless = "Connection: upgrade\r\nUpgrade: websocket\r\n";
    lines(keyless, "WebSocket");
    lines(&format!("{keyless}Sec-WebSocket-Key: x\r\n"), "WebSocket");
    lines("Upgrade: websocket\r\n", "upgrade: websocket\r\n");
    lines_as("GET", "1.1", keyless, &keyless.to_ascii_lowercase(), &relaxed());
}

#[test]
fn connect_has_no_content() {
    let input = b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok";
    match parse_request(input, &Opts::default()) {
        Outcome::Head(head, framing) => {
            assert_eq!(wire(&head), b"CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n");
            assert_eq!((framing.body, framing.insecure), (BodyLen::None, true));
            assert_eq!(head.rest(), b"ok");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn expectations() {
    let expects = |input: &str| match parse_request(input.as_bytes(), &Opts::default()) {
        Outcome::Head(_, framing) => framing.expects_continue,
        other => panic!("{other:?}"),
    };
    assert!(expects("POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n"));
    assert!(!expects("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"));
    assert!(!expects("GET / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n"));
    assert!(!expects("POST / HTTP/1.1\r\nExpect: foo\r\nContent-Length: 1\r\n\r\n"));
}

#[test]
fn limits() {
    let of = |n: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: a\r\n".repeat(n));
    assert!(matches!(parse_request(of(99).as_bytes(), &Opts::default()), Outcome::Head(..)));
    check(b"", parse_request(of(100).as_bytes(), &Opts::default()), b"TooManyFields");
    let max = Opts::default().max_head;
    let of = |n: usize| format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(n - 23));
    assert_eq!(of(max).len(), max);
    assert!(matches!(parse_request(of(max).as_bytes(), &Opts::default()), Outcome::Head(..)));
    check(b"", parse_request(of(max + 1).as_bytes(), &Opts::default()), b"TooLarge");
    check(b"", parse_request(&of(max + 1).as_bytes()[..max - 1], &Opts::default()), b"Need");
    check(b"", parse_request(&of(max + 1).as_bytes()[..max], &Opts::default()), b"TooLarge");
    assert_eq!(Fault::TooLarge.status(), 431);
}

#[test]
fn faults_show_where_and_leave_the_bytes() {
    let input = b"GET / HTTP/1.1\r\nHost: a\r\nX y: 1\r\n\r\n";
    match parse_request(input, &Opts::default()) {
        Outcome::Fault(Fault::FieldName, at) => assert_eq!(&input[at..at + 2], b" y"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_follows_stays_in_the_buffer() {
    let input = b"\r\nPOST /a?b HTTP/1.1\r\nContent-Length: 2\r\n\r\nokGET / HTTP/1.1\r\n\r\n";
    match parse_request(input, &Opts::default()) {
        Outcome::Head(mut head, _) => {
            assert_eq!((head.path(), head.query()), (&b"/a"[..], Some(&b"b"[..])));
            assert_eq!(head.rest(), b"okGET / HTTP/1.1\r\n\r\n");
            head.consume_rest(2);
            assert_eq!(head.into_rest().data(), b"GET / HTTP/1.1\r\n\r\n");
        }
        other => panic!("{other:?}"),
    }
}
