//! Idle server connections: who may use them, and when they go.

use crate::world::{self, Origin, Peer};
use base::Ms;
use proxy::Control;
use std::sync::atomic::Ordering::Relaxed;

fn config(global: &str, back: &str, server: &str) -> String {
    format!(
        "global\n    nosplice\n    {global}\ndefaults\n    mode http\n    timeout connect 2s\n    timeout client 100s\n    \
         timeout server 10s\nlisten web\n    bind 10.0.0.1:80\n    {back}\n    server s1 10.2.0.1:80 {server}\n"
    )
}

/// A worker that was busy with a server so many milliseconds ago leaves the idle connections of others alone.
const NOT_BUSY: Ms = Ms(10);

/// Two clients, each on a worker of its own, take turns. Answers how many connections the server has seen.
async fn by_turns(proxy: &Control, origin: &Origin, pause: Ms) -> u32 {
    let mut one = Peer::dial("10.1.0.1:1000", "10.0.0.1:80").await;
    let mut two = Peer::dial("10.1.0.2:1000", "10.0.0.1:80").await;
    for _ in 0..5 {
        assert_eq!(one.get().await, "10.2.0.1:80");
        rt::sleep(pause).await;
        assert_eq!(two.get().await, "10.2.0.1:80");
        rt::sleep(pause).await;
    }
    let loads: Vec<u32> = (0..2).map(|n| rt::load(rt::WorkerId(n)).load(Relaxed)).collect();
    assert_eq!(loads, [1, 1], "each worker has a client");
    assert_eq!(idle(proxy), origin.open.get(), "all are idle");
    origin.accepted.get()
}

fn idle(proxy: &Control) -> u32 {
    let plan = proxy.plan();
    plan.proxies[0].back.as_ref().expect("a backend").servers[0].live.idle.idle.get()
}

#[test]
fn a_worker_takes_the_connection_of_another() {
    async fn test(proxy: Control) {
        let origin = Origin::start("10.2.0.1:80");
        assert_eq!(by_turns(&proxy, &origin, NOT_BUSY).await, 1);
    }
    world::run(2, &config("", "http-reuse always", ""), test);
    world::run(2, &config("tune.idle-pool.shared full", "http-reuse always", "pool-low-conn 1"), test);
}

#[test]
fn a_worker_leaves_the_connection_of_another() {
    async fn test(proxy: Control) {
        let origin = Origin::start("10.2.0.1:80");
        assert_eq!(by_turns(&proxy, &origin, NOT_BUSY).await, 2);
    }
    world::run(2, &config("tune.idle-pool.shared off", "http-reuse always", "pool-low-conn 2"), test);
    world::run(2, &config("", "http-reuse always", "pool-low-conn 3"), test);
    // A client's first request is for connections of its own; the next ones may go over any.
    world::run(2, &config("", "http-reuse safe", "pool-low-conn 2"), test);
}

/// Busy workers don't take each other's connections all the time: that would cost more than a second connection.
#[test]
fn busy_workers_have_connections_of_their_own() {
    async fn test(proxy: Control) {
        let origin = Origin::start("10.2.0.1:80");
        assert_eq!(by_turns(&proxy, &origin, Ms(1)).await, 2);
    }
    world::run(2, &config("", "http-reuse always", ""), test);
}

/// Unless there is no room for more.
#[test]
fn busy_workers_share_when_descriptors_are_scarce() {
    async fn test(proxy: Control) {
        proxy.shared().fds_high.store(3, Relaxed);
        let origin = Origin::start("10.2.0.1:80");
        assert_eq!(by_turns(&proxy, &origin, Ms(1)).await, 1);
    }
    world::run(2, &config("", "http-reuse always", ""), test);
}

/// What was taken over is watched where it is now, and closed by the server it is used by nobody.
#[test]
fn what_was_taken_over_is_watched_by_its_new_worker() {
    async fn test(proxy: Control) {
        let origin = Origin::start("10.2.0.1:80");
        by_turns(&proxy, &origin, NOT_BUSY).await;
        assert_eq!((idle(&proxy), origin.open.get()), (1, 1));
        net::sim::reset_all(&"10.2.0.1:80".parse().map(base::Addr::Ip).expect("an address"));
        rt::sleep(Ms(10)).await;
        assert_eq!((idle(&proxy), origin.open.get()), (0, 0));
        assert_eq!(by_turns(&proxy, &origin, NOT_BUSY).await, 2, "another connection serves both again");
        // After `pool-purge-delay` and its halvings nothing is left.
        rt::sleep(Ms(30_000)).await;
        assert_eq!((idle(&proxy), origin.open.get()), (0, 0));
    }
    world::run(2, &config("", "http-reuse always", ""), test);
}

#[test]
fn idle_connections_go_when_descriptors_are_scarce() {
    async fn play(proxy: &Control) -> (u32, u32) {
        let origin = Origin::start("10.2.0.1:80");
        let mut one = Peer::dial("10.1.0.1:1000", "10.0.0.1:80").await;
        one.get().await;
        assert_eq!((idle(proxy), origin.open.get()), (1, 1));
        // Whoever comes first needs a connection of its own (`http-reuse safe`).
        let mut two = Peer::dial("10.1.0.2:1000", "10.0.0.1:80").await;
        two.get().await;
        rt::sleep(Ms(10)).await;
        assert_eq!(idle(proxy), origin.open.get());
        (origin.accepted.get(), origin.open.get())
    }
    async fn plenty(proxy: Control) {
        assert_eq!(play(&proxy).await, (2, 2));
    }
    async fn scarce(proxy: Control) {
        proxy.shared().fds_high.store(3, Relaxed);
        assert_eq!(play(&proxy).await, (2, 1), "the first one made room for the second");
    }
    for threads in [1, 2] {
        world::run(threads, &config("", "", "pool-low-conn 9"), plenty);
        world::run(threads, &config("", "", "pool-low-conn 9"), scarce);
    }
}
