//! `nice`: whose turn it is when there is much to do.

use crate::world::{self, Origin, Peer};
use proxy::Control;

/// Exchanges take longer for those who let others go first, and only while there are others.
#[test]
fn connections_of_a_nice_listener_give_way() {
    async fn test(proxy: Control) {
        let _origin = Origin::start("10.2.0.1:80");
        let idle = [took("10.0.0.1:80").await, took("10.0.0.1:81").await];
        assert!(idle[0].abs_diff(idle[1]) < idle[0] / 4, "{idle:?} ns without load");
        proxy.on_worker(0, |_| {
            for _ in 0..100 {
                rt::spawn(async {
                    loop {
                        rt::yield_now().await;
                    }
                });
            }
        });
        let [plain, nice, eager] = [took("10.0.0.1:80").await, took("10.0.0.1:81").await, took("10.0.0.1:82").await];
        assert!(nice > plain + plain / 4, "nice {nice} ns, plain {plain} ns under load");
        assert!(eager <= plain + plain / 8, "eager {eager} ns, plain {plain} ns under load");
    }
    let config = "global\n    nosplice\ndefaults\n    mode http\n    timeout connect 2s\n    timeout client 10s\n    \
                  timeout server 10s\nlisten web\n    bind 10.0.0.1:80\n    bind 10.0.0.1:81 nice 1024\n    \
                  bind 10.0.0.1:82 nice -1024\n    server s1 10.2.0.1:80\n";
    world::run(1, config, test);
}

/// Nanoseconds for fifty exchanges over one connection.
async fn took(to: &str) -> u64 {
    let mut peer = Peer::dial("10.1.0.1:0", to).await;
    peer.get().await;
    let start = rt::now();
    for _ in 0..50 {
        peer.get().await;
    }
    rt::now().ns_since(start)
}
