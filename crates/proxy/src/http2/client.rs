//! Clients that speak HTTP/2: the task of their connection.

use super::driver::{Driver, Moved};
use super::state::{Opened, Shared};
use super::{StreamEnd, config};
use crate::end::End;
use crate::http1;
use crate::session::{Client, IdleClose};
use base::{Buf, Tick};
use conf::spec::H2LogErrors;
use h2::{Code, Conn, Role};
use rt::Timer;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

/// How long the last frames of a connection may take to go out.
const LAST_WORDS_MS: u64 = 1000;

/// How often the budgets against floods are filled up.
const FORGIVE_MS: u64 = 1000;

/// Serves a client's connection until either side ends it. `begun`: what was received already.
pub async fn serve(client: &mut Client, begun: Option<Buf>) {
    let Some(shared) = share(client) else { return };
    let tune = client.worker.shared.tune.h2.clone();
    let mut driver = Driver::new(begun, (tune.fe.max_frames_at_once, tune.fe_max_rst_at_once));
    // The variables of the session are all streams' own.
    client.vars.get_or_init(Default::default);
    let mut life = Life { streams: 0, idle: true, forgiven: rt::now(), leaving: false, last: rt::now(), waiting: 0 };
    let end = poll_fn(|cx| life.poll(cx, client, &shared, &mut driver)).await;
    if let Ending::Failed(why) = end
        && tune.log_errors != H2LogErrors::None
    {
        crate::stream::log_session_error(client, why);
    }
    client.glitches = shared.state.borrow().conn.glitches();
    shared.state.borrow_mut().die();
    say_last_words(client, &shared).await;
}

/// Takes the client's connection for all its streams.
fn share(client: &mut Client) -> Option<Rc<Shared>> {
    // Streams don't ask the kernel each.
    client.dst();
    let conn = Conn::new(Role::Server, config::front(client));
    match std::mem::replace(&mut client.stream, End::Given) {
        End::H1(transport) => Some(Rc::new(Shared::new(transport, conn))),
        End::H2(_) | End::Given => None,
    }
}

/// How a connection ended.
enum Ending {
    /// By either side, as it should.
    Quiet,
    /// The client broke the rules.
    Failed(&'static str),
}

/// What the task keeps of the connection.
struct Life {
    /// How many streams there have been.
    streams: u32,
    /// No stream was there at the last look.
    idle: bool,
    forgiven: Tick,
    /// A graceful end has begun.
    leaving: bool,
    /// When output last moved, and how much waited then.
    last: Tick,
    waiting: usize,
}

impl Life {
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut Client,
        shared: &Rc<Shared>,
        driver: &mut Driver,
    ) -> Poll<Ending> {
        self.forgive(shared);
        self.follow_stop(client, shared);
        let heads = client.worker.heads.clone();
        let moved = driver.poll(cx, shared, &heads, &mut |opened| self.open(client, shared, opened));
        match moved {
            Moved::Failed(error) => return Poll::Ready(Ending::Failed(error.why)),
            Moved::Gone => return Poll::Ready(Ending::Quiet),
            Moved::Paused => cx.waker().wake_by_ref(),
            Moved::Idle => {}
        }
        let (streams, waiting, leaving) = {
            let state = &mut *shared.state.borrow_mut();
            if state.count() == 0 {
                state.conn.shrink();
            }
            (state.count(), state.conn.out.len(), state.conn.is_leaving())
        };
        if streams == 0 && waiting == 0 && leaving {
            return Poll::Ready(Ending::Quiet);
        }
        self.set_deadline(client, streams, waiting);
        if client.timer.poll(cx).is_ready() {
            let state = &mut *shared.state.borrow_mut();
            let code = if state.conn.awaits_settings_ack() { Code::SETTINGS_TIMEOUT } else { Code::NO_ERROR };
            state.conn.close(code);
            return Poll::Ready(Ending::Quiet);
        }
        Poll::Pending
    }

    /// A client opened a stream: its task begins.
    fn open(&mut self, client: &mut Client, shared: &Rc<Shared>, opened: Opened) {
        client.follow_plan();
        let id = match &opened {
            Opened::Request(message) => message.id,
            Opened::Malformed(id, _) => *id,
        };
        let end = StreamEnd::new(shared.clone(), id);
        let stream = client.stream_client(End::H2(end), self.streams);
        self.streams = self.streams.saturating_add(1);
        client.exchanges = self.streams;
        if self.leaving || client.leaves_now() {
            // `option idle-close-on-response` and the like: the connection's last stream.
            shared.state.borrow_mut().conn.leave_now();
        }
        rt::spawn_niced(client.listener.nice, http1::serve_stream(stream, opened));
    }

    /// Budgets are by the second.
    fn forgive(&mut self, shared: &Shared) {
        let now = rt::now();
        if now >= self.forgiven.plus_ms(FORGIVE_MS) {
            self.forgiven = now;
            shared.state.borrow_mut().conn.forgive();
        }
    }

    /// The process stops, or the listener has left the configuration.
    fn follow_stop(&mut self, client: &Client, shared: &Shared) {
        if self.leaving || !client.leaves_now() {
            return;
        }
        match client.idle_close() {
            IdleClose::Now => {
                self.leaving = true;
                shared.state.borrow_mut().conn.leave();
            }
            // The next stream is the last one, or the timeout ends the connection.
            IdleClose::Within(_) | IdleClose::Never => {}
        }
    }

    /// Without streams a connection is idle as an HTTP/1 one is; with streams it only ends when nothing of what waits
    /// can be sent.
    fn set_deadline(&mut self, client: &mut Client, streams: usize, waiting: usize) {
        let now = rt::now();
        if waiting != self.waiting {
            (self.waiting, self.last) = (waiting, now);
        }
        if streams == 0 && !self.idle {
            client.idle_since = now;
        }
        self.idle = streams == 0;
        let deadline = match (streams, waiting) {
            (0, _) => http1::idle_deadline(client),
            (_, 0) => None,
            _ => client.front.front().timeout_client.map(|ms| self.last + ms),
        };
        client.timer.set(deadline);
    }
}

/// Sends what is left to be said, a GOAWAY as a rule.
async fn say_last_words(client: &Client, shared: &Shared) {
    let mut timer = Timer::new();
    timer.set(Some(rt::now().plus_ms(LAST_WORDS_MS)));
    let mut driver = Driver::new(None, (0, 0));
    poll_fn(|cx| match driver.poll_flush(cx, shared) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => timer.poll(cx),
    })
    .await;
    let mut transport = shared.transport.borrow_mut();
    // A close that fails to be as it should is still a close.
    let _ = if client.front.spec.opts.nolinger { transport.set_linger_reset() } else { transport.shutdown_write() };
}
