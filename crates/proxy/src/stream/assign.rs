//! Which server: balancing, and the queue when all are full.

use super::{Cause, Exchange, Fail, Stage};
use crate::plan::LocalBack;
use crate::queue::{Queued, Slot};
use crate::session::Client;
use base::ix::SrvIx;
use policy::lb::{Load, Pick, PickCtx};
use rules::action::Timeout;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;

impl Exchange {
    /// Takes a slot of a server, waiting in the queue for one if need be. `avoid`: the server that has just failed.
    pub async fn assign(&mut self, client: &mut Client, avoid: Option<SrvIx>) -> Result<(), Fail> {
        let back = self.backend();
        self.slot = None;
        let preferred = if avoid.is_none() { self.take_preferred(client, &back) } else { None };
        let slot = match preferred.map_or_else(|| try_assign(&back, avoid), Try::Slot) {
            Try::Slot(slot) => slot,
            Try::NoServer => return Err(no_server()),
            Try::Full => Box::pin(self.wait_in_queue(client, &back)).await?,
        };
        self.server = Some(slot.server());
        self.card.set_server(self.server);
        if !self.times.assigned.is_some() {
            self.times.assigned = rt::now();
        }
        back.count_assigned(client.worker.id, slot.server(), rt::now());
        if let Some(watch) = client.worker.shared.watch.get() {
            watch.server(&back.spec.name, &back.server(slot.server()).spec.name);
        }
        self.slot = Some(slot);
        Ok(())
    }

    /// Takes another slot of the same server, or any if that one is full or gone.
    pub async fn assign_again(&mut self, client: &mut Client, server: SrvIx) -> Result<(), Fail> {
        let back = self.backend();
        if back.server(server).live.usable.load(Relaxed)
            && let Some(slot) = Slot::take(&back, server)
        {
            self.slot = Some(slot);
            return Ok(());
        }
        self.assign(client, Some(server)).await
    }

    async fn wait_in_queue(&mut self, client: &mut Client, back: &Rc<LocalBack>) -> Result<Slot, Fail> {
        let spec = back.back();
        let since = rt::now();
        let connect = self.timeout(Timeout::Connect, spec.timeout_connect);
        let limit = self.timeout(Timeout::Queue, spec.timeout_queue).or(connect);
        let (class, offset_ms) = self.tuned().map_or((0, 0), |tuned| (tuned.class, tuned.offset_ms));
        client.timer.set(limit.map(|ms| since + ms));
        let watch_client = back.spec.opts.abortonclose.unwrap_or(client.is_http());
        loop {
            let mut queued: Option<Queued> = None;
            let waited = poll_fn(|cx| {
                let queued = queued.get_or_insert_with(|| Queued::join(back, cx.waker().clone(), class, offset_ms));
                self.queued_behind = queued.place;
                if self.card.is_killed() {
                    return Poll::Ready(Err(Fail::new(Cause::Killed, Stage::Queue, 503)));
                }
                if let Poll::Ready(slot) = Pin::new(queued).poll(cx) {
                    return Poll::Ready(Ok(slot));
                }
                if client.stream.is_reset() || (watch_client && client.stream.poll_peer_gone(cx).is_ready()) {
                    return Poll::Ready(Err(Fail::silent(Cause::ClientAbort, Stage::Queue)));
                }
                client.timer.poll(cx).map(|()| Err(Fail::new(Cause::ServerTimeout, Stage::Queue, 503)))
            })
            .await;
            self.times.assigned = rt::now();
            if let Some(slot) = waited? {
                return Ok(slot);
            }
            // The server that was granted isn't part of this Plan: choose again.
            match try_assign(back, None) {
                Try::Slot(slot) => return Ok(slot),
                Try::NoServer => return Err(no_server()),
                Try::Full => {}
            }
        }
    }
}

enum Try {
    Slot(Slot),
    Full,
    NoServer,
}

fn no_server() -> Fail {
    Fail::new(Cause::ServerAbort, Stage::Connect, 503).keeping()
}

/// A pick can lose the race for the last slot; a few more picks settle it.
const PICKS: usize = 3;

fn try_assign(back: &Rc<LocalBack>, avoid: Option<SrvIx>) -> Try {
    // Whoever waits is first: newcomers join the queue without asking.
    if !back.live.queue.is_empty() {
        return Try::Full;
    }
    let ctx = PickCtx { random: rt::random(), hash: None, avoid };
    for _ in 0..PICKS {
        let pick = back.lb().pick(&ctx, |ix| load(back, ix));
        match pick {
            Pick::NoServer => return Try::NoServer,
            Pick::Full => return Try::Full,
            Pick::Server(ix) => {
                if let Some(slot) = Slot::take(back, ix) {
                    return Try::Slot(slot);
                }
            }
        }
    }
    Try::Full
}

fn load(back: &LocalBack, ix: SrvIx) -> Load {
    let server = back.server(ix);
    let limit = back.slot_limit(ix);
    Load {
        served: server.live.served.get(),
        queued: 0,
        maxconn: if limit == u32::MAX { 0 } else { limit },
        maxqueue: 0,
        rate: 0,
    }
}
