//! What the machine is.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

/// The processors that this process may use, in order. At least one.
pub fn cpu_set() -> Vec<usize> {
    let allowed = match sched_getaffinity(None) {
        Ok(set) => (0..CpuSet::MAX_CPU).filter(|cpu| set.is_set(*cpu)).collect(),
        Err(_) => Vec::new(),
    };
    if allowed.is_empty() { vec![0] } else { allowed }
}

/// How many processors this process may use.
pub fn cpu_count() -> usize {
    cpu_set().len()
}

/// Binds the calling thread to these processors.
pub fn pin_thread(cpus: &[usize]) -> io::Result<()> {
    let mut set = CpuSet::new();
    for cpu in cpus {
        if *cpu >= CpuSet::MAX_CPU {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        set.set(*cpu);
    }
    Ok(sched_setaffinity(None, &set)?)
}

/// The host's name as the kernel knows it.
pub fn hostname() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Whether a descriptor is a terminal.
pub fn is_tty(fd: impl AsFd) -> bool {
    fd.as_fd().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_a_name_and_a_processor() {
        assert!(!hostname().is_empty());
        assert!(cpu_count() >= 1);
        let before = cpu_set();
        std::thread::spawn(move || {
            pin_thread(&before[..1]).unwrap();
            assert_eq!(cpu_set(), before[..1]);
        })
        .join()
        .unwrap();
        assert!(!is_tty(std::fs::File::open("/dev/null").unwrap()));
    }
}
