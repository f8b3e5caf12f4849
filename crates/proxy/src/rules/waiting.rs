//! Waiting on behalf of rules, with an eye on the client.

use crate::session::Client;
use crate::stream::{Cause, Fail, Stage};
use base::Tick;
use std::future::poll_fn;
use std::task::Poll;

/// Waits until a moment, unless the client goes away before. No thread is held meanwhile.
pub async fn sleep(client: &mut Client, until: Tick, stage: Stage) -> Result<(), Fail> {
    client.timer.set(Some(until));
    poll_fn(|cx| {
        if client.stream.poll_peer_gone(cx).is_ready() {
            return Poll::Ready(Err(Fail::silent(Cause::ClientAbort, stage)));
        }
        client.timer.poll(cx).map(Ok)
    })
    .await
}
