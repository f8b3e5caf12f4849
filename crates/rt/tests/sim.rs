//! The runtime in simulation: virtual time, one thread, the same course for the same seed.
#![cfg(feature = "sim")]

use base::Ms;
use rt::WorkerId;
use rt::sim::{Outcome, Report, SimConfig, run};
use std::cell::Cell;
use std::rc::Rc;

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

/// A niced task lets everybody else go first, in virtual time as anywhere, and sleeps and wakes as others do.
#[test]
fn niced_tasks_give_way_under_load_only() {
    let report = run(1, threads(1), || async {
        let polls: Rc<[Cell<u32>; 3]> = Rc::default();
        let busy = |which: usize| {
            let polls = polls.clone();
            async move {
                loop {
                    polls[which].set(polls[which].get() + 1);
                    rt::yield_now().await;
                }
            }
        };
        let alone = rt::spawn_niced(1024, busy(0));
        rt::sleep(Ms(10)).await;
        let before = polls[0].take();
        assert!(before > 100, "{before}");
        let tasks = [rt::spawn_niced(-1024, busy(1)), rt::spawn(busy(2)), rt::spawn(busy(2))];
        rt::sleep(Ms(10)).await;
        let [nice, eager, plain] = [0, 1, 2].map(|at| polls[at].get());
        assert!(nice > 10 && nice * 4 < eager, "{nice} polls of the nice task, {eager} of the eager one");
        assert!(plain.abs_diff(2 * eager) <= 4, "{plain} polls of the plain tasks, {eager} of the eager one");
        rt::set_nice(alone, 0);
        rt::yield_now().await;
        let (nice, plain) = (polls[0].get(), polls[2].get());
        rt::sleep(Ms(10)).await;
        let (nice, plain) = (polls[0].get() - nice, polls[2].get() - plain);
        assert!(
            plain.abs_diff(2 * nice) <= 40,
            "{plain} polls of the plain tasks, {nice} of the one that is plain now"
        );
        tasks.into_iter().chain([alone]).for_each(rt::kill);
    });
    report.assert_clean();
    assert_eq!(report.live_tasks, 0);
}
