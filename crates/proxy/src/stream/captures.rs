//! What is kept of messages for logs: header fields, cookies, and what rules want (manual 4.2, `capture …`).

use super::Exchange;
use crate::plan::LocalFront;
use conf::spec;
use expr::Captures;
use http::{HdrId, Head};

/// What an exchange has kept. Made by those who keep something.
#[derive(Default)]
pub struct Kept {
    pub request: Captures,
    pub response: Captures,
    /// `name=value` of the request's cookie.
    pub request_cookie: Option<Box<[u8]>>,
    /// The same of the response's.
    pub response_cookie: Option<Box<[u8]>>,
}

/// What a converter has kept: it can't change the exchange itself.
pub struct PutBy {
    is_response: bool,
    slot: usize,
    value: Box<[u8]>,
}

/// The slots of a frontend with nothing in them, for exchanges that have kept nothing.
#[derive(Default)]
pub struct Blank {
    pub request: Option<Captures>,
    pub response: Option<Captures>,
}

impl Blank {
    /// Those of a proxy.
    pub fn new(captures: &spec::Captures) -> Blank {
        let slots = |n: usize| (n > 0).then(|| Captures::new(n));
        Blank { request: slots(captures.request.len()), response: slots(captures.response.len()) }
    }
}

impl Exchange {
    /// What is kept, made now if need be.
    pub fn kept(&mut self, front: &LocalFront) -> &mut Kept {
        let captures = &front.spec.lang.captures;
        self.kept.get_or_insert_with(|| {
            Box::new(Kept {
                request: Captures::new(captures.request.len()),
                response: Captures::new(captures.response.len()),
                ..Kept::default()
            })
        })
    }

    /// What has been kept, if anything.
    pub fn has_kept(&self) -> Option<&Kept> {
        self.kept.as_deref()
    }

    /// Puts a value by for a slot (`capture-req`, `capture-res`); one that doesn't exist takes nothing. No more lie there
    /// than there are slots.
    pub fn put_by(&self, front: &LocalFront, is_response: bool, slot: usize, value: &[u8]) {
        let captures = &front.spec.lang.captures;
        let slots = if is_response { &captures.response } else { &captures.request };
        let Some(len) = slots.get(slot).map(|slot| slot.len) else { return };
        let mut all = self.put_by.borrow_mut();
        all.retain(|one| (one.is_response, one.slot) != (is_response, slot));
        all.push(PutBy { is_response, slot, value: cut(value, len) });
    }

    /// Takes what converters have put by into its slots.
    pub fn settle_captures(&mut self, front: &LocalFront) {
        for PutBy { is_response, slot, value } in std::mem::take(self.put_by.get_mut()) {
            let kept = self.kept(front);
            let of = if is_response { &mut kept.response } else { &mut kept.request };
            of.set(slot, &value, value.len());
        }
    }

    /// Keeps what the frontend wants of a request, as it was received.
    pub fn keep_of_request(&mut self, front: &LocalFront, head: &Head) {
        let captures = &front.spec.lang.captures;
        if captures.request.iter().any(|slot| slot.header.is_some()) {
            fields(&captures.request, head, &mut self.kept(front).request);
        }
        if let Some((name, len)) = &captures.cookie
            && let Some(cookie) = cookie(head, HdrId::Cookie, name)
        {
            self.kept(front).request_cookie = Some(cut(cookie, *len));
        }
    }

    /// The same of a response.
    pub fn keep_of_response(&mut self, front: &LocalFront, head: &Head) {
        let captures = &front.spec.lang.captures;
        if captures.response.iter().any(|slot| slot.header.is_some()) {
            fields(&captures.response, head, &mut self.kept(front).response);
        }
        if let Some((name, len)) = &captures.cookie
            && let Some(cookie) = cookie(head, HdrId::SetCookie, name)
        {
            self.kept(front).response_cookie = Some(cut(cookie, *len));
        }
    }
}

/// Fills the slots that are filled from fields: with the last of each name.
fn fields(slots: &[spec::Capture], head: &Head, into: &mut Captures) {
    for (at, slot) in slots.iter().enumerate() {
        let Some(name) = &slot.header else { continue };
        if let Some(field) = head.find_name(name).next_back() {
            into.set(at, field.value, slot.len as usize);
        }
    }
}

/// The first cookie whose name begins like this, with its value; a name that ends with `=` is meant whole.
fn cookie<'h>(head: &'h Head, id: HdrId, name: &[u8]) -> Option<&'h [u8]> {
    let mut fields = head.find(id);
    fields.find_map(|field| {
        let whole: &[u8] = field.value;
        // What follows the first part of `set-cookie` are attributes.
        let parts = whole.split(|b| *b == b';').take(if id == HdrId::SetCookie { 1 } else { usize::MAX });
        parts.map(<[u8]>::trim_ascii).find(|part| part.starts_with(name) && part.contains(&b'='))
    })
}

fn cut(text: &[u8], len: u32) -> Box<[u8]> {
    text[..text.len().min(len as usize)].into()
}
