//! `tcp-response content` rules of TCP mode: what the server sends is withheld while they want to see more of it, and the
//! client's bytes go on meanwhile (manual 4.2, `tcp-response inspect-delay`).

use crate::answer::Stop;
use crate::plan::LocalBack;
use crate::rules::{self, At, Came, Progress, Side, Verdict};
use crate::session::Client;
use crate::stream::{Exchange, Fail, Link};
use ::rules::{End, Wait};
use base::{Buf, Tick};
use expr::{Received, View};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// What stands between a server's bytes and its client.
pub struct Gate {
    back: Rc<LocalBack>,
    progress: Progress,
    held: Option<Buf>,
    ended: bool,
    /// Until when it may wait; `None` once it may not.
    due: Option<Tick>,
    /// Nobody has looked at what there is.
    unseen: bool,
    /// A rule waits for this moment.
    asleep: Option<Tick>,
    /// A rule has closed the server's connection.
    pub closes: bool,
}

impl Gate {
    /// The gate of a stream that has reached its server; `None` where no rules want to look.
    pub fn new(x: &Exchange) -> Option<Gate> {
        let back = x.backend();
        if back.rules.tcp_response.is_empty() {
            return None;
        }
        let due = back.spec.lang.inspect_response.map(|delay| rt::now() + delay);
        Some(Gate {
            back,
            progress: Progress::default(),
            held: None,
            ended: false,
            due,
            unseen: true,
            asleep: None,
            closes: false,
        })
    }

    /// When it has to be polled though nothing has come.
    pub fn due(&self) -> Option<Tick> {
        self.asleep.or(self.due)
    }

    /// Opens with what was withheld, or fails as rules say.
    pub fn poll(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut Client,
        x: &mut Exchange,
        link: &mut Link,
    ) -> Poll<Result<Option<Buf>, Fail>> {
        loop {
            if self.due().is_some_and(|due| due <= rt::now()) {
                self.unseen = true;
                if self.asleep.take().is_none() {
                    self.due = None;
                }
            }
            if self.unseen
                && let Some(result) = self.look(client, x, link)
            {
                return Poll::Ready(result);
            }
            if self.asleep.is_some() {
                return Poll::Pending;
            }
            ready!(self.poll_fill(cx, link, client.front.h1.max_head));
        }
    }

    /// Lets rules look at what is there, once. `None`: they want more.
    fn look(&mut self, client: &mut Client, x: &mut Exchange, link: &mut Link) -> Option<Result<Option<Buf>, Fail>> {
        self.unseen = false;
        let data = self.held.as_ref().map_or(&b""[..], |buf| buf.data());
        let full = data.len() >= client.front.h1.max_head;
        let last = self.due.is_none() || self.ended || full;
        let parts = [data];
        let received = Received { parts: &parts, complete: self.ended, full, announced: None };
        let came = Came { bytes: Some(&received), http: View::Absent, last };
        let side = if rules::other_side(client, x).is_some() { Side::Back } else { Side::Front };
        let back = self.back.clone();
        match rules::advance_raw(&back.rules.tcp_response, &mut self.progress, client, x, At::tcp_response(side), came)
        {
            End::Final(Verdict::Stop(stop)) => {
                // They were received for the client, whoever doesn't get them: as observed.
                x.bytes_out += data.len() as u64;
                Some(Err(match stop {
                    Stop::Fail(fail) => fail,
                    Stop::Answer(answer) => Fail { status: None, ..answer.end },
                }))
            }
            End::Final(Verdict::CloseServer) => {
                self.closes = true;
                // What it had sent still arrives; then both directions end.
                let _ = link.stream().shutdown_both();
                Some(Ok(self.held.take()))
            }
            End::Wait(Wait::Sleep(until)) => {
                (self.asleep, self.unseen) = (Some(until), false);
                None
            }
            End::Wait(_) if !last => None,
            End::Through | End::Final(_) | End::Wait(_) => Some(Ok(self.held.take())),
        }
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>, link: &mut Link, most: usize) -> Poll<()> {
        ready!(link.stream().poll_read_ready(cx));
        let buf = match &mut self.held {
            Some(buf) => buf,
            None => self.held.insert(ready!(rt::poll_buf(cx))),
        };
        buf.compact();
        let room = most.saturating_sub(buf.len()).max(1);
        let got = link.stream().poll_read_max(cx, buf, room);
        if buf.is_empty() {
            self.held = None;
        }
        match ready!(got) {
            Ok(n) if n > 0 => {}
            // The relay meets the end, or the error, again.
            _ => self.ended = true,
        }
        self.unseen = true;
        Poll::Ready(())
    }
}
