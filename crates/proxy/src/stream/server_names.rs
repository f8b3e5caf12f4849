//! The names that servers are asked for by SNI (manual 5.2, `sni`, `sni-auto`), taken from the request once.

use super::Exchange;
use crate::facts::Seen;
use crate::secure::Sni;
use crate::session::Client;
use base::ix::SrvIx;
use expr::{Env, Got, Place, ProxyName, Session, View};
use http::HdrId;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// What the request means for each server of its backend.
#[derive(Default)]
pub struct ServerNames {
    /// The request's host, without its port.
    host: Option<Box<str>>,
    /// What expressions gave.
    said: Vec<(SrvIx, Option<Box<str>>)>,
}

impl Exchange {
    /// Takes the names from the request, before it is edited away or sent. Does nothing where no server speaks TLS.
    pub fn name_servers(&mut self, client: &mut Client, request: View<'_>) {
        let Some(back) = self.back.as_ref().map(|back| back.back().clone()) else { return };
        if !back.speaks_tls {
            return;
        }
        let host = match request {
            View::Ready(head) => head.first(HdrId::Host).and_then(host_of),
            _ => None,
        };
        let mut names = ServerNames { host, said: Vec::new() };
        let dst = client.dst();
        let front = client.front.clone();
        let session = Session {
            src: client.src,
            dst,
            accepted: client.accepted_at,
            frontend: ProxyName { name: &front.spec.name, id: front.id },
            listener_id: client.listener.id,
            listener_name: client.listener.name.as_deref(),
        };
        let arena = client.worker.arena.borrow();
        let env = Env {
            session: Some(&session),
            request,
            facts: Some(&Seen::new(client, self, None)),
            live: Some(&*client.worker),
            vars: self.vars.for_rules(client),
            ..Env::bare(Place::ServerSource, rt::now(), rt::wall(), &client.worker.shared.process, arena.scratch())
        };
        for (at, server) in back.servers.iter().enumerate() {
            let Some(secure) = server.secure.as_ref().filter(|secure| secure.traffic) else { continue };
            if let Sni::Expr(expr) = &secure.sni {
                let name = match expr.eval(&env) {
                    Got::Val { v, .. } => {
                        let mut text = Vec::new();
                        v.write_text(&mut text);
                        String::from_utf8(text).ok().filter(|name| !name.is_empty()).map(Box::from)
                    }
                    Got::Absent | Got::Wait => None,
                };
                names.said.push((SrvIx::from(at), name));
            }
        }
        self.names = Some(Box::new(names));
    }

    /// The name that a server is to be asked for.
    pub fn server_name(&self, server: SrvIx, sni: &Sni) -> Option<&str> {
        let names = self.names.as_ref()?;
        match sni {
            Sni::None => None,
            Sni::Host => names.host.as_deref(),
            Sni::Expr(_) => names.said.iter().find(|(ix, _)| *ix == server)?.1.as_deref(),
        }
    }
}

/// Connections that were made for different names aren't exchanged for each other; 0 stands for no name.
pub fn name_key(name: Option<&str>) -> u64 {
    let Some(name) = name else { return 0 };
    BuildHasherDefault::<DefaultHasher>::default().hash_one(name) | 1
}

fn host_of(value: &[u8]) -> Option<Box<str>> {
    let value = core::str::from_utf8(value).ok()?;
    let host = value.split(':').next().unwrap_or_default();
    (!host.is_empty()).then(|| host.into())
}
