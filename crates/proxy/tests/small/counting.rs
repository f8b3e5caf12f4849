//! `option contstats`: bytes are counted while they pass.

use crate::world::{self, Peer, accept_one};
use base::Ms;
use proxy::Control;
use proxy::counters::{Counters, Ctr};

fn config(mode: &str, option: &str) -> String {
    format!(
        "global\n    nosplice\ndefaults\n    mode {mode}\n    timeout connect 2s\n    timeout client 100s\n    \
         timeout server 100s\nlisten web\n    bind 10.0.0.1:80\n    {option}\n    server s1 10.2.0.1:80\n"
    )
}

/// What the frontend, the backend and the server have counted: bytes in, bytes out.
fn counted(proxy: &Control) -> [(u64, u64); 3] {
    let plan = proxy.plan();
    let (front, back) = (plan.proxies[0].front.as_ref().expect("both"), plan.proxies[0].back.as_ref().expect("both"));
    let of = |counters: &Counters| (counters.sum(Ctr::BytesIn), counters.sum(Ctr::BytesOut));
    [of(&front.live.counters), of(&back.live.counters), of(&back.servers[0].live.counters)]
}

/// A server answers with 20 pieces of a thousand bytes, a second apart. What was counted in the middle, and in the end.
async fn transfer(proxy: &Control) -> ([(u64, u64); 3], [(u64, u64); 3]) {
    let server = rt::spawn_joined(async {
        let mut server = accept_one("10.2.0.1:80").await;
        server.hear("\r\n\r\n").await.expect("a request");
        server.say("HTTP/1.1 200 OK\r\ncontent-length: 20000\r\n\r\n").await;
        for _ in 0..20 {
            rt::sleep(Ms(1000)).await;
            server.say(&"x".repeat(1000)).await;
        }
    });
    let mut client = Peer::dial("10.1.0.1:0", "10.0.0.1:80").await;
    client.say("GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    rt::sleep(Ms(13_500)).await;
    let middle = counted(proxy);
    client.hear("\r\n\r\n").await.expect("an answer");
    for _ in 0..20 {
        client.hear(&"x".repeat(1000)).await.expect("a piece");
    }
    server.await.expect("no panic");
    drop(client);
    rt::sleep(Ms(1000)).await;
    (middle, counted(proxy))
}

const REQUEST: u64 = 27;
const ANSWER: u64 = 42 + 20_000;

#[test]
fn by_default_bytes_count_at_the_end() {
    async fn test(proxy: Control) {
        assert_eq!(transfer(&proxy).await, ([(0, 0); 3], [(REQUEST, ANSWER); 3]));
    }
    world::run(1, &config("http", ""), test);
    world::run(1, &config("tcp", ""), test);
}

#[test]
fn with_contstats_they_count_every_few_seconds_and_once() {
    async fn test(proxy: Control) {
        let (middle, end) = transfer(&proxy).await;
        assert_eq!(end, [(REQUEST, ANSWER); 3]);
        let (bytes_in, bytes_out) = middle[0];
        assert_eq!(middle, [middle[0]; 3]);
        assert!(bytes_in == REQUEST && (10_000..=13_100).contains(&bytes_out), "{middle:?}");
    }
    world::run(1, &config("http", "option contstats"), test);
    world::run(1, &config("tcp", "option contstats"), test);
}
