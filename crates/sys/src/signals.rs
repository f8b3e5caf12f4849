//! Signals as a readable descriptor.

use nix::sys::signal::{SigSet, SigmaskHow, Signal as NixSignal, pthread_sigmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::process::Signal as RawSignal;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

/// The signals that mean something to us (manual, management guide 4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Signal {
    Hup,
    Int,
    Quit,
    Term,
    Usr1,
    Usr2,
    Ttin,
    Ttou,
    Chld,
}

const TABLE: [(Signal, NixSignal, RawSignal); 9] = [
    (Signal::Hup, NixSignal::SIGHUP, RawSignal::HUP),
    (Signal::Int, NixSignal::SIGINT, RawSignal::INT),
    (Signal::Quit, NixSignal::SIGQUIT, RawSignal::QUIT),
    (Signal::Term, NixSignal::SIGTERM, RawSignal::TERM),
    (Signal::Usr1, NixSignal::SIGUSR1, RawSignal::USR1),
    (Signal::Usr2, NixSignal::SIGUSR2, RawSignal::USR2),
    (Signal::Ttin, NixSignal::SIGTTIN, RawSignal::TTIN),
    (Signal::Ttou, NixSignal::SIGTTOU, RawSignal::TTOU),
    (Signal::Chld, NixSignal::SIGCHLD, RawSignal::CHILD),
];

impl Signal {
    pub(crate) fn raw(self) -> RawSignal {
        self.row().2
    }

    pub(crate) fn nix(self) -> NixSignal {
        self.row().1
    }

    fn row(self) -> &'static (Signal, NixSignal, RawSignal) {
        // The table has a row for each variant; a test checks it.
        TABLE.iter().find(|row| row.0 == self).unwrap_or(&TABLE[0])
    }
}

/// Signals that are no longer delivered but read.
#[derive(Debug)]
pub struct Signals(SignalFd);

impl Signals {
    /// Blocks `wanted` in the calling thread and makes them readable here. Call it before any thread is started:
    /// threads inherit the mask, and one without it would still die of the signal.
    pub fn new(wanted: &[Signal]) -> io::Result<Signals> {
        let mut set = SigSet::empty();
        for signal in wanted {
            set.add(signal.row().1);
        }
        pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&set), None)?;
        Ok(Signals(SignalFd::with_flags(&set, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?))
    }

    /// The next signal that came, `None` if none has.
    pub fn read(&self) -> io::Result<Option<Signal>> {
        let Some(info) = self.0.read_signal()? else { return Ok(None) };
        let came = TABLE.iter().find(|row| row.1 as i32 as u32 == info.ssi_signo);
        Ok(came.map(|row| row.0))
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Writing to a socket that the peer has closed is an error, not a signal. (The standard library's start-up does
/// the same; this is for those who start another way.)
pub fn ignore_sigpipe() {
    // SAFETY: SIG_IGN installs no code of ours; SIGPIPE is a valid signal.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_read_in_the_thread_that_blocks_them() {
        for row in &TABLE {
            assert_eq!(row.0.row().0, row.0);
            assert_eq!(row.1 as i32, row.2.as_raw());
        }
        // Directed at this very thread, so that no other thread of the test runner can get it.
        let signals = Signals::new(&[Signal::Usr1, Signal::Usr2]).unwrap();
        assert_eq!(signals.read().unwrap(), None);
        nix::sys::signal::raise(NixSignal::SIGUSR2).unwrap();
        assert_eq!(signals.read().unwrap(), Some(Signal::Usr2));
        assert_eq!(signals.read().unwrap(), None);
    }
}
