//! Limits that the system sets, and how far they can be moved.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;

/// The limits on open descriptors: soft and hard, `u64::MAX` for none.
pub fn nofile() -> (u64, u64) {
    let limit = getrlimit(Resource::Nofile);
    (limit.current.unwrap_or(u64::MAX), limit.maximum.unwrap_or(u64::MAX))
}

/// Sets the soft limit on open descriptors to `wanted`, raising the hard one if that is needed and allowed.
/// Otherwise the soft limit goes as far as the hard one allows. Answers the soft limit that holds now.
pub fn set_nofile(wanted: u64) -> io::Result<u64> {
    let (_, hard) = nofile();
    let both = Rlimit { current: Some(wanted), maximum: Some(wanted.max(hard)) };
    if wanted > hard && setrlimit(Resource::Nofile, both).is_ok() {
        return Ok(wanted);
    }
    let soft = wanted.min(hard);
    let maximum = (hard != u64::MAX).then_some(hard);
    setrlimit(Resource::Nofile, Rlimit { current: Some(soft), maximum })?;
    Ok(soft)
}

/// The limit on the process' memory in bytes (soft), if there is one.
pub fn memory_limit() -> Option<u64> {
    getrlimit(Resource::As).current
}

/// Limits the process' memory (`-m`): both limits, so that it can't be undone.
pub fn set_memory_limit(bytes: u64) -> io::Result<()> {
    Ok(setrlimit(Resource::As, Rlimit { current: Some(bytes), maximum: Some(bytes) })?)
}

/// Lets core dumps be as large as the hard limits allow: on the dump itself and on files.
pub fn allow_core_dumps() -> io::Result<()> {
    for resource in [Resource::Core, Resource::Fsize] {
        let Rlimit { maximum, .. } = getrlimit(resource);
        setrlimit(resource, Rlimit { current: maximum, maximum })?;
    }
    Ok(())
}

/// How many pages of pipe buffers a user may have before new pipes shrink to two pages; 0 is no limit.
/// Where the system doesn't say, its usual default of 16,384.
pub fn pipe_user_pages_soft() -> u64 {
    let text = std::fs::read_to_string("/proc/sys/fs/pipe-user-pages-soft").unwrap_or_default();
    text.trim().parse().unwrap_or(16_384)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_moves_within_the_hard_one() {
        let (soft, hard) = nofile();
        assert!(soft <= hard);
        assert_eq!(set_nofile(soft).unwrap(), soft);
        assert_eq!(nofile(), (soft, hard));
    }
}
