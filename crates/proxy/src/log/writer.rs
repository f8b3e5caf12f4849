//! The log thread: writes lines to pipes, terminals and files, which may block, so that no worker ever does.

use super::lines::Lines;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{SocketType, sockopt};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// The most bytes that wait for one descriptor. Lines that don't fit are dropped and counted.
const MAX_QUEUED: usize = 1 << 20;

/// Linux' PIPE_BUF: so much goes into a pipe in one piece, even when other processes write there too; and a pipe
/// that polls as writable takes so much without blocking.
const ATOMIC: usize = 4096;

/// A descriptor that lines are written to.
pub(super) struct FdSink {
    number: i32,
}

/// The thread and what it shares with those who log. The thread starts with the first line: a daemon forks before.
pub(super) struct Writer {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// Signalled when all lines have left or the thread has ended.
    idle: Condvar,
    lost: Arc<AtomicU64>,
}

#[derive(Default)]
struct State {
    /// Wakes the thread; there once it has been started.
    wake: Option<Arc<OwnedFd>>,
    /// The thread waits, or is about to.
    asleep: bool,
    /// No lines come any more: end when all have left.
    closing: bool,
    ended: bool,
    queues: Vec<Queue>,
}

struct Queue {
    sink: Arc<FdSink>,
    lines: Lines,
}

/// What the thread has taken and not written yet.
struct Work {
    sink: Arc<FdSink>,
    /// `None` when there is no such descriptor: all lines are lost.
    fd: Option<OwnedFd>,
    /// Datagrams and the like: one line each.
    per_line: bool,
    lines: Lines,
    /// The first line not written, and how many bytes of its chunk have been.
    next: usize,
    offset: usize,
    /// A write won't block.
    ready: bool,
}

impl FdSink {
    /// The descriptor of this number, which is looked at when the first line is written.
    pub fn new(number: i32) -> FdSink {
        FdSink { number }
    }
}

impl Writer {
    /// A writer without a thread yet. `lost` counts the lines that go missing.
    pub fn new(lost: Arc<AtomicU64>) -> Writer {
        Writer { shared: Arc::new(Shared { state: Mutex::default(), idle: Condvar::new(), lost }) }
    }

    /// Queues lines, dropping and counting what doesn't fit. Never waits for the descriptor.
    pub fn push(&self, sink: &Arc<FdSink>, lines: &Lines) {
        let mut state = self.shared.lock();
        if state.ended || state.closing || state.start(&self.shared).is_err() {
            self.shared.lost.fetch_add(lines.len() as u64, Relaxed);
            return;
        }
        let queue = state.queue(sink);
        if queue.lines.bytes() + lines.bytes() > MAX_QUEUED {
            self.shared.lost.fetch_add(lines.len() as u64, Relaxed);
            return;
        }
        queue.lines.extend(lines);
        state.wake_up();
    }

    /// Takes no more lines and waits until all have been written, at most for `limit`.
    pub fn finish(&self, limit: Duration) {
        let mut state = self.shared.lock();
        state.closing = true;
        if state.wake.is_none() {
            return;
        }
        state.wake_up();
        drop(self.shared.idle.wait_timeout_while(state, limit, |state| !state.ended));
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closing = true;
        state.wake_up();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Whatever a panic leaves here is a list of lines: at worst one of them is incomplete.
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl State {
    fn start(&mut self, shared: &Arc<Shared>) -> std::io::Result<()> {
        if self.wake.is_none() {
            let wake = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
            let (shared, woken) = (shared.clone(), wake.clone());
            std::thread::Builder::new().name("log".to_owned()).spawn(move || run(&shared, &woken))?;
            self.wake = Some(wake);
        }
        Ok(())
    }

    fn queue(&mut self, sink: &Arc<FdSink>) -> &mut Queue {
        let at = self.queues.iter().position(|queue| Arc::ptr_eq(&queue.sink, sink)).unwrap_or_else(|| {
            self.queues.push(Queue { sink: sink.clone(), lines: Lines::default() });
            self.queues.len() - 1
        });
        &mut self.queues[at]
    }

    fn wake_up(&mut self) {
        if std::mem::take(&mut self.asleep)
            && let Some(wake) = &self.wake
        {
            // It fails only when it was signalled 2^64 - 1 times already.
            let _ = rustix::io::write(&**wake, &1u64.to_ne_bytes());
        }
    }
}

fn run(shared: &Shared, wake: &OwnedFd) {
    let mut works: Vec<Work> = Vec::new();
    loop {
        let mut state = shared.lock();
        take_over(&mut state, &mut works);
        let busy = works.iter().any(Work::is_busy);
        if !busy && state.closing {
            state.ended = true;
            shared.idle.notify_all();
            return;
        }
        state.asleep = true;
        drop(state);
        wait(wake, &mut works);
        for work in works.iter_mut().filter(|work| work.is_busy() && work.ready) {
            let lost = work.write_some();
            shared.lost.fetch_add(lost, Relaxed);
        }
    }
}

/// Fetches the queued lines of each descriptor that has none left, and forgets descriptors that nobody logs to.
fn take_over(state: &mut State, works: &mut Vec<Work>) {
    for queue in state.queues.iter_mut().filter(|queue| !queue.lines.is_empty()) {
        let at = works.iter().position(|work| Arc::ptr_eq(&work.sink, &queue.sink)).unwrap_or_else(|| {
            works.push(Work::new(&queue.sink));
            works.len() - 1
        });
        let work = &mut works[at];
        if !work.is_busy() {
            work.lines.clear();
            work.next = 0;
            std::mem::swap(&mut work.lines, &mut queue.lines);
        }
    }
    // Only the queue and the work still hold such a sink.
    works.retain(|work| work.is_busy() || Arc::strong_count(&work.sink) > 2);
    state.queues.retain(|queue| !queue.lines.is_empty() || Arc::strong_count(&queue.sink) > 1);
}

/// Waits until a descriptor with lines to write takes some, or new lines arrive.
fn wait(wake: &OwnedFd, works: &mut [Work]) {
    // Lines for a descriptor that doesn't exist wait for nothing.
    let hopeless = works.iter().any(|work| work.is_busy() && work.fd.is_none());
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut fds = vec![PollFd::new(wake, PollFlags::IN)];
    fds.extend(works.iter().filter_map(Work::waits_for).map(|fd| PollFd::new(fd, PollFlags::OUT)));
    // An interrupted wait is one that found nothing.
    let _ = poll(&mut fds, hopeless.then_some(&at_once));
    let found: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
    if found[0] {
        let _ = rustix::io::read(wake, &mut [0; 8]);
    }
    let mut found = found[1..].iter();
    for work in works {
        work.ready = work.waits_for().is_none_or(|_| found.next().is_some_and(|ready| *ready));
    }
}

impl Work {
    fn new(sink: &Arc<FdSink>) -> Work {
        let fd = sys::dup_inherited(sink.number).ok();
        let datagrams = [SocketType::DGRAM, SocketType::SEQPACKET];
        let per_line =
            fd.as_ref().is_some_and(|fd| sockopt::socket_type(fd).is_ok_and(|kind| datagrams.contains(&kind)));
        Work { sink: sink.clone(), fd, per_line, lines: Lines::default(), next: 0, offset: 0, ready: false }
    }

    /// The descriptor that its next line waits for.
    fn waits_for(&self) -> Option<&OwnedFd> {
        self.fd.as_ref().filter(|_| self.is_busy())
    }

    fn is_busy(&self) -> bool {
        self.next < self.lines.len()
    }

    /// Writes what goes in one piece; answers how many lines had to be given up. A longer line goes piece by piece, each
    /// when there is room for it: the descriptor blocks, and the rest of the line would wait for the reader here.
    fn write_some(&mut self) -> u64 {
        let Some(fd) = &self.fd else { return self.give_up() };
        let (chunk, after) = self.lines.chunk(self.next, if self.per_line { 0 } else { ATOMIC });
        let rest = &chunk[self.offset..];
        let piece = if self.per_line { rest } else { &rest[..rest.len().min(ATOMIC)] };
        match rustix::io::write(fd, piece) {
            Ok(n) if self.offset + n < chunk.len() => self.offset += n,
            Ok(_) => (self.next, self.offset) = (after, 0),
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(_) => return self.give_up(),
        }
        0
    }

    fn give_up(&mut self) -> u64 {
        let lost = self.lines.len() - self.next;
        (self.next, self.offset) = (self.lines.len(), 0);
        lost as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fd::AsRawFd;
    use std::io::Read;

    fn lines(text: &str, n: usize) -> Lines {
        let mut all = Lines::default();
        (0..n).for_each(|_| all.push(|out| out.extend_from_slice(text.as_bytes())));
        all
    }

    fn lost(writer: &Writer) -> u64 {
        writer.shared.lost.load(Relaxed)
    }

    #[test]
    fn a_stuck_pipe_loses_what_does_not_fit_and_stops_nobody_else() {
        let (stuck_end, stuck_in) = rustix::pipe::pipe().expect("pipe");
        let (mut good_end, good_in) = std::io::pipe().expect("pipe");
        let writer = Writer::new(Arc::default());
        let stuck = Arc::new(FdSink::new(stuck_in.as_raw_fd()));
        let good = Arc::new(FdSink::new(good_in.as_raw_fd()));
        let block = lines(&("x".repeat(999) + "\n"), 32);
        let pushed = 100;
        (0..pushed).for_each(|_| writer.push(&stuck, &block));
        assert!(lost(&writer) > 0, "3.2 MB don't fit");
        writer.push(&good, &lines("through\n", 3));
        let mut got = [0; 24];
        good_end.read_exact(&mut got).expect("pipe");
        assert_eq!(&got, b"through\nthrough\nthrough\n");
        // Nobody reads: the end comes nevertheless.
        writer.finish(Duration::from_millis(20));
        drop(stuck_end);
        writer.finish(Duration::from_secs(10));
        assert!(writer.shared.lock().ended);
    }

    #[test]
    fn a_line_longer_than_a_stuck_pipe_takes_at_once_stops_nobody_either() {
        let (stuck_end, stuck_in) = rustix::pipe::pipe().expect("pipe");
        let (mut good_end, good_in) = std::io::pipe().expect("pipe");
        let writer = Writer::new(Arc::default());
        let stuck = Arc::new(FdSink::new(stuck_in.as_raw_fd()));
        let good = Arc::new(FdSink::new(good_in.as_raw_fd()));
        let long = lines(&("x".repeat(60_000) + "\n"), 1);
        let pushed = 40;
        for n in 0..pushed {
            writer.push(&stuck, &long);
            // Each of these gets through while the long ones wait.
            writer.push(&good, &lines("through\n", 1));
            let mut got = [0; 8];
            good_end.read_exact(&mut got).expect("pipe");
            assert_eq!(&got, b"through\n", "{n}");
        }
        assert!(lost(&writer) > 0, "2.4 MB don't fit");
        writer.finish(Duration::from_millis(20));
        drop(stuck_end);
        writer.finish(Duration::from_secs(10));
        assert!(writer.shared.lock().ended);
        assert!(lost(&writer) >= pushed - 1, "the pipe had room for one");
    }

    #[test]
    fn everything_is_written_before_the_end() {
        let (mut end, into) = std::io::pipe().expect("pipe");
        let writer = Writer::new(Arc::default());
        let sink = Arc::new(FdSink::new(into.as_raw_fd()));
        let reader = std::thread::spawn(move || {
            let mut all = Vec::new();
            end.read_to_end(&mut all).map(|_| all)
        });
        let long = "y".repeat(9_999) + "\n";
        (0..200).for_each(|_| writer.push(&sink, &lines("0123456789abcde\n", 32)));
        writer.push(&sink, &lines(&long, 20));
        writer.finish(Duration::from_secs(10));
        // Lines after the end are counted, not written.
        writer.push(&sink, &lines("late\n", 1));
        assert_eq!(lost(&writer), 1);
        drop(into);
        drop(writer);
        let all = reader.join().expect("reader").expect("read");
        assert!(all == ("0123456789abcde\n".repeat(6400) + &long.repeat(20)).into_bytes());
    }

    #[test]
    fn a_descriptor_that_is_not_open_loses_its_lines() {
        let writer = Writer::new(Arc::default());
        writer.push(&Arc::new(FdSink::new(987_654)), &lines("nowhere\n", 2));
        writer.finish(Duration::from_secs(10));
        assert_eq!(lost(&writer), 2);
    }

    #[test]
    fn a_datagram_socket_gets_one_line_each() {
        let (sink_end, into) = std::os::unix::net::UnixDatagram::pair().expect("pair");
        let writer = Writer::new(Arc::default());
        writer.push(&Arc::new(FdSink::new(into.as_raw_fd())), &lines("one line\n", 3));
        writer.finish(Duration::from_secs(10));
        let mut buf = [0; 64];
        for _ in 0..3 {
            let n = sink_end.recv(&mut buf).expect("datagram");
            assert_eq!(&buf[..n], b"one line\n");
        }
    }
}
