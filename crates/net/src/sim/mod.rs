//! A network in memory, for simulations: connections with delays, splits, short reads and writes, resets and
//! partitions, all from the run's seed.
//!
//! It shares what TCP promises (order, one end of stream, a reset ends both directions) and breaks whatever TCP
//! doesn't promise. Its functions work on workers of [`rt::sim`] only.

mod listen;
mod state;
mod stream;

pub(crate) use listen::{SimConnecting, SimListenSocket, SimListener, listen};
pub use stream::SimEnd;
pub(crate) use stream::SimStream;

use base::{Addr, Tick};
use rt::sim::{EventSource, SimConfig};
use state::State;
use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How the network misbehaves. Chances are in 1/1,000.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Faults {
    /// How long bytes travel, in microseconds, from and to.
    pub delay_us: (u64, u64),
    /// Chance that a piece travels twenty times as long.
    pub slow: u32,
    /// Chance that what one write took arrives in several pieces.
    pub split: u32,
    /// Chance that a read brings fewer bytes than there are.
    pub short_read: u32,
    /// Chance that a write takes fewer bytes than fit.
    pub short_write: u32,
    /// Chance, per write, that the connection is reset.
    pub reset: u32,
    /// Chance, per arrival, that a waiting reader is woken once more for nothing.
    pub spurious: u32,
    /// Bytes that a receiver holds before its sender has to wait.
    pub window: usize,
}

impl Faults {
    /// A network without surprises.
    pub fn none() -> Faults {
        Faults {
            delay_us: (50, 50),
            slow: 0,
            split: 0,
            short_read: 0,
            short_write: 0,
            reset: 0,
            spurious: 0,
            window: 65_536,
        }
    }

    /// All that a program must bear without any effect that its users see.
    pub fn harmless() -> Faults {
        Faults {
            delay_us: (10, 500),
            slow: 15,
            split: 250,
            short_read: 250,
            short_write: 250,
            spurious: 50,
            window: 20_000,
            ..Faults::none()
        }
    }

    /// The same, and now and then a connection breaks.
    pub fn nasty() -> Faults {
        Faults { reset: 2, ..Faults::harmless() }
    }
}

/// What happened on the network in a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Traffic {
    pub connections: u64,
    pub refused: u64,
    pub resets: u64,
    pub bytes: u64,
}

/// What a run left to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    pub rt: rt::sim::Report,
    pub traffic: Traffic,
    /// Ends of connections that nobody has closed though all tasks were dropped: `local → peer`.
    pub leaked: Vec<String>,
}

impl Report {
    /// Fails the test unless the run came to its end without a panic or a leak.
    #[track_caller]
    pub fn assert_clean(&self) {
        self.rt.assert_clean();
        assert!(self.leaked.is_empty(), "seed {}: {:?}", self.rt.seed, self.leaked);
    }
}

/// Runs `main` on worker 0 of a simulation over a network with these faults; see [`rt::sim::run`].
pub fn run<F: Future<Output = ()> + 'static>(
    seed: u64,
    cfg: SimConfig,
    faults: Faults,
    main: impl FnOnce() -> F,
) -> Report {
    let kept = Rc::new(RefCell::new(None));
    let keep = kept.clone();
    let rt = rt::sim::run(seed, cfg, move || {
        let network = network();
        network.lock().faults = faults;
        keep.replace(Some(network));
        main()
    });
    let network = kept.take();
    let (traffic, leaked) = match &network {
        Some(network) => {
            let state = network.lock();
            (state.traffic, state.describe_open())
        }
        None => (Traffic::default(), Vec::new()),
    };
    Report { rt, traffic, leaked }
}

/// Changes the faults from now on.
pub fn set_faults(faults: Faults) {
    network().lock().faults = faults;
}

/// Cuts an address off (all ports if the port is 0): nothing to or from it arrives until [`heal`].
pub fn cut(addr: &Addr) {
    network().lock().cut(addr);
}

/// Ends [`cut`]: what was held back arrives now, as if it had been sent again.
pub fn heal(addr: &Addr) {
    network().lock().heal(addr);
}

/// Resets all connections of an address (all ports if the port is 0), as a crash does; how many.
pub fn reset_all(addr: &Addr) -> usize {
    network().lock().reset_all(addr, rt::now())
}

/// The ends of connections that are open: `local → peer`.
pub fn open_ends() -> Vec<String> {
    network().lock().describe_open()
}

/// What has happened so far.
pub fn traffic() -> Traffic {
    network().lock().traffic
}

/// Takes the datagrams that were sent to `target`, in order.
pub fn take_datagrams(target: &Addr) -> Vec<Vec<u8>> {
    network().lock().take_datagrams(target)
}

pub(crate) fn send_datagrams(target: &Addr, datagrams: &[&[u8]]) {
    network().lock().send_datagrams(target, datagrams);
}

/// The run's network. Clones are the same one. It may be held anywhere, though it runs on one thread only.
#[derive(Clone)]
pub(crate) struct Network(Arc<Mutex<State>>);

impl Network {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic under the lock is one of this module: let the test see the first one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl core::fmt::Debug for Network {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Network")
    }
}

impl EventSource for Network {
    fn next(&self) -> Option<Tick> {
        self.lock().next_event()
    }

    fn run(&self, now: Tick) -> u64 {
        let mut trace: u64 = 0;
        loop {
            let mut wakes = state::Wakes::default();
            let done = self.lock().run_next(now, &mut wakes);
            // Never under the lock: a waker may be anything.
            wakes.wake();
            match done {
                Some(what) => trace = trace.rotate_left(7) ^ what,
                None => return trace,
            }
        }
    }
}

/// The network of the current run.
pub(crate) fn network() -> Network {
    let network = rt::sim::part(|| {
        let network = Network(Arc::new(Mutex::new(State::new(rt::sim::random()))));
        rt::sim::add_source(Rc::new(network.clone()));
        network
    });
    Network::clone(&network)
}
