//! Answers that rules give (manual 4.4, `return`).

use super::doing::{Doing, Facts, Verdict};
use super::needs::Needs;
use crate::answer::{Answer, Payload, Stop, itoa};
use crate::counters::Ctr;
use crate::session::Client;
use crate::stream::{Cause, Exchange, Fail, Stage as When};
use expr::logfmt::LogFormat;
use expr::{Place, Record, View};
use http::{EditError, HdrId, Head, Version};
use rules::reply::{Body, Reply};
use rules::{Stage, Step};

/// `deny`.
pub fn deny(doing: &mut Doing<'_>, reply: &Reply) -> Step<Verdict> {
    let response = doing.at.stage.is_response();
    doing.count_here(if response { Ctr::DeniedResponses } else { Ctr::DeniedRequests });
    answer(doing, reply, Cause::Proxy, doing.at.when())
}

/// `return`.
pub fn give(doing: &mut Doing<'_>, reply: &Reply) -> Step<Verdict> {
    doing.count_answered();
    answer(doing, reply, Cause::Local, doing.at.when())
}

/// `tarpit`: the answer is made now and sent later.
pub fn tarpit(doing: &mut Doing<'_>, reply: &Reply) -> Step<Verdict> {
    doing.count_here(Ctr::DeniedRequests);
    match answer(doing, reply, Cause::Proxy, When::Tarpit) {
        Step::Final(Verdict::Stop(Stop::Answer(answer))) => Step::Final(Verdict::Tarpit(answer)),
        other => other,
    }
}

/// `auth`: 401, or 407 to a client that takes us for its proxy.
pub fn ask_for_password(doing: &mut Doing<'_>, realm: Option<&str>) -> Step<Verdict> {
    doing.count_answered();
    let (status, name) = if doing.x.proxied { (407, "proxy-authenticate") } else { (401, "www-authenticate") };
    let realm = realm.unwrap_or(match doing.at.side {
        super::Side::Front => &doing.client.front.spec.name,
        super::Side::Back => doing.x.back.as_ref().map_or("", |back| &back.back().spec.name),
    });
    let asks = format!("Basic realm=\"{realm}\"");
    let end = Fail::new(Cause::Local, doing.at.when(), status).keeping();
    let Some(mut answer) = Answer::page(doing.client, doing.x, end) else { return stop(Stop::Fail(unanswered(end))) };
    match answer.head.add(name.as_bytes(), asks.as_bytes()) {
        Ok(()) => stop(Stop::Answer(Box::new(answer))),
        Err(_) => stop(Stop::Fail(internal(end.stage))),
    }
}

/// The page that an `http-error` line describes. What it evaluates sees no message: there may be none.
pub fn page_by_rule(client: &Client, x: &Exchange, reply: &Reply, end: Fail) -> Option<Answer> {
    let facts = Facts { client, x, place: Place::FeHttpRes, needs: Needs { record: true, ..Needs::default() } };
    let write = |format: &LogFormat, out: &mut Vec<u8>| {
        let worker = &client.worker;
        let max = worker.shared.tune.bufsize as usize;
        facts.look(View::Absent, View::Absent, |env| {
            let mut logs = worker.logs.borrow_mut();
            let nothing = Record::default();
            format.format(env, env.record.unwrap_or(&nothing), logs.dates(env.wall).0, max, out);
        });
    };
    match &reply.body {
        Body::Silence => None,
        Body::Default | Body::ErrorFiles(_) => Answer::built_in(client, reply.status, end),
        Body::ErrorFile(canned) => Answer::canned(client, canned, end).ok(),
        _ => made(client.front.h1.max_edited, reply, &write).ok().map(|(head, body)| Answer { head, body, end }),
    }
}

fn answer(doing: &mut Doing<'_>, reply: &Reply, cause: Cause, when: When) -> Step<Verdict> {
    let end = Fail::new(cause, when, reply.status).keeping();
    let limit = doing.client.front.h1.max_edited;
    let answer = match &reply.body {
        Body::Silence => None,
        Body::Default | Body::ErrorFiles(_) => Answer::page(doing.client, doing.x, end),
        Body::ErrorFile(canned) => match Answer::canned(doing.client, canned, end) {
            Ok(answer) => Some(answer),
            Err(_) => return stop(Stop::Fail(internal(when))),
        },
        _ => match made(limit, reply, &|format, out| doing.write(format, out)) {
            Ok((head, body)) => Some(Answer { head, body, end }),
            Err(_) => return stop(Stop::Fail(internal(when))),
        },
    };
    match answer {
        Some(answer) => stop(Stop::Answer(Box::new(answer))),
        None => stop(Stop::Fail(unanswered(end))),
    }
}

/// An answer with fields and body of its own: the fields first, as observed.
fn made(limit: usize, reply: &Reply, write: &dyn Fn(&LogFormat, &mut Vec<u8>)) -> Result<(Head, Payload), EditError> {
    let mut head = Head::response(reply.status, Version::HTTP_1_1, limit)?;
    let mut text = Vec::new();
    for (name, value) in &reply.fields {
        text.clear();
        write(value, &mut text);
        head.add(name, &text)?;
    }
    let body = match &reply.body {
        Body::Bytes(bytes) => Payload::Shared(bytes.clone()),
        Body::Format(format) => {
            text.clear();
            write(format, &mut text);
            Payload::Made(text)
        }
        _ => Payload::Empty,
    };
    head.add_id(HdrId::ContentLength, itoa(body.bytes().len()).text())?;
    if let Some(kind) = reply.content_type.as_ref().filter(|_| !body.bytes().is_empty()) {
        head.add_id(HdrId::ContentType, kind.as_bytes())?;
    }
    Ok((head, body))
}

fn stop(stop: Stop) -> Step<Verdict> {
    Step::Final(Verdict::Stop(stop))
}

/// The end of an exchange whose answer is an empty file.
fn unanswered(end: Fail) -> Fail {
    Fail { status: None, close: true, ..end }
}

/// An answer couldn't be made (manual 4.4, `return`).
pub fn internal(when: When) -> Fail {
    Fail::new(Cause::Proxy, when, 500).keeping()
}

impl Doing<'_> {
    /// Counts a request that rules answer, in the proxy whose rules they are.
    pub fn count_answered(&self) {
        if self.at.stage != Stage::HttpReq {
            return;
        }
        let thread = self.client.worker.id;
        match (self.at.side, &self.x.back) {
            (super::Side::Back, Some(back)) => back.back().live.counters.inc(thread, Ctr::Intercepted),
            _ => self.client.front.live.counters.inc(thread, Ctr::Intercepted),
        }
    }
}
