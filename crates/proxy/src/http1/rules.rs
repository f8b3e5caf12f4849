//! Where an HTTP/1 stream runs its rule sets, and what it does while one of them waits.

use super::body;
use super::forward::Request;
use crate::answer::Stop;
use crate::plan::LocalBack;
use crate::rules::{self, At, Came, Progress, Set, Side, Verdict};
use crate::session::Client;
use crate::stream::{Exchange, Fail, Stage};
use ::rules::action::Timeout;
use ::rules::{End, Wait};
use base::{Ms, Tick};
use expr::View;
use http::Head;
use std::rc::Rc;

/// Runs the frontend's `tcp-request content` rules: a request that they reject isn't yet one for logs and counters.
pub async fn front_content(client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Stop> {
    if client.front.rules.tcp_request.is_empty() || x.contents_passed {
        return Ok(());
    }
    let front = client.front.clone();
    let delay = front.spec.lang.inspect_request;
    let passed = on_content(&front.rules.tcp_request, client, x, head, Side::Front, delay).await;
    if passed.is_err() {
        x.texts.mark_bad();
        x.unrequested = true;
    }
    passed
}

/// Runs the backend's `tcp-request content` rules, if they aren't the frontend's.
pub async fn back_content(client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Stop> {
    match rules::other_side(client, x).filter(|back| !back.rules.tcp_request.is_empty()) {
        None => Ok(()),
        Some(back) => {
            let delay = back.spec.lang.inspect_request;
            on_content(&back.rules.tcp_request, client, x, head, Side::Back, delay).await
        }
    }
}

/// Runs rules over contents, of which the head is there.
async fn on_content(
    set: &Set,
    client: &mut Client,
    x: &mut Exchange,
    head: &mut Head,
    side: Side,
    delay: Option<Ms>,
) -> Result<(), Stop> {
    let mut progress = Progress::default();
    let mut due = delay.map(|delay| rt::now() + delay);
    loop {
        match rules::advance_content(set, &mut progress, client, x, head, At::content(side), due.is_none()) {
            End::Final(Verdict::Stop(stop)) => return Err(stop),
            End::Wait(Wait::Sleep(until)) => rules::sleep(client, until, Stage::Request).await?,
            End::Wait(_) => match due.take() {
                // What else may come of the message isn't received here: the delay decides.
                Some(until) => rules::sleep(client, until, Stage::Request).await?,
                None => return Ok(()),
            },
            // It speaks HTTP already.
            End::Through | End::Final(_) => return Ok(()),
        }
    }
}

/// The `tcp-response content` rules of an exchange: they have their first look when the server is reached, and wait for
/// the response's head if their delay lets them.
pub struct ResponseContent {
    /// Whose rules they are; `None` once they are through.
    back: Option<Rc<LocalBack>>,
    side: Side,
    progress: Progress,
    /// Until when they may wait.
    due: Option<Tick>,
    /// The server's connection is to be closed behind what it has sent.
    pub closes: bool,
}

impl ResponseContent {
    /// The rules of an exchange that has reached its server, after their first look.
    pub fn start(client: &mut Client, x: &mut Exchange) -> Result<ResponseContent, Fail> {
        let back = Some(x.backend()).filter(|back| !back.rules.tcp_response.is_empty());
        let due = back.as_ref().and_then(|back| back.spec.lang.inspect_response).map(|delay| rt::now() + delay);
        let mut content =
            ResponseContent { back, side: Side::Front, progress: Progress::default(), due, closes: false };
        if content.back.is_some() {
            content.side = if rules::other_side(client, x).is_some() { Side::Back } else { Side::Front };
            content.look(client, x, None)?;
        }
        Ok(content)
    }

    /// When they have to be looked at though nothing has come.
    pub fn due(&self) -> Option<Tick> {
        self.due.filter(|_| self.back.is_some())
    }

    /// The delay is over.
    pub fn on_due(&mut self, client: &mut Client, x: &mut Exchange) -> Result<(), Fail> {
        self.due = None;
        self.look(client, x, None)
    }

    /// The response's head has come: with the rest of it nobody waits here.
    pub fn on_head(&mut self, client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Fail> {
        self.look(client, x, Some(head))
    }

    fn look(&mut self, client: &mut Client, x: &mut Exchange, head: Option<&mut Head>) -> Result<(), Fail> {
        let Some(back) = self.back.clone() else { return Ok(()) };
        let (set, at) = (&back.rules.tcp_response, At::tcp_response(self.side));
        let last = self.due.is_none() || head.is_some();
        let end = match head {
            Some(head) => rules::advance_content(set, &mut self.progress, client, x, head, at, true),
            None => {
                let http = if last { View::Absent } else { View::Pending };
                let came = Came { bytes: None, http, last };
                rules::advance_raw(set, &mut self.progress, client, x, at, came)
            }
        };
        match end {
            End::Wait(_) if !last => return Ok(()),
            End::Final(Verdict::Stop(Stop::Fail(fail))) => return Err(fail),
            End::Final(Verdict::Stop(Stop::Answer(answer))) => return Err(Fail { status: None, ..answer.end }),
            End::Final(Verdict::CloseServer) => self.closes = true,
            End::Through | End::Final(_) | End::Wait(_) => {}
        }
        self.back = None;
        Ok(())
    }
}

/// Runs the frontend's `http-request` rules.
pub async fn front_request(client: &mut Client, x: &mut Exchange, request: &mut Request) -> Result<(), Stop> {
    if client.front.spec.opts.http_buffer_request {
        buffer(client, x, request).await?;
    }
    if client.front.rules.http_request.is_empty() {
        return Ok(());
    }
    let front = client.front.clone();
    on_request(&front.rules.http_request, client, x, request, Side::Front).await
}

/// Runs the backend's `http-request` rules, if they aren't the frontend's.
pub async fn back_request(client: &mut Client, x: &mut Exchange, request: &mut Request) -> Result<(), Stop> {
    if x.backend().spec.opts.http_buffer_request {
        buffer(client, x, request).await?;
    }
    match rules::other_side(client, x).filter(|back| !back.rules.http_request.is_empty()) {
        None => Ok(()),
        Some(back) => on_request(&back.rules.http_request, client, x, request, Side::Back).await,
    }
}

/// Runs the `http-response` rules of the backend, then those of the frontend.
pub async fn response(client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Stop> {
    if let Some(back) = rules::other_side(client, x) {
        on_response(&back.rules.http_response, client, x, head, Side::Back).await?;
    }
    let front = client.front.clone();
    on_response(&front.rules.http_response, client, x, head, Side::Front).await
}

async fn on_request(
    set: &Set,
    client: &mut Client,
    x: &mut Exchange,
    request: &mut Request,
    side: Side,
) -> Result<(), Stop> {
    let mut progress = Progress::default();
    loop {
        let end = rules::advance(set, &mut progress, client, x, request.head()?, At::request(side));
        if x.hints.is_some() {
            send_hints(client, x).await?;
        }
        match end {
            End::Through | End::Final(Verdict::Allow) => return Ok(()),
            End::Final(Verdict::Stop(stop)) => return Err(stop),
            // Of other sets.
            End::Final(Verdict::Switch | Verdict::CloseServer) => return Ok(()),
            End::Final(Verdict::Tarpit(answer)) => {
                let until = tarpit_end(client, x);
                // What a tarpit takes counts as time in a queue, and the request's analysis as not complete, as observed.
                (x.times.request, x.times.tarpitted) = (base::Tick::NONE, rt::now());
                rules::sleep(client, until, Stage::Tarpit).await?;
                x.times.assigned = rt::now();
                return Err(Stop::Answer(answer));
            }
            End::Wait(Wait::Sleep(until)) => rules::sleep(client, until, Stage::Request).await?,
            End::Wait(Wait::Body { min, time, .. }) => {
                let framing = request.framing;
                body::receive(client, x, request.head()?, &framing, (min, time)).await?;
            }
            End::Wait(Wait::Sent) => {}
            // Nothing in these sets waits for anything else.
            End::Wait(Wait::Data | Wait::Handshake | Wait::Other) => return Ok(()),
        }
    }
}

/// `option http-buffer-request`: the body is waited for before anything is decided.
async fn buffer(client: &mut Client, x: &mut Exchange, request: &mut Request) -> Result<(), Stop> {
    let front = &client.front;
    let time = front.spec.timeout_http_request.or(front.front().timeout_client).unwrap_or(Ms(u32::MAX));
    let framing = request.framing;
    Ok(body::receive(client, x, request.head()?, &framing, (0, time)).await?)
}

/// Sends the 103 that rules have made.
async fn send_hints(client: &mut Client, x: &mut Exchange) -> Result<(), Fail> {
    let (Some(head), Some(mut out)) = (x.hints.take(), rt::buf()) else { return Ok(()) };
    if head.serialise_h1(&mut out, super::edit::client_case(client)).is_err() {
        return Ok(());
    }
    let sent = crate::send::all(client, &mut out).await;
    x.bytes_out += sent.bytes;
    sent.result.map_err(|cause| Fail::silent(cause, Stage::Request))
}

async fn on_response(
    set: &Set,
    client: &mut Client,
    x: &mut Exchange,
    head: &mut Head,
    side: Side,
) -> Result<(), Stop> {
    let mut progress = Progress::default();
    loop {
        match rules::advance(set, &mut progress, client, x, head, At::response(side)) {
            End::Through | End::Final(Verdict::Allow) => return Ok(()),
            End::Final(Verdict::Stop(stop)) => return Err(stop),
            End::Final(Verdict::Tarpit(answer)) => return Err(Stop::Answer(answer)),
            // Of other sets.
            End::Final(Verdict::Switch | Verdict::CloseServer) => return Ok(()),
            End::Wait(Wait::Sleep(until)) => rules::sleep(client, until, Stage::Headers).await?,
            // Nothing in these sets waits for anything else.
            End::Wait(_) => return Ok(()),
        }
    }
}

/// `timeout tarpit`, else `timeout connect`: the backend's once there is one.
fn tarpit_end(client: &Client, x: &Exchange) -> base::Tick {
    let back = x.back.as_ref().map(|back| back.back());
    let spec = back.map_or(&client.front.spec, |back| &back.spec);
    let connect = spec.back.as_ref().and_then(|back| back.timeout_connect);
    rt::now() + x.timeout(Timeout::Tarpit, spec.timeout_tarpit).or(connect).unwrap_or(base::Ms(0))
}
