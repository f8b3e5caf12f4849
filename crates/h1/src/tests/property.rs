//! Laws that hold for any input.

use base::Buf;
use http::{HeadStore, Method};
use proptest::prelude::*;

use super::{Outcome, asked, parse_request, parse_response, relaxed, wire};
use crate::{Opts, Progress, RequestParser};

/// Bytes that often look like HTTP/1.
fn messages(start: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "Host: a\r\n",
        "host:b\n",
        "Content-Length: 2\r\n",
        "Content-Length: 2, 2\r\n",
        "content-length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Connection: close\r\n",
        "X: y\r\n",
        "connection: keep-alive, upgrade\r\n",
        "Upgrade: foo\r\n",
        "TE: gzip, trailers\r\n",
        " folded\r\n",
        "\t\n",
        "A:\r\n",
        "B: \r\n",
        "bad name: x\r\n",
        "\r",
        "\n",
        "\0",
        ":",
        "\u{80}",
        "C:d",
        "\r\n",
        "\r\n\r\n",
        "body",
    ]);
    let start = prop::sample::select(start.to_vec());
    (start, prop::collection::vec(word, 0..8), any::<bool>()).prop_map(|(start, words, ends)| {
        let end = if ends { "\r\n" } else { "" };
        format!("{start}{}{end}", words.concat()).into_bytes()
    })
}

const REQUESTS: &[&str] = &[
    "GET / HTTP/1.1\r\n",
    "POST /x?y HTTP/1.0\n",
    "\r\nGET http://a:80/ HTTP/1.1\r\n",
    "CONNECT a:80 HTTP/1.1\r\n",
    "GET /\r\n",
    "get  *\tHTTP/2.0\r\n",
    "GET /#a RTSP/1.0\r\n",
    "GET http://b/ HTTP/1.1\r\n",
    "G\u{1}T",
    "",
];

const RESPONSES: &[&str] =
    &["HTTP/1.1 200 OK\r\n", "HTTP/1.0 304\n", "HTTP/1.1 101 S\r\n", "ICY 200 x\r\n", "HTTP/1.1 2000 \r\n"];

fn outcome<F: std::fmt::Debug>(o: &Outcome<F>) -> String {
    match o {
        Outcome::Head(head, f) => format!("{} {} {f:?}", wire(head).escape_ascii(), head.rest().escape_ascii()),
        other => format!("{other:?}"),
    }
}

/// The same bytes, arriving in two or more parts.
fn in_parts(input: &[u8], cuts: &[usize], opts: &Opts) -> String {
    let mut parser = RequestParser::new(&HeadStore::new());
    let ends = cuts.iter().map(|c| c % (input.len() + 1)).chain([input.len()]);
    let mut shown = 0;
    for end in ends {
        shown = shown.max(end);
        match parser.parse(&input[..shown], opts) {
            Ok(Progress::Need) => {}
            Err(e) => return outcome::<()>(&Outcome::Fault(e.fault, e.at)),
            Ok(Progress::Done) => {
                let (head, framing) = parser.finish(Buf::from_bytes(input), opts).unwrap();
                return outcome(&Outcome::Head(head, framing));
            }
        }
    }
    outcome::<()>(&Outcome::Need)
}

proptest! {
    #[test]
    fn how_bytes_arrive_changes_nothing(input in messages(REQUESTS), cuts in prop::collection::vec(any::<usize>(), 1..6), lax: bool) {
        let mut opts = if lax { relaxed() } else { Opts::default() };
        opts.max_head = 100;
        let whole = parse_request(&input, &opts);
        let mut cuts = cuts;
        cuts.sort_by_key(|c| c % (input.len() + 1));
        prop_assert_eq!(in_parts(&input, &cuts, &opts), outcome(&whole));
    }

    #[test]
    fn what_goes_out_comes_in_again(input in messages(REQUESTS)) {
        let opts = Opts::default();
        if let Outcome::Head(head, _) = parse_request(&input, &opts) {
            let once = wire(&head);
            prop_assert!(once.len() <= head.size());
            match parse_request(&once, &opts) {
                Outcome::Head(again, _) => prop_assert_eq!(wire(&again), once),
                other => prop_assert!(false, "{} became {other:?}", once.escape_ascii()),
            }
        }
    }

    #[test]
    fn responses_too(input in messages(RESPONSES)) {
        let opts = Opts::default();
        if let Outcome::Head(head, f) = parse_response(&input, asked(Method::Get), &opts) {
            let once = wire(&head);
            match parse_response(&once, asked(Method::Get), &opts) {
                Outcome::Head(again, g) => {
                    prop_assert_eq!(wire(&again), once);
                    prop_assert_eq!(f.body, g.body);
                }
                other => prop_assert!(false, "{} became {other:?}", once.escape_ascii()),
            }
        }
    }

    #[test]
    fn nothing_panics(input in prop::collection::vec(any::<u8>(), 0..200)) {
        parse_request(&input, &relaxed());
        parse_response(&input, asked(Method::Head), &relaxed());
    }
}
