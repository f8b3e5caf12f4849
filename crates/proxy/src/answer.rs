//! Answers of the proxy's own, before any version of HTTP writes them: a head and a body. Built-in pages, error files,
//! redirections and what rules return all become one of these.

use crate::rules::Page;
use crate::session::Client;
use crate::stream::{Exchange, Fail};
use http::{Canned, EditError, HdrId, Head};
use std::sync::Arc;

/// An answer of ours.
pub struct Answer {
    pub head: Head,
    pub body: Payload,
    /// How the exchange ends with it; its status is what logs show.
    pub end: Fail,
}

/// The body of an answer of ours.
pub enum Payload {
    Empty,
    Fixed(&'static [u8]),
    /// The end of an error file.
    Canned(Arc<Canned>),
    Shared(Arc<[u8]>),
    Made(Vec<u8>),
}

impl Payload {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Payload::Empty => b"",
            Payload::Fixed(bytes) => bytes,
            Payload::Canned(canned) => canned.body(),
            Payload::Shared(bytes) => bytes,
            Payload::Made(bytes) => bytes,
        }
    }
}

/// Why an exchange doesn't go on as it should.
pub enum Stop {
    /// It failed: the page of a status is its answer, or none is.
    Fail(Fail),
    /// A rule has an answer.
    Answer(Box<Answer>),
}

impl From<Fail> for Stop {
    fn from(fail: Fail) -> Stop {
        Stop::Fail(fail)
    }
}

impl Answer {
    /// The page for `fail`'s status: the backend's, else the frontend's, else the built-in one. `None`: nothing is to be
    /// said.
    pub fn page(client: &Client, x: &Exchange, fail: Fail) -> Option<Answer> {
        let status = fail.status?;
        let back = x.back.as_ref().map(|b| b.back());
        let page = back.and_then(|b| b.rules.page(status)).or_else(|| client.front.rules.page(status));
        match page {
            None => Answer::built_in(client, status, fail),
            Some(Page::Silence) => None,
            Some(Page::Canned(canned)) => Answer::canned(client, canned, fail).ok(),
            Some(Page::Reply(reply)) => crate::rules::page_by_rule(client, x, reply, fail),
        }
    }

    /// The built-in page of a status. `None` if there isn't one.
    pub fn built_in(client: &Client, status: u16, end: Fail) -> Option<Answer> {
        let page = http::pages::page(status)?;
        let head = page.head(client.front.h1.max_edited).ok()?;
        Some(Answer { head, body: Payload::Fixed(page.body.as_bytes()), end })
    }

    /// The answer out of a file. Counting the reference is what an answer costs that isn't built in.
    pub fn canned(client: &Client, canned: &Arc<Canned>, end: Fail) -> Result<Answer, EditError> {
        let head = canned.head(client.front.h1.max_edited)?;
        Ok(Answer { head, body: Payload::Canned(canned.clone()), end })
    }

    /// Makes the head tell the length that the body has: rules may have changed it. An answer that tells none (a file's)
    /// ends with its connection.
    pub fn settle_length(&mut self) -> Result<(), EditError> {
        let len = self.body.bytes().len();
        self.head.remove_id(HdrId::TransferEncoding);
        let digits = itoa(len);
        let right = digits.text();
        let mut told = self.head.find(HdrId::ContentLength);
        let settled = match (told.next(), told.next()) {
            (None, _) => true,
            (Some(one), None) => one.value == right,
            (Some(_), Some(_)) => false,
        };
        if settled {
            return Ok(());
        }
        self.head.remove_id(HdrId::ContentLength);
        self.head.add_id(HdrId::ContentLength, right)
    }
}

/// A number in decimal, without allocating.
pub fn itoa(mut n: usize) -> Digits {
    let mut digits = Digits { bytes: [b'0'; 20], from: 20 };
    loop {
        digits.from -= 1;
        digits.bytes[usize::from(digits.from)] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            return digits;
        }
    }
}

/// See [`itoa`].
pub struct Digits {
    bytes: [u8; 20],
    from: u8,
}

impl Digits {
    /// The digits.
    pub fn text(&self) -> &[u8] {
        &self.bytes[usize::from(self.from)..]
    }
}
