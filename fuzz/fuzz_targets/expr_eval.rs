//! Expressions: whatever compiles must evaluate without a panic on hostile bytes. The first line is a chain of converters
//! (given the rest as the variable `txn.in`) or a whole expression; the rest is also the value of a few fields.
#![no_main]

use std::cell::RefCell;

use base::{Tick, WallClock};
use expr::vars::{Scopes, VarName, Vars};
use expr::{Arena, Cursor, Env, Expr, Got, NoOutside, Place, Process, Val, View};
use http::{Head, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|b| *b == b'\n').unwrap_or(data.len());
    let (text, input) = (&data[..end], data.get(end + 1..).unwrap_or_default());
    let mut chain = b"var(txn.in),".to_vec();
    chain.extend_from_slice(text);
    let exprs = [&chain[..], text].map(|text| Expr::compile(text, &mut NoOutside));
    let Ok(mut head) = Head::request(b"GET", b"/p;a=1?b=2&a=3", Version::HTTP_1_1, 65536) else { return };
    for name in [&b"cookie"[..], b"authorization", b"x"] {
        let _ = head.add(name, input);
    }
    let txn = RefCell::<Vars>::default();
    let scopes = Scopes { txn: Some(&txn), ..Scopes::default() };
    if let Ok(name) = VarName::parse(b"txn.in") {
        scopes.set(&name, Val::Bin(input));
    }
    let (process, arena) = (Process::default(), Arena::new());
    let env = Env {
        request: View::Ready(&head),
        vars: scopes,
        ..Env::bare(Place::FeHttpReq, Tick(1), WallClock { us: 1 }, &process, arena.scratch())
    };
    for expr in exprs.iter().flatten() {
        if let Got::Val { v, .. } = expr.eval(&env) {
            assert!(v.kind().casts_to(expr.out()), "{v:?} is no {:?}", expr.out());
            assert!(v.bytes().is_none_or(|b| b.len() <= 65536));
        }
        let mut cursor = Cursor::every();
        let mut left = 100_000;
        while let Got::Val { more: true, .. } = expr.next(&env, &mut cursor) {
            left -= 1;
            assert!(left > 0, "it never ends");
        }
        assert_eq!(expr, &expr.clone());
    }
});
