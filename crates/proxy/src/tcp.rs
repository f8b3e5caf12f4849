//! TCP mode: one client connection, one server connection, bytes both ways.

use crate::session::Client;
use crate::stream::flow::Flow;
use crate::stream::{Exchange, Fail};
use crate::tunnel;

/// Serves a TCP client.
pub async fn serve(mut client: Client) {
    let mut x = Exchange::new(&client);
    x.times.first_byte = client.accepted;
    x.times.first_byte_at = client.accepted_at;
    let fail = run(&mut client, &mut x).await.err();
    x.slot = None;
    if fail.is_some_and(|f| f.cause.is_abort()) {
        // The other side sees that this end wasn't clean.
        client.stream.set_linger_reset();
    }
    x.finish(&mut client, fail);
}

async fn run(client: &mut Client, x: &mut Exchange) -> Result<(), Fail> {
    x.route_tcp(client)?;
    let mut link = x.reach_server(client, false).await?;
    let splice = client.worker.shared.splice_by_default;
    let opts = &client.front.spec.opts;
    let up = Flow::raw(splice || opts.splice_request, None, client.rest.take());
    let down = Flow::raw(splice || opts.splice_response, None, None);
    match tunnel::relay(client, x, &mut link, up, down).await {
        None => Ok(()),
        Some(fail) => Err(fail),
    }
}
