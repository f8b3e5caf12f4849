//! How long one request's head takes: `cargo run --profile quick -p h1 --example parse_cost`.

use std::hint::black_box;
use std::time::Instant;

use base::Pool;
use h1::{Opts, Progress, RequestParser, conn};
use http::{HdrId, HeadStore, SerialOpts};

const REQUEST: &[u8] = b"GET /static/app/main.4f2a.js?v=17 HTTP/1.1\r\nHost: www.example.com\r\n\
User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n\
Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\
Referer: https://www.example.com/index.html\r\nConnection: keep-alive\r\n\
Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=1\r\n\
Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\n\r\n";

fn main() {
    println!("parse {} ns, parse, edit and serialise {} ns", fastest(false), fastest(true));
}

/// The quickest of some rounds, in nanoseconds a request, copying the request into its buffer included.
fn fastest(forward: bool) -> u128 {
    const REQUESTS: u128 = 2000;
    let (store, pool, opts) = (HeadStore::new(), Pool::new(16_384, 8), Opts::default());
    let round = || {
        let start = Instant::now();
        for _ in 0..REQUESTS {
            let mut buf = pool.get().unwrap();
            assert!(buf.push(black_box(REQUEST)));
            let mut parser = RequestParser::new(&store);
            assert_eq!(parser.parse(buf.data(), &opts), Ok(Progress::Done));
            let (mut head, framing) = parser.finish(buf, &opts).unwrap();
            if forward {
                let mut out = pool.get().unwrap();
                conn::apply(&mut head, conn::to_server(&framing, conn::Mode::KeepAlive).field).unwrap();
                head.add_id(HdrId::XForwardedFor, b"192.0.2.17").unwrap();
                head.serialise_h1(&mut out, SerialOpts::default()).unwrap();
                black_box(out.data());
            }
            black_box(&head);
        }
        start.elapsed().as_nanos() / REQUESTS
    };
    (0..100).map(|_| round()).min().unwrap_or(0)
}
