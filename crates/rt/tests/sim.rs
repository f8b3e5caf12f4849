//! The runtime in simulation: virtual time, one thread, the same course for the same seed.
#![cfg(feature = "sim")]

use base::Ms;
use rt::WorkerId;
use rt::sim::{Outcome, Report, SimConfig, run};

fn threads(threads: usize) -> SimConfig {
    let mut cfg = SimConfig::default();
    cfg.rt.threads = threads;
    cfg
}

#[test]
fn an_hour_passes_in_no_time() {
    let report = run(1, SimConfig { max_time: Ms(4_000_000), ..threads(1) }, || async {
        let (before, wall) = (rt::now(), rt::wall());
        rt::sleep(Ms(3_600_000)).await;
        let passed = rt::now().ms_since(before);
        assert!((3_600_000..3_600_010).contains(&passed), "{passed}");
        assert_eq!(rt::wall().secs() - wall.secs(), 3_600);
        assert_eq!(wall.secs(), 1_767_225_600);
    });
    report.assert_clean();
    assert_eq!(report.live_tasks, 0);
}

/// Workers that pass balls to each other at random, sleeping in between.
fn juggle(seed: u64) -> Report {
    run(seed, threads(3), || async {
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..3).map(|_| rt::mailbox::<u32>(100)).unzip();
        let mut ends = Vec::new();
        for (at, mut receiver) in receivers.into_iter().enumerate() {
            let senders = senders.clone();
            let (end, ended) = rt::oneshot();
            ends.push(ended);
            let errand = move || {
                rt::spawn(async move {
                    while let Some(ball) = receiver.recv().await {
                        if ball == 0 {
                            break;
                        }
                        rt::sleep(Ms(rt::rng(|rng| rng.u32(0..50)))).await;
                        let next = if ball > 1 { rt::rng(|rng| rng.usize(0..3)) } else { usize::MAX };
                        match senders.get(next) {
                            Some(next) => next.send(ball - 1).unwrap(),
                            None => senders.iter().for_each(|sender| assert!(sender.send(0).is_ok())),
                        }
                    }
                    end.send(()).unwrap();
                });
            };
            rt::spawn_on(WorkerId(at as u16), errand).unwrap();
        }
        senders[0].send(200).unwrap();
        for end in ends {
            end.await.unwrap();
        }
        assert_eq!(rt::offload(|| 5).await, Ok(5));
    })
}

#[test]
fn a_seed_replays_and_others_differ() {
    let (one, again, other) = (juggle(11), juggle(11), juggle(12));
    one.assert_clean();
    other.assert_clean();
    assert_eq!(one, again);
    assert_ne!(one.trace, other.trace);
}

#[test]
fn deadlocks_and_endless_runs_are_told() {
    let stuck = run(1, threads(2), || async { std::future::pending().await });
    assert_eq!(stuck.outcome, Outcome::Deadlock);
    let cfg = SimConfig { max_time: Ms(10_000), ..threads(1) };
    let slow = run(1, cfg, || async { rt::sleep(Ms(20_000)).await });
    assert_eq!(slow.outcome, Outcome::TooLong);
    let busy = run(1, SimConfig { max_rounds: 1_000, ..threads(1) }, || async {
        loop {
            rt::yield_now().await;
        }
    });
    assert_eq!(busy.outcome, Outcome::TooLong);
}

#[test]
fn leftover_tasks_and_panics_are_counted() {
    std::panic::set_hook(Box::new(|_| {}));
    let report = run(1, threads(1), || async {
        rt::spawn(std::future::pending());
        rt::spawn(async { panic!("told") });
        rt::yield_now().await;
        rt::yield_now().await;
        assert_eq!(rt::sim::live_tasks(), 2);
    });
    let _ = std::panic::take_hook();
    assert_eq!((report.outcome, report.live_tasks, report.panics), (Outcome::Done, 1, vec!["told".to_owned()]));
}
