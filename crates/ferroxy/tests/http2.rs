//! HTTP/2 with the real program: every feature over every pair of protocols, and what only HTTP/2 has.

use h2::frame::{Kind, flag, put_header};
use h2::{Code, Role};
use harness::http2::{self, Message, Peer};
use harness::{Proxy, Setup};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const CONFIG: &str = "
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend web
    bind \"fd@${h1}\"
    bind \"fd@${h2}\" proto h2
    http-request deny if { path /deny }
    http-request return status 200 content-type text/plain string \"mine\" if { path /mine }
    use_backend two if { hdr(x-to) two }
    default_backend one
backend one
    server a {{h1_origin}}
backend two
    http-reuse always
    server b {{h2_origin}} proto h2
";

/// So many cells of the matrix run; fewer are a failure.
const CELLS: usize = 14 * 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proto {
    H1,
    H2,
}

/// What a client sends.
#[derive(Clone, Copy)]
struct Ask {
    method: &'static str,
    path: &'static str,
    fields: &'static [&'static str],
    /// Content, with its length told before or not.
    body: Option<(usize, bool)>,
    trailers: &'static str,
}

const GET: Ask = Ask { method: "GET", path: "/echo", fields: &[], body: None, trailers: "" };

/// What the client must get: status, a piece of the body, its length where only that counts, trailers.
struct Want {
    status: &'static str,
    body: &'static str,
    len: Option<usize>,
    trailers: &'static str,
    interim: &'static [&'static str],
}

const OK: Want = Want { status: "200", body: "", len: None, trailers: "", interim: &[] };

fn table() -> Vec<(&'static str, Ask, Want)> {
    let post = Ask { method: "POST", ..GET };
    vec![
        ("GET", GET, Want { body: "GET /echo 0", ..OK }),
        ("HEAD", Ask { method: "HEAD", ..GET }, Want { len: Some(0), ..OK }),
        (
            "content of known length",
            Ask { body: Some((70_000, true)), ..post },
            Want { body: "POST /echo 70000", ..OK },
        ),
        (
            "content of unknown length",
            Ask { body: Some((70_000, false)), ..post },
            Want { body: "POST /echo 70000", ..OK },
        ),
        (
            "trailers of a request",
            Ask { body: Some((10, false)), trailers: "x-end: yes\r\n", ..post },
            Want { body: "POST /echo 10 x-end: yes", ..OK },
        ),
        ("a long response", Ask { path: "/long", ..GET }, Want { len: Some(300_000), ..OK }),
        ("a response of unknown length", Ask { path: "/stream", ..GET }, Want { len: Some(50_000), ..OK }),
        (
            "trailers of a response",
            Ask { path: "/trailers", ..GET },
            Want { body: "abc", trailers: "x-sum: 7\r\n", ..OK },
        ),
        ("interim responses", Ask { path: "/hints", ..GET }, Want { body: "hinted", interim: &["103"], ..OK }),
        ("no content", Ask { path: "/none", ..GET }, Want { status: "204", len: Some(0), ..OK }),
        (
            "an early answer",
            Ask { path: "/early", body: Some((10, true)), ..post },
            Want { status: "403", body: "no", ..OK },
        ),
        ("a rule's denial", Ask { path: "/deny", ..GET }, Want { status: "403", body: "403 Forbidden", ..OK }),
        ("a rule's answer", Ask { path: "/mine", ..GET }, Want { body: "mine", ..OK }),
        ("cookies", Ask { fields: &["cookie: a=1"], ..GET }, Want { body: "cookie: a=1", ..OK }),
    ]
}

fn start() -> Proxy {
    let (h1_origin, h2_origin) = (h1_origin(), http2::origin(Arc::new(answer_h2)).expect("an origin"));
    let bin = Path::new(env!("CARGO_BIN_EXE_ferroxy"));
    Setup::new(bin, CONFIG).set("h1_origin", h1_origin).set("h2_origin", h2_origin).start().expect("it starts")
}

/// Each feature over each pair of protocols.
#[test]
fn matrix() {
    let proxy = start();
    let mut ran = 0;
    for (name, ask, want) in table() {
        for front in [Proto::H1, Proto::H2] {
            for back in [Proto::H1, Proto::H2] {
                let got = exchange(&proxy, front, back, ask);
                let at = format!("{name}, {front:?} to {back:?}: {}", brief(&got));
                let text = String::from_utf8_lossy(&got.body);
                assert_eq!(got.start, want.status, "{at}");
                assert!(text.contains(want.body), "{at}");
                assert!(want.len.is_none_or(|len| len == got.body.len()), "{at}");
                assert_eq!(got.trailers, want.trailers, "{at}");
                assert_eq!(got.interim, want.interim, "{at}");
                assert!(got.ended && got.reset.is_none(), "{at}");
                ran += 1;
            }
        }
    }
    println!("{ran} cells run, none skipped");
    assert!(ran >= CELLS);
}

fn brief(got: &Message) -> String {
    let body = String::from_utf8_lossy(&got.body[..got.body.len().min(200)]).into_owned();
    format!("{} {:?} {} bytes {body:?} {:?} {:?}", got.start, got.fields, got.body.len(), got.trailers, got.reset)
}

/// A response that the server cuts short is cut for the client as well, in its own way.
#[test]
fn cut_responses() {
    let proxy = start();
    for back in [Proto::H1, Proto::H2] {
        let ask = Ask { path: "/cut", ..GET };
        let got = exchange(&proxy, Proto::H2, back, ask);
        assert!(got.start == "200" && got.reset.is_some(), "{back:?}: {}", brief(&got));
        let got = exchange(&proxy, Proto::H1, back, ask);
        assert!(got.start == "200" && !got.ended, "{back:?}: {}", brief(&got));
    }
}

/// Frames of one stream don't wait for another's: many at a time, in any order.
#[test]
fn many_streams_at_a_time() {
    let proxy = start();
    for to in ["one", "two"] {
        let mut client = Peer::connect(proxy.addr("h2")).expect("connect");
        let fields = ["host: a".to_owned(), format!("x-to: {to}")];
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let ids: Vec<u32> = (0..50)
            .map(|n| client.ask("GET", if n % 2 == 0 { "/long" } else { "/echo" }, &fields, None, true).expect("sent"))
            .collect();
        for (n, id) in ids.iter().enumerate().rev() {
            let got = client.message(*id).expect("an answer");
            let len = if n % 2 == 0 { 300_000 } else { got.body.len() };
            assert!(got.start == "200" && got.ended && got.body.len() == len, "{to} {n}: {}", brief(&got));
        }
    }
}

/// A client that gives a stream up keeps its others, and the connection.
#[test]
fn resets_end_one_stream() {
    let proxy = start();
    let mut client = Peer::connect(proxy.addr("h2")).expect("connect");
    for to in ["x-to: one", "x-to: two"] {
        let long = client.ask("GET", "/long", &["host: a", to], None, true).expect("sent");
        client.until(|c| c.messages.get(&long).is_some_and(|m| !m.start.is_empty())).expect("a head");
        client.conn.release(long, Code::CANCEL);
        let next = client.ask("GET", "/echo", &["host: a", to], None, true).expect("sent");
        assert_eq!(client.message(next).expect("an answer").start, "200");
    }
}

/// RFC 8441 on either side, and both.
#[test]
fn websocket_over_every_pair() {
    let proxy = start();
    for to in ["one", "two"] {
        let to = format!("x-to: {to}");
        let mut client = Peer::connect(proxy.addr("h2")).expect("connect");
        let fields = ["host: a", "sec-websocket-version: 13", &to];
        let id = client.ask("GET", "/chat", &fields, Some("websocket"), false).expect("sent");
        client.until(|c| c.messages.get(&id).is_some_and(|m| !m.start.is_empty())).expect("a head");
        assert_eq!(client.messages[&id].start, "200", "{to}: {:?}", client.messages[&id]);
        client.send(id, b"hello", false).expect("sent");
        client.until(|c| c.messages[&id].body == b"hello").expect("an echo");
        client.send(id, b"", true).expect("sent");
        let got = client.message(id).expect("an end");
        assert!(got.ended, "{to}: {}", brief(&got));

        let mut stream = TcpStream::connect(proxy.addr("h1")).expect("connect");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
        let ask = format!(
            "GET /chat HTTP/1.1\r\nhost: a\r\n{to}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(ask.as_bytes()).expect("sent");
        let head = read_head(&mut stream).expect("a head");
        assert!(head.starts_with("HTTP/1.1 101 "), "{to}: {head}");
        assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{to}: {head}");
        stream.write_all(b"hello").expect("sent");
        let mut echo = [0; 5];
        stream.read_exact(&mut echo).expect("an echo");
        assert_eq!(&echo, b"hello", "{to}");
    }
}

/// Requests of several clients share a connection to a server that speaks HTTP/2.
#[test]
fn clients_share_a_connection() {
    let proxy = start();
    let mut ports = Vec::new();
    for _ in 0..10 {
        let got = exchange(&proxy, Proto::H1, Proto::H2, Ask { path: "/port", ..GET });
        ports.push(String::from_utf8_lossy(&got.body).into_owned());
    }
    ports.dedup();
    assert!(ports.len() <= 2, "one for each thread: {ports:?}");
}

/// A server that refuses a stream without looking at it gets the request again.
#[test]
fn refused_streams_are_sent_again() {
    let proxy = start();
    let got = exchange(&proxy, Proto::H2, Proto::H2, Ask { path: "/refuse", ..GET });
    assert!(got.start == "200" && got.body.starts_with(b"taken after"), "{}", brief(&got));
}

/// The preface of HTTP/2 on a plain port, and what isn't one.
#[test]
fn broken_connections() {
    let proxy = start();
    let mut client = Peer::connect(proxy.addr("h1")).expect("the preface is recognised");
    let id = client.ask("GET", "/mine", &["host: a"], None, true).expect("sent");
    assert_eq!(client.message(id).expect("an answer").body, b"mine");
    // A frame on stream 0 that belongs to a stream.
    client.conn.ping();
    client.flush().expect("sent");
    let mut raw = TcpStream::connect(proxy.addr("h2")).expect("connect");
    raw.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
    let mut bytes = h2::frame::PREFACE.to_vec();
    put_header(&mut bytes, 0, Kind::Settings, 0, 0);
    put_header(&mut bytes, 0, Kind::Headers, flag::END_HEADERS, 0);
    raw.write_all(&bytes).expect("sent");
    let mut got = Vec::new();
    raw.read_to_end(&mut got).expect("an end");
    let goaway = got.windows(17).any(|w| w[..9] == [0, 0, 8, 7, 0, 0, 0, 0, 0] && w[13..] == [0, 0, 0, 1]);
    assert!(goaway, "GOAWAY with PROTOCOL_ERROR: {got:?}");
    let mut wrong = TcpStream::connect(proxy.addr("h2")).expect("connect");
    wrong.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
    wrong.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").expect("sent");
    wrong.read_to_end(&mut Vec::new()).expect("an end");
}

fn exchange(proxy: &Proxy, front: Proto, back: Proto, ask: Ask) -> Message {
    match front {
        Proto::H1 => ask_h1(proxy.addr("h1"), back, ask),
        Proto::H2 => ask_h2(proxy.addr("h2"), back, ask),
    }
    .unwrap_or_else(|e| panic!("{} {} from {front:?} to {back:?}: {e}", ask.method, ask.path))
}

fn to(back: Proto) -> &'static str {
    if back == Proto::H2 { "x-to: two" } else { "x-to: one" }
}

fn ask_h2(addr: SocketAddr, back: Proto, ask: Ask) -> io::Result<Message> {
    let mut client = Peer::connect(addr)?;
    let mut fields = vec!["host: a", to(back)];
    fields.extend(ask.fields);
    let length = ask.body.filter(|b| b.1).map(|b| format!("content-length: {}", b.0));
    fields.extend(length.as_deref());
    let id = client.ask(ask.method, ask.path, &fields, None, ask.body.is_none())?;
    if let Some((len, _)) = ask.body {
        client.send(id, &vec![b'u'; len], ask.trailers.is_empty())?;
        if !ask.trailers.is_empty() {
            let _ = client.conn.send_trailers(id, ask.trailers.as_bytes());
            client.flush()?;
        }
    }
    client.message(id)
}

fn ask_h1(addr: SocketAddr, back: Proto, ask: Ask) -> io::Result<Message> {
    let mut stream = TcpStream::connect(addr)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut text = format!("{} {} HTTP/1.1\r\nhost: a\r\n{}\r\n", ask.method, ask.path, to(back));
    ask.fields.iter().for_each(|f| text += &format!("{f}\r\n"));
    match ask.body {
        None => text += "\r\n",
        Some((len, true)) => text += &format!("content-length: {len}\r\n\r\n{}", "u".repeat(len)),
        Some((len, false)) => {
            text += &format!(
                "transfer-encoding: chunked\r\n\r\n{len:x}\r\n{}\r\n0\r\n{}\r\n",
                "u".repeat(len),
                ask.trailers
            );
        }
    }
    stream.write_all(text.as_bytes())?;
    let mut message = Message::default();
    loop {
        let head = read_head(&mut stream)?;
        let status = head.get(9..12).unwrap_or_default().to_owned();
        if status.starts_with('1') {
            message.interim.push(status);
            continue;
        }
        message.start = status;
        message.fields = head.lines().skip(1).map(str::to_owned).collect();
        message.ended = read_body(&mut stream, &head, ask.method == "HEAD", &mut message)?;
        return Ok(message);
    }
}

/// Reads content as a head announces it. False: it was cut short.
fn read_body(stream: &mut TcpStream, head: &str, is_head: bool, message: &mut Message) -> io::Result<bool> {
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|l| l.strip_prefix("content-length: ")).and_then(|n| n.parse::<usize>().ok());
    if is_head || message.start == "204" {
        return Ok(true);
    }
    if lower.contains("transfer-encoding: chunked") {
        loop {
            let line = read_line(stream)?;
            let Ok(n) = usize::from_str_radix(line.trim(), 16) else { return Ok(false) };
            if n == 0 {
                break;
            }
            let mut chunk = vec![0; n + 2];
            if stream.read_exact(&mut chunk).is_err() {
                return Ok(false);
            }
            message.body.extend_from_slice(&chunk[..n]);
        }
        loop {
            match read_line(stream)? {
                line if line == "\r\n" => return Ok(true),
                line => message.trailers += &line,
            }
        }
    }
    let mut body = Vec::new();
    let read = match length {
        Some(n) => stream.take(n as u64).read_to_end(&mut body),
        None => stream.read_to_end(&mut body),
    };
    message.body = body;
    Ok(read.is_ok() && length.is_none_or(|n| n == message.body.len()))
}

fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let line = read_line(stream)?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        head += &line;
    }
    Ok(head)
}

fn read_line(stream: &mut TcpStream) -> io::Result<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\n") && stream.read(&mut byte)? == 1 {
        line.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// The echo of a request.
fn echo(start: &str, fields: &[String], body: usize, trailers: &str) -> String {
    let fields: Vec<&str> = fields.iter().map(String::as_str).filter(|f| f.starts_with("cookie")).collect();
    format!("{start} {body} {} {}", trailers.replace("\r\n", " "), fields.join(" "))
}

fn answer_h2(peer: &mut Peer, id: u32) -> io::Result<()> {
    assert_eq!(peer.conn.role(), Role::Server);
    let asked = peer.messages[&id].clone();
    let path = asked.start.split(' ').nth(1).unwrap_or_default().to_owned();
    let is_head = asked.start.starts_with("HEAD");
    let head = |status, fields: &[&str]| http2::response(status, fields);
    match path.as_str() {
        "/long" => {
            let _ = peer.conn.respond(id, &head(200, &["content-length: 300000"]), false);
            peer.send(id, &vec![b'd'; 300_000], true)
        }
        "/stream" => {
            let _ = peer.conn.respond(id, &head(200, &[]), false);
            peer.send(id, &vec![b'd'; 50_000], true)
        }
        "/trailers" => {
            let _ = peer.conn.respond(id, &head(200, &[]), false);
            peer.send(id, b"abc", false)?;
            let _ = peer.conn.send_trailers(id, b"x-sum: 7\r\n");
            peer.flush()
        }
        "/hints" => {
            let _ = peer.conn.respond(id, &head(103, &["link: </a>"]), false);
            let _ = peer.conn.respond(id, &head(200, &[]), false);
            peer.send(id, b"hinted", true)
        }
        "/none" => {
            let _ = peer.conn.respond(id, &head(204, &[]), true);
            peer.flush()
        }
        "/early" => {
            let _ = peer.conn.respond(id, &head(403, &["content-length: 2"]), false);
            peer.send(id, b"no", true)
        }
        "/cut" => {
            let _ = peer.conn.respond(id, &head(200, &["content-length: 100"]), false);
            peer.send(id, b"abc", false)?;
            peer.conn.reset(id, Code::INTERNAL_ERROR);
            peer.flush()
        }
        "/port" => {
            let _ = peer.conn.respond(id, &head(200, &[]), false);
            // All streams of a connection are served by one thread.
            peer.send(id, format!("{:?}", std::thread::current().id()).as_bytes(), true)
        }
        "/refuse" if peer.conn.total_streams() < 2 => {
            peer.conn.reset(id, Code::REFUSED_STREAM);
            peer.flush()
        }
        "/refuse" => {
            let _ = peer.conn.respond(id, &head(200, &[]), false);
            peer.send(id, format!("taken after {}", peer.conn.total_streams()).as_bytes(), true)
        }
        "/chat" => {
            let _ = peer.conn.respond(id, &head(200, &[]), false);
            peer.flush()?;
            loop {
                let body = std::mem::take(&mut peer.messages.entry(id).or_default().body);
                peer.send(id, &body, false)?;
                if peer.messages[&id].ended || !peer.pump()? {
                    return peer.send(id, b"", true);
                }
            }
        }
        _ => {
            peer.until(|p| p.messages.get(&id).is_none_or(|m| m.ended || m.reset.is_some()))?;
            let all = peer.messages.get(&id).cloned().unwrap_or_default();
            let text = echo(&asked.start, &asked.fields, all.body.len(), &all.trailers);
            let length = format!("content-length: {}", text.len());
            let _ = peer.conn.respond(id, &head(200, &[&length]), is_head);
            if is_head { peer.flush() } else { peer.send(id, text.as_bytes(), true) }
        }
    }
}

fn h1_origin() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
    let addr = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || while matches!(answer_h1(&stream), Ok(true)) {});
        }
    });
    addr
}

/// Answers one request; false ends the connection.
fn answer_h1(mut stream: &TcpStream) -> io::Result<bool> {
    let mut own = stream.try_clone()?;
    let head = read_head(&mut own)?;
    let start = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    let path = start.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut asked = Message::default();
    let has_body = head.to_ascii_lowercase().contains("content-length") || head.contains("chunked");
    if has_body && path != "/early" {
        read_body(&mut own, &head, false, &mut asked)?;
    }
    let fields: Vec<String> = head.lines().skip(1).map(str::to_owned).collect();
    let text = match path.as_str() {
        "/long" => format!("HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n{}", "d".repeat(300_000)),
        "/stream" => {
            format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nc350\r\n{}\r\n0\r\n\r\n", "d".repeat(50_000))
        }
        "/trailers" => {
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n".to_owned()
        }
        "/hints" => "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhinted"
            .to_owned(),
        "/none" => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
        "/early" => "HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno".to_owned(),
        "/cut" => "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc".to_owned(),
        "/chat" => "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                    sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
            .to_owned(),
        _ => {
            let text = echo(&start, &fields, asked.body.len(), &asked.trailers);
            let body = if start.starts_with("HEAD") { "" } else { text.as_str() };
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", text.len())
        }
    };
    stream.write_all(text.as_bytes())?;
    if path == "/early" {
        read_body(&mut own, &head, false, &mut asked)?;
    }
    if path == "/chat" {
        let mut piece = [0; 1000];
        loop {
            match own.read(&mut piece)? {
                0 => return Ok(false),
                n => stream.write_all(&piece[..n])?,
            }
        }
    }
    Ok(path != "/cut")
}
