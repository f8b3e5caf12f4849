//! What other threads may touch of a worker: its inbox, its figures, its doorbell.
//!
//! Each worker owns a slot in one table of the process. A slot's record is never freed, only used again, so a
//! waker that outlives its runtime stays harmless.

use crate::word::{FOREIGN, Word};
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
use rustix::event::{EventfdFlags, eventfd};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Wakes kept one by one; beyond, the worker polls all its tasks, which is always right.
const MAX_WAKES: usize = 1 << 16;
/// Closures waiting for a worker; beyond, [`crate::spawn_on`] refuses.
const MAX_ERRANDS: usize = 1 << 16;

/// Work that another thread hands to a worker.
pub(crate) type Errand = Box<dyn FnOnce() + Send>;

/// One slot. The parts that others write and those that the worker writes lie on different cache lines.
#[repr(align(128))]
pub(crate) struct Remote {
    pub slot: u16,
    /// One of the constants below.
    state: AtomicU32,
    inbox: Mutex<Inbox>,
    /// Made when a worker with a real reactor first uses the slot.
    bell: OnceLock<OwnedFd>,
    /// The reactor of the worker that lives here, for those who take descriptors over from it.
    epoll: Mutex<Option<Arc<OwnedFd>>>,
    pub stop: AtomicBool,
    pub load: Padded<AtomicU32>,
    pub figures: Padded<Figures>,
}

/// A value on cache lines of its own.
#[repr(align(128))]
#[derive(Default, Debug)]
pub(crate) struct Padded<T>(pub T);

/// Written by the worker only (plain load and store), read by anybody.
#[derive(Default, Debug)]
pub(crate) struct Figures {
    pub loops: AtomicU64,
    pub polls: AtomicU64,
    pub wakeups: AtomicU64,
    pub panics: AtomicU64,
    pub tasks: AtomicU64,
    pub queued: AtomicU64,
    pub niced: AtomicU64,
    pub timers: AtomicU64,
    pub fds: AtomicU64,
    pub idle_pct: AtomicU64,
}

/// Adds to a figure of which the caller is the only writer.
pub(crate) fn bump(figure: &AtomicU64, by: u64) {
    figure.store(figure.load(Ordering::Relaxed).wrapping_add(by), Ordering::Relaxed);
}

/// The worker looks into its inbox before it sleeps.
const AWAKE: u32 = 0;
/// The worker sleeps: ring.
const ASLEEP: u32 = 1;
/// There is something in the inbox, and the worker will look.
const RUNG: u32 = 2;

#[derive(Default)]
struct Inbox {
    /// Whether a worker lives here.
    open: bool,
    mail: Mail,
}

/// What an inbox held.
#[derive(Default)]
pub(crate) struct Mail {
    pub wakes: Vec<Word>,
    pub wake_all: bool,
    pub errands: Vec<Errand>,
}

static TABLE: [AtomicPtr<Remote>; FOREIGN as usize] =
    [const { AtomicPtr::new(core::ptr::null_mut()) }; FOREIGN as usize];
static FREE: Mutex<FreeSlots> = Mutex::new(FreeSlots { returned: Vec::new(), used: 0 });

struct FreeSlots {
    returned: Vec<u16>,
    used: u16,
}

/// Wakes a task from anywhere.
pub(crate) fn wake(word: Word) {
    let here = crate::ctx::try_with(|worker| {
        let local = worker.slot == word.slot();
        if local {
            worker.tasks.borrow_mut().wake(word);
        }
        local
    });
    if here != Some(true)
        && let Some(remote) = lookup(word.slot())
    {
        remote.post_wake(word);
    }
}

fn lookup(slot: u16) -> Option<&'static Remote> {
    let record = TABLE.get(usize::from(slot))?.load(Ordering::Acquire);
    // SAFETY: the table holds null or pointers from `Box::leak`, published with release order and never freed.
    unsafe { record.as_ref() }
}

impl Remote {
    /// A free slot, or `None` when all 4,094 are taken.
    pub fn acquire() -> Option<&'static Remote> {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let remote = match free.returned.pop() {
            Some(slot) => lookup(slot)?,
            // Slot 0 stays empty: no word is 0.
            None if free.used + 1 < FOREIGN => {
                free.used += 1;
                let remote: &'static Remote = Box::leak(Box::new(Remote::new(free.used)));
                TABLE[usize::from(free.used)].store(core::ptr::from_ref(remote).cast_mut(), Ordering::Release);
                remote
            }
            None => return None,
        };
        remote.stop.store(false, Ordering::Relaxed);
        remote.load.0.store(0, Ordering::Relaxed);
        remote.figures.0.clear();
        remote.state.store(AWAKE, Ordering::SeqCst);
        remote.inbox().open = true;
        Some(remote)
    }

    fn new(slot: u16) -> Remote {
        Remote {
            slot,
            state: AtomicU32::new(AWAKE),
            inbox: Mutex::default(),
            bell: OnceLock::new(),
            epoll: Mutex::default(),
            stop: AtomicBool::new(false),
            load: Padded::default(),
            figures: Padded::default(),
        }
    }

    /// The worker is gone: what is still in the inbox is dropped, what comes is refused.
    pub fn close(&self) {
        self.set_epoll(None);
        let mail = {
            let mut inbox = self.inbox();
            inbox.open = false;
            std::mem::take(&mut inbox.mail)
        };
        drop(mail);
    }

    /// A worker with a real reactor moves in, or out.
    pub fn set_epoll(&self, epoll: Option<Arc<OwnedFd>>) {
        *self.epoll.lock().unwrap_or_else(PoisonError::into_inner) = epoll;
    }

    /// Ends the registration of `fd` with the worker's reactor, on any thread.
    pub fn deregister(&self, fd: BorrowedFd<'_>) {
        let epoll = self.epoll.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(epoll) = epoll {
            // Fails only for a descriptor that isn't there (any more): then all is as wanted.
            let _ = rustix::event::epoll::delete(epoll, fd);
        }
    }

    /// Nobody can address the slot any more but by old wakers: it may be used again. Only for the last owner of the
    /// runtime's shared part, as everyone who holds that may still post to the slot.
    pub fn recycle(&self) {
        self.close();
        FREE.lock().unwrap_or_else(PoisonError::into_inner).returned.push(self.slot);
    }

    /// The eventfd that ends the worker's sleep.
    pub fn bell(&self) -> io::Result<BorrowedFd<'_>> {
        if self.bell.get().is_none() {
            let fd = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
            // Only the slot's owner comes here, so a lost race can't happen; it would only close `fd`.
            let _ = self.bell.set(fd);
        }
        self.bell.get().map(AsFd::as_fd).ok_or_else(|| io::ErrorKind::Other.into())
    }

    fn post_wake(&self, word: Word) {
        {
            let mut inbox = self.inbox();
            if !inbox.open {
                return;
            }
            if inbox.mail.wakes.len() < MAX_WAKES {
                inbox.mail.wakes.push(word);
            } else {
                inbox.mail.wake_all = true;
            }
        }
        self.ring();
    }

    /// Hands an errand over; it comes back if no worker lives here or too many wait.
    pub fn post_errand(&self, errand: Errand) -> Result<(), Errand> {
        {
            let mut inbox = self.inbox();
            if !inbox.open || inbox.mail.errands.len() >= MAX_ERRANDS {
                return Err(errand);
            }
            inbox.mail.errands.push(errand);
        }
        self.ring();
        Ok(())
    }

    /// Asks the worker to end.
    pub fn post_stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        self.ring();
    }

    fn ring(&self) {
        // Always a swap, never a load first: the worker's own swap in `take_mail` then either comes before, and
        // sees RUNG before it sleeps, or after, and with it sees what was just posted.
        if self.state.swap(RUNG, Ordering::SeqCst) == ASLEEP
            && let Some(bell) = self.bell.get()
        {
            // Fails only when the counter is full, and then the bell is ringing already.
            let _ = rustix::io::write(bell, &1u64.to_ne_bytes());
        }
    }

    /// The worker is awake and takes what came, exchanging the vectors of `mail` (emptied by the caller), so that
    /// their memory is used again. False: nothing came.
    pub fn take_mail(&self, mail: &mut Mail) -> bool {
        if self.state.swap(AWAKE, Ordering::SeqCst) != RUNG {
            return false;
        }
        debug_assert!(mail.wakes.is_empty() && mail.errands.is_empty());
        std::mem::swap(&mut self.inbox().mail, mail);
        true
    }

    /// Whether something came since [`Remote::take_mail`].
    pub fn has_mail(&self) -> bool {
        self.state.load(Ordering::SeqCst) == RUNG
    }

    /// The worker wants to sleep. False: something has come, so it must not.
    pub fn fall_asleep(&self) -> bool {
        self.state.compare_exchange(AWAKE, ASLEEP, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// Silences the bell after it rang.
    pub fn quiet(&self) {
        if let Some(bell) = self.bell.get() {
            let _ = rustix::io::read(bell, &mut [0u8; 8]);
        }
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        // Nothing panics while the lock is held, and a half-pushed entry can't exist.
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Figures {
    fn clear(&self) {
        let Figures { loops, polls, wakeups, panics, tasks, queued, niced, timers, fds, idle_pct } = self;
        for figure in [loops, polls, wakeups, panics, tasks, queued, niced, timers, fds] {
            figure.store(0, Ordering::Relaxed);
        }
        idle_pct.store(100, Ordering::Relaxed);
    }
}
