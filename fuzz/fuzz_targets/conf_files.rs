//! The whole front-end over several files: any bytes as one or two configuration files and as the files that they
//! name (error files, engines, states of servers, patterns), in a world in memory. No panic, diagnostics lie within
//! the sources, what was said can be shown in both forms, and an accepted configuration compiles to the same Spec
//! again.

#![no_main]

use conf::{LANG, LocalPeer, MemOutside};
use diag::{Diagnostic, Files, OneLine};
use libfuzzer_sys::fuzz_target;
use syntax::{Env, Facts};

fuzz_target!(|data: &[u8]| {
    // Templates and port ranges multiply what a line costs; that's what they are for, and no finding.
    let templates = data.windows(15).filter(|w| w == b"server-template").count();
    if data.len() > 8192 || templates > 3 {
        return;
    }
    let (first, second, world) = files_of(data);
    let mut files = Files::new();
    let mut ids = vec![files.add("dir/a.cfg", first)];
    ids.extend(second.map(|second| files.add("dir/b.cfg", second)));
    let env: Env = [("A", "AA"), ("EMPTY", ""), ("LIST", " p  q ")].into_iter().collect();
    let facts = Facts { version: "3.5-x".into(), ..Facts::default() };
    let (tree, mut diags) = syntax::parse(&files, &ids, env, &facts, &conf::is_section);
    let (spec, more) = conf::compile(&tree, &files, &LANG, &mut world.clone());
    assert_eq!(spec.is_none(), more.has_alerts());
    diags.append(more);
    diags.refuse_unbuilt();
    let mut one_line = OneLine::without_intro(1);
    for diagnostic in diags.iter().take(50) {
        check(&files, diagnostic);
        one_line.diagnostic(&files, diagnostic);
        diag::terminal::render(&files, diagnostic, false);
    }
    if let Some(spec) = spec {
        let (again, _) = conf::compile(&tree, &files, &LANG, &mut world.clone());
        assert!(again.as_ref() == Some(&spec));
        assert!(spec.global.needs_new_process(&spec.global).is_empty());
    }
});

fn check(files: &Files, diagnostic: &Diagnostic) {
    for span in diagnostic.span.iter().chain(diagnostic.also.iter().map(|(span, _)| span)) {
        let len = files.bytes(span.file).len();
        assert!(span.start <= span.end && span.end as usize <= len, "{span:?} {}", diagnostic.message);
    }
    assert!(!diagnostic.message.ends_with('\n'));
}

/// Pieces of the input, each behind a line `#file NAME`, the first one without; `b.cfg` is a second configuration.
fn files_of(data: &[u8]) -> (&[u8], Option<&[u8]>, MemOutside) {
    const MARK: &[u8] = b"#file ";
    let mut world = world();
    let mut second = None;
    let mut cuts = vec![0];
    cuts.extend(data.windows(MARK.len()).enumerate().filter(|(_, w)| *w == MARK).map(|(at, _)| at));
    cuts.push(data.len());
    let first = &data[..cuts[1]];
    for cut in cuts[1..].windows(2) {
        let piece = &data[cut[0] + MARK.len()..cut[1].max(cut[0] + MARK.len())];
        let end = piece.iter().position(|c| *c == b'\n').unwrap_or(piece.len());
        let (name, content) = (&piece[..end], piece.get(end + 1..).unwrap_or_default());
        match name {
            b"b.cfg" => second = Some(content),
            _ => {
                world.files.insert(name.to_vec(), content.to_vec());
            }
        }
    }
    (first, second, world)
}

fn world() -> MemOutside {
    let mut world = MemOutside::default();
    world.files.insert(b"/f".to_vec(), b"HTTP/1.0 400 Bad\r\n\r\n".to_vec());
    world.files.insert(b"/etc/resolv.conf".to_vec(), b"nameserver 10.0.0.53\n".to_vec());
    world.hosts.insert("h".to_owned(), vec![core::net::IpAddr::from([127, 0, 0, 1])]);
    world.users.insert("u".to_owned(), 1);
    world.groups.insert("g".to_owned(), 1);
    world.namespaces.push("n".to_owned());
    world.local_peer = LocalPeer::Host("here".into());
    world
}
