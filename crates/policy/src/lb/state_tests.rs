//! Tests over every algorithm: who may be picked, in which proportions, and that nobody starves.

use super::*;
use proptest::prelude::*;

const ALGOS: [Algo; 7] = [
    Algo::RoundRobin,
    Algo::StaticRr,
    Algo::LeastConn,
    Algo::Random { draws: 1 },
    Algo::Random { draws: 2 },
    Algo::First,
    Algo::HashMap,
];

fn server(weight: u32) -> ServerParams {
    ServerParams { weight, backup: false, usable: true, id: 1 }
}

fn servers(weights: &[u32]) -> Vec<ServerParams> {
    weights.iter().enumerate().map(|(at, w)| ServerParams { id: at as u32 + 1, ..server(*w) }).collect()
}

fn backup(weight: u32) -> ServerParams {
    ServerParams { backup: true, ..server(weight) }
}

/// Picks `n` times with idle servers and counts each server's share.
fn shares(state: &mut State, n: u64) -> Vec<u32> {
    let mut counts = vec![0; state.servers.len()];
    for i in 0..n {
        let ctx = PickCtx { random: i.wrapping_mul(0x9E37_79B9_7F4A_7C15), ..PickCtx::default() };
        if let Pick::Server(ix) = state.pick(&ctx, |_| Load::default()) {
            counts[ix.at()] += 1;
            state.on_take(ix);
            state.on_drop(ix);
        }
    }
    counts
}

#[test]
fn backups_come_in_when_nothing_else_is_left() {
    for algo in ALGOS {
        let params = [server(1), server(1), backup(1), backup(1)];
        let mut state = State::new(algo, false, &params);
        assert_eq!(shares(&mut state, 100)[2..], [0, 0], "{algo:?}");
        state.set_usable(SrvIx(0), false);
        assert_eq!(shares(&mut state, 100), [0, 100, 0, 0], "{algo:?}");
        state.set_weight(SrvIx(1), 0);
        assert_eq!(shares(&mut state, 100), [0, 0, 100, 0], "{algo:?}: only the first backup");
        state.set_usable(SrvIx(2), false);
        assert_eq!(shares(&mut state, 100), [0, 0, 0, 100], "{algo:?}: the next backup");
        state.set_usable(SrvIx(2), true);
        assert_eq!(shares(&mut state, 100), [0, 0, 100, 0], "{algo:?}: the first one again");
        state.set_usable(SrvIx(2), false);
        state.set_usable(SrvIx(3), false);
        assert_eq!(state.pick(&PickCtx::default(), |_| Load::default()), Pick::NoServer, "{algo:?}");
        state.set_weight(SrvIx(1), 1);
        assert_eq!(shares(&mut state, 100), [0, 100, 0, 0], "{algo:?}");
        let mut all = State::new(algo, true, &[backup(1), backup(1)]);
        let both = shares(&mut all, 100);
        assert_eq!(both.iter().sum::<u32>(), 100);
        assert!(algo == Algo::First || both.iter().all(|n| *n > 20), "{algo:?}: {both:?}");
    }
}

#[test]
fn full_servers_are_stepped_over() {
    let full = Load { served: 5, maxconn: 5, ..Load::default() };
    for algo in ALGOS {
        let mut state = State::new(algo, false, &servers(&[1, 5, 1]));
        for _ in 0..20 {
            let pick = state.pick(&PickCtx { random: 7, ..PickCtx::default() }, |ix| {
                if ix.0 == 2 { Load::default() } else { full }
            });
            assert_eq!(pick, Pick::Server(SrvIx(2)), "{algo:?}");
        }
        assert_eq!(state.pick(&PickCtx::default(), |_| full), Pick::Full, "{algo:?}");
    }
    // A hash insists.
    let mut state = State::new(Algo::HashMap, false, &servers(&[1, 1]));
    let ctx = PickCtx { hash: Some(3), ..PickCtx::default() };
    assert_eq!(state.pick(&ctx, |_| full), Pick::Server(SrvIx(1)));
    assert_eq!(state.pick(&PickCtx { avoid: Some(SrvIx(1)), ..ctx }, |_| full), Pick::Server(SrvIx(0)));
}

#[test]
fn the_server_to_avoid_is_better_than_none() {
    for algo in ALGOS {
        let ctx = PickCtx { avoid: Some(SrvIx(0)), random: 1, hash: None };
        let mut two = State::new(algo, false, &servers(&[9, 1]));
        for _ in 0..20 {
            assert_eq!(two.pick(&ctx, |_| Load::default()), Pick::Server(SrvIx(1)), "{algo:?}");
        }
        let mut one = State::new(algo, false, &servers(&[9]));
        assert_eq!(one.pick(&ctx, |_| Load::default()), Pick::Server(SrvIx(0)), "{algo:?}");
        let mut gone = State::new(algo, false, &servers(&[9, 1]));
        gone.delete_server(SrvIx(0));
        assert_eq!(gone.pick(&ctx, |_| Load::default()), Pick::Server(SrvIx(1)), "{algo:?}");
    }
}

#[test]
fn first_goes_by_id() {
    let mut params = servers(&[1, 1, 1]);
    params[1].id = 0;
    let mut state = State::new(Algo::First, false, &params);
    let busy = Load { served: 1, maxconn: 1, ..Load::default() };
    assert_eq!(state.pick(&PickCtx::default(), |_| Load::default()), Pick::Server(SrvIx(1)));
    let load = |ix: SrvIx| if ix.0 == 1 { busy } else { Load::default() };
    assert_eq!(state.pick(&PickCtx::default(), load), Pick::Server(SrvIx(0)));
}

#[test]
fn random_follows_weights_loads_and_rates() {
    let mut state = State::new(Algo::Random { draws: 1 }, false, &servers(&[1, 3, 0, 4]));
    let counts = shares(&mut state, 80_000);
    for (got, wanted) in counts.iter().zip([10_000u32, 30_000, 0, 40_000]) {
        assert!(got.abs_diff(wanted) < 700, "{counts:?}");
    }
    // Of two draws the less loaded wins, so the loaded one is only taken when both draws hit it.
    let mut two = State::new(Algo::Random { draws: 2 }, false, &servers(&[1, 1]));
    for load in [Load { served: 9, ..Load::default() }, Load { rate: 9, ..Load::default() }] {
        let mut to_loaded = 0;
        for i in 0..10_000u64 {
            let ctx = PickCtx { random: i << 40, ..PickCtx::default() };
            let pick = two.pick(&ctx, |ix| if ix.0 == 0 { load } else { Load::default() });
            to_loaded += u32::from(pick == Pick::Server(SrvIx(0)));
        }
        assert!((2200..2800).contains(&to_loaded), "{to_loaded}");
    }
}

#[test]
fn weights_speed_and_servers_change_at_run_time() {
    let mut state = State::new(Algo::RoundRobin, false, &servers(&[2, 2]));
    state.set_weight(SrvIx(0), 6);
    assert_eq!(shares(&mut state, 80), [60, 20]);
    state.set_speed(SrvIx(0), 50);
    assert_eq!(state.effective_weight(SrvIx(0)), 48);
    let counts = shares(&mut state, 100);
    assert!(counts[0].abs_diff(60) <= 1, "{counts:?}");
    state.set_speed(SrvIx(0), 0);
    assert_eq!(state.effective_weight(SrvIx(0)), 1, "a slow start begins above nothing");
    state.set_speed(SrvIx(0), FULL_SPEED);
    let ix = state.add_server(server(8));
    assert_eq!(ix, SrvIx(2));
    let counts = shares(&mut state, 160);
    assert!(counts[2].abs_diff(80) <= 2, "{counts:?}");
    state.delete_server(ix);
    state.set_usable(ix, true);
    assert_eq!(shares(&mut state, 80)[2], 0, "a deleted server never comes back");
    // Static algorithms don't follow.
    let mut fixed = State::new(Algo::StaticRr, false, &servers(&[2, 2]));
    fixed.set_weight(SrvIx(0), 6);
    assert_eq!(shares(&mut fixed, 80), [40, 40]);
}

#[test]
fn leastconn_keeps_loads_across_downtime() {
    let mut state = State::new(Algo::LeastConn, false, &servers(&[1, 1]));
    for _ in 0..5 {
        state.on_take(SrvIx(0));
    }
    state.set_usable(SrvIx(0), false);
    state.on_drop(SrvIx(0));
    state.set_usable(SrvIx(0), true);
    for n in 0..4 {
        assert_eq!(state.pick(&PickCtx::default(), |_| Load::default()), Pick::Server(SrvIx(1)), "{n}");
        state.on_take(SrvIx(1));
    }
    assert_eq!(state.pick(&PickCtx::default(), |_| Load::default()), Pick::Server(SrvIx(0)));
}

/// Everything that may happen to a state.
#[derive(Clone, Debug)]
enum Op {
    Pick(u64, Option<u32>),
    Weight(u32, u32),
    Speed(u32, u32),
    Usable(u32, bool),
    Take(u32),
    Drop(u32),
    Add(u32, bool),
    Delete(u32),
}

fn op() -> impl Strategy<Value = Op> {
    let ix = 0..8u32;
    prop_oneof![
        8 => (any::<u64>(), any::<Option<u32>>()).prop_map(|(r, a)| Op::Pick(r, a.map(|a| a % 8))),
        1 => (ix.clone(), 0..=WEIGHT_MAX).prop_map(|(ix, w)| Op::Weight(ix, w)),
        1 => (ix.clone(), 0..=100u32).prop_map(|(ix, s)| Op::Speed(ix, s)),
        2 => (ix.clone(), any::<bool>()).prop_map(|(ix, u)| Op::Usable(ix, u)),
        1 => ix.clone().prop_map(Op::Take),
        1 => ix.clone().prop_map(Op::Drop),
        1 => (0..=WEIGHT_MAX, any::<bool>()).prop_map(|(w, b)| Op::Add(w, b)),
        1 => ix.prop_map(Op::Delete),
    ]
}

fn apply(state: &mut State, op: &Op) {
    match *op {
        Op::Pick(random, avoid) => {
            let ctx = PickCtx { random, hash: None, avoid: avoid.map(SrvIx) };
            match state.pick(&ctx, |_| Load::default()) {
                Pick::Server(ix) => {
                    assert!(state.is_active(ix), "{ix:?} takes no part");
                    let s = &state.servers[ix.at()];
                    assert!(s.params.usable && s.params.weight > 0 && !s.deleted);
                    assert!(!s.params.backup || state.counts().0 == 0);
                }
                Pick::NoServer => assert_eq!(state.counts(), (0, 0)),
                Pick::Full => panic!("nobody is full"),
            }
        }
        Op::Weight(ix, weight) => state.set_weight(SrvIx(ix), weight),
        Op::Speed(ix, percent) => state.set_speed(SrvIx(ix), percent),
        Op::Usable(ix, usable) => state.set_usable(SrvIx(ix), usable),
        Op::Take(ix) => state.on_take(SrvIx(ix)),
        Op::Drop(ix) => state.on_drop(SrvIx(ix)),
        Op::Add(weight, backup) => {
            state.add_server(ServerParams { backup, ..server(weight) });
        }
        Op::Delete(ix) => state.delete_server(SrvIx(ix)),
    }
    let eligible = |backup| state.servers.iter().filter(|s| s.params.backup == backup && s.is_eligible()).count();
    assert_eq!(state.counts(), (eligible(false), eligible(true)));
}

proptest! {
    #[test]
    fn only_usable_servers_are_ever_picked(
        weights in proptest::collection::vec(0..=WEIGHT_MAX, 0..6),
        allbackups: bool,
        ops in proptest::collection::vec(op(), 0..200),
    ) {
        for algo in ALGOS {
            let mut state = State::new(algo, allbackups, &servers(&weights));
            for op in &ops {
                apply(&mut state, op);
            }
        }
    }

    #[test]
    fn turns_are_proportional_over_every_period(weights in proptest::collection::vec(1..=WEIGHT_MAX, 1..12)) {
        let total: u32 = weights.iter().sum();
        let mut table = State::new(Algo::StaticRr, false, &servers(&weights));
        let mut turns = State::new(Algo::RoundRobin, false, &servers(&weights));
        let mut sum = vec![0; weights.len()];
        for period in 1..=5 {
            prop_assert_eq!(&shares(&mut table, u64::from(total)), &weights);
            for (ix, n) in shares(&mut turns, u64::from(total)).into_iter().enumerate() {
                // A server whose first turn comes late in the first period may miss one of it, once.
                sum[ix] += n;
                prop_assert!(n.abs_diff(weights[ix]) <= 1 && sum[ix].abs_diff(weights[ix] * period) <= 1);
            }
        }
    }

    #[test]
    fn leastconn_loads_stay_within_one_of_their_share(weights in proptest::collection::vec(1..20u32, 1..8)) {
        let total: u32 = weights.iter().sum();
        let mut state = State::new(Algo::LeastConn, false, &servers(&weights));
        let mut loads = vec![0u32; weights.len()];
        for _ in 0..total * 10 {
            let Pick::Server(ix) = state.pick(&PickCtx::default(), |_| Load::default()) else { panic!() };
            loads[ix.at()] += 1;
            state.on_take(ix);
        }
        for (load, weight) in loads.iter().zip(&weights) {
            prop_assert!(load.abs_diff(weight * 10) <= weights.len() as u32 + 1, "{:?} for {:?}", loads, weights);
        }
    }
}

/// A pick looks at one server, however many there are and whatever they weigh.
#[test]
fn a_pick_does_not_look_at_everyone() {
    let weights: Vec<u32> = (0..4000).map(|i| i % 256 + 1).collect();
    for algo in [Algo::RoundRobin, Algo::LeastConn, Algo::StaticRr, Algo::Random { draws: 2 }, Algo::First] {
        let mut state = State::new(algo, false, &servers(&weights));
        let asked = core::cell::Cell::new(0);
        for random in 0..1000 {
            let ctx = PickCtx { random: random << 50, ..PickCtx::default() };
            state.pick(&ctx, |_| {
                asked.set(asked.get() + 1);
                Load::default()
            });
        }
        assert!(asked.get() <= 2000, "{algo:?} asked {} times", asked.get());
    }
}
