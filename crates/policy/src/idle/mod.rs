//! Which idle server connection may be used again, and which may stay (manual 4.2 `http-reuse`, 5.2
//! `pool-max-conn`, `pool-purge-delay`, `pool-low-conn`, `max-reuse`).
//!
//! Whether two connections are alike (addresses, PROXY protocol, TOS, mark, name) is the caller's key.

use base::{Ms, Tick};

/// `http-reuse`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Reuse {
    /// No sharing between client connections.
    Never,
    /// A client connection's first request goes over a connection of its own.
    #[default]
    Safe,
    /// First requests may use connections that have been reused at least once.
    Aggressive,
    /// Any request may use any idle connection.
    Always,
}

/// One server's settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PoolParams {
    /// `pool-max-conn`; `None` is -1, unlimited.
    pub max_conn: Option<u32>,
    /// `pool-low-conn`.
    pub low_conn: u32,
    /// `pool-purge-delay`.
    pub purge_delay: Ms,
    /// `max-reuse`: how often a connection is used again; `None` is -1, unlimited.
    pub max_reuse: Option<u32>,
}

impl Default for PoolParams {
    fn default() -> Self {
        PoolParams { max_conn: None, low_conn: 0, purge_delay: Ms(5000), max_reuse: None }
    }
}

/// What is known of an idle connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct IdleConn {
    /// It belongs to one client (NTLM and the like) and is never shared.
    pub private: bool,
    /// How many requests it took beyond its first.
    pub reused: u32,
}

/// May this request use this idle connection of the shared pool? `first_request`: the first on its client
/// connection.
pub fn may_take(reuse: Reuse, first_request: bool, conn: &IdleConn) -> bool {
    !conn.private
        && match reuse {
            Reuse::Never => false,
            Reuse::Safe => !first_request,
            Reuse::Aggressive => !first_request || conn.reused > 0,
            Reuse::Always => true,
        }
}

/// May another request of the same client connection go over the server connection that it used last?
pub fn may_keep(pool: &PoolParams, conn: &IdleConn) -> bool {
    pool.max_reuse.is_none_or(|max| conn.reused < max)
}

/// Does a thread take a connection from another thread's list? `idle` counts all idle connections of the
/// server.
pub fn may_steal(pool: &PoolParams, idle: u32) -> bool {
    idle >= pool.low_conn.max(1)
}

/// What decides whether a connection stays after its request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Park {
    /// The server's idle connections, without this one.
    pub idle: u32,
    /// Descriptors in use by the process.
    pub fds: u32,
    /// `tune.pool-low-fd-ratio` of the descriptors that the process may use.
    pub fds_low: u32,
}

/// May this connection, which belongs to no client any more, go into the shared pool?
pub fn may_park(reuse: Reuse, pool: &PoolParams, conn: &IdleConn, at: &Park) -> bool {
    reuse != Reuse::Never
        && !conn.private
        && pool.purge_delay > Ms(0)
        && pool.max_conn.is_none_or(|max| at.idle < max)
        && may_keep(pool, conn)
        && at.fds < at.fds_low
}

/// Must one idle connection die before a new one is opened? `fds_high` is `tune.pool-high-fd-ratio` of the
/// descriptors that the process may use.
pub fn must_kill_one(idle: u32, fds: u32, fds_high: u32) -> bool {
    idle > 0 && fds >= fds_high
}

/// When a server's idle connections are thinned out: half of them after every `pool-purge-delay`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Purge {
    due: Tick,
}

impl Purge {
    /// When to call [`Purge::count`]; [`Tick::NONE`] while nothing is idle.
    pub fn due(&self) -> Tick {
        self.due
    }

    /// A connection became idle at `now`: the next purge is one delay later, unless one is due already.
    pub fn on_park(&mut self, now: Tick, pool: &PoolParams) {
        if !self.due.is_some() {
            self.due = now + pool.purge_delay;
        }
    }

    /// How many of the `idle` connections to close at `now`, the longest unused first. 0 if it isn't due.
    pub fn count(&mut self, now: Tick, pool: &PoolParams, idle: u32) -> u32 {
        if !self.due.is_some() || now < self.due {
            return 0;
        }
        let close = idle.div_ceil(2);
        self.due = if idle > close { now + pool.purge_delay } else { Tick::NONE };
        close
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRESH: IdleConn = IdleConn { private: false, reused: 0 };
    const PROVEN: IdleConn = IdleConn { private: false, reused: 1 };
    const PRIVATE: IdleConn = IdleConn { private: true, reused: 1 };

    #[test]
    fn who_may_take_what() {
        for (reuse, first_request, conn, expected) in [
            (Reuse::Never, false, FRESH, false),
            (Reuse::Safe, true, PROVEN, false),
            (Reuse::Safe, false, FRESH, true),
            (Reuse::Aggressive, true, FRESH, false),
            (Reuse::Aggressive, true, PROVEN, true),
            (Reuse::Aggressive, false, FRESH, true),
            (Reuse::Always, true, FRESH, true),
            (Reuse::Always, false, PRIVATE, false),
        ] {
            assert_eq!(may_take(reuse, first_request, &conn), expected, "{reuse:?} {first_request} {conn:?}");
        }
    }

    #[test]
    fn what_may_stay() {
        let pool = PoolParams { max_conn: Some(5), max_reuse: Some(2), ..PoolParams::default() };
        let room = Park { idle: 4, fds: 10, fds_low: 11 };
        let worn = IdleConn { reused: 2, ..FRESH };
        for (reuse, pool, conn, at, expected) in [
            (Reuse::Safe, pool, FRESH, room, true),
            (Reuse::Never, pool, FRESH, room, false),
            (Reuse::Safe, pool, PRIVATE, room, false),
            (Reuse::Safe, pool, worn, room, false),
            (Reuse::Safe, PoolParams { max_reuse: None, ..pool }, worn, room, true),
            (Reuse::Safe, PoolParams { max_reuse: Some(0), ..pool }, FRESH, room, false),
            (Reuse::Safe, pool, FRESH, Park { idle: 5, ..room }, false),
            (Reuse::Safe, PoolParams { max_conn: None, ..pool }, FRESH, Park { idle: 5, ..room }, true),
            (Reuse::Safe, PoolParams { max_conn: Some(0), ..pool }, FRESH, Park { idle: 0, ..room }, false),
            (Reuse::Safe, PoolParams { purge_delay: Ms(0), ..pool }, FRESH, room, false),
            (Reuse::Safe, pool, FRESH, Park { fds: 11, ..room }, false),
        ] {
            assert_eq!(may_park(reuse, &pool, &conn, &at), expected, "{reuse:?} {pool:?} {conn:?} {at:?}");
        }
        assert!(may_keep(&pool, &PROVEN) && !may_keep(&pool, &worn));
        assert!(must_kill_one(1, 25, 25) && !must_kill_one(0, 25, 25) && !must_kill_one(1, 24, 25));
    }

    #[test]
    fn stealing_leaves_a_few() {
        let pool = |low_conn| PoolParams { low_conn, ..PoolParams::default() };
        for (low, idle, expected) in [(0, 0, false), (0, 1, true), (4, 3, false), (4, 4, true)] {
            assert_eq!(may_steal(&pool(low), idle), expected, "{low} {idle}");
        }
    }

    #[test]
    fn half_is_closed_each_time() {
        let (pool, t0) = (PoolParams::default(), Tick(1));
        let mut purge = Purge::default();
        assert_eq!((purge.due(), purge.count(t0, &pool, 9)), (Tick::NONE, 0));
        purge.on_park(t0, &pool);
        purge.on_park(t0.plus_ms(4000), &pool);
        assert_eq!(purge.due(), t0.plus_ms(5000));
        assert_eq!(purge.count(t0.plus_ms(4999), &pool, 9), 0);
        let (mut now, mut idle, mut seen) = (t0, 9, Vec::new());
        while purge.due().is_some() {
            now = purge.due();
            idle -= purge.count(now, &pool, idle);
            seen.push(idle);
        }
        assert_eq!((seen, now), (vec![4, 2, 1, 0], t0.plus_ms(20_000)));
    }
}
