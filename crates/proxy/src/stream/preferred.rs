//! The server that a client's last request went to, where the next one should go there too.

use super::Exchange;
use crate::plan::{LocalBack, is_deterministic};
use crate::queue::Slot;
use crate::session::Client;
use base::ix::SrvIx;
use std::rc::Rc;

/// A server of a backend.
pub struct Preferred {
    back: Rc<LocalBack>,
    server: SrvIx,
}

impl Exchange {
    /// The response has come. The client's next request goes to the same server with `option prefer-last-server`, and
    /// when the server wants the client to prove who it is: some ways of doing so belong to a connection (manual 4.2).
    /// Where balancing would choose the same server anyway, it is left to that.
    pub fn remember_server(&self, client: &mut Client) {
        let back = self.backend();
        let wanted = back.back().opts.prefer_last_server || matches!(self.status, 401 | 407);
        let server = self.server.filter(|_| wanted && !is_deterministic(&back.back().balance));
        match server {
            Some(server) => client.extra.get_or_insert_default().preferred = Some(Preferred { back, server }),
            None => {
                if let Some(extra) = &mut client.extra {
                    extra.preferred = None;
                }
            }
        }
    }

    /// A slot of the preferred server, if there is one and nobody waits for it. Preference is no persistence: else
    /// balancing goes on as if there were none.
    pub fn take_preferred(&self, client: &mut Client, back: &Rc<LocalBack>) -> Option<Slot> {
        let Preferred { back: known, server } = client.extra.as_mut()?.preferred.take()?;
        // Another backend, or this one before a reload, numbers its servers in another way.
        let can_go = Rc::ptr_eq(&known, back) && back.server(server).live.is_usable() && back.live.queue.is_empty();
        can_go.then(|| Slot::take(back, server)).flatten()
    }
}
