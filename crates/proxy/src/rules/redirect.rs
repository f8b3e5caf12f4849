//! Sending clients elsewhere (manual 4.2, `redirect`).

use super::doing::{Doing, Verdict};
use super::reply::internal;
use crate::answer::{Answer, Payload, Stop};
use crate::stream::{Cause, Fail};
use http::{EditError, HdrId, Head, Version};
use rules::Step;
use rules::redirect::{Cookie, Redirect, Text, To};

/// `redirect`.
pub fn redirect(doing: &mut Doing<'_>, redirect: &Redirect) -> Step<Verdict> {
    let (To::Location(to) | To::Prefix(to) | To::Scheme(to)) = &redirect.to;
    let mut location = Vec::new();
    write(doing, to, &mut location);
    if redirect.ignore_empty && location.is_empty() && matches!(to, Text::Format(_)) {
        return Step::Next;
    }
    match &redirect.to {
        To::Location(_) => keep_query(redirect, doing.head, &mut location),
        To::Prefix(_) => {
            // A lone slash stands for nothing: the path has one already.
            if location == b"/" {
                location.clear();
            }
            append_target(redirect, doing.head, &mut location);
        }
        To::Scheme(_) => {
            location.extend_from_slice(b"://");
            location.extend_from_slice(doing.head.first(HdrId::Host).unwrap_or_default());
            append_target(redirect, doing.head, &mut location);
        }
    }
    doing.count_answered();
    let end = Fail::new(Cause::Local, doing.at.when(), redirect.code).keeping();
    let limit = doing.client.front.h1.max_edited;
    let stop = match head(doing, redirect, &location, limit) {
        Ok(head) => Stop::Answer(Box::new(Answer { head, body: Payload::Empty, end })),
        Err(_) => Stop::Fail(internal(doing.at.when())),
    };
    Step::Final(Verdict::Stop(stop))
}

fn head(doing: &Doing<'_>, redirect: &Redirect, location: &[u8], limit: usize) -> Result<Head, EditError> {
    let mut head = Head::response(redirect.code, Version::HTTP_1_1, limit)?;
    head.add_id(HdrId::ContentLength, b"0")?;
    head.add(b"location", location)?;
    // Only those that a client may not remember say so.
    if matches!(redirect.code, 302 | 303 | 307) {
        head.add_id(HdrId::CacheControl, b"no-cache")?;
    }
    let mut cookie = Vec::new();
    match &redirect.cookie {
        None => return Ok(head),
        Some(Cookie::Set(text)) => {
            cookie.extend_from_slice(text);
            cookie.extend_from_slice(b"; path=/;");
        }
        Some(Cookie::Clear(text)) => {
            cookie.extend_from_slice(text);
            cookie.extend_from_slice(b"; path=/; Max-Age=0;");
        }
        Some(Cookie::SetFormat(format)) => {
            doing.write(format, &mut cookie);
            cookie.extend_from_slice(b"; path=/;");
        }
    }
    head.add(b"set-cookie", &cookie)?;
    Ok(head)
}

fn write(doing: &Doing<'_>, text: &Text, out: &mut Vec<u8>) {
    match text {
        Text::Plain(text) => out.extend_from_slice(text),
        Text::Format(format) => doing.write(format, out),
    }
}

/// `keep-query`: the request's query goes along.
fn keep_query(redirect: &Redirect, head: &Head, location: &mut Vec<u8>) {
    let Some(query) = head.query().filter(|query| redirect.keep_query && !query.is_empty()) else { return };
    location.push(if location.contains(&b'?') { b'&' } else { b'?' });
    location.extend_from_slice(query);
}

/// The request's path, and its query unless that is to be dropped.
fn append_target(redirect: &Redirect, head: &Head, location: &mut Vec<u8>) {
    let path = match head.path() {
        b"" | b"*" => b"/",
        path => path,
    };
    location.extend_from_slice(path);
    if !redirect.drop_query {
        location.extend_from_slice(head.path_and_query().get(head.path().len()..).unwrap_or_default());
    } else if redirect.append_slash && !path.ends_with(b"/") {
        location.push(b'/');
    }
}
