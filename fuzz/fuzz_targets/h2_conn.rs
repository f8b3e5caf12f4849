//! The connection machine, in both roles, with arbitrary sequences of frames and of what a driver may do meanwhile. A
//! client and a server of ours talk to each other first, then the input's frames come between.
#![no_main]

use base::Buf;
use h2::frame::{Kind, PREFACE, put_header};
use h2::{Code, Config, Conn, Event, RequestForm, Role};
use http::{Head, HeadStore, Version};
use libfuzzer_sys::fuzz_target;
use std::rc::Rc;

const BLOCKS: [&[u8]; 6] = [
    // GET http /
    b"\x82\x86\x84",
    // POST http / with content-length 3
    b"\x83\x86\x84\x0f\x0d\x013",
    // 200
    b"\x88",
    // 100
    b"\x08\x03100",
    // x: y, into the table
    b"\x40\x01x\x01y",
    // CONNECT websocket
    b"\x02\x07CONNECT\x00\x09:protocol\x09websocket\x86\x84\x01\x01a",
];

struct Driver {
    conn: Conn,
    buf: Buf,
    store: HeadStore,
    open: Vec<u32>,
    held: Vec<(u32, usize)>,
}

impl Driver {
    /// Shows bytes to the connection. False once it is over.
    fn take(&mut self, bytes: &[u8]) -> bool {
        self.buf.compact();
        if !self.buf.push(bytes) {
            return false;
        }
        loop {
            match self.conn.next(&mut self.buf, &self.store) {
                Ok(None) => return self.conn.stream_count() <= 8,
                Err(_) => return false,
                Ok(Some(event)) => self.on(event),
            }
        }
    }

    fn on(&mut self, event: Event) {
        match event {
            Event::Request(m) => {
                assert!(m.head.size() <= m.head.limit());
                self.open.push(m.id);
            }
            Event::Malformed { id, .. } => self.open.push(id),
            Event::Data { id, len, .. } => {
                self.buf.consume(len);
                self.held.push((id, len));
            }
            Event::Reset { id, .. } => self.conn.release(id, Code::CANCEL),
            _ => {}
        }
    }

    fn act(&mut self, what: u8, arg: u8) {
        let id = self.open.get(usize::from(arg) % self.open.len().max(1)).copied().unwrap_or(u32::from(arg));
        match what % 10 {
            0 => {
                let head = Head::response(if arg & 1 == 0 { 200 } else { 103 }, Version::HTTP_1_1, 1000).unwrap();
                let _ = self.conn.respond(id, &head, arg & 2 != 0);
            }
            1 => {
                let n = self.conn.send_room(id).min(usize::from(arg) * 70);
                let _ = self.conn.send(id, &vec![0; n], arg & 1 != 0);
            }
            2 => drop(self.conn.send_trailers(id, b"a: b\r\n")),
            3 => self.conn.reset(id, Code::CANCEL),
            4 => self.conn.release(id, Code::NO_ERROR),
            5 => self.held.drain(..).for_each(|(id, n)| self.conn.credit(id, n)),
            6 => self.conn.leave(),
            7 => self.conn.ping(),
            8 => self.conn.forgive(),
            _ if self.conn.role() == Role::Client => {
                let head = Head::request(b"GET", b"/", Version::HTTP_1_1, 1000).unwrap();
                let form = RequestForm { scheme: b"http", protocol: None };
                if let Ok(id) = self.conn.open(&head, form, arg & 1 != 0) {
                    self.open.push(id);
                }
            }
            _ => self.conn.shrink(),
        }
        self.conn.out.advance(self.conn.out.len());
    }
}

fuzz_target!(|data: &[u8]| {
    let [mode, input @ ..] = data else { return };
    let role = if mode & 1 == 0 { Role::Server } else { Role::Client };
    let cfg = Config { max_concurrent: 8, max_total: u32::from(mode >> 4) * 3, rxbuf: 70_000, ..Config::default() };
    let mut driver = Driver {
        conn: Conn::new(role, Rc::new(cfg)),
        buf: Buf::unpooled(1 << 17),
        store: HeadStore::new(),
        open: Vec::new(),
        held: Vec::new(),
    };
    let mut hello = if role == Role::Server { PREFACE.to_vec() } else { Vec::new() };
    put_header(&mut hello, 0, Kind::Settings, 0, 0);
    if !driver.take(&hello) {
        return;
    }
    for op in input.chunks(4) {
        let [what, kind, flags, arg] = op else { return };
        if what & 0x80 != 0 {
            driver.act(*what, *arg);
            continue;
        }
        let payload = match what % 8 {
            n @ 0..6 => BLOCKS[usize::from(n)].to_vec(),
            6 => vec![0, 0, 0, *arg],
            _ => vec![*arg; usize::from(*arg) * 40],
        };
        let mut bytes = Vec::new();
        put_header(&mut bytes, payload.len(), Kind::of(kind % 11), *flags, u32::from(what >> 3));
        bytes.extend(payload);
        if !driver.take(&bytes) {
            return;
        }
    }
});
