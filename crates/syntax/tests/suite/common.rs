//! What the suites share: a parser with a few sections, and trees and messages as text.

use diag::{Diagnostics, Files, OneLine};
use syntax::facts::TlsFacts;
use syntax::{Env, Facts, Tree, TriviaKind, Version, Word};

const SECTIONS: &[&str] = &["global", "defaults", "frontend", "backend", "listen"];

pub fn facts() -> Facts {
    Facts {
        version: "3.5-ferroxy0.1.0".into(),
        branch: "3.5".into(),
        features: vec![("EPOLL", true), ("OPENSSL", true), ("KQUEUE", false)],
        enabled: vec!["EPOLL", "SPLICE"],
        tls: Some(TlsFacts {
            name: "OpenSSL 3.5.0".into(),
            openssl: Version::parse(b"3.5.0"),
            awslc_api: None,
            fips: false,
        }),
    }
}

pub fn env() -> Env {
    [("A", "AA"), ("EMPTY", ""), ("LIST", " p  q\tr "), ("ONE", "1"), ("YES", "yes")].into_iter().collect()
}

pub fn parse(sources: &[&[u8]]) -> (Files, Tree, Diagnostics) {
    let mut files = Files::new();
    let names = ["a.cfg", "b.cfg", "c.cfg"];
    let ids: Vec<_> = sources.iter().zip(names).map(|(source, name)| files.add(name, *source)).collect();
    let is_section = |word: &[u8]| SECTIONS.iter().any(|section| section.as_bytes() == word);
    let (tree, diagnostics) = syntax::parse(&files, &ids, env(), &facts(), &is_section);
    (files, tree, diagnostics)
}

/// Words between bars; a blank, an empty word and what can't be printed stay visible.
pub fn show(words: &[Word]) -> String {
    words.iter().map(|word| word.text.escape_ascii().to_string()).collect::<Vec<_>>().join("|")
}

/// The sections and lines of a tree, one a line, lines indented.
pub fn outline(tree: &Tree) -> String {
    let mut out = String::new();
    for section in &tree.sections {
        let mut words = vec![section.keyword.clone()];
        words.extend(section.args.iter().cloned());
        out += &format!("{}\n", show(&words));
        for line in &section.lines {
            out += &format!("  {}\n", show(&line.words));
        }
    }
    out
}

/// Every message in the one-line form, without `[…] (pid) : config : parsing `.
pub fn messages(files: &Files, diagnostics: &Diagnostics) -> String {
    let mut one_line = OneLine::without_intro(1);
    diagnostics.iter().map(|d| one_line.diagnostic(files, d).replace(" (1) : config : parsing", "")).collect()
}

/// Checks that every byte of every source belongs to a section, a line, trivia, a comment or is blank.
pub fn check_spans(files: &Files, tree: &Tree) {
    for id in files.ids() {
        let mut seen = vec![false; files.bytes(id).len()];
        let mut mark = |span: diag::Span| {
            if span.file == id {
                assert!(span.start <= span.end && span.end as usize <= seen.len(), "{span:?} of {}", seen.len());
                seen[span.start as usize..span.end as usize].fill(true);
            }
        };
        for section in &tree.sections {
            mark(section.span);
            section.comment.into_iter().for_each(&mut mark);
            for line in &section.lines {
                mark(line.span);
                line.comment.into_iter().for_each(&mut mark);
                for word in &line.words {
                    assert!(line.span.start <= word.span.start && word.span.end <= line.span.end, "{word:?}");
                }
            }
        }
        for trivia in &tree.trivia {
            mark(trivia.span);
            trivia.comment.into_iter().for_each(&mut mark);
            if trivia.kind == TriviaKind::Blank {
                assert!(trivia.comment.is_none());
            }
        }
        let bytes = files.bytes(id);
        let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
        let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        for (at, byte) in bytes[..end].iter().enumerate().skip(start) {
            assert!(
                seen[at] || byte.is_ascii_whitespace() || *byte == 0x0b,
                "byte {at} of {:?}",
                bytes.escape_ascii().to_string()
            );
        }
    }
}
