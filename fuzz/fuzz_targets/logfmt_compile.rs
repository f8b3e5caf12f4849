//! Log formats: whatever is compiled must be written without a panic and within its limit, and what comes from the client
//! must not put control characters into a line. The first line is the format, the second the request's target.
#![no_main]

use base::{Tick, WallClock};
use expr::logfmt::{LogFormat, Use};
use expr::{Arena, Env, NoOutside, Place, Process, Record, RequestText, View};
use libfuzzer_sys::fuzz_target;
use wire::log_time::Dates;

fuzz_target!(|data: &[u8]| {
    let (format, uri) = match data.iter().position(|b| *b == b'\n') {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (data, &b"/"[..]),
    };
    let (process, arena) = (Process::default(), Arena::new());
    let record = Record {
        http: true,
        request: RequestText::Line { method: uri, uri, version: b"HTTP/1.1" },
        req_cookie: Some(uri),
        ..Record::default()
    };
    let env =
        Env { record: Some(&record), ..Env::bare(Place::Log, Tick(1), WallClock { us: 1 }, &process, arena.scratch()) };
    for purpose in [Use::Log, Use::UniqueId, Use::Http] {
        let Ok(compiled) = LogFormat::compile(format, purpose, Place::Log, true, &mut NoOutside) else { continue };
        for max in [0, 7, 1024] {
            let mut out = b"#".to_vec();
            compiled.format(&env, &record, &mut Dates::new(), max, &mut out);
            assert!(out.len() <= max + 1);
            let plain = !format.iter().any(u8::is_ascii_control) && !format.windows(3).any(|w| w == b"bin");
            if plain && purpose == Use::Log && !format.contains(&b'\\') {
                assert!(!out.iter().any(u8::is_ascii_control), "{:?}", String::from_utf8_lossy(&out));
            }
        }
    }
});
