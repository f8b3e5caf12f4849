//! Ends of a process that a parent can tell apart.

use crate::Signal;
use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal as NixSignal, pthread_sigmask, raise, signal};

/// Whether the process was told to ignore `wanted` when it was started, as shells do with SIGINT for jobs in the
/// background. Asked before anything is changed about it.
pub fn is_ignored(wanted: Signal) -> bool {
    // SAFETY: an all-zero `sigaction` is a valid one; the call changes nothing (no new action is given) and writes
    // only there.
    unsafe {
        let mut now: libc::sigaction = std::mem::zeroed();
        libc::sigaction(wanted.nix() as libc::c_int, std::ptr::null(), &raw mut now) == 0
            && now.sa_sigaction == libc::SIG_IGN
    }
}

/// Ends the process by `how`, as if nobody had ever caught it: the parent sees a death by that signal. Should the
/// signal not be deadly, the process exits with the code that shells give to such deaths.
pub fn end_by(how: Signal) -> ! {
    let how: NixSignal = how.nix();
    let mut set = SigSet::empty();
    set.add(how);
    // SAFETY: the default action installs no code of ours.
    let _ = unsafe { signal(how, SigHandler::SigDfl) };
    let _ = pthread_sigmask(SigmaskHow::SIG_UNBLOCK, Some(&set), None);
    let _ = raise(how);
    std::process::exit(128 + how as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_of_tests_are_not_ignored() {
        assert!(!is_ignored(Signal::Usr1));
    }
}
