//! How many connections fit: descriptors and memory (management guide 5; manual 3, `maxconn`, `ulimit-n`,
//! `fd-hard-limit`, `strict-limits`).

use conf::spec::Spec;
use std::{fs, io};

/// What the configuration and the system say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wishes {
    pub maxconn: Option<u32>,
    pub maxpipes: Option<u32>,
    pub ulimit_n: Option<u32>,
    pub fd_hard_limit: Option<u32>,
    /// An `option splice-…` is set: pipes are counted in advance.
    pub splice: bool,
    /// Descriptors that don't depend on the number of connections.
    pub fixed: u64,
    /// The soft and the hard limit that the process was started with.
    pub soft: u64,
    pub hard: u64,
    /// `-m`, in bytes.
    pub memory: Option<u64>,
    /// `tune.bufsize`.
    pub bufsize: u32,
}

/// What holds for the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Client connections at a time.
    pub maxconn: u32,
    /// Pipes counted in advance.
    pub maxpipes: u32,
    /// Descriptors wanted in all.
    pub fds: u64,
}

/// `fd-hard-limit` where nobody set it.
const DEFAULT_FD_HARD_LIMIT: u64 = 1_048_576;
/// The fewest connections that an automatic limit grants.
const FEWEST: u64 = 100;
/// Descriptors that turn up without being announced: files being read, name lookups, log sockets of a reload.
const SPARE: u64 = 12;
/// Threads beside the workers: for blocking work, logs, the last moments.
const OTHER_THREADS: u64 = 8;
/// Address space of a thread's stack, with what the C library keeps for each thread.
const STACK: u64 = 8 << 20;
/// Memory of a connection beside its two buffers.
const PER_CONNECTION: u64 = 4096;

impl Wishes {
    /// What `spec` wishes for `threads` workers; `memory` is `-m` in bytes.
    pub fn of(spec: &Spec, threads: u32, memory: Option<u64>) -> Wishes {
        let (soft, hard) = sys::nofile();
        let global = &spec.global;
        Wishes {
            maxconn: global.maxconn.filter(|n| *n > 0),
            maxpipes: global.maxpipes,
            ulimit_n: global.ulimit_n.filter(|n| *n > 0),
            fd_hard_limit: global.fd_hard_limit.filter(|n| *n > 0),
            splice: !global.nosplice && spec.proxies.iter().any(|proxy| wants_splice(proxy)),
            fixed: fixed(spec, threads),
            soft,
            hard,
            memory,
            bufsize: global.tune.bufsize,
        }
    }

    /// Fits the limits to each other. A connection takes two descriptors, a pipe another two.
    pub fn fit(&self) -> Limits {
        let cap = self.hard.max(self.soft).min(self.fd_hard_limit.map_or(DEFAULT_FD_HARD_LIMIT, u64::from));
        let per_conn_in_quarters = if self.splice && self.maxpipes.is_none() { 10 } else { 8 };
        let maxconn = self.maxconn.unwrap_or_else(|| {
            let fixed_pipes = self.pipes_set() * 2;
            let left = cap.saturating_sub(self.fixed + fixed_pipes);
            let by_fds = left * 4 / per_conn_in_quarters;
            let conns = by_fds.min(self.conns_in_memory()).max(FEWEST);
            u32::try_from(conns).unwrap_or(u32::MAX)
        });
        let pipes = if self.splice && self.maxpipes.is_none() { u64::from(maxconn / 4) } else { self.pipes_set() };
        let needed = self.fixed + 2 * u64::from(maxconn) + 2 * pipes;
        let fds = self.ulimit_n.map_or(needed, u64::from);
        Limits { maxconn, maxpipes: u32::try_from(pipes).unwrap_or(u32::MAX), fds }
    }

    fn pipes_set(&self) -> u64 {
        u64::from(self.maxpipes.unwrap_or(0))
    }

    fn conns_in_memory(&self) -> u64 {
        let each = 2 * u64::from(self.bufsize) + PER_CONNECTION;
        self.memory.map_or(u64::MAX, |bytes| bytes / each)
    }
}

impl Limits {
    /// Raises the process's limit if it is too low. The error is the limit that stays.
    pub fn apply(&self) -> Result<(), u64> {
        let (soft, hard) = sys::nofile();
        if soft >= self.fds {
            return Ok(());
        }
        match sys::set_nofile(self.fds) {
            Ok(now) if now >= self.fds => Ok(()),
            Ok(now) => Err(now),
            Err(_) => Err(hard),
        }
    }
}

/// Limits the memory that the process may still take to `bytes`. What it has by now isn't counted (most of it is
/// address space that the allocator and the loader reserved without using it), nor are the stacks of its threads.
pub fn limit_memory(bytes: u64, threads: u32) -> io::Result<()> {
    let status = fs::read_to_string("/proc/self/status")?;
    let size =
        status.lines().find_map(|line| line.strip_prefix("VmSize:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let size = size.ok_or(io::ErrorKind::InvalidData)?;
    let stacks = (u64::from(threads) + OTHER_THREADS) * STACK;
    sys::set_memory_limit(size * 1024 + stacks + bytes)
}

fn wants_splice(proxy: &conf::spec::Proxy) -> bool {
    proxy.opts.splice_auto || proxy.opts.splice_request || proxy.opts.splice_response
}

fn fixed(spec: &Spec, threads: u32) -> u64 {
    let standard_streams = 3;
    let epoll_and_bell = 2 * u64::from(threads);
    let signals = 1;
    let listeners = spec.proxies.iter().filter(|proxy| !proxy.disabled).filter_map(|proxy| proxy.front.as_ref());
    let listeners: usize = listeners.map(|front| front.binds.len()).sum();
    let backs = spec.proxies.iter().filter(|proxy| !proxy.disabled).filter_map(|proxy| proxy.back.as_ref());
    let checks = backs.flat_map(|back| &back.servers).filter(|server| server.check.is_some()).count();
    let logs =
        spec.global.logs.targets.len() + spec.proxies.iter().map(|proxy| proxy.logs.targets.len()).sum::<usize>();
    let counted = listeners + spec.global.stats_sockets.len() + checks;
    // Each worker has a socket of its own per datagram target; targets that repeat share it.
    let log_sockets = (logs as u64).min(64) * u64::from(threads);
    standard_streams + epoll_and_bell + signals + counted as u64 + log_sockets + SPARE
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Wishes = Wishes {
        maxconn: None,
        maxpipes: None,
        ulimit_n: None,
        fd_hard_limit: None,
        splice: false,
        fixed: 28,
        soft: 1024,
        hard: 20_000,
        memory: None,
        bufsize: 16_384,
    };

    fn check(wishes: Wishes, maxconn: u32, maxpipes: u32, fds: u64) {
        assert_eq!(wishes.fit(), Limits { maxconn, maxpipes, fds }, "{wishes:?}");
    }

    #[test]
    fn connections_and_descriptors_fit_each_other() {
        // Figures measured on HAProxy 2.6 with two threads, one bind line and one runtime API socket.
        check(BASE, 9986, 0, 20_000);
        check(Wishes { maxconn: Some(1000), ..BASE }, 1000, 0, 2028);
        check(Wishes { maxconn: Some(1000), fixed: 29, ..BASE }, 1000, 0, 2029);
        check(Wishes { ulimit_n: Some(5000), ..BASE }, 9986, 0, 5000);
        check(Wishes { fd_hard_limit: Some(3000), ..BASE }, 1486, 0, 3000);
        check(Wishes { maxconn: Some(100_000), ..BASE }, 100_000, 0, 200_028);
        // Ours: pipes count when asked for.
        check(Wishes { maxpipes: Some(100), ..BASE }, 9886, 100, 20_000);
        check(Wishes { splice: true, ..BASE }, 7988, 1997, 28 + 2 * 7988 + 2 * 1997);
        check(Wishes { memory: Some(64 << 20), ..BASE }, 1820, 0, 28 + 2 * 1820);
        check(Wishes { hard: 64, soft: 64, ..BASE }, 100, 0, 228);
    }
}
