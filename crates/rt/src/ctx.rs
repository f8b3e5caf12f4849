//! The worker that this thread is running: the only thread-local of the project.

use crate::worker::Worker;
use core::cell::Cell;
use core::ptr;

thread_local! {
    static CURRENT: Cell<*const Worker> = const { Cell::new(ptr::null()) };
}

/// Makes a worker current until dropped; the one before comes back then.
pub(crate) struct Entered(*const Worker);

/// The caller keeps `worker` alive and in place until the guard is gone: guaranteed by the borrow in the closure
/// of [`run_in`], the only caller.
fn enter(worker: &Worker) -> Entered {
    Entered(CURRENT.replace(ptr::from_ref(worker)))
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

/// Runs `f` with `worker` as the current one.
pub(crate) fn run_in<R>(worker: &Worker, f: impl FnOnce() -> R) -> R {
    let _entered = enter(worker);
    f()
}

/// The current worker. Outside of any worker this panics: the caller's bug.
#[track_caller]
pub(crate) fn with<R>(f: impl FnOnce(&Worker) -> R) -> R {
    match try_with(f) {
        Some(result) => result,
        None => panic!("this needs a worker of the runtime, and this thread isn't one"),
    }
}

/// The current worker, if this thread is one.
pub(crate) fn try_with<R>(f: impl FnOnce(&Worker) -> R) -> Option<R> {
    let current = CURRENT.get();
    // SAFETY: the pointer is null or comes from `enter`, whose guard lives inside `run_in`, which borrows the
    // worker for all that time on this very thread. `Worker` is only ever used through shared references.
    unsafe { current.as_ref() }.map(f)
}
