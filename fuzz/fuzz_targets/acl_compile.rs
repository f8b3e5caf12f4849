//! Conditions: whatever is compiled must evaluate without a panic on hostile requests. The first line is the condition,
//! the others are the request's target and field values.
#![no_main]

use base::{Tick, WallClock};
use expr::acl::{Acls, Cond, Tri};
use expr::{Arena, Env, NoOutside, Place, Process, View};
use http::{Head, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut lines = data.split(|b| *b == b'\n');
    let words: Vec<&[u8]> = lines.next().unwrap_or_default().split(|b| *b == b' ').collect();
    let Ok(cond) = Cond::compile(&words, &Acls::new(), &mut NoOutside) else { return };
    let target = lines.next().unwrap_or(b"/");
    let Ok(mut head) = Head::request(b"GET", target, Version::HTTP_1_1, 16384) else { return };
    for (name, value) in [&b"host"[..], b"x", b"x", b"cookie"].into_iter().zip(lines) {
        let _ = head.add(name, value);
    }
    let (process, arena) = (Process::default(), Arena::new());
    let env = Env {
        request: View::Ready(&head),
        ..Env::bare(Place::FeHttpReq, Tick(1), WallClock { us: 1 }, &process, arena.scratch())
    };
    assert_ne!(cond.eval(&env), Tri::Wait, "nothing is waited for at the last chance");
    let _ = cond.eval(&Env { request: View::Pending, last: false, ..env });
    assert_eq!(cond, cond.clone());
});
