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

/// When a server's idle connections are thinned out: every `pool-purge-delay`, half of those that nobody
/// needed meanwhile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Purge {
    due: Tick,
    /// The most connections in use at a time since the last purge.
    peak_used: u32,
}

impl Purge {
    /// Notes how many connections of the server are in use now.
    pub fn on_use(&mut self, used: u32) {
        self.peak_used = self.peak_used.max(used);
    }

    /// When to call [`Purge::count`]; [`Tick::NONE`] while nothing is idle.
    pub fn due(&self) -> Tick {
        self.due
    }

    /// A connection became idle at `now`: the purge is due one delay later, unless it is already.
    pub fn on_park(&mut self, now: Tick, pool: &PoolParams) {
        if !self.due.is_some() {
            self.due = now + pool.purge_delay;
        }
    }

    /// How many idle connections to close at `now`, the longest unused first. 0 if it isn't due.
    pub fn count(&mut self, now: Tick, pool: &PoolParams, idle: u32, used: u32) -> u32 {
        if !self.due.is_some() || now < self.due {
            return 0;
        }
        let needed = core::mem::replace(&mut self.peak_used, used).saturating_sub(used);
        let close = idle.saturating_sub(needed).div_ceil(2).min(idle);
        self.due = if idle > close { now + pool.purge_delay } else { Tick::NONE };
        close
    }
}
