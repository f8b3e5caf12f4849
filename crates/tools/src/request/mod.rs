//! Messages and addresses that a person writes down to try a configuration: what they mean, and as facts.

mod message;

pub use message::{Message, Received, Spoken};

use base::{Tick, WallClock};
use core::cell::RefCell;
use core::net::SocketAddr;
use expr::vars::{Scopes, Vars};
use expr::{Arena, Env, Peer, Place, Process, ProxyName, Session, View};
use http::Head;
use std::sync::RwLock;

/// The exchange that expressions are tried on.
pub struct Exchange {
    pub request: Message,
    pub response: Option<Message>,
    /// The client.
    pub from: SocketAddr,
    /// The address that it connected to.
    pub to: SocketAddr,
    /// The frontend.
    pub frontend: Box<str>,
    /// The time of day.
    pub wall: WallClock,
    pub process: Process,
}

/// What variables hold while an exchange is tried.
#[derive(Default)]
pub struct Memory {
    process: RwLock<Vars>,
    session: RefCell<Vars>,
    transaction: RefCell<Vars>,
    request: RefCell<Vars>,
    response: RefCell<Vars>,
}

impl Exchange {
    /// Lends the facts of the moment at which a rule at `place` is evaluated.
    pub fn look<R>(&self, place: Place, memory: &Memory, arena: &Arena, f: impl FnOnce(&Env<'_>) -> R) -> R {
        let session = Session {
            accepted: self.wall,
            frontend: ProxyName { name: &self.frontend, id: 1 },
            listener_id: 1,
            listener_name: None,
            src: Peer::Ip(self.from),
            dst: Some(self.to),
        };
        let parts = [self.request.body.as_slice()];
        let response_parts = [self.response.as_ref().map_or(&[][..], |m| m.body.as_slice())];
        let body = expr::Received { parts: &parts, ..expr::Received::NONE };
        let response_body = expr::Received { parts: &response_parts, ..expr::Received::NONE };
        let env = Env {
            session: Some(&session),
            request: View::Ready(&self.request.head),
            response: self.response.as_ref().map_or(View::Absent, |m| View::Ready(&m.head)),
            request_body: Some(&body),
            response_body: self.response.is_some().then_some(&response_body),
            vars: memory.scopes(),
            ..Env::bare(place, Tick(1), self.wall, &self.process, arena.scratch())
        };
        f(&env)
    }
}

impl Memory {
    fn scopes(&self) -> Scopes<'_> {
        Scopes {
            proc: Some(&self.process),
            sess: Some(&self.session),
            txn: Some(&self.transaction),
            req: Some(&self.request),
            res: Some(&self.response),
            ..Scopes::default()
        }
    }
}

/// A request that asks for nothing in particular.
pub fn plain_request() -> Message {
    Message::request(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("a valid request")
}

/// The start line and the fields of a head, a line each.
pub fn lines(head: &Head) -> String {
    let mut text = String::new();
    match head.status() {
        Some(status) => text += &format!("{} {status} {}\n", version(head), head.reason().escape_ascii()),
        None => {
            let (method, target) = (head.method_name().escape_ascii(), head.target().escape_ascii());
            text += &format!("{method} {target} {}\n", version(head));
        }
    }
    for field in head.fields() {
        text += &format!("{}: {}\n", field.name.escape_ascii(), field.value.escape_ascii());
    }
    text
}

fn version(head: &Head) -> String {
    let version = head.version();
    format!("HTTP/{}.{}", version.major, version.minor)
}
