//! A head under any order of edits: its size is what it says, nothing that splits a message gets in, and it parses
//! back to what it holds.
#![no_main]

use base::Buf;
use h1::{Opts, Progress, RequestParser};
use http::{Form, Head, HeadStore, SerialOpts, Version};
use libfuzzer_sys::fuzz_target;

const NAMES: &[&[u8]] = &[b"x-a", b"X-B", b"cookie", b"Via", b"bad name", b"", b"accept"];
const LIMIT: usize = 400;

fuzz_target!(|script: &[u8]| {
    let start = b"GET /p?q HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-a:2\r\nVia: z\r\n\r\n";
    let opts = Opts { max_edited: LIMIT, ..Opts::default() };
    let mut parser = RequestParser::new(&HeadStore::new());
    assert_eq!(parser.parse(start, &opts), Ok(Progress::Done));
    let (mut head, _) = parser.finish(Buf::from_bytes(start), &opts).unwrap();
    let mut left = script;
    while let [op, a, n, rest @ ..] = left {
        let (text, rest) = rest.split_at(usize::from(*n).min(rest.len()));
        left = rest;
        edit(&mut head, *op, usize::from(*a), text);
        assert!(head.size() <= LIMIT);
    }
    let mut out = Buf::unpooled(head.size());
    head.serialise_h1(&mut out, SerialOpts::default()).unwrap();
    assert!(out.len() <= head.size());
    let text = out.data();
    let lines = text.split(|&b| b == b'\n').count();
    assert_eq!(lines, head.field_count() + 3);
    assert!(head.form() == Some(Form::Authority) || head.target().starts_with(head.scheme()));
});

fn edit(head: &mut Head, op: u8, a: usize, text: &[u8]) {
    let name = NAMES[a % NAMES.len()];
    let before = format!("{head:?}");
    let done = match op % 12 {
        0 => head.add(name, text),
        1 => head.set(name, text),
        2 => head.insert(a, name, text),
        3 => head.replace_value(a, text),
        4 => head.set_path(text),
        5 => head.set_query(text),
        6 => head.set_target(text),
        7 => head.set_method(text),
        8 => head.set_path_and_query(text),
        9 => {
            head.remove(a);
            Ok(())
        }
        10 => {
            head.remove_name(name);
            Ok(())
        }
        _ => {
            head.set_version(if a % 2 == 0 { Version::HTTP_1_0 } else { Version::HTTP_1_1 });
            Ok(())
        }
    };
    if done.is_err() {
        assert_eq!(format!("{head:?}"), before, "a refused edit changes nothing");
    }
}
