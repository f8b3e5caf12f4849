//! A request goes to its server, the response comes back.

use super::{Next, edit, rules, websocket};
use crate::answer::Stop;
use crate::counters::Ctr;
use crate::http2::{Answered, Gone};
use crate::invalid;
use crate::session::Client;
use crate::stream::flow::{Blocked, Broken, COARSE_MS, Flow};
use crate::stream::{Cause, Exchange, Fail, Link, Sender, Stage};
use crate::tunnel;
use ::rules::action::Timeout;
use base::{Buf, Tick};
use expr::View;
use h1::{
    Asked, BodyDecoder, BodyLen, ConnTokens, Progress, RequestFraming, ResponseFraming, ResponseParser, UpgradeKind,
    Violations,
};
use h2::{Message, OpenError, RequestForm};
use http::{HdrId, Head, Method, Version};
use net::splice::Pipes;
use std::future::poll_fn;
use std::task::{Context, Poll};

/// How much is read at a time while the head of a response with a long body is expected: most heads and little else.
const HEAD_READ: usize = 2048;

/// What becomes of an HTTP/1 head that doesn't fit into a buffer.
const NO_BUFFER: Fail = Fail::new(Cause::Resource, Stage::Headers, 503);

/// A request on its way. The head is kept while the request may have to be sent again.
pub struct Request {
    head: Option<Head>,
    pub framing: RequestFraming,
    /// Received behind a request without body: the next request.
    rest: Option<Buf>,
    upload: Option<Flow>,
}

/// How an exchange with a server ended.
pub enum Outcome {
    Done(Done),
    /// A kept connection turned out to be closed before the server said anything; the request is whole.
    Stale,
    /// The end came after the response had begun.
    Cut(Fail),
}

/// A complete response.
pub struct Done {
    /// The server's connection can carry another request.
    keep_server: bool,
    /// The client's can.
    keep_client: bool,
}

impl Request {
    /// A request whose head is ready to go.
    pub fn new(head: Head, framing: RequestFraming) -> Request {
        Request { head: Some(head), framing, rest: None, upload: None }
    }

    /// The head, as long as it wasn't sent.
    pub fn head(&mut self) -> Result<&mut Head, Fail> {
        self.head.as_mut().ok_or(Fail::new(Cause::Internal, Stage::Request, 500))
    }

    /// Edits the head for the backend.
    pub fn prepare(&mut self, client: &mut Client, x: &mut Exchange) -> Result<(), Fail> {
        if x.edited {
            x.edited = false;
            let body = self.framing.body;
            edit::settle_framing(self.head()?, body).map_err(|_| Fail::new(Cause::Proxy, Stage::Request, 500))?;
        }
        // Rules may have changed the method: the server answers to that one.
        self.framing.method = self.head()?.method().unwrap_or(self.framing.method);
        let framing = self.framing;
        x.name_servers(client, View::Ready(self.head()?));
        edit::request(client, x, self.head()?, &framing)
    }

    /// What was received behind the request.
    pub fn into_rest(self) -> Option<Buf> {
        let behind_head = self.head.map(Head::into_rest).filter(|rest| !rest.is_empty());
        self.rest.or(behind_head).or_else(|| self.upload.and_then(Flow::into_rest))
    }

    /// Prepares one try. False: the connection takes no more requests.
    fn start(&mut self, client: &Client, x: &Exchange, link: &mut Link) -> Result<bool, Fail> {
        if link.trunk.is_some() {
            return self.open(client, x, link);
        }
        let internal = Fail::new(Cause::Internal, Stage::Headers, 500);
        let body = self.framing.body;
        let head = self.head.as_mut().ok_or(internal)?;
        if body == BodyLen::Chunked && head.first(HdrId::TransferEncoding).is_none() {
            // It came in frames.
            head.add_id(HdrId::TransferEncoding, b"chunked").map_err(|_| internal)?;
        }
        if client.stream.peek_h2().is_some() && self.framing.upgrade == UpgradeKind::WebSocket {
            websocket::ask(head).map_err(|_| internal)?;
        }
        let mut out = rt::buf().ok_or(NO_BUFFER)?;
        if let Some(greeting) = link.greeting.take()
            && !out.push(greeting.data())
        {
            return Err(internal);
        }
        head.serialise_h1(&mut out, edit::server_case(client, x)).map_err(|_| internal)?;
        if body == BodyLen::None {
            self.upload = Some(Flow::new(BodyDecoder::Done, false, None, Some(out), None));
            return Ok(true);
        }
        let rest = self.head.take().map(Head::into_rest);
        let splice = pipes(client);
        // The frames of HTTP/2 are decoded already.
        let decoder = if client.stream.peek_h2().is_some() { BodyDecoder::UntilClose } else { BodyDecoder::new(body) };
        let mut up = Flow::new(decoder, body == BodyLen::Chunked, splice, Some(out), rest);
        if is_interactive(client, x) {
            up.hold_nothing_back();
        }
        self.upload = Some(up);
        Ok(true)
    }

    /// The same on a shared connection: the head is handed over to it.
    fn open(&mut self, client: &Client, x: &Exchange, link: &mut Link) -> Result<bool, Fail> {
        let internal = Fail::new(Cause::Internal, Stage::Headers, 500);
        let Some(trunk) = &link.trunk else { return Err(internal) };
        let head = self.head.as_ref().ok_or(internal)?;
        let protocol = match self.framing.upgrade {
            UpgradeKind::WebSocket => Some(&b"websocket"[..]),
            _ => None,
        };
        let body = self.framing.body;
        // A tunnel has no end yet.
        let end = body == BodyLen::None && protocol.is_none() && self.framing.method != Method::Connect;
        match trunk.open(head, RequestForm { scheme: b"http", protocol }, end) {
            Ok(stream) => link.stream = Some(stream),
            Err(OpenError::NoConnectProtocol) => return Err(Fail::new(Cause::Proxy, Stage::Headers, 502).keeping()),
            Err(OpenError::Full | OpenError::Leaving) => return Ok(false),
        }
        if body == BodyLen::None {
            self.upload = Some(Flow::new(BodyDecoder::Done, false, None, None, None));
            if let (false, Some(up)) = (end, &mut self.upload) {
                up.leave_open();
            }
            return Ok(true);
        }
        let rest = self.head.take().map(Head::into_rest);
        let decoder = if client.stream.peek_h2().is_some() { BodyDecoder::UntilClose } else { BodyDecoder::new(body) };
        let mut up = Flow::new(decoder, false, None, None, rest);
        if is_interactive(client, x) {
            up.hold_nothing_back();
        }
        self.upload = Some(up);
        Ok(true)
    }

    /// The response has begun: the request won't be sent again.
    fn settle(&mut self) {
        if let Some(head) = self.head.take() {
            self.rest = Some(head.into_rest()).filter(|b| !b.is_empty());
        }
    }

    fn upload(&mut self) -> &mut Flow {
        self.upload.as_mut().expect("started")
    }
}

/// Sends the request over `link` and brings the response to the client.
pub async fn exchange(
    client: &mut Client,
    x: &mut Exchange,
    link: &mut Link,
    request: &mut Request,
) -> Result<Outcome, Stop> {
    if !request.start(client, x, link)? {
        if !x.may_retry() {
            return Err(Fail::new(Cause::ServerAbort, Stage::Headers, 502).keeping().into());
        }
        x.retries += 1;
        return Ok(Outcome::Stale);
    }
    let mut content = rules::ResponseContent::start(client, x)?;
    let (mut head, mut framing) = loop {
        match response_head(client, x, link, request, &mut content).await? {
            None => return Ok(Outcome::Stale),
            Some((head, framing)) if framing.interim => {
                request.settle();
                if let Err(fail) = interim(client, x, link, request, head).await {
                    return Ok(Outcome::Cut(fail));
                }
            }
            Some(final_head) => break final_head,
        }
    };
    if x.proxied {
        framing.tokens = ConnTokens::of_proxied(&head);
    }
    if link.is_too_odd(framing.violations.count, client.worker.shared.tune.h1_be_glitches_threshold) {
        return Err(bad_response(client, x).into());
    }
    (x.status, x.server_status, x.response_version) = (framing.status, framing.status, Some(head.version()));
    request.settle();
    x.keep_of_response(&client.front, &head);
    content.on_head(client, x, &mut head)?;
    if content.closes {
        link.keep = false;
        // What it had sent still arrives.
        let _ = link.stream().shutdown_both();
    }
    if let Err(stop) = rules_on_response(client, x, &mut head).await {
        // What the client has sent behind a request that is complete is another one.
        x.request_complete |= request.upload().is_done() && request.framing.keeps_alive();
        return Err(stop);
    }
    x.times.response = rt::now();
    if x.edited {
        edit::settle_framing(&mut head, framing.body).map_err(|_| Fail::new(Cause::Proxy, Stage::Headers, 502))?;
    }
    let bodiless = x.method == Some(Method::Head);
    if bodiless != (request.framing.method == Method::Head) {
        other_method(&mut head, &mut framing, link, bodiless)?;
    }
    let plan = edit::response(client, x, &mut head, &request.framing, &framing)?;
    let out = begin_response(client, x, &mut head, &framing)?;
    let rest = head.into_rest();
    if client.front.front().opts.logasap {
        x.log(client, true);
    }
    if framing.tunnel {
        // In a box, since tunnels are rare and would make every request's future larger.
        return Ok(Box::pin(tunnel_outcome(client, x, link, request, out, rest)).await);
    }
    let splice = pipes(client);
    let chunked = plan.chunked && out.is_some();
    // The frames of HTTP/2 are decoded already.
    let decoded = link.stream.is_some() && framing.body != BodyLen::None;
    let decoder = if decoded { BodyDecoder::UntilClose } else { BodyDecoder::new(framing.body) };
    let splice = splice.filter(|_| link.stream.is_none());
    let mut down = Flow::new(decoder, chunked, splice, out, Some(rest));
    if !decoded {
        down.read_coarsely();
    }
    if is_interactive(client, x) {
        down.hold_nothing_back();
    }
    link.conn.facts.long_answers = down.wants_pipe_next();
    Ok(transfer(client, x, link, request, &mut down, &framing, plan.keep_client).await?)
}

/// The client asked with HEAD and the server didn't see that, or the other way round: only one of them takes a body.
fn other_method(head: &mut Head, framing: &mut ResponseFraming, link: &mut Link, bodiless: bool) -> Result<(), Fail> {
    if bodiless {
        // What the server sends is not for the client, and nobody else wants it.
        link.keep = false;
        framing.body = BodyLen::None;
        head.rest_is_void();
        return Ok(());
    }
    framing.body = BodyLen::Length(0);
    edit::settle_framing(head, framing.body).map_err(|_| Fail::new(Cause::Proxy, Stage::Headers, 502))
}

/// The head on its way to the client: as bytes that go before the body, or handed over to its connection.
fn begin_response(
    client: &mut Client,
    x: &mut Exchange,
    head: &mut Head,
    framing: &ResponseFraming,
) -> Result<Option<Buf>, Fail> {
    let too_large = Fail::new(Cause::Proxy, Stage::Headers, 502);
    if let Some(stream) = client.stream.h2() {
        if framing.tunnel && framing.status == 101 {
            websocket::accepted(head).map_err(|_| too_large)?;
        }
        x.bytes_out += head.size() as u64;
        let end = framing.body == BodyLen::None && !framing.tunnel;
        stream.respond(head, end).map_err(|_| Fail::silent(Cause::ClientAbort, Stage::Headers))?;
        return Ok(None);
    }
    if framing.body == BodyLen::Chunked && head.first(HdrId::TransferEncoding).is_none() {
        // It came in frames.
        head.add_id(HdrId::TransferEncoding, b"chunked").map_err(|_| too_large)?;
    }
    let mut out = rt::buf().ok_or(NO_BUFFER)?;
    head.serialise_h1(&mut out, edit::client_case(client)).map_err(|_| too_large)?;
    Ok(Some(out))
}

/// The rules for answers of servers, then those for all answers.
async fn rules_on_response(client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Stop> {
    rules::response(client, x, head).await?;
    crate::rules::after_response(client, x, head)
}

/// The pipes to splice through, unless the process must not: large plain transfers are spliced unasked, so that the
/// options that ask for it add nothing.
pub fn pipes(client: &Client) -> Option<Pipes> {
    (client.worker.shared.may_splice && client.stream.peek_h2().is_none()).then(|| client.worker.pipes.clone())
}

/// Whether either side asks for low delays in messages (manual 4.2, `option http-no-delay`).
fn is_interactive(client: &Client, x: &Exchange) -> bool {
    client.front.spec.opts.http_no_delay || x.backend().spec.opts.http_no_delay
}

/// Ends a finished exchange: the server's connection is kept or closed, and the client's as well.
pub fn conclude(client: &mut Client, link: Link, done: Done) -> Next {
    if done.keep_server {
        link.park(client);
    }
    if done.keep_client { Next::Keep } else { Next::Close }
}

/// Drives the upload and reads the response's head. `None`: the kept connection was closed already.
async fn response_head(
    client: &mut Client,
    x: &mut Exchange,
    link: &mut Link,
    request: &mut Request,
    content: &mut rules::ResponseContent,
) -> Result<Option<(Head, ResponseFraming)>, Fail> {
    if link.stream.is_some() {
        return shared_head(client, x, link, request, content).await;
    }
    let back = x.backend();
    let mut parser = ResponseParser::new(&client.worker.heads);
    let asked = Asked::of(&request.framing);
    let mut held = link.take_rest();
    let mut wait = Wait::new(client, x);
    let complete = poll_fn(|cx| {
        if x.is_killed() {
            return Poll::Ready(Err(Fail::new(Cause::Killed, Stage::Headers, 502).keeping()));
        }
        wait.poll_upload(cx, client, link, request)?;
        loop {
            if let Some(buf) = &held {
                match parser.parse(buf.data(), asked, &back.h1) {
                    Ok(Progress::Done) => return Poll::Ready(Ok(true)),
                    Ok(Progress::Need) => {}
                    Err(error) => {
                        invalid::response(client, x, buf, error.at);
                        return Poll::Ready(Err(bad_response(client, x)));
                    }
                }
            }
            match poll_fill(cx, link, &mut held) {
                Poll::Ready(Ok(0)) | Poll::Ready(Err(_)) => {
                    let nothing = held.as_ref().is_none_or(|b| b.is_empty());
                    return Poll::Ready(closed_early(client, x, link, request, nothing).map(|()| false));
                }
                Poll::Ready(Ok(_)) => wait.touch(),
                Poll::Pending => break,
            }
        }
        if content.due().is_some_and(|due| due <= rt::now()) {
            content.on_due(client, x)?;
        }
        wait.poll_end(cx, client, x, link, request, content.due()).map(Err)
    })
    .await?;
    if !complete {
        return Ok(None);
    }
    let buf = held.ok_or(Fail::new(Cause::Internal, Stage::Headers, 500))?;
    Ok(parser.finish(buf, &back.h1))
}

/// Drives the upload and waits for the response's head on a shared connection. `None`: the server didn't look at the
/// request, which goes out again.
async fn shared_head(
    client: &mut Client,
    x: &mut Exchange,
    link: &mut Link,
    request: &mut Request,
    content: &mut rules::ResponseContent,
) -> Result<Option<(Head, ResponseFraming)>, Fail> {
    let mut wait = Wait::new(client, x);
    let answered = poll_fn(|cx| {
        if x.is_killed() {
            return Poll::Ready(Err(Fail::new(Cause::Killed, Stage::Headers, 502).keeping()));
        }
        wait.poll_upload(cx, client, link, request)?;
        let Some(stream) = &mut link.stream else {
            return Poll::Ready(Err(Fail::new(Cause::Internal, Stage::Headers, 500)));
        };
        if let Poll::Ready(answered) = stream.poll_head(cx) {
            return Poll::Ready(Ok(answered));
        }
        if content.due().is_some_and(|due| due <= rt::now()) {
            content.on_due(client, x)?;
        }
        wait.poll_end(cx, client, x, link, request, content.due()).map(Err)
    })
    .await?;
    match answered {
        Ok(Answered::Head(message)) => Ok(Some(response_of(message, request)?)),
        Ok(Answered::Malformed) => Err(bad_response(client, x)),
        Err(Gone { unprocessed: true }) if request.head.is_some() && x.may_retry() => {
            x.retries += 1;
            x.backend().count(client.worker.id, x.server, Ctr::Retries);
            Ok(None)
        }
        Err(_) => {
            closed_early(client, x, link, request, true)?;
            Ok(None)
        }
    }
}

/// What follows from a head that came over HTTP/2. An accepted WebSocket is shown as HTTP/1.1 has it.
fn response_of(message: Message, request: &Request) -> Result<(Head, ResponseFraming), Fail> {
    let mut head = message.head;
    let asked = &request.framing;
    let success = head.status().is_some_and(|s| (200..300).contains(&s));
    let switched = success && asked.upgrade == UpgradeKind::WebSocket;
    if switched {
        let key = request.head.as_ref().and_then(|head| head.first(HdrId::SecWebsocketKey)).unwrap_or_default();
        websocket::switched(&mut head, key, b"websocket").map_err(|_| Fail::new(Cause::Proxy, Stage::Headers, 502))?;
    }
    let status = head.status().unwrap_or(502);
    let tunnel = switched || success && asked.method == Method::Connect;
    let bodiless = status < 200 || matches!(status, 204 | 304) || asked.method == Method::Head || tunnel;
    if message.end && !bodiless && message.content_length.is_none() {
        // In HTTP/1 nothing else would say so.
        head.add_id(HdrId::ContentLength, b"0").map_err(|_| Fail::new(Cause::Proxy, Stage::Headers, 502))?;
    }
    let body = match message.content_length {
        _ if bodiless || message.end => BodyLen::None,
        Some(0) => BodyLen::None,
        Some(n) => BodyLen::Length(n),
        // A client of HTTP/1.0 knows no chunks.
        None if asked.version < Version::HTTP_1_1 => BodyLen::UntilClose,
        None => BodyLen::Chunked,
    };
    let framing = ResponseFraming {
        version: Version::HTTP_2,
        status,
        body,
        tokens: ConnTokens::default(),
        interim: status < 200 && !switched,
        tunnel,
        insecure: false,
        violations: Violations::default(),
    };
    Ok((head, framing))
}

/// Reads from the server into `held`, holding no buffer while there is nothing to read.
fn poll_fill(cx: &mut Context<'_>, link: &mut Link, held: &mut Option<Buf>) -> Poll<std::io::Result<usize>> {
    std::task::ready!(link.stream().poll_read_ready(cx));
    let buf = match held {
        Some(buf) => {
            buf.compact();
            buf
        }
        None => held.insert(std::task::ready!(rt::poll_buf(cx))),
    };
    let max = if link.conn.facts.long_answers { HEAD_READ } else { buf.room() };
    let got = link.stream().poll_read_max(cx, buf, max);
    if got.is_pending() && buf.is_empty() {
        *held = None;
    }
    got
}

/// What is watched while the response is awaited: who is slow, and whether the client is still there.
struct Wait {
    last: Tick,
    moved: u64,
    upload_broken: bool,
    abort_on_close: bool,
    half_closed: bool,
}

impl Wait {
    fn new(_client: &Client, x: &Exchange) -> Wait {
        let abort_on_close = x.backend().spec.opts.abortonclose.unwrap_or(true);
        Wait { last: rt::now(), moved: 0, upload_broken: false, abort_on_close, half_closed: false }
    }

    fn touch(&mut self) {
        self.last = rt::now();
    }

    fn poll_upload(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut Client,
        link: &mut Link,
        request: &mut Request,
    ) -> Result<(), Fail> {
        let front = client.front.clone();
        let up = request.upload();
        if self.upload_broken || up.is_done() {
            return Ok(());
        }
        let polled = up.poll(cx, client.stream.get(), link.end(), &front.h1);
        let moved = up.received + up.sent;
        if moved != self.moved {
            self.moved = moved;
            self.touch();
        }
        match polled {
            Poll::Pending | Poll::Ready(Ok(())) => Ok(()),
            // The server takes no more; it may have answered already.
            Poll::Ready(Err(Broken::Write)) => {
                self.upload_broken = true;
                Ok(())
            }
            Poll::Ready(Err(Broken::Malformed)) => Err(Fail::new(Cause::Proxy, Stage::Headers, 400)),
            Poll::Ready(Err(Broken::NoMemory)) => Err(Fail::new(Cause::Resource, Stage::Headers, 503)),
            Poll::Ready(Err(Broken::Read | Broken::Cut)) => Err(Fail::silent(Cause::ClientAbort, Stage::Data)),
        }
    }

    /// The client's end, or the end of patience. `other`: when to look again for another reason.
    fn poll_end(
        &mut self,
        cx: &mut Context<'_>,
        client: &mut Client,
        x: &Exchange,
        link: &mut Link,
        request: &mut Request,
        other: Option<Tick>,
    ) -> Poll<Fail> {
        let up = request.upload();
        let uploading = !self.upload_broken && !up.is_done();
        let on_client = uploading && up.blocked == Blocked::Read;
        if !uploading && !self.half_closed && client.stream.poll_peer_gone(cx).is_ready() {
            if client.stream.is_reset() {
                return Poll::Ready(Fail::silent(Cause::ClientAbort, Stage::Headers));
            }
            self.half_closed = true;
            if self.abort_on_close {
                // The server learns that nobody may be waiting any more, and decides (manual, `option abortonclose`).
                link.keep = false;
                let _ = link.end().shutdown_write();
            }
        }
        let limit = match on_client {
            true => x.timeout(Timeout::Client, client.front.front().timeout_client),
            false => x.timeout(Timeout::Server, link.back().back().timeout_server),
        };
        let end = limit.map(|ms| self.last + ms);
        client.timer.set(tunnel::earlier(end, other));
        std::task::ready!(client.timer.poll(cx));
        if end.is_none_or(|end| end > rt::now()) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(match on_client {
            true => Fail::new(Cause::ClientTimeout, Stage::Headers, 408),
            false => Fail::new(Cause::ServerTimeout, Stage::Headers, 504).keeping(),
        })
    }
}

fn closed_early(client: &Client, x: &Exchange, link: &Link, request: &Request, nothing: bool) -> Result<(), Fail> {
    if nothing && link.reused && request.head.is_some() && request.framing.method.is_idempotent() {
        return Ok(());
    }
    x.backend().count(client.worker.id, x.server, Ctr::ResponseErrors);
    if nothing && link.reused && client.exchanges > 0 {
        // Only the client can know whether the request may be sent twice: it sees a closed connection and decides.
        return Err(Fail::silent(Cause::ServerAbort, Stage::Headers));
    }
    Err(Fail::new(Cause::ServerAbort, Stage::Headers, 502).keeping())
}

fn bad_response(client: &Client, x: &Exchange) -> Fail {
    x.backend().count(client.worker.id, x.server, Ctr::ResponseErrors);
    Fail::new(Cause::Proxy, Stage::Headers, 502).keeping()
}

/// Sends an interim response while the upload goes on.
async fn interim(
    client: &mut Client,
    x: &mut Exchange,
    link: &mut Link,
    request: &mut Request,
    head: Head,
) -> Result<(), Fail> {
    if request.framing.version < http::Version::HTTP_1_1 {
        // RFC 9110 section 15.2: an HTTP/1.0 client knows no interim responses.
        link.put_rest(head.into_rest());
        return Ok(());
    }
    if let Some(stream) = client.stream.h2() {
        x.bytes_out += head.size() as u64;
        let sent = stream.respond(&head, false).map_err(|_| Fail::silent(Cause::ClientAbort, Stage::Headers));
        link.put_rest(head.into_rest());
        return sent;
    }
    let mut out = rt::buf().ok_or(Fail::silent(Cause::Resource, Stage::Headers))?;
    head.serialise_h1(&mut out, edit::client_case(client)).map_err(|_| Fail::silent(Cause::Proxy, Stage::Headers))?;
    link.put_rest(head.into_rest());
    let sent = crate::send::all(client, &mut out).await;
    x.bytes_out += sent.bytes;
    sent.result.map_err(|cause| Fail::silent(cause, Stage::Headers))
}

/// Moves the response's body to the client, and what is left of the request's to the server.
async fn transfer(
    client: &mut Client,
    x: &mut Exchange,
    link: &mut Link,
    request: &mut Request,
    down: &mut Flow,
    framing: &ResponseFraming,
    keep_client: bool,
) -> Result<Outcome, Fail> {
    let back = x.backend();
    let front = client.front.clone();
    let mut last = rt::now();
    let mut moved = 0;
    let mut upload_open = !request.upload().is_done();
    let smooth = x.counts_while_moving(client);
    let ended = poll_fn(|cx| {
        if x.is_killed() {
            return Poll::Ready(Err(Fail::silent(Cause::Killed, Stage::Data)));
        }
        if upload_open {
            let polled = request.upload().poll(cx, client.stream.get(), link.end(), &front.h1);
            upload_open = polled.is_pending();
        }
        let polled = down.poll(cx, link.end(), client.stream.get(), &back.h1);
        let now_moved = down.received + down.sent;
        if now_moved != moved {
            moved = now_moved;
            last = rt::now();
            if smooth {
                x.count_moved(client, request.upload().received, down.sent);
            }
        }
        if let Poll::Ready(result) = polled {
            return Poll::Ready(result.map_err(|broken| Fail::broken(&broken, Sender::Server)));
        }
        let on_client = down.blocked == Blocked::Write;
        if !on_client && down.is_coarse() {
            client.timer.set(Some(last.plus_ms(COARSE_MS)));
            if client.timer.poll(cx).is_ready() {
                down.refine(link.end());
                cx.waker().wake_by_ref();
            }
            return Poll::Pending;
        }
        let limit = match on_client {
            true => x.timeout(Timeout::Client, front.front().timeout_client),
            false => x.timeout(Timeout::Server, back.back().timeout_server),
        };
        client.timer.set(limit.map(|ms| last + ms));
        client.timer.poll(cx).map(|()| {
            let cause = if on_client { Cause::ClientTimeout } else { Cause::ServerTimeout };
            Err(Fail::silent(cause, Stage::Data))
        })
    })
    .await;
    x.bytes_out += down.sent;
    let ended = match ended {
        Ok(()) if !request.upload().is_done() => finish_upload(client, link, request).await,
        ended => ended,
    };
    x.bytes_in += request.upload().received;
    let uploaded = request.upload().is_done();
    if let Err(fail) = ended {
        x.count_abort(client, fail);
        if framing.body == BodyLen::UntilClose {
            // Nothing else tells the client that the rest is missing (the reference ends such a connection cleanly).
            let _ = client.stream.set_linger_reset();
        }
        return Ok(Outcome::Cut(fail));
    }
    let clean = !down.has_rest();
    // Neither side has said that it will close: if we do, the server isn't waiting for anything.
    link.conn.facts.complete = uploaded && x.keep_server && framing.keeps_alive();
    Ok(Outcome::Done(Done {
        keep_server: x.keep_server && link.keep && uploaded && clean && framing.keeps_alive(),
        keep_client: keep_client && uploaded,
    }))
}

/// The answer came early: the rest of the request still goes to the server. When the server takes no more, the
/// client's bytes are read and dropped until it has understood.
async fn finish_upload(client: &mut Client, link: &mut Link, request: &mut Request) -> Result<(), Fail> {
    let front = client.front.clone();
    let limit = front.front().timeout_client;
    let mut last = rt::now();
    let mut moved = 0;
    let mut scrap: Option<Buf> = None;
    let mut server_takes = true;
    poll_fn(|cx| {
        let up = request.upload();
        if server_takes {
            match up.poll(cx, client.stream.get(), link.end(), &front.h1) {
                Poll::Ready(Ok(())) => return Poll::Ready(Ok(())),
                Poll::Ready(Err(Broken::Write)) => server_takes = false,
                Poll::Ready(Err(broken)) => return Poll::Ready(Err(Fail::broken(&broken, Sender::Client))),
                Poll::Pending => {}
            }
        }
        let Some(own) = client.stream.own() else {
            // The client is told to stop when its stream ends.
            return if server_takes { Poll::Pending } else { Poll::Ready(Ok(())) };
        };
        if !server_takes && let Poll::Ready(end) = crate::send::poll_discard(cx, own, &mut scrap) {
            return Poll::Ready(end.map_err(|()| Fail::silent(Cause::ClientAbort, Stage::Data)));
        }
        let now_moved = up.received + up.sent;
        if now_moved != moved {
            moved = now_moved;
            last = rt::now();
        }
        client.timer.set(limit.map(|ms| last + ms));
        client.timer.poll(cx).map(|()| Err(Fail::silent(Cause::ClientTimeout, Stage::Data)))
    })
    .await
}

/// 101 or a CONNECT: bytes both ways from here on.
async fn tunnel_outcome(
    client: &mut Client,
    x: &mut Exchange,
    link: &mut Link,
    request: &mut Request,
    head: Option<Buf>,
    from_server: Buf,
) -> Outcome {
    let from_client = request.rest.take().or_else(|| request.upload.take().and_then(Flow::into_rest));
    let splice = pipes(client).filter(|_| link.stream.is_none());
    let up = Flow::raw(splice.clone(), None, from_client);
    let down = Flow::raw(splice, head, Some(from_server));
    match tunnel::relay(client, x, link, up, down, None).await {
        None => Outcome::Done(Done { keep_server: false, keep_client: false }),
        Some(fail) => Outcome::Cut(fail),
    }
}
