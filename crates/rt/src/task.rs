//! Tasks as users see them.

use crate::remote::Errand;
use crate::runtime::Refused;
use crate::word::Word;
use crate::{WorkerId, ctx};
use core::cell::RefCell;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::rc::Rc;

/// Names a task; it may have ended since. A number, good on any thread.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TaskId(pub(crate) Word);

impl TaskId {
    /// Whether the task still exists. Only on the worker that runs it; elsewhere the answer is no.
    pub fn is_alive(self) -> bool {
        ctx::try_with(|worker| worker.slot == self.0.slot() && worker.tasks.borrow().is_live(self.0)) == Some(true)
    }

    /// Has the task polled.
    pub fn wake(self) {
        crate::remote::wake(self.0);
    }
}

/// Starts a task on this worker. It is polled for the first time in this or the next turn of the loop. While the
/// worker is ending, the future is dropped at once.
pub fn spawn(future: impl Future<Output = ()> + 'static) -> TaskId {
    spawn_boxed(Box::pin(future))
}

/// The same for a future that is boxed already.
pub fn spawn_boxed(future: Pin<Box<dyn Future<Output = ()>>>) -> TaskId {
    TaskId(ctx::with(|worker| worker.spawn(future)))
}

/// Starts a task that gives way to others (`nice` up to 1024) or goes before them (down to -1024) when many are ready
/// at a time; 0 is [`spawn`]. It always has its turn in the end, and where nobody else is ready, at once.
pub fn spawn_niced(nice: i32, future: impl Future<Output = ()> + 'static) -> TaskId {
    TaskId(ctx::with(|worker| worker.spawn_niced(Box::pin(future), nice)))
}

/// Gives a task of this worker another niceness, as in [`spawn_niced`]. Others don't change.
pub fn set_nice(task: TaskId, nice: i32) {
    ctx::with(|worker| {
        if task.0.slot() == worker.slot {
            worker.tasks.borrow_mut().set_nice(task.0, nice);
        }
    });
}

/// Starts a task whose result can be awaited.
pub fn spawn_joined<T: 'static>(future: impl Future<Output = T> + 'static) -> Join<T> {
    let shared = Rc::new(RefCell::new(Joint { value: None, over: false, waker: None }));
    let guard = JointGuard(shared.clone());
    let id = spawn(async move {
        let value = future.await;
        guard.0.borrow_mut().value = Some(value);
        drop(guard);
    });
    Join { id, shared }
}

struct Joint<T> {
    value: Option<T>,
    over: bool,
    waker: Option<Waker>,
}

/// Tells the joiner that the task is over, however it ended.
struct JointGuard<T>(Rc<RefCell<Joint<T>>>);

impl<T> Drop for JointGuard<T> {
    fn drop(&mut self) {
        let waker = {
            let mut joint = self.0.borrow_mut();
            joint.over = true;
            joint.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The result of a task to come: `None` if it was killed or panicked. Dropping it lets the task go on.
pub struct Join<T> {
    id: TaskId,
    shared: Rc<RefCell<Joint<T>>>,
}

impl<T> Join<T> {
    /// The task.
    pub fn id(&self) -> TaskId {
        self.id
    }
}

impl<T> Future for Join<T> {
    type Output = Option<T>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let waker = cx.waker().clone();
        let mut joint = self.shared.borrow_mut();
        if joint.over {
            return Poll::Ready(joint.value.take());
        }
        let old = joint.waker.replace(waker);
        drop(joint);
        drop(old);
        Poll::Pending
    }
}

/// Ends a task by dropping its future: now, if it is another task of this worker; when its poll returns, if it is
/// the caller itself; soon, if it lives on another worker of this runtime.
pub fn kill(task: TaskId) {
    ctx::with(|worker| {
        if task.0.slot() == worker.slot {
            worker.kill(task.0);
        } else if let Some(peer) = worker.shared.peers.iter().find(|peer| peer.slot == task.0.slot()) {
            // Refused only when that worker is ending, and its tasks with it.
            let _ = peer.post_errand(Box::new(move || kill(task)));
        }
    });
}

/// Polls every task of this worker once more: something that all of them look at has changed.
pub fn wake_all() {
    ctx::with(|worker| worker.tasks.borrow_mut().wake_all());
}

/// The task that is running, if one is.
pub fn current_task() -> Option<TaskId> {
    let word = ctx::try_with(|worker| worker.running.get())?;
    word.is_some().then_some(TaskId(word))
}

/// Runs `f` on another worker (or this one) of this runtime, in its next turn, between tasks.
pub fn spawn_on(worker: WorkerId, f: impl FnOnce() + Send + 'static) -> Result<(), Refused> {
    let errand: Errand = Box::new(f);
    let peer = ctx::with(|here| here.shared.peer(worker)).ok_or(Refused)?;
    peer.post_errand(errand).map_err(|_| Refused)
}

/// Lets the other tasks have their turn.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Asks for one I/O operation out of the poll's budget. Pending, with the task queued again, when it is used up:
/// the others have their turn first.
pub fn poll_budget(cx: &mut Context<'_>) -> Poll<()> {
    let left = ctx::with(|worker| {
        let left = worker.budget.get();
        worker.budget.set(left.saturating_sub(1));
        left
    });
    if left > 0 {
        return Poll::Ready(());
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Charges the budget for `bytes` moved beyond the first 16 KiB of an operation.
pub fn charge(bytes: usize) {
    let units = u32::try_from(bytes / 16_384).unwrap_or(u32::MAX).saturating_sub(1);
    if units > 0 {
        ctx::with(|worker| worker.budget.set(worker.budget.get().saturating_sub(units)));
    }
}

/// Gives back the operation asked for with [`poll_budget`]: nothing was done after all.
pub fn refund() {
    ctx::with(|worker| worker.budget.set(worker.budget.get().saturating_add(1)));
}
