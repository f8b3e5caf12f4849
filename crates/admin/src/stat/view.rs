//! How the columns look at a row: each figure has a meaning on some kinds of rows only.

use crate::field::Value;
use base::Addr;
use conf::spec::Mode;
use proxy::counters::{Ctr, Rated};
use proxy::stats::{BackFigures, CheckFigures, FrontFigures, Of, Row, ServerFigures, Times};
use std::borrow::Cow;

/// A row and who looks at it.
pub struct View {
    pub row: Row,
    /// Addresses and the like are shown to operators, not to users.
    pub legends: bool,
}

/// Kinds of rows, as bits.
pub const FRONT: u8 = 1;
pub const BACK: u8 = 2;
pub const SERVER: u8 = 4;
/// A bind line.
pub const SOCKET: u8 = 8;
pub const ANY: u8 = FRONT | BACK | SERVER;

impl View {
    /// `FRONTEND`, `BACKEND` or the name of the server or the bind line.
    pub fn name(&self) -> &str {
        match &self.row.of {
            Of::Front(_) => "FRONTEND",
            Of::Back(_) => "BACKEND",
            Of::Server(server) => &server.name,
            Of::Socket(socket) => &socket.name,
        }
    }

    /// As `type` has it.
    pub fn kind_number(&self) -> u32 {
        match self.row.of {
            Of::Front(_) => 0,
            Of::Back(_) => 1,
            Of::Server(_) => 2,
            Of::Socket(_) => 3,
        }
    }

    /// The number of the server or the bind line, 0 for others.
    pub fn sid(&self) -> u32 {
        match &self.row.of {
            Of::Server(server) => server.sid,
            Of::Socket(socket) => socket.id,
            _ => 0,
        }
    }

    /// Whether it speaks HTTP.
    pub fn is_http(&self) -> bool {
        self.row.mode == Mode::Http
    }

    fn is(&self, kinds: u8) -> bool {
        let own = match self.row.of {
            Of::Front(_) => FRONT,
            Of::Back(_) => BACK,
            Of::Server(_) => SERVER,
            Of::Socket(_) => SOCKET,
        };
        own & kinds != 0
    }

    /// A counter of rows of some kinds.
    pub fn sum(&self, kinds: u8, ctr: Ctr) -> Value<'_> {
        if self.is(kinds) { Value::U64(self.row.sum(ctr)) } else { Value::None }
    }

    /// A counter of HTTP.
    pub fn http(&self, kinds: u8, ctr: Ctr) -> Value<'_> {
        if self.is_http() { self.sum(kinds, ctr) } else { Value::None }
    }

    /// What nothing counts yet.
    pub fn zero(&self, kinds: u8) -> Value<'_> {
        if self.is(kinds) { Value::U64(0) } else { Value::None }
    }

    /// A rate.
    pub fn rate(&self, kinds: u8, rated: Rated) -> Value<'_> {
        if self.is(kinds) { Value::U32(self.row.rates[rated as usize]) } else { Value::None }
    }

    /// The highest of a rate.
    pub fn highest_rate(&self, kinds: u8, rated: Rated) -> Value<'_> {
        if self.is(kinds) { Value::U32(self.row.highest_rates[rated as usize]) } else { Value::None }
    }

    /// A frontend's figure.
    pub fn front<'a>(&'a self, get: impl FnOnce(&'a FrontFigures) -> Value<'a>) -> Value<'a> {
        match &self.row.of {
            Of::Front(front) => get(front),
            _ => Value::None,
        }
    }

    /// A backend's figure.
    pub fn back<'a>(&'a self, get: impl FnOnce(&'a BackFigures) -> Value<'a>) -> Value<'a> {
        match &self.row.of {
            Of::Back(back) => get(back),
            _ => Value::None,
        }
    }

    /// A server's figure.
    pub fn server<'a>(&'a self, get: impl FnOnce(&'a ServerFigures) -> Value<'a>) -> Value<'a> {
        match &self.row.of {
            Of::Server(server) => get(server),
            _ => Value::None,
        }
    }

    /// A figure of a server that is checked.
    pub fn check<'a>(&'a self, get: impl FnOnce(&'a CheckFigures) -> Value<'a>) -> Value<'a> {
        self.server(|server| server.check.as_ref().map_or(Value::None, get))
    }

    /// A figure of a backend's queue; servers have no queue of their own.
    pub fn queue(&self, get: impl FnOnce(&BackFigures) -> u32) -> Value<'_> {
        self.both(get, |_| 0)
    }

    /// A figure of backends and servers.
    pub fn both(
        &self,
        back: impl FnOnce(&BackFigures) -> u32,
        server: impl FnOnce(&ServerFigures) -> u32,
    ) -> Value<'_> {
        match &self.row.of {
            Of::Front(_) | Of::Socket(_) => Value::None,
            Of::Back(figures) => Value::U32(back(figures)),
            Of::Server(figures) => Value::U32(server(figures)),
        }
    }

    /// Seconds of backends and servers.
    pub fn age(&self, back: impl FnOnce(&BackFigures) -> u64, server: impl FnOnce(&ServerFigures) -> u64) -> Value<'_> {
        match &self.row.of {
            Of::Front(_) | Of::Socket(_) => Value::None,
            Of::Back(figures) => Value::secs(back(figures)),
            Of::Server(figures) => Value::secs(server(figures)),
        }
    }

    /// A mean or longest time.
    pub fn times(&self, get: impl FnOnce(&Times) -> u32) -> Value<'_> {
        match &self.row.of {
            Of::Front(_) | Of::Socket(_) => Value::None,
            Of::Back(back) => Value::U32(get(&back.times)),
            Of::Server(server) => Value::U32(get(&server.times)),
        }
    }

    /// Seconds since the last session, -1 for none.
    pub fn last_session(&self) -> Value<'_> {
        let since = match &self.row.of {
            Of::Front(_) | Of::Socket(_) => return Value::None,
            Of::Back(back) => back.last_session_s,
            Of::Server(server) => server.last_session_s,
        };
        Value::S32(since.map_or(-1, |s| i32::try_from(s).unwrap_or(i32::MAX)))
    }

    /// The address of a server or a bind line.
    pub fn address(&self) -> Value<'_> {
        match &self.row.of {
            Of::Server(server) => Value::str(address(&server.addr)),
            Of::Socket(socket) => Value::str(address(&socket.addr)),
            Of::Front(_) | Of::Back(_) => Value::None,
        }
    }

    /// What users aren't shown.
    pub fn legend<'a>(&'a self, get: impl FnOnce(&'a View) -> Value<'a>) -> Value<'a> {
        if self.legends { get(self) } else { Value::None }
    }

    /// The status in words.
    pub fn status(&self) -> Cow<'_, str> {
        match &self.row.of {
            Of::Front(front) if front.open => "OPEN".into(),
            Of::Front(_) => "STOP".into(),
            Of::Socket(socket) if socket.full => "FULL".into(),
            Of::Socket(socket) if socket.waiting => "WAITING".into(),
            Of::Socket(_) => "OPEN".into(),
            Of::Back(back) if back.up => "UP".into(),
            Of::Back(_) => "DOWN".into(),
            Of::Server(server) => server_status(server),
        }
    }
}

fn server_status(server: &ServerFigures) -> Cow<'_, str> {
    let state = &server.state;
    match &server.check {
        _ if state.maint => "MAINT".into(),
        _ if !state.resolved => "MAINT (resolution)".into(),
        None if state.drain => "DRAIN".into(),
        None => "no check".into(),
        Some(check) if state.drain && state.up => check.health.replacen("UP", "DRAIN", 1).into(),
        Some(check) => (&*check.health).into(),
    }
}

/// The code of the last check, marked while another one runs.
pub fn check_status(check: &CheckFigures) -> String {
    let code = check.last.outcome.status.code();
    if check.running { format!("* {code}") } else { code.to_owned() }
}

/// As the column `addr` has it.
fn address(addr: &Addr) -> Cow<'_, str> {
    match addr {
        Addr::Ip(sa) => sa.to_string().into(),
        Addr::Unix(_) | Addr::Abns { .. } => "unix".into(),
        _ => "".into(),
    }
}
