//! What has come of a request's body, as expressions see it: the payload without its framing.

use crate::stream::Exchange;
use expr::{Received, Scratch};
use h1::{BodyDecoder, BodyLen, Opts, Piece};
use http::Head;

/// So many pieces are shown where they lie; a body of more chunks is copied together.
const MOST: usize = 16;

/// A body in memory.
pub struct Parts<'a> {
    parts: [&'a [u8]; MOST],
    len: usize,
    complete: bool,
    full: bool,
    announced: Option<u64>,
}

impl<'a> Parts<'a> {
    /// What stands behind `head`.
    pub fn of(head: &'a Head, x: &Exchange, opts: &Opts, scratch: Scratch<'a>) -> Parts<'a> {
        let body = x.asked.map_or(BodyLen::None, |asked| asked.body);
        let announced = match body {
            BodyLen::Length(n) => Some(n),
            _ => None,
        };
        let mut made = Parts { parts: [b""; MOST], len: 0, complete: false, full: false, announced };
        let mut decoder = BodyDecoder::new(body);
        let mut rest = head.rest();
        // A body that isn't valid ends where it ceases to be; whoever sends it on will find that.
        while let Ok(piece) = decoder.next(rest, opts) {
            match piece {
                Piece::Data { skip, len } => {
                    let payload = &rest[skip..skip + len];
                    decoder.took(len as u64);
                    rest = &rest[skip + len..];
                    made.push(payload, scratch);
                }
                Piece::Need { .. } => return made,
                Piece::End { .. } => {
                    made.complete = true;
                    return made;
                }
            }
        }
        made.complete = true;
        made
    }

    fn push(&mut self, payload: &'a [u8], scratch: Scratch<'a>) {
        if self.len == MOST {
            // One piece of all: bodies in memory are no longer than a buffer.
            let all = scratch.write(|out| self.parts.iter().for_each(|part| out.put(part)));
            self.parts[0] = all.unwrap_or_default();
            self.len = 1;
        }
        self.parts[self.len] = payload;
        self.len += 1;
    }

    /// The same as expressions take it.
    pub fn received(&self) -> Received<'_> {
        Received { parts: &self.parts[..self.len], complete: self.complete, full: self.full, announced: self.announced }
    }
}
