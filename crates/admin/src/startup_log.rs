//! What a start said and how long it took, for `show startup-logs` and `show info`.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// More than this isn't kept, in bytes.
const MAX_KEPT: usize = 256 * 1024;

/// Grows until the start is over.
#[derive(Debug)]
pub struct StartupLog {
    began: Instant,
    text: Mutex<String>,
    warnings: AtomicU32,
    /// Milliseconds that it took, once it is over.
    took_ms: AtomicU32,
}

impl Default for StartupLog {
    /// A start that begins now.
    fn default() -> StartupLog {
        StartupLog {
            began: Instant::now(),
            text: Mutex::default(),
            warnings: AtomicU32::new(0),
            took_ms: AtomicU32::new(0),
        }
    }
}

impl StartupLog {
    /// Adds what was said.
    pub fn add(&self, said: &str) {
        let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        if text.len() + said.len() <= MAX_KEPT {
            text.push_str(said);
        }
    }

    /// Counts warnings, also those that nobody was shown.
    pub fn count_warnings(&self, n: u32) {
        self.warnings.fetch_add(n, Relaxed);
    }

    /// The start is over.
    pub fn finish(&self) {
        let ms = u32::try_from(self.began.elapsed().as_millis()).unwrap_or(u32::MAX);
        self.took_ms.store(ms.max(1), Relaxed);
    }

    /// All that was said.
    pub fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many warnings there were.
    pub fn warnings(&self) -> u32 {
        self.warnings.load(Relaxed)
    }

    /// How many milliseconds it took; 0 while it isn't over.
    pub fn took_ms(&self) -> u32 {
        self.took_ms.load(Relaxed)
    }
}
