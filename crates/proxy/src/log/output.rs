//! Where lines can go, one of each kind for the whole process, whatever Plan uses it.

use super::dgram::DgramSocket;
use super::lines::Lines;
use super::writer::{FdSink, Writer};
use base::Addr;
use conf::spec::LogSink;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

/// All outputs of the process. Plans share it, so that a reload keeps an output that it names again, and with it
/// the lines that wait there. Nothing is opened before the first line is sent.
pub struct Outputs {
    known: Mutex<HashMap<LogSink, Weak<Output>>>,
    writer: Arc<Writer>,
    lost: Arc<AtomicU64>,
}

/// One place that lines go to.
pub(super) struct Output {
    sink: Sink,
    lost: Arc<AtomicU64>,
    /// For lines that no worker sends.
    socket: Mutex<DgramSocket>,
    /// How many targets of living Plans name it. Workers hold it too, without counting here.
    users: AtomicU32,
}

/// A target's hold on its output.
pub(super) struct InUse(Arc<Output>);

enum Sink {
    Dgram(Addr),
    Fd { sink: Arc<FdSink>, writer: Arc<Writer> },
}

impl Outputs {
    /// No output yet.
    pub fn new() -> Outputs {
        let lost = Arc::<AtomicU64>::default();
        Outputs { known: Mutex::default(), writer: Arc::new(Writer::new(lost.clone())), lost }
    }

    /// Lines that couldn't be sent since the start: `DroppedLogs` of `show info`.
    pub fn lost(&self) -> u64 {
        self.lost.load(Relaxed)
    }

    /// Waits until the log thread has written all it was given, at most for `limit`. What comes later is lost.
    pub fn finish(&self, limit: Duration) {
        self.writer.finish(limit);
    }

    /// The output for `sink`, the living one if there is one.
    pub(super) fn output(&self, sink: &LogSink) -> InUse {
        // A panic in here leaves a map that is merely shorter.
        let mut known = self.known.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(output) = known.get(sink).and_then(Weak::upgrade) {
            return InUse::new(output);
        }
        known.retain(|_, output| output.strong_count() > 0);
        let output = Arc::new(Output {
            sink: match sink {
                LogSink::Dgram(addr) => Sink::Dgram(addr.clone()),
                LogSink::Stream(_) | LogSink::Ring(_) | LogSink::Backend(_) => {
                    unreachable!("a start is refused until these are built")
                }
                LogSink::Fd(number) => Sink::Fd { sink: Arc::new(FdSink::new(*number)), writer: self.writer.clone() },
            },
            lost: self.lost.clone(),
            socket: Mutex::default(),
            users: AtomicU32::new(0),
        });
        known.insert(sink.clone(), Arc::downgrade(&output));
        InUse::new(output)
    }
}

impl Default for Outputs {
    fn default() -> Outputs {
        Outputs::new()
    }
}

impl InUse {
    fn new(output: Arc<Output>) -> InUse {
        output.users.fetch_add(1, Relaxed);
        InUse(output)
    }

    /// The output, for a worker to keep.
    pub fn output(&self) -> &Arc<Output> {
        &self.0
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.0.users.fetch_sub(1, Relaxed);
    }
}

impl Output {
    /// Whether a Plan still names it.
    pub fn is_used(&self) -> bool {
        self.users.load(Relaxed) > 0
    }

    /// Sends or queues lines; `socket` is the caller's own for this output, `now` in seconds since the epoch. What
    /// can't be sent is counted.
    pub fn send(&self, socket: &mut DgramSocket, lines: &Lines, now: u64) {
        match &self.sink {
            Sink::Dgram(to) => {
                let lost = socket.send_all(to, lines, now);
                if lost > 0 {
                    self.lost.fetch_add(lost, Relaxed);
                }
            }
            Sink::Fd { sink, writer } => writer.push(sink, lines),
        }
    }

    /// Sends lines from any thread.
    pub fn send_shared(&self, lines: &Lines, now: u64) {
        let mut socket = self.socket.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        self.send(&mut socket, lines, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_lives_as_long_as_somebody_logs_there() {
        let outputs = Outputs::new();
        let (one, two) = (LogSink::Fd(1), LogSink::Dgram(Addr::Unix(b"/dev/log".as_slice().into())));
        let first = outputs.output(&one);
        assert!(Arc::ptr_eq(first.output(), outputs.output(&one).output()));
        let kept_by_worker = first.output().clone();
        drop(first);
        assert!(!kept_by_worker.is_used());
        assert!(Arc::ptr_eq(&kept_by_worker, outputs.output(&one).output()), "adopted by the next Plan");
        drop(kept_by_worker);
        outputs.output(&two);
        let known = outputs.known.lock().expect("no panic");
        assert_eq!(known.keys().collect::<Vec<_>>(), [&two]);
    }
}
