//! The formatter over every configuration of the tree.

use diag::{Diagnostics, FileId, Files};
use std::path::Path;
use syntax::{Env, Facts, Tree};
use tools::fmt::format;

fn parse(text: &[u8]) -> (Files, FileId, Tree, Diagnostics) {
    let mut files = Files::new();
    let id = files.add("F", text);
    let (tree, diagnostics) = syntax::parse(&files, &[id], Env::new(), &Facts::default(), &conf::is_section);
    (files, id, tree, diagnostics)
}

/// Formatting twice is formatting once, and the meaning is the same.
#[test]
fn meanings_stay() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut seen = 0;
    for folder in [
        "examples",
        "crates/conf/suites",
        "crates/harness/suites",
        "fuzz/corpus/syntax_parse",
        "fuzz/corpus/conf_compile",
    ] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let path = entry.expect("an entry").path();
            let Ok(text) = std::fs::read(&path) else { continue };
            for config in configurations(&path, &text) {
                seen += usize::from(same_meaning(&config));
            }
        }
    }
    assert!(seen > 30, "only {seen} configurations were found");
}

/// The whole file, or the fenced blocks of a suite.
fn configurations(path: &Path, text: &[u8]) -> Vec<Vec<u8>> {
    if path.extension().is_none_or(|e| e != "md") {
        return vec![text.to_vec()];
    }
    let text = String::from_utf8_lossy(text).into_owned();
    let blocks = text.split("```cfg\n").skip(1);
    blocks.filter_map(|block| block.split("```").next()).map(|block| block.as_bytes().to_vec()).collect()
}

/// Compares the compiled meaning; false if the text can't be read.
fn same_meaning(text: &[u8]) -> bool {
    let (files, id, tree, diagnostics) = parse(text);
    if diagnostics.has_alerts() {
        return false;
    }
    let after = format(&files, id, &tree);
    let (files_after, id_after, tree_after, diagnostics) = parse(&after);
    let shown = String::from_utf8_lossy(text);
    assert!(!diagnostics.has_alerts(), "{shown}");
    assert_eq!(format(&files_after, id_after, &tree_after), after, "not the same when formatted again:\n{shown}");
    let words = |tree: &Tree| -> Vec<Vec<Box<[u8]>>> {
        let lines = tree.sections.iter().flat_map(|section| {
            let head = core::iter::once(&section.keyword).chain(&section.args);
            let first: Vec<Box<[u8]>> = head.map(|word| word.text.clone()).collect();
            let rest = section.lines.iter().map(|line| line.words.iter().map(|word| word.text.clone()).collect());
            core::iter::once(first).chain(rest).collect::<Vec<_>>()
        });
        lines.collect()
    };
    assert_eq!(words(&tree), words(&tree_after), "{shown}");
    let compile =
        |tree: &Tree, files: &Files| conf::compile(tree, files, &conf::LANG, &mut conf::MemOutside::default()).0;
    assert_eq!(compile(&tree, &files), compile(&tree_after, &files_after), "{shown}");
    true
}
