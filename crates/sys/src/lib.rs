//! The process and its rights: fork, users, chroot, limits, signals, descriptors, the local zone.
//!
//! What it is not: it opens no network socket, starts no thread and knows no configuration. Everything that
//! changes the whole process says when it may be called; most of it before any thread exists.
#![allow(unsafe_code)] // System calls that no crate wraps safely; see the SAFETY comments.

mod crypt;
mod ending;
mod fdpass;
mod inherit;
mod limits;
mod machine;
mod process;
mod signals;
mod users;
mod zone;

pub use crypt::password_fits;
pub use ending::{end_by, is_ignored};
pub use fdpass::{recv_fd, send_fd};
pub use inherit::dup_inherited;
pub use limits::{allow_core_dumps, memory_limit, nofile, pipe_user_pages_soft, set_memory_limit, set_nofile};
pub use machine::{cpu_count, cpu_set, hostname, is_tty, pin_thread};
pub use process::{
    Forked, PidFile, chroot, detach_session, forbid_huge_pages, fork, set_dumpable, signal_process, silence_stdio,
    single_threaded,
};
pub use signals::{Signal, Signals, ignore_sigpipe};
pub use users::{Identity, IdentityError, gid_of, is_root, set_identity, uid_of};
pub use zone::{load_zone, local_offset_s};
