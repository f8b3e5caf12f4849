//! `rate-limit sessions`, `maxconnrate`, `maxsessrate`: accepting pauses and nobody is refused.

use crate::world::{self, Origin, Peer};
use base::Ms;
use proxy::Control;
use std::cell::RefCell;
use std::rc::Rc;

fn config(global: &str, front: &str) -> String {
    format!(
        "global\n    nosplice\n    {global}\ndefaults\n    mode http\n    timeout connect 2s\n    timeout client 100s\n    \
         timeout server 10s\nfrontend web\n    bind 10.0.0.1:80\n    bind 10.0.0.1:81\n    {front}\n    default_backend app\n\
         frontend other\n    bind 10.0.0.1:90\n    default_backend app\nbackend app\n    server s1 10.2.0.1:80\n"
    )
}

/// At which milliseconds each of `n` clients that all come at once had its answer.
async fn answered(n: u16, to: &'static [&'static str]) -> Vec<u64> {
    let (start, seen) = (rt::now(), Rc::new(RefCell::new(Vec::new())));
    let clients: Vec<_> = (0..n)
        .map(|nth| {
            let seen = seen.clone();
            rt::spawn_joined(async move {
                let mut peer =
                    Peer::dial(&format!("10.1.0.{}:{}", 1 + nth % 200, 1000 + nth), to[usize::from(nth) % to.len()])
                        .await;
                assert_eq!(peer.get().await, "10.2.0.1:80");
                seen.borrow_mut().push(rt::now().ms_since(start));
            })
        })
        .collect();
    for client in clients {
        client.await.expect("no panic");
    }
    seen.take()
}

/// Ten at once, then one each tenth of a second.
fn check_ten_per_second(at: &[u64]) {
    assert_eq!(at.len(), 25);
    assert!(at[..10].iter().all(|ms| *ms < 50), "the first come through at once: {at:?}");
    assert!(at[10..].iter().all(|ms| *ms >= 1000), "then accepting pauses: {at:?}");
    assert!((2300..2700).contains(&at[24]), "then as many as may be: {at:?}");
}

#[test]
fn a_frontend_takes_so_many_sessions_a_second_on_all_its_sockets() {
    async fn test(_: Control) {
        let _origin = Origin::start("10.2.0.1:80");
        let limited = rt::spawn_joined(answered(25, &["10.0.0.1:80", "10.0.0.1:81"]));
        let others = answered(40, &["10.0.0.1:90"]).await;
        assert!(others.iter().all(|ms| *ms < 50), "other frontends don't wait: {others:?}");
        check_ten_per_second(&limited.await.expect("no panic"));
    }
    world::run(2, &config("", "rate-limit sessions 10"), test);
}

#[test]
fn the_process_takes_so_many_connections_a_second() {
    async fn test(_: Control) {
        let _origin = Origin::start("10.2.0.1:80");
        check_ten_per_second(&answered(25, &["10.0.0.1:80", "10.0.0.1:81", "10.0.0.1:90"]).await);
    }
    world::run(2, &config("maxconnrate 10", ""), test);
    world::run(2, &config("maxsessrate 10", "rate-limit sessions 1000"), test);
}

#[test]
fn a_raised_limit_ends_the_pause() {
    async fn test(proxy: Control) {
        let _origin = Origin::start("10.2.0.1:80");
        let waiting = rt::spawn_joined(answered(3, &["10.0.0.1:80"]));
        rt::sleep(Ms(200)).await;
        proxy.set_connection_limit(100);
        let at = waiting.await.expect("no panic");
        assert!(at[0] < 50 && (200..250).contains(&at[1]) && (200..250).contains(&at[2]), "{at:?}");
        proxy.set_connection_limit(0);
        world::reload(&proxy, &config("maxconnrate 1", ""));
        assert_eq!(proxy.shared().connection_limit.get(), 0, "what was set stays while the configuration does");
        world::reload(&proxy, &config("maxconnrate 7", "rate-limit sessions 3"));
        assert_eq!(proxy.shared().connection_limit.get(), 7);
        assert_eq!(proxy.plan().proxies[0].front.as_ref().expect("a frontend").live.session_limit.get(), 3);
    }
    world::run(2, &config("maxconnrate 1", ""), test);
}
