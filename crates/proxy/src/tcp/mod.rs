//! TCP mode: one client connection, one server connection, bytes both ways. A stream may turn out to be HTTP on its way:
//! then it goes on in `http1`.

mod content;
mod response;
mod sniff;

pub use response::Gate;

use crate::http1::{self, pipes};
use crate::session::{Client, Upgrade};
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
    match run(client, &mut x).await {
        Ok(Some(upgrade)) => {
            client.upgraded = Some(upgrade);
            http1::serve_upgraded(client, x).await;
        }
        Ok(None) => x.finish(client, None),
        Err(fail) => x.finish(client, Some(fail)),
    }
}

/// Answers how the stream became one of HTTP, if it did.
async fn run(client: &mut Client, x: &mut Exchange) -> Result<Option<Upgrade>, Fail> {
    if content::inspect(client, x).await? {
        return Ok(Some(Upgrade::ByRule));
    }
    if x.backend().is_http() {
        return Ok(Some(Upgrade::ByBackend));
    }
    x.name_servers(client, View::Absent);
    let mut link = x.reach_server(client, false).await?;
    let gate = Gate::new(x);
    let front = client.front.clone();
    let up = Flow::raw(pipes(client), link.greeting.take(), client.rest.take());
    let down = Flow::raw(pipes(client), None, None);
    if front.front().opts.logasap {
        x.log(client, true);
    }
    match tunnel::relay(client, x, &mut link, up, down, gate).await {
        None => Ok(None),
        Some(fail) => Err(fail),
    }
}
