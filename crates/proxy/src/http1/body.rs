//! Waiting for a request's body, for rules that want to look at it (manual 4.4, `wait-for-body`).

use crate::session::Client;
use crate::stream::{Cause, Exchange, Fail, Stage};
use base::{Buf, Ms, Tick};
use h1::{BodyDecoder, BodyLen, Piece, RequestFraming};
use http::{HdrId, Head, Version};
use std::future::poll_fn;
use std::task::Poll;

/// Receives until `min` bytes of payload are there (0: all of them), or the buffer is full. Too late is 408.
pub async fn receive(
    client: &mut Client,
    x: &mut Exchange,
    head: &mut Head,
    framing: &RequestFraming,
    (min, time): (u64, Ms),
) -> Result<(), Fail> {
    if framing.body == BodyLen::None {
        return Ok(());
    }
    let mut seen = Seen { decoder: BodyDecoder::new(framing.body), at: 0, payload: 0 };
    if seen.has_enough(client, head, min)? {
        return Ok(());
    }
    if framing.expects_continue && framing.version >= Version::HTTP_1_1 {
        invite(client, x, head).await?;
    }
    client.timer.set(Some(rt::now() + time));
    loop {
        let got = poll_fn(|cx| {
            let buf = head.append_buf();
            if buf.room() == 0 {
                return Poll::Ready(Ok(None));
            }
            if let Poll::Ready(got) = client.stream.poll_read(cx, buf) {
                return Poll::Ready(match got {
                    Ok(n) if n > 0 => Ok(Some(n)),
                    _ => Err(Fail::new(Cause::ClientAbort, Stage::Request, 400)),
                });
            }
            client.timer.poll(cx).map(|()| Err(Fail::new(Cause::ClientTimeout, Stage::Request, 408)))
        })
        .await;
        match got {
            Ok(None) => return Ok(()),
            Ok(Some(n)) => x.bytes_in += n as u64,
            Err(fail) => {
                // The request's analysis isn't complete: its time doesn't count, as observed.
                x.times.request = Tick::NONE;
                return Err(fail);
            }
        }
        if seen.has_enough(client, head, min)? {
            return Ok(());
        }
    }
}

/// How far the body was looked at. Each byte is looked at once, however it comes.
struct Seen {
    decoder: BodyDecoder,
    at: usize,
    payload: u64,
}

impl Seen {
    fn has_enough(&mut self, client: &Client, head: &Head, min: u64) -> Result<bool, Fail> {
        loop {
            let piece = self.decoder.next(&head.rest()[self.at..], &client.front.h1);
            match piece.map_err(|_| Fail::new(Cause::Proxy, Stage::Request, 400))? {
                Piece::Data { skip, len } => {
                    self.decoder.took(len as u64);
                    self.at += skip + len;
                    self.payload += len as u64;
                }
                Piece::Need { skip } => {
                    self.at += skip;
                    return Ok(min > 0 && self.payload >= min);
                }
                Piece::End { .. } => return Ok(true),
            }
        }
    }
}

/// Tells the client to go on, in the server's place, which isn't asked any more.
async fn invite(client: &mut Client, x: &mut Exchange, head: &mut Head) -> Result<(), Fail> {
    head.remove_id(HdrId::Expect);
    let mut out = Buf::from_bytes(b"HTTP/1.1 100 Continue\r\n\r\n");
    let sent = crate::send::all(client, &mut out).await;
    x.bytes_out += sent.bytes;
    sent.result.map_err(|cause| Fail::silent(cause, Stage::Request))
}
