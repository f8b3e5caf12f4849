//! The bytes of a peer as they come: how they are split changes nothing, and what is said to them can be read.
#![no_main]

use base::Buf;
use h2::frame::{FrameHeader, HEADER_LEN};
use h2::{Code, Config, Conn, Event, Role};
use http::HeadStore;
use libfuzzer_sys::fuzz_target;
use std::rc::Rc;

/// What happened, without how content was cut.
fn story(role: Role, input: &[u8], step: usize) -> Vec<String> {
    let mut conn = Conn::new(role, Rc::new(Config { max_concurrent: 4, glitches: 40, ..Config::default() }));
    let store = HeadStore::new();
    let mut buf = Buf::unpooled(1 << 17);
    let mut log = Vec::new();
    let mut bytes = 0;
    for piece in input.chunks(step) {
        buf.compact();
        assert!(buf.push(piece));
        loop {
            let event = match conn.next(&mut buf, &store) {
                Ok(Some(event)) => event,
                Ok(None) => break,
                Err(error) => {
                    log.push(format!("{error:?} {bytes}"));
                    check(&conn);
                    return log;
                }
            };
            match event {
                Event::Data { id, len, end } => {
                    assert!(len <= buf.len());
                    bytes += len;
                    buf.consume(len);
                    conn.credit(id, len);
                    if end {
                        log.push(format!("end {id}"));
                    }
                }
                Event::Reset { id, .. } => {
                    conn.release(id, Code::CANCEL);
                    log.push(format!("reset {id}"));
                }
                other => log.push(format!("{other:?}")),
            }
        }
    }
    log.push(format!("{bytes}"));
    check(&conn);
    log
}

/// Our frames are whole.
fn check(conn: &Conn) {
    let mut pieces = [&b""[..]; 64];
    let n = conn.out.pieces(&mut pieces);
    let all = pieces[..n].concat();
    let mut rest = all.strip_prefix(h2::frame::PREFACE).unwrap_or(&all);
    while let Some(header) = rest.first_chunk::<HEADER_LEN>() {
        let h = FrameHeader::parse(header);
        rest = &rest[HEADER_LEN + h.len as usize..];
    }
    assert!(rest.is_empty());
}

fuzz_target!(|data: &[u8]| {
    let [mode, input @ ..] = data else { return };
    let role = if mode & 1 == 0 { Role::Server } else { Role::Client };
    let whole = story(role, input, usize::MAX);
    assert_eq!(story(role, input, 1 + usize::from(mode >> 1)), whole);
});
