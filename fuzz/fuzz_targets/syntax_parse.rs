//! Any bytes as one or two configuration files: no panic, and a tree whose spans lie within the sources.

#![no_main]

use diag::{Files, OneLine, Span};
use libfuzzer_sys::fuzz_target;
use syntax::{Env, Facts};

fuzz_target!(|data: &[u8]| {
    let mut files = Files::new();
    // 0xff 0xff, which no text has, separates two files.
    let cut = data.windows(2).position(|pair| pair == [0xff, 0xff]);
    let (first, second) = cut.map_or((data, &[][..]), |at| (&data[..at], &data[at + 2..]));
    let ids = [files.add("a.cfg", first), files.add("b.cfg", second)];
    let env: Env = [("A", "AA"), ("EMPTY", ""), ("LIST", " p  q ")].into_iter().collect();
    let facts = Facts { version: "3.5-x".into(), ..Facts::default() };
    let is_section = |word: &[u8]| matches!(word, b"global" | b"defaults" | b"frontend" | b"backend");
    let (tree, diagnostics) = syntax::parse(&files, &ids, env, &facts, &is_section);
    let check = |span: Span| {
        assert!(span.start <= span.end && span.end as usize <= files.bytes(span.file).len(), "{span:?}");
    };
    for section in &tree.sections {
        check(section.span);
        for line in &section.lines {
            check(line.span);
            assert!(!line.words.is_empty());
            assert_eq!(files.line(line.span) >= line.line_no, true);
            for word in &line.words {
                check(word.span);
                check(word.part(0, word.text.len()));
            }
        }
    }
    for trivia in &tree.trivia {
        check(trivia.span);
        trivia.comment.into_iter().for_each(check);
    }
    let mut one_line = OneLine::without_intro(1);
    for diagnostic in diagnostics.iter().take(50) {
        diagnostic.span.into_iter().for_each(check);
        assert!(!one_line.diagnostic(&files, diagnostic).is_empty());
        assert!(!diag::terminal::render(&files, diagnostic, false).is_empty());
    }
});
