//! Any bytes as a configuration, through lexer and compiler, in a world in memory: no panic, diagnostics lie within
//! the source, and an accepted configuration compiles to the same Spec again.

#![no_main]

use conf::{LANG, MemOutside};
use diag::{Files, OneLine};
use libfuzzer_sys::fuzz_target;
use syntax::{Env, Facts};

fuzz_target!(|data: &[u8]| {
    // Templates and port ranges multiply what a line costs; that's what they are for, and no finding.
    let templates = data.windows(15).filter(|w| w == b"server-template").count();
    if data.len() > 4096 || templates > 3 {
        return;
    }
    let mut files = Files::new();
    let id = files.add("dir/a.cfg", data);
    let (tree, first) = syntax::parse(&files, &[id], Env::new(), &Facts::default(), &conf::is_section);
    let (spec, second) = conf::compile(&tree, &files, &LANG, &mut world());
    assert_eq!(spec.is_none(), second.has_alerts());
    let mut one_line = OneLine::without_intro(1);
    for diagnostic in first.iter().chain(second.iter()).take(50) {
        for span in diagnostic.span.iter().chain(diagnostic.also.iter().map(|(span, _)| span)) {
            assert!(span.start <= span.end && span.end as usize <= data.len(), "{span:?} {}", diagnostic.message);
        }
        assert!(!diagnostic.message.ends_with('\n'));
        one_line.diagnostic(&files, diagnostic);
        diag::terminal::render(&files, diagnostic, false);
    }
    if let Some(spec) = spec {
        let (again, _) = conf::compile(&tree, &files, &LANG, &mut world());
        assert!(again.as_ref() == Some(&spec));
        assert_eq!(spec.ids().len(), spec.proxies.len());
        assert!(spec.global.needs_new_process(&spec.global).is_empty());
    }
});

fn world() -> MemOutside {
    let mut world = MemOutside::default();
    world.files.insert(b"/f".to_vec(), b"HTTP/1.0 400 Bad\r\n\r\n".to_vec());
    world.files.insert(b"dir/f".to_vec(), b"10.0.0.0/8\n".to_vec());
    world.hosts.insert("h".to_owned(), vec![core::net::IpAddr::from([127, 0, 0, 1])]);
    world.users.insert("u".to_owned(), 1);
    world.groups.insert("g".to_owned(), 1);
    world.namespaces.push("n".to_owned());
    world
}
