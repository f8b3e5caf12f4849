//! Which sides stay open: the matrix that was observed, all of whose rows follow one pattern.

use http::{HdrId, Method};

use super::{Outcome, asked, parse_request, parse_response, wire};
use crate::conn::{self, Answer, ConnectionField, Mode};
use crate::{Opts, RequestFraming, ResponseFraming};

fn request(version: &str, fields: &str) -> RequestFraming {
    let input = format!("GET / HTTP/{version}\r\n{fields}\r\n");
    match parse_request(input.as_bytes(), &Opts::default()) {
        Outcome::Head(_, f) => f,
        other => panic!("{input}: {other:?}"),
    }
}

fn response(version: &str, fields: &str, method: Method) -> ResponseFraming {
    let input = format!("HTTP/{version} 200 OK\r\n{fields}\r\n");
    match parse_response(input.as_bytes(), asked(method), &Opts::default()) {
        Outcome::Head(_, f) => f,
        other => panic!("{input}: {other:?}"),
    }
}

fn token(field: ConnectionField) -> &'static str {
    match field {
        ConnectionField::Nothing => "",
        ConnectionField::Close => "close",
        ConnectionField::KeepAlive => "keep-alive",
    }
}

#[test]
fn matrix() {
    // Mode, client's version and option, server's version, body with a length; then what the server and the client are
    // told, and whether the client's side stays.
    let rows = "
        ka 1.1 - 1.1 L | - - open
        ka 1.1 - 1.1 U | - close shut
        ka 1.1 - 1.0 L | - keep-alive open
        ka 1.1 - 1.0 U | - - shut
        ka 1.1 close 1.1 L | - close shut
        ka 1.1 close 1.1 U | - close shut
        ka 1.1 close 1.0 L | - - shut
        ka 1.1 keep-alive 1.1 L | - - open
        ka 1.1 keep-alive 1.0 L | - keep-alive open
        ka 1.0 - 1.1 L | keep-alive close shut
        ka 1.0 - 1.0 L | keep-alive - shut
        ka 1.0 close 1.1 L | keep-alive close shut
        ka 1.0 keep-alive 1.1 L | keep-alive keep-alive open
        ka 1.0 keep-alive 1.1 U | keep-alive close shut
        ka 1.0 keep-alive 1.0 L | keep-alive keep-alive open
        ka 1.0 keep-alive 1.0 U | keep-alive - shut
        sc 1.1 - 1.1 L | close - open
        sc 1.1 - 1.1 U | close close shut
        sc 1.1 - 1.0 L | close keep-alive open
        sc 1.1 close 1.1 L | close close shut
        sc 1.0 - 1.1 L | - close shut
        sc 1.0 keep-alive 1.1 L | - keep-alive open
        sc 1.0 keep-alive 1.0 L | - keep-alive open
        close 1.1 - 1.1 L | close close shut
        close 1.1 keep-alive 1.1 L | close close shut
        close 1.1 - 1.0 L | close - shut
        close 1.0 keep-alive 1.1 L | - close shut
        close 1.0 keep-alive 1.0 L | - - shut";
    for row in rows.lines().skip(1) {
        let words: Vec<&str> = row.split_whitespace().collect();
        let mode = match words[0] {
            "ka" => Mode::KeepAlive,
            "sc" => Mode::ServerClose,
            _ => Mode::Close,
        };
        let option = if words[2] == "-" { String::new() } else { format!("Connection: {}\r\n", words[2]) };
        let request = request(words[1], &option);
        let length = if words[4] == "L" { "Content-Length: 2\r\n" } else { "" };
        // What the server says about its own side never shows on the client's.
        for of_server in ["", "Connection: close\r\n", "Connection: keep-alive\r\n"] {
            let response = response(words[3], &format!("{of_server}{length}"), Method::Get);
            let server = conn::to_server(&request, mode);
            let client = conn::to_client(&request, &Answer::of(&response), mode, false);
            let dash = |f| if token(f).is_empty() { "-" } else { token(f) };
            let open = if client.stays_open { "open" } else { "shut" };
            assert_eq!((dash(server.field), dash(client.field), open), (words[6], words[7], words[8]), "{row}");
            assert_eq!(server.stays_open, mode == Mode::KeepAlive);
        }
    }
}

#[test]
fn upgrades_say_nothing_to_the_server() {
    let upgrade = "Connection: upgrade\r\nUpgrade: foo\r\n";
    for mode in [Mode::KeepAlive, Mode::ServerClose, Mode::Close] {
        for version in ["1.0", "1.1"] {
            assert_eq!(conn::to_server(&request(version, upgrade), mode).field, ConnectionField::Nothing);
        }
    }
}

#[test]
fn insecure_messages_close() {
    let both = "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n";
    let length = response("1.1", "Content-Length: 2\r\n", Method::Get);
    let r = request("1.1", both);
    let to_client = conn::to_client(&r, &Answer::of(&length), Mode::KeepAlive, false);
    assert_eq!((to_client.field, to_client.stays_open), (ConnectionField::Close, false));
    // The server sees a sane message, so its side isn't affected.
    assert!(conn::to_server(&r, Mode::KeepAlive).stays_open);
    // A response with both closes the server's side alone.
    let strange = response("1.1", both, Method::Get);
    assert!(!strange.keeps_alive());
    assert!(conn::to_client(&request("1.1", ""), &Answer::of(&strange), Mode::KeepAlive, false).stays_open);
    // Chunked in HTTP/1.0 closes the client's side as well.
    let old = response("1.0", "Transfer-Encoding: chunked\r\n", Method::Get);
    let to_client = conn::to_client(&request("1.1", ""), &Answer::of(&old), Mode::KeepAlive, false);
    assert_eq!((to_client.field, to_client.stays_open), (ConnectionField::Nothing, false));
}

#[test]
fn servers_that_stay() {
    let stays = |version: &str, fields: &str| response(version, fields, Method::Get).keeps_alive();
    assert!(stays("1.1", "Content-Length: 2\r\n"));
    assert!(!stays("1.1", "Content-Length: 2\r\nConnection: foo, Close\r\n"));
    assert!(!stays("1.1", ""));
    assert!(!stays("1.0", "Content-Length: 2\r\n"));
    assert!(stays("1.0", "Content-Length: 2\r\nConnection: keep-alive\r\n"));
}

#[test]
fn fields_are_rewritten() {
    let check = |fields: &str, field: ConnectionField, want: &str| {
        let input = format!("GET / HTTP/1.1\r\n{fields}\r\n");
        let Outcome::Head(mut head, _) = parse_request(input.as_bytes(), &Opts::default()) else { panic!("{input}") };
        conn::apply(&mut head, field).unwrap();
        let got = String::from_utf8(wire(&head)).unwrap();
        assert_eq!(got, format!("GET / HTTP/1.1\r\n{want}\r\n"));
        assert!(head.find(HdrId::Connection).all(|f| !f.value.is_empty()));
    };
    let (nothing, close) = (ConnectionField::Nothing, ConnectionField::Close);
    check("Connection: keep-alive\r\nX: y\r\n", nothing, "x: y\r\n");
    check("Connection: keep-alive, close\r\n", nothing, "");
    check("Connection:\r\n", nothing, "");
    check("Connection: ,,close,,\r\n", nothing, "");
    check(
        "Connection: keep-alive, foo\r\nKeep-Alive: timeout=5\r\n",
        nothing,
        "connection: foo\r\nkeep-alive: timeout=5\r\n",
    );
    check("Connection: close\r\nConnection: foo\r\n", nothing, "connection: foo\r\n");
    check("Connection: foo\r\nConnection: bar, close\r\n", nothing, "connection: foo\r\nconnection: bar\r\n");
    check("Connection: foo, close, bar\r\n", close, "connection: foo,bar\r\nconnection: close\r\n");
    check("Connection: Upgrade, HTTP2-Settings\r\n", nothing, "connection: Upgrade, HTTP2-Settings\r\n");
    check("Connection: \"close\"\r\n", nothing, "connection: \"close\"\r\n");
    check("X: y\r\n", ConnectionField::KeepAlive, "x: y\r\nconnection: keep-alive\r\n");
    check("Proxy-Connection: close\r\n", nothing, "proxy-connection: close\r\n");
}
