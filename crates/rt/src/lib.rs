//! Worker threads: reactor, executor, timers, mailboxes, clock, buffers, offload.
//!
//! One worker is one OS thread with its own edge-triggered epoll, its own tasks (which never leave it), its own
//! timer wheel, buffers and clock. Other threads reach it only through its inbox. A panic in a task ends that
//! task alone. With the feature `sim`, [`sim`] runs any number of workers on one thread in virtual time.
//!
//! What it is not: it knows no socket operation (that is `net`), no protocol and no configuration. This crate
//! has the project's only thread-local, one pointer to the worker; everything per-thread hangs on that.
#![allow(unsafe_code)] // Wakers made of numbers, and the pointer to the current worker; see the SAFETY comments.

mod clock;
mod config;
mod ctx;
mod epoll;
mod foreign;
mod here;
mod io_table;
mod mailbox;
mod niced;
mod notify;
mod offload;
mod oneshot;
mod panics;
mod ready_queue;
mod remote;
mod reused;
mod runtime;
#[cfg(feature = "sim")]
pub mod sim;
mod source;
mod task;
mod tasks;
mod timer;
mod wheel;
mod word;
mod worker;

pub use config::{Config, PanicHook, ThreadHook};
pub use here::{
    Stats, big_buf, buf, buf_usage, in_worker, load, local, now, on_loop_end, poll_big_buf, poll_buf, post,
    precise_now, random, request_flush, rng, set_local, stats, stats_of, stop_all, threads, try_local, wall, worker,
};
pub use mailbox::{Full, Receiver, Sender, mailbox};
pub use notify::Notify;
pub use offload::{OffloadError, Offloaded, offload};
pub use oneshot::{Canceled, OneshotReceiver, OneshotSender, oneshot};
pub use ready_queue::ReadyQueue;
pub use reused::{Reused, reused};
pub use runtime::{Post, Refused, Runtime, start};
pub use source::{Registration, Source};
pub use task::{
    Join, TaskId, charge, current_task, kill, poll_budget, refund, set_nice, spawn, spawn_boxed, spawn_joined,
    spawn_niced, spawn_on, wake_all, yield_now,
};
pub use timer::{Sleep, Timer, sleep, sleep_until};

/// A worker of a runtime, from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WorkerId(pub u16);

impl WorkerId {
    /// The place as a slice index.
    pub fn at(self) -> usize {
        usize::from(self.0)
    }
}
