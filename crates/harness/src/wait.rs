//! Waiting with a limit.

use std::time::{Duration, Instant};

/// How long a test waits for something that must happen; generous, because CI has two busy cores.
pub const LIMIT: Duration = Duration::from_secs(10);

/// Asks again and again until there is an answer; `None` when `limit` is over.
///
/// For what the kernel can't wake us for (a process that starts to listen); everything else blocks on its socket.
pub fn until<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
