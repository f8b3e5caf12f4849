//! Taking over from older processes (`-sf`, `-st`; management guide 4): they are paused when their ports are needed,
//! told to go on when that didn't help, and told to leave once this process serves.

use crate::cmdline::Older;
use crate::engine::Unlinked;
use std::thread::sleep;
use std::time::{Duration, Instant};
use sys::Signal;

/// The older processes and what was said to them.
pub struct Takeover {
    pids: Vec<i32>,
    last_word: Signal,
}

/// How long older processes get to leave their ports, and how often that is tried.
const PATIENCE: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(10);

impl Takeover {
    /// From the command line; without older processes it does nothing.
    pub fn new(older: Option<&Older>) -> Takeover {
        let Some(older) = older else { return Takeover { pids: Vec::new(), last_word: Signal::Usr1 } };
        let pids = older.pids.iter().filter_map(|pid| i32::try_from(*pid).ok()).collect();
        Takeover { pids, last_word: if older.terminate { Signal::Term } else { Signal::Usr1 } }
    }

    /// Does `stage`, which binds sockets; when it fails, again after the older processes were paused.
    pub fn stage(&self, mut stage: impl FnMut() -> Result<(), Vec<Unlinked>>) -> Result<(), Vec<Unlinked>> {
        let mut result = stage();
        if result.is_ok() || !self.signal(Signal::Ttou) {
            return result;
        }
        let end = Instant::now() + PATIENCE;
        while result.is_err() && Instant::now() < end {
            sleep(STEP);
            result = stage();
        }
        if result.is_err() {
            self.resume();
        }
        result
    }

    /// The start failed after all: the older processes go on.
    pub fn resume(&self) {
        self.signal(Signal::Ttin);
    }

    /// This process serves: the older ones leave.
    pub fn finish(&self) {
        self.signal(self.last_word);
    }

    /// Whether there was anybody to hear it.
    fn signal(&self, signal: Signal) -> bool {
        let heard = |pid: &&i32| matches!(sys::signal_process(**pid, signal), Ok(true));
        self.pids.iter().filter(heard).count() > 0
    }
}
