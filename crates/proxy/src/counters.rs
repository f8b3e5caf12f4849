//! Event counters: declared once as a table, kept per thread on their own cache lines, summed when read.
//!
//! A shared `fetch_add` costs 10 ns under contention, a plain store to a line of one's own 0.7 ns; so each thread
//! writes only its own set and readers add them up. A set is allocated when its thread first counts something,
//! since 30,000 servers times 64 threads would otherwise take gigabytes for zeros.

use base::{Rate, Tick};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

macro_rules! counters {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(usize)]
        pub enum $name { $($(#[$item_doc])* $item,)+ }

        impl $name {
            /// All counters of the table, in order.
            pub const ALL: &[$name] = &[$($name::$item,)+];
        }
    };
}

counters! {
    /// What a frontend, a backend and a server count. Not every counter has a meaning on every one of them.
    Ctr {
        /// Connections accepted (frontends).
        Connections,
        /// Sessions or streams started; `stot`.
        Sessions,
        /// Bytes received from the client or the server; `bin`.
        BytesIn,
        /// Bytes sent; `bout`.
        BytesOut,
        /// Invalid requests; `ereq`.
        BadRequests,
        /// Requests refused by rules; `dreq`.
        DeniedRequests,
        /// Responses refused by rules; `dresp`.
        DeniedResponses,
        /// Connections refused by `tcp-request connection` rules; `dcon`.
        DeniedConnections,
        /// Sessions refused by `tcp-request session` rules; `dses`.
        DeniedSessions,
        /// Failed connection attempts; `econ`.
        ConnectErrors,
        /// Failed responses; `eresp`.
        ResponseErrors,
        /// Connection retries; `wretr`.
        Retries,
        /// Redispatches to another server; `wredis`.
        Redispatches,
        /// Times that a server was chosen; `lbtot`.
        LbChosen,
        /// HTTP requests; `req_tot`.
        Requests,
        /// Responses by class; `hrsp_1xx` and so on, `hrsp_other` for none of them.
        Rsp1xx,
        Rsp2xx,
        Rsp3xx,
        Rsp4xx,
        Rsp5xx,
        RspOther,
        /// Transfers cut by the client; `cli_abrt`.
        ClientAborts,
        /// Transfers cut by the server; `srv_abrt`.
        ServerAborts,
        /// Connection attempts to servers; `connect`.
        Connects,
        /// Requests on a kept server connection; `reuse`.
        Reuses,
        /// Errors that are ours; `eint`.
        InternalErrors,
        /// Requests that rules or services answered; `intercepted`.
        Intercepted,
        /// Rewritings that failed; `wrew`.
        FailedRewrites,
        /// Log lines written; `%lc`.
        LogLines,
        /// Sums of the times of the last requests and their number, for the `qtime`, `ctime`, `rtime`, `ttime` means.
        QueueMs,
        ConnectMs,
        ResponseMs,
        TotalMs,
        Timed,
    }
}

const LEN: usize = Ctr::ALL.len();

/// One thread's set. Aligned so that no two threads write to one line.
#[repr(align(128))]
struct Own {
    events: [AtomicU64; LEN],
    rates: [RateCell; RATES],
    /// The longest times in milliseconds, in the order of [`TIMED`].
    longest: [AtomicU32; TIMED.len()],
}

/// The sums behind the mean times of streams: in the queue, until connected, until the answer, in all.
const TIMED: [Ctr; 4] = [Ctr::QueueMs, Ctr::ConnectMs, Ctr::ResponseMs, Ctr::TotalMs];

/// Means are taken over this many of the last streams.
const WINDOW: u64 = 1024;

/// What looking at the counters once a second gives ([`Counters::sample`]). Written by one thread only.
#[derive(Default)]
struct Sampled {
    /// The highest rates seen.
    highest: [AtomicU32; RATES],
    /// The sums of [`TIMED`] and their number when last looked at.
    seen: [AtomicU64; TIMED.len() + 1],
    /// The same over the last [`WINDOW`] streams.
    window: [AtomicU64; TIMED.len() + 1],
}

/// Rates that the statistics show, in events per second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Rated {
    /// `conn_rate`.
    Connections,
    /// `rate`: sessions, or streams on a backend or server.
    Sessions,
    /// `req_rate`.
    Requests,
}

const RATES: usize = 3;

/// A [`Rate`] that one thread writes and any may read. A reader in the middle of a turn of the period may see a
/// figure of a moment ago, which a rate can bear.
#[derive(Default)]
struct RateCell {
    start: AtomicU64,
    current: AtomicU32,
    previous: AtomicU32,
}

impl RateCell {
    fn snapshot(&self) -> Rate {
        Rate::from_parts(Tick(self.start.load(Relaxed)), self.current.load(Relaxed), self.previous.load(Relaxed))
    }

    fn add(&self, now: Tick, n: u32) {
        let mut rate = self.snapshot();
        rate.add(now, n);
        let (start, current, previous) = rate.parts();
        self.start.store(start.0, Relaxed);
        self.current.store(current, Relaxed);
        self.previous.store(previous, Relaxed);
    }
}

/// A figure that goes up and down and remembers its highest.
#[derive(Default)]
pub struct Gauge {
    now: AtomicU32,
    max: AtomicU32,
}

impl Gauge {
    /// One more; answers the new figure.
    pub fn up(&self) -> u32 {
        let n = self.now.fetch_add(1, Relaxed) + 1;
        if n > self.max.load(Relaxed) {
            self.max.fetch_max(n, Relaxed);
        }
        n
    }

    /// One less.
    pub fn down(&self) {
        let was = self.now.fetch_sub(1, Relaxed);
        debug_assert!(was > 0, "a gauge never goes below zero");
    }

    /// One more unless that passes `limit`; answers whether it was done.
    #[must_use]
    pub fn try_up(&self, limit: u32) -> bool {
        let up = self.now.fetch_update(Relaxed, Relaxed, |n| (n < limit).then_some(n + 1));
        if let Ok(was) = up
            && was + 1 > self.max.load(Relaxed)
        {
            self.max.fetch_max(was + 1, Relaxed);
        }
        up.is_ok()
    }

    /// One more that may be taken back at once, unless that passes `limit`; answers whether it was done. It counts for
    /// the highest figure only after [`Gauge::settle`].
    #[must_use]
    pub fn reserve(&self, limit: u32) -> bool {
        self.now.fetch_update(Relaxed, Relaxed, |n| (n < limit).then_some(n + 1)).is_ok()
    }

    /// What was reserved stays.
    pub fn settle(&self) {
        let n = self.get();
        if n > self.max.load(Relaxed) {
            self.max.fetch_max(n, Relaxed);
        }
    }

    /// The figure now.
    pub fn get(&self) -> u32 {
        self.now.load(Relaxed)
    }

    /// The highest figure so far.
    pub fn max(&self) -> u32 {
        self.max.load(Relaxed)
    }

    /// Forgets the highest figure but for what it is now.
    pub fn clear_max(&self) {
        self.max.store(self.get(), Relaxed);
    }
}

/// How fast a sum grows, by looking at it now and then.
#[derive(Default)]
pub struct Growth {
    at: AtomicU64,
    sum: AtomicU64,
    per_second: AtomicU64,
}

impl Growth {
    /// Takes the sum as it is now. Called about once a second, by one thread.
    pub fn sample(&self, sum: u64, now: Tick) {
        let (then, old) = (Tick(self.at.swap(now.0, Relaxed)), self.sum.swap(sum, Relaxed));
        let grown = if then.is_some() { sum.saturating_sub(old) } else { 0 };
        self.per_second.store(grown.saturating_mul(1000) / now.ms_since(then).max(1), Relaxed);
    }

    /// How much it grew in a second, between the last two looks.
    pub fn per_second(&self) -> u64 {
        self.per_second.load(Relaxed)
    }
}

/// What `clear counters` forgets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clear {
    /// The highest figures only.
    Maxima,
    All,
}

/// The counters of one frontend, backend or server, for all threads.
pub struct Counters {
    by_thread: Box<[OnceLock<Box<Own>>]>,
    sampled: OnceLock<Box<Sampled>>,
}

impl Counters {
    /// Zeros for `threads` threads.
    pub fn new(threads: usize) -> Counters {
        Counters { by_thread: (0..threads).map(|_| OnceLock::new()).collect(), sampled: OnceLock::new() }
    }

    /// Adds `n` on behalf of `thread`. Only that thread may call this with its number: the sum is a plain load and
    /// store, no read-modify-write.
    pub fn add(&self, thread: usize, ctr: Ctr, n: u64) {
        let cell = &self.own(thread).events[ctr as usize];
        cell.store(cell.load(Relaxed).wrapping_add(n), Relaxed);
    }

    /// Adds one on behalf of `thread`.
    pub fn inc(&self, thread: usize, ctr: Ctr) {
        self.add(thread, ctr, 1);
    }

    /// The sum over all threads.
    pub fn sum(&self, ctr: Ctr) -> u64 {
        self.by_thread
            .iter()
            .filter_map(|own| own.get())
            .fold(0, |sum, own| sum.wrapping_add(own.events[ctr as usize].load(Relaxed)))
    }

    /// Counts a response of `status` on behalf of `thread`.
    pub fn response(&self, thread: usize, status: u16) {
        let ctr = match status / 100 {
            1 => Ctr::Rsp1xx,
            2 => Ctr::Rsp2xx,
            3 => Ctr::Rsp3xx,
            4 => Ctr::Rsp4xx,
            5 => Ctr::Rsp5xx,
            _ => Ctr::RspOther,
        };
        self.inc(thread, ctr);
    }

    /// Counts `n` events of a rate on behalf of `thread`.
    pub fn rate(&self, thread: usize, rated: Rated, now: Tick, n: u32) {
        self.own(thread).rates[rated as usize].add(now, n);
    }

    /// Events per second at `now`, over all threads.
    pub fn rate_now(&self, rated: Rated, now: Tick) -> u32 {
        let own = self.by_thread.iter().filter_map(|own| own.get());
        own.fold(0, |sum, own| sum.saturating_add(own.rates[rated as usize].snapshot().read(now)))
    }

    /// Counts a stream's times in milliseconds, negative where it never came that far: in the queue, until connected,
    /// until the answer, in all. On behalf of `thread`.
    pub fn timed(&self, thread: usize, times_ms: [i64; TIMED.len()]) {
        let own = self.own(thread);
        for (at, ms) in times_ms.into_iter().enumerate() {
            let ms = u64::try_from(ms).unwrap_or(0);
            self.add(thread, TIMED[at], ms);
            let ms = u32::try_from(ms).unwrap_or(u32::MAX);
            if ms > own.longest[at].load(Relaxed) {
                own.longest[at].store(ms, Relaxed);
            }
        }
        self.inc(thread, Ctr::Timed);
    }

    /// The longest times in milliseconds, in the order of [`Counters::timed`].
    pub fn longest_ms(&self) -> [u32; TIMED.len()] {
        let own = self.by_thread.iter().filter_map(|own| own.get());
        own.fold([0; TIMED.len()], |most, own| std::array::from_fn(|at| most[at].max(own.longest[at].load(Relaxed))))
    }

    /// The mean times over the last 1,024 streams or so in milliseconds, in the order of [`Counters::timed`]. Up to
    /// a second old.
    pub fn means_ms(&self) -> [u32; TIMED.len()] {
        let Some(sampled) = self.sampled.get() else { return [0; TIMED.len()] };
        let number = sampled.window[TIMED.len()].load(Relaxed).max(1);
        std::array::from_fn(|at| u32::try_from(sampled.window[at].load(Relaxed) / number).unwrap_or(u32::MAX))
    }

    /// The highest rate seen, up to a second old.
    pub fn highest_rate(&self, rated: Rated) -> u32 {
        self.sampled.get().map_or(0, |sampled| sampled.highest[rated as usize].load(Relaxed))
    }

    /// Forgets what `thread` has counted: its maxima, or all. Only that thread may call this with its number.
    pub fn clear(&self, thread: usize, what: Clear) {
        let Some(own) = self.by_thread[thread].get() else { return };
        own.longest.iter().for_each(|longest| longest.store(0, Relaxed));
        if what == Clear::All {
            own.events.iter().for_each(|event| event.store(0, Relaxed));
        }
    }

    /// Forgets what [`Counters::sample`] has found. Only for the thread that calls that.
    pub fn clear_sampled(&self, what: Clear) {
        let Some(sampled) = self.sampled.get() else { return };
        sampled.highest.iter().for_each(|highest| highest.store(0, Relaxed));
        if what == Clear::All {
            sampled.window.iter().for_each(|sum| sum.store(0, Relaxed));
        }
    }

    /// Brings maxima and means up to date. Called about once a second, by one thread.
    pub fn sample(&self, now: Tick) {
        if self.by_thread.iter().all(|own| own.get().is_none()) {
            return;
        }
        let sampled = self.sampled.get_or_init(Box::default);
        for rated in [Rated::Connections, Rated::Sessions, Rated::Requests] {
            sampled.highest[rated as usize].fetch_max(self.rate_now(rated, now), Relaxed);
        }
        let sums: [u64; TIMED.len() + 1] =
            std::array::from_fn(|at| self.sum(TIMED.get(at).copied().unwrap_or(Ctr::Timed)));
        // A sum that has shrunk was cleared.
        let fresh: [u64; TIMED.len() + 1] =
            std::array::from_fn(|at| sums[at].saturating_sub(sampled.seen[at].load(Relaxed)));
        sums.iter().zip(&sampled.seen).for_each(|(sum, seen)| seen.store(*sum, Relaxed));
        let number = fresh[TIMED.len()];
        if number == 0 {
            return;
        }
        let known = sampled.window[TIMED.len()].load(Relaxed);
        let keep = known.min(WINDOW.saturating_sub(number));
        for (at, fresh) in fresh.into_iter().enumerate() {
            let old = sampled.window[at].load(Relaxed) * keep / known.max(1);
            sampled.window[at].store(old + fresh, Relaxed);
        }
    }

    fn own(&self, thread: usize) -> &Own {
        self.by_thread[thread].get_or_init(|| {
            let events = [const { AtomicU64::new(0) }; LEN];
            Box::new(Own { events, rates: Default::default(), longest: Default::default() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_add_up_and_untouched_ones_cost_nothing() {
        let c = Counters::new(64);
        c.inc(3, Ctr::Sessions);
        c.add(60, Ctr::Sessions, 4);
        c.response(3, 204);
        assert_eq!((c.sum(Ctr::Sessions), c.sum(Ctr::Rsp2xx), c.sum(Ctr::Rsp5xx)), (5, 1, 0));
        assert_eq!(c.by_thread.iter().filter(|own| own.get().is_some()).count(), 2);
    }

    #[test]
    fn what_is_taken_back_was_never_there() {
        let gauge = Gauge::default();
        assert!(gauge.reserve(1) && !gauge.reserve(1));
        gauge.down();
        assert_eq!((gauge.get(), gauge.max()), (0, 0));
        assert!(gauge.reserve(1));
        gauge.settle();
        gauge.down();
        assert_eq!((gauge.get(), gauge.max()), (0, 1));
    }

    #[test]
    fn growth_is_per_second() {
        let growth = Growth::default();
        let t0 = Tick(1_000_000_000);
        for (sum, at_ms, expected) in [(500, 0, 0), (900, 2000, 200), (900, 3000, 0), (1900, 3500, 2000)] {
            growth.sample(sum, t0.plus_ms(at_ms));
            assert_eq!(growth.per_second(), expected, "at {at_ms} ms");
        }
    }

    #[test]
    fn what_is_cleared_begins_anew() {
        let c = Counters::new(2);
        for thread in [0, 1] {
            (0..10).for_each(|_| c.timed(thread, [7, 7, 7, 7]));
            c.inc(thread, Ctr::Sessions);
            c.rate(thread, Rated::Sessions, Tick(1), 3);
        }
        c.sample(Tick(1));
        assert_eq!((c.highest_rate(Rated::Sessions), c.longest_ms()), (6, [7; 4]));
        (0..2).for_each(|thread| c.clear(thread, Clear::Maxima));
        c.clear_sampled(Clear::Maxima);
        assert_eq!((c.highest_rate(Rated::Sessions), c.longest_ms()), (0, [0; 4]));
        assert_eq!((c.sum(Ctr::Sessions), c.means_ms()), (2, [7; 4]));
        // One thread comes late; the means are looked at in between.
        c.clear(0, Clear::All);
        c.clear_sampled(Clear::All);
        c.sample(Tick(1));
        c.clear(1, Clear::All);
        c.sample(Tick(1));
        assert_eq!((c.sum(Ctr::Sessions), c.sum(Ctr::TotalMs), c.means_ms()), (0, 0, [0; 4]));
        c.timed(1, [5, 5, 5, 5]);
        c.sample(Tick(2));
        assert_eq!(c.means_ms(), [5; 4]);
    }

    #[test]
    fn means_follow_the_last_streams() {
        let c = Counters::new(2);
        c.sample(Tick(1));
        assert!(c.sampled.get().is_none(), "what nobody uses costs nothing");
        (0..10).for_each(|_| c.timed(0, [-1, 2, 4, 10]));
        c.timed(1, [0, 2, 4, 100]);
        c.sample(Tick(1));
        assert_eq!((c.means_ms(), c.longest_ms()), ([0, 2, 4, 18], [0, 2, 4, 100]));
        (0..5000).for_each(|_| c.timed(0, [1, 1, 1, 1]));
        c.sample(Tick(2));
        assert_eq!(c.means_ms(), [1, 1, 1, 1]);
        (0..512).for_each(|_| c.timed(1, [3, 3, 3, 3]));
        c.sample(Tick(3));
        assert_eq!(c.means_ms(), [2, 2, 2, 2]);
    }
}
