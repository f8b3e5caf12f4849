//! The runtime on the real reactor, with real threads. Nothing here depends on how long something takes.

use base::Ms;
use rt::{Config, Notify, ReadyQueue, Source, Timer, WorkerId};
use std::cell::Cell;
use std::future::poll_fn;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

/// Runs `main` on worker 0 of `threads` and ends the runtime when it is done.
fn check<F: Future<Output = ()> + 'static>(threads: usize, main: impl Fn() -> F + Send + Sync + 'static) {
    let cfg = Config { threads, name: "test".to_owned(), ..Config::default() };
    let done = Arc::new(AtomicUsize::new(0));
    let seen = done.clone();
    let runtime = rt::start(cfg, move |id| {
        let main = (id == WorkerId(0)).then(&main);
        let seen = seen.clone();
        async move {
            if let Some(main) = main {
                let _stop = StopOnDrop;
                main.await;
                seen.fetch_add(1, Ordering::SeqCst);
            } else {
                std::future::pending::<()>().await;
            }
        }
    });
    runtime.unwrap().join();
    assert_eq!(done.load(Ordering::SeqCst), 1, "the main task ran to its end");
}

/// A failing assertion ends the runtime too, so that the test fails instead of hanging.
struct StopOnDrop;

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        rt::stop_all();
    }
}

fn pair() -> (Source, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    (Source::new(OwnedFd::from(ours)).unwrap(), theirs)
}

#[test]
fn tasks_timers_and_joins() {
    check(1, || async {
        let before = rt::now();
        let slow = rt::spawn_joined(async {
            rt::sleep(Ms(20)).await;
            2
        });
        let quick = rt::spawn_joined(async { 1 });
        assert_eq!(quick.await, Some(1));
        assert_eq!(slow.await, Some(2));
        assert!(rt::now().ms_since(before) >= 20, "never early");
        assert!(rt::wall().secs() > 1_700_000_000);
        assert_eq!(rt::threads(), 1);
    });
}

#[test]
fn a_timer_moves_both_ways_and_wakes_in_time() {
    check(1, || async {
        let mut timer = Timer::new();
        assert!(poll_fn(|cx| Poll::Ready(timer.poll(cx))).await.is_pending(), "unset");
        let start = rt::now();
        timer.set(Some(start + Ms(10_000)));
        assert!(poll_fn(|cx| Poll::Ready(timer.poll(cx))).await.is_pending());
        timer.set(Some(start + Ms(5)));
        timer.set(Some(start + Ms(15)));
        poll_fn(|cx| timer.poll(cx)).await;
        assert!((15..5_000).contains(&rt::now().ms_since(start)));
        assert_eq!(rt::stats().timers, 0);
        timer.set(Some(rt::now() + Ms(10_000)));
        assert!(poll_fn(|cx| Poll::Ready(timer.poll(cx))).await.is_pending());
        assert_eq!(rt::stats().timers, 1);
        drop(timer);
        assert_eq!(rt::stats().timers, 0);
    });
}

#[test]
fn a_panic_ends_its_task_alone() {
    std::panic::set_hook(Box::new(|_| {}));
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    let messages = Arc::new(Mutex::new(Vec::new()));
    let seen = messages.clone();
    let cfg = Config {
        on_panic: Some(Arc::new(move |_, message| seen.lock().unwrap().push(message.to_owned()))),
        ..Config::default()
    };
    let runtime = rt::start(cfg, |_| async {
        let _stop = StopOnDrop;
        let bad = rt::spawn_joined(async { panic!("in poll {}", 1) });
        assert_eq!(bad.await, None::<()>);
        let bomb = Bomb;
        let worse = rt::spawn_joined(async move {
            let _bomb = bomb;
        });
        worse.await;
        let killed = rt::spawn(async {
            let _bomb = Bomb;
            std::future::pending::<()>().await;
        });
        rt::yield_now().await;
        rt::kill(killed);
        assert!(!killed.is_alive());
        assert_eq!(rt::stats().panics, 3);
        assert_eq!(rt::offload(|| panic!("there")).await, Err::<(), _>(rt::OffloadError::Panicked("there".to_owned())));
    });
    runtime.unwrap().join();
    let _ = std::panic::take_hook();
    assert_eq!(*messages.lock().unwrap(), ["in poll 1", "in drop", "in drop"]);
}

#[test]
fn wakes_cross_threads_in_every_direction() {
    const WORKERS: u16 = 4;
    const ROUNDS: u32 = 2_000;
    check(WORKERS as usize, || async {
        let total = Arc::new(AtomicU32::new(0));
        let mut ends = Vec::new();
        // A ring of mailboxes: each worker passes the ball on, so every hop wakes a sleeping thread.
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..WORKERS).map(|_| rt::mailbox::<u32>(8)).unzip();
        for (at, mut receiver) in receivers.into_iter().enumerate() {
            let next = senders[(at + 1) % WORKERS as usize].clone();
            let total = total.clone();
            let (end, ended) = rt::oneshot();
            ends.push(ended);
            rt::spawn_on(WorkerId(at as u16), move || {
                rt::spawn(async move {
                    while let Some(ball) = receiver.recv().await {
                        total.fetch_add(1, Ordering::SeqCst);
                        if next.send(ball.wrapping_sub(1)).is_err() || ball < u32::from(WORKERS) {
                            break;
                        }
                    }
                    end.send(()).unwrap();
                });
            })
            .unwrap();
        }
        senders[0].send(ROUNDS).unwrap();
        drop(senders);
        for end in ends {
            end.await.unwrap();
        }
        assert_eq!(total.load(Ordering::SeqCst), ROUNDS + 1, "each hop counts once");
    });
}

#[test]
fn many_threads_wake_one_task() {
    check(1, || async {
        let count = Arc::new(AtomicU32::new(0));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let count = count.clone();
                let (asker, asked) = rt::oneshot::<std::task::Waker>();
                let thread = std::thread::spawn(move || {
                    let mut asked = asked;
                    let waker = loop {
                        match asked.try_recv() {
                            Ok(Some(waker)) => break waker,
                            _ => std::thread::yield_now(),
                        }
                    };
                    for _ in 0..5_000 {
                        count.fetch_add(1, Ordering::SeqCst);
                        waker.wake_by_ref();
                    }
                });
                (asker, thread)
            })
            .collect();
        let mut askers = Vec::new();
        let mut handles = Vec::new();
        for (asker, thread) in threads {
            askers.push(asker);
            handles.push(thread);
        }
        poll_fn(|cx| {
            askers.drain(..).for_each(|asker| assert!(asker.send(cx.waker().clone()).is_ok()));
            if count.load(Ordering::SeqCst) == 20_000 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        handles.into_iter().for_each(|handle| handle.join().unwrap());
    });
}

#[test]
fn wakers_outlive_their_runtime() {
    let kept = Arc::new(Mutex::new(None));
    let keep = kept.clone();
    check(1, move || {
        let keep = keep.clone();
        async move {
            poll_fn(|cx| {
                *keep.lock().unwrap() = Some(cx.waker().clone());
                Poll::Ready(())
            })
            .await;
        }
    });
    kept.lock().unwrap().take().unwrap().wake();
}

#[test]
fn sources_report_readiness_ends_and_park() {
    use std::io::{Read, Write};
    check(1, || async {
        let (ours, mut theirs) = pair();
        let mut byte = [0u8; 8];
        let read = |byte: &mut [u8]| rustix::io::read(&ours, byte);
        assert_eq!(read(&mut byte), Err(rustix::io::Errno::AGAIN));
        ours.clear_readable();
        theirs.write_all(b"x").unwrap();
        poll_fn(|cx| ours.poll_readable(cx)).await;
        assert_eq!(read(&mut byte), Ok(1));
        ours.drained();
        assert!(!ours.is_readable());

        let queue = ReadyQueue::new();
        ours.park(&queue, 42);
        theirs.write_all(b"y").unwrap();
        assert_eq!(queue.next().await, 42);
        ours.unpark();
        assert_eq!(read(&mut byte), Ok(1));
        ours.drained();

        drop(theirs.shutdown(std::net::Shutdown::Write));
        poll_fn(|cx| ours.poll_peer_gone(cx)).await;
        assert!(ours.is_rdhup() && ours.is_readable());
        assert_eq!(read(&mut byte), Ok(0));
        assert_eq!(rt::stats().fds, 1);
        let fd = ours.into_fd();
        assert_eq!(rt::stats().fds, 0);
        drop(fd);
        assert_eq!(theirs.read(&mut byte).unwrap(), 0);
    });
}

#[test]
fn the_budget_makes_greedy_tasks_yield() {
    check(1, || async {
        let turns = Rc::new(Cell::new(0));
        let other = turns.clone();
        rt::spawn(async move {
            loop {
                other.set(other.get() + 1);
                rt::yield_now().await;
            }
        });
        rt::yield_now().await;
        let before = turns.get();
        for _ in 0..64 * 10 {
            poll_fn(rt::poll_budget).await;
        }
        assert!((9..=12).contains(&(turns.get() - before)), "{} turns", turns.get() - before);
    });
}

#[test]
fn buffers_are_capped_and_waited_for() {
    let cfg = Config { buf_cap: 1, ..Config::default() };
    let runtime = rt::start(cfg, |_| async {
        let _stop = StopOnDrop;
        let first = rt::buf().unwrap();
        assert_eq!(first.capacity(), 16_384);
        assert!(rt::buf().is_none());
        let second = rt::spawn_joined(poll_fn(rt::poll_buf));
        let third = rt::spawn_joined(poll_fn(rt::poll_buf));
        rt::yield_now().await;
        drop(first);
        drop(second.await.unwrap());
        drop(third.await.unwrap());
        assert_eq!(rt::buf_usage(), (0, 1));
    });
    runtime.unwrap().join();
}

#[test]
fn hooks_locals_notify_and_kill() {
    check(2, || async {
        let flushed = Rc::new(Cell::new(0));
        let hook = flushed.clone();
        rt::on_loop_end(Box::new(move || hook.set(hook.get() + 1)));
        rt::request_flush();
        rt::request_flush();
        rt::yield_now().await;
        rt::yield_now().await;
        assert_eq!(flushed.get(), 1);

        rt::set_local(Rc::new(5u32));
        rt::set_local(Rc::new(6u32));
        assert_eq!((*rt::local::<u32>(), rt::try_local::<u64>()), (6, None));

        let notify = Rc::new(Notify::new());
        let theirs = notify.clone();
        rt::spawn(async move { theirs.notify() });
        notify.notified().await;

        // Tasks of another worker can be killed too.
        let (told, id) = rt::oneshot();
        let (alive, dead) = rt::oneshot::<()>();
        rt::spawn_on(WorkerId(1), move || {
            let id = rt::spawn(async move {
                let _alive = alive;
                std::future::pending::<()>().await;
            });
            told.send(id).unwrap();
        })
        .unwrap();
        rt::kill(id.await.unwrap());
        assert!(dead.await.is_err());
        assert_eq!(rt::spawn_on(WorkerId(9), || ()), Err(rt::Refused));
        rt::load(WorkerId(1)).fetch_add(3, Ordering::Relaxed);
        assert_eq!(rt::load(WorkerId(1)).load(Ordering::Relaxed), 3);
    });
}

#[test]
fn offloaded_work_comes_back() {
    check(1, || async {
        let jobs: Vec<_> = (0..20).map(|n| rt::spawn_joined(rt::offload(move || n * 2))).collect();
        for (n, job) in jobs.into_iter().enumerate() {
            assert_eq!(job.await.unwrap(), Ok(n * 2));
        }
    });
}

#[test]
fn worker_zero_may_run_on_the_caller() {
    let cfg = Config { threads: 2, first_on_caller: true, ..Config::default() };
    let caller = std::thread::current().id();
    let runtime = rt::start(cfg, move |id| async move {
        assert_eq!(std::thread::current().id() == caller, id == WorkerId(0));
        if id == WorkerId(0) {
            rt::stop_all();
        }
    });
    runtime.unwrap().join();
}

#[test]
fn an_old_runtime_cannot_stop_a_new_one() {
    // Slots are used again: a stop meant for their last owner must not reach the next one.
    for _ in 0..50 {
        let old = rt::start(Config::default(), |_| async { rt::stop_all() }).unwrap();
        let stop_old = old.stopper();
        old.join();
        let done = Arc::new(AtomicU32::new(0));
        let seen = done.clone();
        let new = rt::start(Config::default(), move |_| {
            let seen = seen.clone();
            async move {
                rt::sleep(Ms(1)).await;
                seen.store(1, Ordering::SeqCst);
                rt::stop_all();
            }
        });
        stop_old();
        new.unwrap().join();
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn memory_of_futures_is_used_again() {
    /// Counts its drops; a large one doesn't fit into what is kept.
    struct Counted<const N: usize>(Rc<Cell<u32>>, [u8; N]);
    impl<const N: usize> Drop for Counted<N> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    check(1, || async {
        let drops = Rc::new(Cell::new(0));
        let future = |ready: bool| {
            let counted = Counted(drops.clone(), [7; 100]);
            async move {
                if !ready {
                    std::future::pending::<()>().await;
                }
                u64::from(counted.1[99])
            }
        };
        for n in 0..1000 {
            assert_eq!(rt::reused(future(true)).await, 7);
            drop(rt::reused(future(false)));
            assert_eq!(drops.get(), 2 * (n + 1));
        }
        let many: Vec<_> = (0..500).map(|_| rt::reused(future(true))).collect();
        for one in many {
            assert_eq!(one.await, 7);
        }
        assert_eq!(drops.get(), 2500);
        let large = Counted(drops.clone(), [9; 5000]);
        let whole = async move {
            let large = large;
            large.1[4999]
        };
        assert_eq!(rt::reused(whole).await, 9);
        assert_eq!(drops.get(), 2501);
        let panics = rt::spawn_joined(async {
            struct Bad;
            impl Drop for Bad {
                fn drop(&mut self) {
                    panic!("on purpose");
                }
            }
            let bad = Bad;
            drop(rt::reused(async move {
                std::future::pending::<()>().await;
                drop(bad);
            }));
        });
        assert!(panics.await.is_none());
    });
    // Without a worker it is a plain box.
    drop(rt::reused(std::future::ready(vec![1u8; 100])));
}
