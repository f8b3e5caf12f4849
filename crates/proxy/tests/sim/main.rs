//! The whole proxy in simulation: scripted clients and servers around it, a network that delays, splits, resets and
//! parts, all from one seed. What must hold in every run: a response is byte-exact or visibly cut, requests reach
//! servers unchanged and in step, and in the end nothing is left over.
//!
//! Each run of the tests takes 24 new seeds and prints them; those that failed once are in `sim_seeds.txt` and run
//! always. `FERROXY_SIM_SEED=n` runs one seed alone, `FERROXY_SIM_BASE=n` the 24 from n on.

mod ask;
mod client;
mod conn;
mod content;
mod message;
mod origin;
mod tcp;
mod world;

use base::{Addr, Ms};
use net::sim::{Faults, Report};
use rt::sim::SimConfig;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use world::{Level, Proxy, THREADS, WORLD, World};

const SEEDS: &str = include_str!("../sim_seeds.txt");
const NEW_SEEDS: u64 = 24;
const CLIENTS: u8 = 14;

#[test]
fn seeds_that_failed_once() {
    check(SEEDS.lines().filter_map(|line| line.split('#').next()?.trim().parse().ok()).collect());
}

#[test]
fn new_seeds() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("FERROXY_SIM_SEED") {
        return check(vec![seed]);
    }
    let clock = || std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_secs());
    let base = number("FERROXY_SIM_BASE").unwrap_or_else(|| clock() % 100_000_000 * 100);
    println!("seeds {base} to {}", base + NEW_SEEDS - 1);
    check((base..base + NEW_SEEDS).collect());
}

#[test]
fn a_seed_replays() {
    for seed in [3, 4, 5] {
        let (one, two) = (run(seed), run(seed));
        assert_eq!(one.0, two.0);
        assert_eq!(one.1, two.1);
    }
}

/// Runs seeds on a few threads and fails with what went wrong in each.
fn check(seeds: Vec<u64>) {
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get().min(4)) {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Relaxed)) {
                    let (report, problems) = run(*seed);
                    if !problems.is_empty() {
                        let shown: Vec<String> = problems.into_iter().take(6).collect();
                        let text = format!("seed {seed} ({:?}): {:#?}\n{report:?}", level(*seed), shown);
                        failures.lock().expect("no panic").push(text);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic");
    assert!(failures.is_empty(), "{} of {} seeds failed:\n{}", failures.len(), seeds.len(), failures.join("\n\n"));
}

fn level(seed: u64) -> Level {
    [Level::Calm, Level::Odd, Level::Nasty][(seed % 3) as usize]
}

/// One run: the report and all that was wrong with it.
fn run(seed: u64) -> (Report, Vec<String>) {
    let level = level(seed);
    let faults = if level == Level::Nasty { Faults::nasty() } else { Faults::harmless() };
    let found = Arc::new(Mutex::new(Vec::new()));
    let kept = found.clone();
    let mut cfg = SimConfig::default();
    cfg.rt.threads = THREADS + 1;
    let report = net::sim::run(seed, cfg, faults, move || async move {
        let (tell, told) = rt::oneshot();
        let world = move || {
            rt::spawn(async move { drop(tell.send(play(seed, level).await)) });
        };
        rt::spawn_on(WORLD, world).expect("the worker lives");
        let problems = told.await.unwrap_or_else(|_| vec!["the world ended early".into()]);
        *kept.lock().expect("no panic") = problems;
    });
    let mut problems = std::mem::take(&mut *found.lock().expect("no panic"));
    if report.rt.outcome != rt::sim::Outcome::Done || !report.rt.panics.is_empty() {
        problems.push(format!("{:?}, panics {:?}", report.rt.outcome, report.rt.panics));
    }
    if !report.leaked.is_empty() {
        problems.push(format!("connections left open: {:?}", report.leaked));
    }
    (report, problems)
}

async fn play(seed: u64, level: Level) -> Vec<String> {
    let world = World::new(seed, level);
    for at in ["10.2.0.1:80", "10.2.0.2:80", "10.2.0.3:80"] {
        origin::serve_http(&world, at);
    }
    origin::serve_tcp(&world, "10.2.0.1:7");
    let proxy = Rc::new(RefCell::new(Proxy::start(seed)));
    world::settle(2000).await;
    let tasks = fewest_tasks().await;
    let clients: Vec<_> = (1..=CLIENTS).map(|nth| rt::spawn_joined(client::live(world.clone(), nth))).collect();
    let trouble = rt::spawn_joined(trouble(world.clone(), proxy.clone()));
    for client in clients {
        client.await;
    }
    trouble.await;
    proxy.borrow_mut().reload(0);
    // Longer than every timeout and than idle server connections are kept.
    world::settle(120_000).await;
    for left in proxy.borrow().leftovers() {
        world.fault(left);
    }
    let lent = world::buffers_lent().await;
    world
        .allow(lent.iter().all(|(bufs, load)| *bufs == 0 && *load == 0), || format!("buffers and load left: {lent:?}"));
    let left = fewest_tasks().await;
    world.allow(left == tasks, || format!("{left} tasks at the end, {tasks} at the start"));
    let (perfect, all) = (world.perfect.get(), world.exchanges.get());
    world.allow(perfect * 4 >= all, || format!("only {perfect} of {all} exchanges were perfect"));
    world.allow(level > Level::Calm || perfect == all, || format!("only {perfect} of {all} exchanges were perfect"));
    proxy.borrow().control.soft_stop();
    world::settle(1000).await;
    world.problems()
}

/// The fewest tasks in a while: health checks come and go.
async fn fewest_tasks() -> usize {
    let mut fewest = usize::MAX;
    for _ in 0..20 {
        world::settle(97).await;
        fewest = fewest.min(rt::sim::live_tasks());
    }
    fewest
}

/// Reloads always; crashes and partitions on nasty days.
async fn trouble(world: Rc<World>, proxy: Rc<RefCell<Proxy>>) {
    let mut rng = world.rng();
    let hosts = ["10.2.0.1:0", "10.2.0.2:0", "10.2.0.3:0", "10.1.0.3:0", "10.0.0.1:80"];
    for _ in 0..rng.u8(2..8) {
        rt::sleep(Ms(rng.u32(100..1500))).await;
        let what = if world.level == Level::Nasty { rng.u8(0..3) } else { 0 };
        let host = Addr::Ip(rng.choice(hosts).expect("some").parse().expect("an address"));
        match what {
            0 => proxy.borrow_mut().reload(rng.u64(0..12)),
            1 => drop(net::sim::reset_all(&host)),
            _ => {
                net::sim::cut(&host);
                rt::sleep(Ms(rng.u32(100..15_000))).await;
                net::sim::heal(&host);
            }
        }
    }
}
