//! `tune.listener.multi-queue`: which worker a connection goes to.

use crate::world::{self, Origin, Peer};
use base::Ms;
use proxy::Control;
use std::sync::atomic::Ordering::Relaxed;

fn config(mode: &str) -> String {
    format!(
        "global\n    nosplice\n    tune.listener.multi-queue {mode}\ndefaults\n    mode http\n    timeout connect 2s\n    \
         timeout client 100s\n    timeout server 10s\nlisten web\n    bind 10.0.0.1:80\n    server s1 10.2.0.1:80\n"
    )
}

/// Of four clients, every other one leaves before the next one comes. Who has the two that stay?
async fn loads() -> [u32; 2] {
    let mut stay = Vec::new();
    for nth in 0..4 {
        let mut client = Peer::dial("10.1.0.1:0", "10.0.0.1:80").await;
        client.get().await;
        if nth % 2 == 0 {
            stay.push(client);
        } else {
            drop(client);
            rt::sleep(Ms(10)).await;
        }
    }
    [0, 1].map(|n| rt::load(rt::WorkerId(n)).load(Relaxed))
}

#[test]
fn the_worker_that_has_fewest_takes_a_connection() {
    async fn test(_: Control) {
        let _origin = Origin::start("10.2.0.1:80");
        assert_eq!(loads().await, [1, 1]);
    }
    world::run(2, &config("on"), test);
}

#[test]
fn workers_take_connections_in_turn() {
    async fn test(_: Control) {
        let _origin = Origin::start("10.2.0.1:80");
        assert_eq!(loads().await, [2, 0]);
    }
    world::run(2, &config("fair"), test);
}

#[test]
fn the_worker_that_accepts_keeps_all() {
    async fn test(proxy: Control) {
        let _origin = Origin::start("10.2.0.1:80");
        assert_eq!(loads().await, [2, 0]);
        let others = [Peer::dial("10.1.0.1:0", "10.0.0.1:80").await, Peer::dial("10.1.0.1:0", "10.0.0.1:80").await];
        rt::sleep(Ms(10)).await;
        assert_eq!(rt::load(rt::WorkerId(1)).load(Relaxed), 0);
        drop(others);
        // A reload changes it for connections to come.
        world::reload(&proxy, &config("on"));
        rt::sleep(Ms(10)).await;
        assert_eq!(loads().await, [1, 1]);
    }
    world::run(2, &config("off"), test);
}
