//! `option prefer-last-server`: a client's requests stay with one server.

use crate::world::{self, Origin, Peer};
use proxy::Control;

fn config(back: &str) -> String {
    format!(
        "global\n    nosplice\ndefaults\n    mode http\n    timeout connect 2s\n    timeout client 100s\n    \
         timeout server 10s\nlisten web\n    bind 10.0.0.1:80\n    balance roundrobin\n    {back}\n    \
         server s1 10.2.0.1:80\n    server s2 10.2.0.2:80\n"
    )
}

/// The last digit of the servers that a client's requests went to.
async fn visited(n: usize) -> String {
    let mut client = Peer::dial("10.1.0.1:0", "10.0.0.1:80").await;
    let mut seen = String::new();
    for _ in 0..n {
        seen.push_str(&client.get().await[7..8]);
    }
    seen
}

#[test]
fn without_it_requests_are_balanced() {
    async fn test(_: Control) {
        let _origins = [Origin::start("10.2.0.1:80"), Origin::start("10.2.0.2:80")];
        assert_eq!(visited(6).await, "121212");
    }
    world::run(1, &config(""), test);
}

#[test]
fn with_it_they_stay_while_the_server_can_take_them() {
    async fn test(proxy: Control) {
        let _origins = [Origin::start("10.2.0.1:80"), Origin::start("10.2.0.2:80")];
        assert_eq!(
            (visited(4).await, visited(4).await, visited(3).await),
            ("1111".into(), "2222".into(), "111".into())
        );
        let mut client = Peer::dial("10.1.0.1:0", "10.0.0.1:80").await;
        assert_eq!(client.get().await, "10.2.0.2:80");
        let back = proxy.plan().proxies[0].back.clone().expect("a backend");
        back.servers[1].live.usable.store(false, std::sync::atomic::Ordering::Relaxed);
        back.rebalance(base::ix::SrvIx(1), false, 1, 100);
        assert_eq!((client.get().await, client.get().await), ("10.2.0.1:80".into(), "10.2.0.1:80".into()));
    }
    world::run(1, &config("option prefer-last-server"), test);
}

#[test]
fn who_is_asked_for_credentials_stays() {
    async fn test(_: Control) {
        let _origins = [Origin::answering("10.2.0.1:80", "401 Unauthorized"), Origin::start("10.2.0.2:80")];
        assert_eq!(visited(4).await, "1111");
        assert_eq!(visited(4).await, "2111", "until the server is content, requests are balanced");
    }
    world::run(1, &config(""), test);
}
