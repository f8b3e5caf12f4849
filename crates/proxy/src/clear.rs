//! `clear counters`: statistics begin anew.
//!
//! Each thread writes its own counters without asking anybody, so each has to clear its own.

use crate::control::Control;
use crate::counters::{Clear, Counters};
use crate::listener::ListenerLive;
use crate::plan::{Back, Plan, Server};
use base::ix::SrvIx;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// The worker that looks at all counters once a second.
pub const SAMPLER: usize = 0;

impl Control {
    /// Forgets the maxima of all proxies, servers and bind lines, or everything that was counted for them. What the
    /// process as a whole has counted stays. Over when all workers have done their part.
    pub fn clear_counters(&self, what: Clear) -> impl Future<Output = ()> + 'static {
        let plan = self.plan();
        for proxy in &plan.proxies {
            if let Some(front) = &proxy.front {
                front.live.conns.clear_max();
            }
            if let Some(back) = &proxy.back {
                clear_backend(back, what);
                back.servers.iter().for_each(|server| clear_server(server, what));
            }
        }
        plan.listeners.iter().for_each(|listener| listener.live.conns.clear_max());
        self.on_each(move |thread| {
            all_counters(&plan, |counters| clear_own(counters, thread, what));
        })
    }

    /// Forgets all that was counted for a server.
    pub fn clear_server(&self, back: &Arc<Back>, ix: SrvIx) -> impl Future<Output = ()> + 'static {
        clear_server(back.server(ix), Clear::All);
        let live = back.server(ix).live.clone();
        self.on_each(move |thread| clear_own(&live.counters, thread, Clear::All))
    }

    /// Runs `f` on each worker and waits for all.
    fn on_each(&self, f: impl Fn(usize) + Clone + Send + 'static) -> impl Future<Output = ()> + 'static {
        let threads = 0..self.shared().threads;
        let all: Vec<_> = threads
            .filter_map(|thread| {
                let (tell, told) = rt::oneshot();
                let f = f.clone();
                let sent = self.on_worker(thread, move |_| {
                    f(thread);
                    // Whoever asked may have gone.
                    let _ = tell.send(());
                });
                // A worker that has ended counts nothing.
                sent.then_some(told)
            })
            .collect();
        async move {
            for told in all {
                let _ = told.await;
            }
        }
    }
}

fn all_counters(plan: &Plan, clear: impl Fn(&Counters)) {
    for proxy in &plan.proxies {
        if let Some(front) = &proxy.front {
            clear(&front.live.counters);
        }
        if let Some(back) = &proxy.back {
            clear(&back.live.counters);
            back.servers.iter().for_each(|server| clear(&server.live.counters));
        }
    }
    plan.listeners.iter().map(|listener| &*listener.live).map(ListenerLive::all_counters).for_each(clear);
}

fn clear_own(counters: &Counters, thread: usize, what: Clear) {
    counters.clear(thread, what);
    if thread == SAMPLER {
        counters.clear_sampled(what);
    }
}

fn clear_backend(back: &Back, what: Clear) {
    back.live.conns.clear_max();
    back.live.queue.clear_max();
    if what == Clear::All {
        back.live.downs.store(0, Relaxed);
        back.live.last_session.store(0, Relaxed);
    }
}

fn clear_server(server: &Server, what: Clear) {
    let live = &server.live;
    live.served.clear_max();
    live.idle.open.clear_max();
    if what == Clear::All {
        live.last_session.store(0, Relaxed);
        if let Some(checker) = &mut live.health().checker {
            checker.clear_failures();
        }
    }
}
