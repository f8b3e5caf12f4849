//! What rustc and clippy can't see: layers, purity, where `unsafe` lives, sizes, crate docs, fuzz targets.

use crate::{layers, sh};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Files above this many lines are named in a warning: probably two nouns by now.
const LONG_FILE: usize = 800;
/// rustc denies unsafe code in the whole workspace; this is how a crate would get around it.
const ALLOWS_UNSAFE: &str = concat!("allow(unsafe", "_code)");
/// A fuzz target starts from at least this many hand-written seeds.
const FEWEST_SEEDS: usize = 5;
/// What every pure crate's lib.rs says, so that clippy.toml's lists apply to it.
const PURE_LINE: &str = "#![deny(clippy::disallowed_methods, clippy::disallowed_types)]";

pub fn run() -> Result<(), String> {
    let mut faults = Vec::new();
    let members = members()?;
    for member in &members {
        check_layers(member, &members, &mut faults);
        check_crate(member, &mut faults)?;
    }
    check_fuzz(&mut faults)?;
    if faults.is_empty() {
        println!("tidy: {} crates in order", members.len());
        return Ok(());
    }
    for fault in &faults {
        eprintln!("{fault}");
    }
    Err(format!("{} faults", faults.len()))
}

/// A crate of the workspace, as `cargo metadata` tells it.
struct Member {
    name: String,
    dir: PathBuf,
    /// Names of the workspace's crates that it needs outside of tests; build dependencies included.
    needs: Vec<String>,
    /// The same, for its tests alone.
    dev_needs: Vec<String>,
}

fn members() -> Result<Vec<Member>, String> {
    let json = sh::read(sh::cargo().args(["metadata", "--format-version", "1", "--no-deps", "--locked"]))?;
    let meta: Value = serde_json::from_str(&json).map_err(|e| format!("cargo metadata: {e}"))?;
    let packages = meta["packages"].as_array().ok_or("cargo metadata names no packages")?;
    Ok(packages.iter().map(member).collect())
}

fn member(package: &Value) -> Member {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
    let deps = package["dependencies"].as_array().cloned().unwrap_or_default();
    let ours = |dev: bool| {
        deps.iter()
            .filter(|d| d["path"].is_string() && (d["kind"] == "dev") == dev)
            .filter_map(|d| d["name"].as_str().map(str::to_string))
            .collect()
    };
    Member {
        name: package["name"].as_str().unwrap_or_default().to_string(),
        dir: manifest.parent().unwrap_or(Path::new("")).to_path_buf(),
        needs: ours(false),
        dev_needs: ours(true),
    }
}

fn check_layers(member: &Member, all: &[Member], faults: &mut Vec<String>) {
    let Some(own) = layers::of(&member.name) else {
        faults.push(format!("crate {}: not in the layer table (xtask/src/layers.rs)", member.name));
        return;
    };
    for need in &member.needs {
        match layers::of(need) {
            Some(lower) if lower.rank < own.rank => {}
            Some(_) => faults.push(format!("crate {}: imports {need}, which isn't below it", member.name)),
            None if all.iter().any(|m| m.name == *need) => {} // its own line says that it is unlisted
            None => faults.push(format!("crate {}: imports {need} from outside of the workspace", member.name)),
        }
    }
    // Tests of the binary and of whole-proxy crates may use the harness; nothing else looks upwards.
    for need in member.dev_needs.iter().filter(|n| *n != "harness") {
        if layers::of(need).is_some_and(|l| l.rank >= own.rank && *need != member.name) {
            faults.push(format!("crate {}: its tests import {need}, which isn't below it", member.name));
        }
    }
}

fn check_crate(member: &Member, faults: &mut Vec<String>) -> Result<(), String> {
    let layer = layers::of(&member.name);
    let tops = [member.dir.join("src/lib.rs"), member.dir.join("src/main.rs")];
    for top in tops.iter().filter(|t| t.is_file()) {
        let text = read(top)?;
        if !text.starts_with("//!") {
            faults.push(format!("{}: opens with no word on what the crate is", show(top)));
        }
        if layer.is_some_and(|l| l.pure) && !text.contains(PURE_LINE) {
            faults.push(format!("{}: a pure crate says {PURE_LINE}", show(top)));
        }
    }
    for file in rust_files(&member.dir)? {
        check_file(&file, &read(&file)?, layer.is_some_and(|l| l.may_unsafe), faults);
    }
    Ok(())
}

fn check_file(path: &Path, text: &str, may_unsafe: bool, faults: &mut Vec<String>) {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() > LONG_FILE {
        println!("warning: {} has {} lines: split it by noun?", show(path), lines.len());
    }
    for (at, line) in lines.iter().enumerate() {
        let here = || format!("{}:{}", show(path), at + 1);
        if has_word(line, concat!("TO", "DO")) || has_word(line, concat!("FIX", "ME")) {
            faults.push(format!("{}: say it in an issue, not in the source", here()));
        }
        let code = code_of(line);
        if !may_unsafe && code.contains(ALLOWS_UNSAFE) {
            faults.push(format!("{}: unsafe belongs to sys, rt, net and base", here()));
        }
        if may_unsafe && needs_argument(code) && !argued(&lines, at) {
            faults.push(format!("{}: no SAFETY argument above", here()));
        }
    }
}

/// The line without its comment; a `//` inside of a string cuts too much, which can only hide, never accuse.
fn code_of(line: &str) -> &str {
    line.split("//").next().unwrap_or(line)
}

/// Blocks and impls need an argument; an `unsafe fn` states its contract in its documentation instead.
fn needs_argument(code: &str) -> bool {
    code.contains("unsafe {") || code.contains("unsafe impl")
}

/// Whether a comment with the argument stands on the line or right above its statement.
fn argued(lines: &[&str], at: usize) -> bool {
    let above = lines[at.saturating_sub(12)..=at].iter();
    above.rev().any(|l| l.contains("SAFETY:"))
}

fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Each file in fuzz_targets/ is a `[[bin]]` with a corpus, and each `[[bin]]` has a file.
fn check_fuzz(faults: &mut Vec<String>) -> Result<(), String> {
    let manifest = read(&sh::root().join("fuzz/Cargo.toml"))?;
    let targets = crate::fuzz::targets()?;
    for target in &targets {
        if !manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")) {
            faults.push(format!("fuzz/Cargo.toml: no [[bin]] for fuzz_targets/{target}.rs"));
        }
        let seeds = fs::read_dir(sh::root().join("fuzz/corpus").join(target)).map(Iterator::count).unwrap_or(0);
        if seeds < FEWEST_SEEDS {
            faults.push(format!("fuzz/corpus/{target}: {seeds} seeds, at least {FEWEST_SEEDS} are wanted"));
        }
    }
    let bins = manifest.matches("[[bin]]").count();
    if bins != targets.len() {
        faults.push(format!("fuzz/Cargo.toml: {bins} [[bin]] for {} files in fuzz_targets/", targets.len()));
    }
    Ok(())
}

fn rust_files(dir: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut todo = vec![dir.to_path_buf()];
    while let Some(dir) = todo.pop() {
        let entries = fs::read_dir(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() && entry.file_name() != "target" {
                todo.push(path);
            } else if path.extension().is_some_and(|x| x == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn show(path: &Path) -> String {
    path.strip_prefix(sh::root()).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, may_unsafe: bool, want: &[&str]) {
        let mut faults = Vec::new();
        check_file(Path::new("f.rs"), text, may_unsafe, &mut faults);
        assert_eq!(faults.len(), want.len(), "{text:?}: {faults:?}");
        for (fault, want) in faults.iter().zip(want) {
            assert!(fault.contains(want), "{fault} doesn't say {want}");
        }
    }

    #[test]
    fn files() {
        check("let x = unsafe { y() };\n", true, &["no SAFETY"]);
        check("// SAFETY: y has no contract.\nlet x = unsafe { y() };\n", true, &[]);
        check(&format!("#![{ALLOWS_UNSAFE}]\n"), false, &["f.rs:1: unsafe belongs"]);
        check(&format!("#![{ALLOWS_UNSAFE}]\n"), true, &[]);
        check(concat!("// TO", "DO: later\n"), true, &["f.rs:1: say it"]);
        check("let mut todo = TODOS;\n", true, &[]);
    }

    #[test]
    fn layer_names_are_unique_and_in_order() {
        for (at, layer) in layers::LAYERS.iter().enumerate() {
            assert!(layers::LAYERS[..at].iter().all(|l| l.name != layer.name && l.rank <= layer.rank));
        }
    }
}
