//! `tcp-request content` rules of TCP mode: what the client sends is withheld while they want to see more of it (manual
//! 4.2, `tcp-request inspect-delay`). What was withheld is left where every stage looks for received bytes:
//! `Client::rest`.

use super::sniff::Sniffer;
use crate::answer::Stop;
use crate::rules::{self, At, Came, Progress, Set, Side, Verdict};
use crate::session::Client;
use crate::stream::{Cause, Exchange, Fail, Stage};
use ::rules::{End, Wait};
use base::{Ms, Tick};
use expr::{Received, View};
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

/// Runs the frontend's rules, chooses the backend, and runs its rules. True when a rule says that the stream is HTTP: then
/// there is no backend yet.
pub async fn inspect(client: &mut Client, x: &mut Exchange) -> Result<bool, Fail> {
    let mut input = Input::default();
    let front = client.front.clone();
    x.contents_passed = true;
    if input.run(client, x, &front.rules.tcp_request, Side::Front, front.spec.lang.inspect_request).await? {
        return Ok(true);
    }
    if front.route.rules.is_empty() {
        x.route_tcp(client, &Received::NONE, View::Absent)?;
    } else {
        // A buffer that can't be looked at while the client is in use otherwise.
        let held = client.rest.take();
        let data = held.as_ref().map_or(&b""[..], |buf| buf.data());
        let parts = [data];
        let received = Received { parts: &parts, complete: input.ended, full: false, announced: None };
        let routed = x.route_tcp(client, &received, input.sniffer.view());
        client.rest = held;
        routed?;
    }
    if let Some(fail) = input.broken {
        return Err(fail);
    }
    if x.backend().is_http() {
        // Its rules see the message once it is parsed.
        return Ok(false);
    }
    if let Some(back) = rules::other_side(client, x) {
        input.run(client, x, &back.rules.tcp_request, Side::Back, back.spec.lang.inspect_request).await?;
        if let Some(fail) = input.broken {
            return Err(fail);
        }
    }
    Ok(false)
}

/// How far the client's input is known.
#[derive(Default)]
struct Input {
    /// The client has closed its side.
    ended: bool,
    /// Why no more will come, if that isn't as it should be. Rules have their last look all the same, as observed.
    broken: Option<Fail>,
    sniffer: Sniffer,
}

impl Input {
    /// Runs a set, waiting for bytes as long as it wants more and `delay` lasts. True to go on in HTTP mode.
    async fn run(
        &mut self,
        client: &mut Client,
        x: &mut Exchange,
        set: &Set,
        side: Side,
        delay: Option<Ms>,
    ) -> Result<bool, Fail> {
        if set.is_empty() {
            return Ok(false);
        }
        let mut progress = Progress::default();
        let mut due = delay.map(|delay| rt::now() + delay);
        loop {
            let end = self.look(client, x, set, &mut progress, At::content(side), due.is_none());
            match end {
                End::Through | End::Final(Verdict::Allow) => return Ok(false),
                End::Final(Verdict::Switch) => return Ok(true),
                End::Final(Verdict::Stop(stop)) => return Err(failure(stop)),
                End::Wait(Wait::Sleep(until)) => rules::sleep(client, until, Stage::Request).await?,
                // Of other sets.
                End::Final(Verdict::Tarpit(_) | Verdict::CloseServer) => return Ok(false),
                End::Wait(_) => match due {
                    Some(until) if !self.read(client, x, until).await => due = None,
                    Some(_) => {}
                    None => return Ok(false),
                },
            }
        }
    }

    /// Lets rules look at what is there, once.
    fn look(
        &mut self,
        client: &mut Client,
        x: &mut Exchange,
        set: &Set,
        progress: &mut Progress,
        at: At,
        last: bool,
    ) -> End<Verdict> {
        let held = client.rest.take();
        let data = held.as_ref().map_or(&b""[..], |buf| buf.data());
        if set.needs.http {
            self.sniffer.look(client, data);
        }
        let full = data.len() >= most(client);
        let last = last || self.ended || self.broken.is_some() || full;
        let parts = [data];
        let received = Received { parts: &parts, complete: self.ended, full, announced: None };
        let came = Came { bytes: Some(&received), http: self.sniffer.view(), last };
        let end = rules::advance_raw(set, progress, client, x, at, came);
        client.rest = held;
        end
    }

    /// Waits for more. False when there won't be any, or not in time.
    async fn read(&mut self, client: &mut Client, x: &mut Exchange, until: Tick) -> bool {
        let most = most(client);
        if self.ended || self.broken.is_some() || client.rest.as_ref().is_some_and(|buf| buf.len() >= most) {
            return false;
        }
        let silent_until = client.front.front().timeout_client.map(|ms| rt::now() + ms);
        client.timer.set(Some(silent_until.map_or(until, |silent| silent.min(until))));
        let got = poll_fn(|cx| match poll_fill(cx, client, most) {
            Poll::Ready(got) => Poll::Ready(Some(got)),
            Poll::Pending => client.timer.poll(cx).map(|()| None),
        })
        .await;
        match got {
            Some(Ok(0)) => self.ended = true,
            Some(Ok(n)) => x.bytes_in += n as u64,
            Some(Err(_)) => self.broken = Some(Fail::silent(Cause::ClientAbort, Stage::Request)),
            None if silent_until.is_some_and(|silent| silent < until) => {
                self.broken = Some(Fail::silent(Cause::ClientTimeout, Stage::Request));
            }
            None => return false,
        }
        true
    }
}

/// Reads once into what is withheld. Nobody waits with a buffer in hand.
fn poll_fill(cx: &mut Context<'_>, client: &mut Client, most: usize) -> Poll<io::Result<usize>> {
    ready!(client.stream.poll_read_ready(cx));
    let buf = match &mut client.rest {
        Some(buf) => buf,
        None => client.rest.insert(ready!(rt::poll_buf(cx))),
    };
    buf.compact();
    let room = most.saturating_sub(buf.len());
    let got = client.stream.poll_read_max(cx, buf, room);
    if buf.is_empty() {
        client.rest = None;
    }
    got
}

/// How much is withheld at most: a buffer without what is kept free for rewriting (`tune.maxrewrite`).
fn most(client: &Client) -> usize {
    client.front.h1.max_head
}

/// Only an end without an answer makes sense in TCP mode.
fn failure(stop: Stop) -> Fail {
    match stop {
        Stop::Fail(fail) => fail,
        Stop::Answer(answer) => Fail { status: None, ..answer.end },
    }
}
