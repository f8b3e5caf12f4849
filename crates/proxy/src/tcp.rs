//! TCP mode: one client connection, one server connection, bytes both ways.

use crate::http1::pipes;
use crate::session::Client;
use crate::stream::flow::Flow;
use crate::stream::{Exchange, Fail};
use crate::tunnel;
use expr::View;

/// Serves a TCP client.
pub async fn serve(client: &mut Client) {
    let mut x = Exchange::new(client);
    x.times.first_byte = client.accepted;
    x.times.first_byte_at = client.accepted_at;
    x.log_connect(client);
    let fail = run(client, &mut x).await.err();
    x.finish(client, fail);
}

async fn run(client: &mut Client, x: &mut Exchange) -> Result<(), Fail> {
    x.route_tcp(client)?;
    x.name_servers(client, View::Absent);
    let mut link = x.reach_server(client, false).await?;
    let front = client.front.clone();
    let up = Flow::raw(pipes(client), link.greeting.take(), client.rest.take());
    let down = Flow::raw(pipes(client), None, None);
    if front.front().opts.logasap {
        x.log(client, true);
    }
    match tunnel::relay(client, x, &mut link, up, down).await {
        None => Ok(()),
        Some(fail) => Err(fail),
    }
}
