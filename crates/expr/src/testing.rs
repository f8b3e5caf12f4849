//! Facts of a made-up request, for this crate's tests.

use core::cell::RefCell;
use core::net::SocketAddr;

use base::{Tick, WallClock};
use http::{Head, Version};

use crate::env::{Arena, Env, Process, ProxyName, Session, Stream, View};
use crate::place::Place;
use crate::record::Peer;
use crate::vars::Scopes;

/// Owns what an [`Env`] borrows.
pub struct Facts {
    pub request: Option<Head>,
    pub response: Option<Head>,
    pub place: Place,
    process: Process,
    arena: Arena,
}

impl Facts {
    /// A request written as lines, from 10.1.2.3:4567 to 10.9.9.9:80, where everything is known.
    pub fn of(request: &str) -> Facts {
        let mut lines = request.split('\n');
        let mut start = lines.next().unwrap().split(' ');
        let (method, target, version) = (start.next().unwrap(), start.next().unwrap(), start.next().unwrap());
        let version = if version == "HTTP/1.0" { Version::HTTP_1_0 } else { Version::HTTP_1_1 };
        let mut head = Head::request(method.as_bytes(), target.as_bytes(), version, 16384).unwrap();
        add_fields(&mut head, lines);
        Facts {
            request: Some(head),
            response: None,
            place: Place::FeHttpReq,
            process: Process { pid: 77, hostname: "node1".into(), ..Default::default() },
            arena: Arena::new(),
        }
    }

    /// The same with a response of this status.
    pub fn answered(mut self, status: u16, fields: &str) -> Facts {
        let mut head = Head::response(status, Version::HTTP_1_1, 16384).unwrap();
        add_fields(&mut head, fields.split('\n').filter(|l| !l.is_empty()));
        self.response = Some(head);
        self.place = Place::FeHttpRes;
        self
    }

    pub fn with<R>(&self, f: impl FnOnce(&Env<'_>) -> R) -> R {
        let src: SocketAddr = "10.1.2.3:4567".parse().unwrap();
        let dst: SocketAddr = "10.9.9.9:80".parse().unwrap();
        let session = Session {
            src: Peer::Ip(src),
            dst: Some(dst),
            accepted: WallClock { us: 1_000_000 },
            frontend: ProxyName { name: "fe", id: 2 },
            listener_id: 1,
            listener_name: None,
        };
        let (txn, req) = (RefCell::default(), RefCell::default());
        let stream = Stream { backend: Some(ProxyName { name: "be", id: 3 }), server: None };
        f(&Env {
            session: Some(&session),
            stream: Some(&stream),
            request: self.request.as_ref().map_or(View::Absent, View::Ready),
            response: self.response.as_ref().map_or(View::Absent, View::Ready),
            vars: Scopes { txn: Some(&txn), req: Some(&req), ..Scopes::default() },
            ..Env::bare(
                self.place,
                Tick(1),
                WallClock { us: 1_795_360_490_316_789 },
                &self.process,
                self.arena.scratch(),
            )
        })
    }
}

fn add_fields<'l>(head: &mut Head, lines: impl Iterator<Item = &'l str>) {
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        head.add(name.as_bytes(), value.trim().as_bytes()).unwrap();
    }
}
