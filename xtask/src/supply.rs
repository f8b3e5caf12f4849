//! Licences, bans and sources of every dependency, by the lists in deny.toml.
//!
//! cargo-deny does this and more where it is installed; a fresh machine needs none of its 200 crates to be sure
//! that no unwanted licence or crate came in.

use crate::sh;
use serde_json::Value;
use std::fs;

pub fn run() -> Result<(), String> {
    let lists = Lists::read()?;
    let mut faults = Vec::new();
    let mut seen = 0;
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        // libFuzzer itself is under NCSA; it is linked into the fuzz targets alone.
        let extra: &[&str] = if manifest.starts_with("fuzz") { &["NCSA"] } else { &[] };
        seen += check_workspace(manifest, extra, &lists, &mut faults)?;
    }
    for fault in &faults {
        eprintln!("{fault}");
    }
    if !faults.is_empty() {
        return Err(format!("{} faults", faults.len()));
    }
    println!("supply: {seen} packages in order");
    if sh::exists("cargo-deny") {
        sh::run(sh::cargo().args(["deny", "--offline", "check", "licenses", "bans", "sources"]))?;
    }
    Ok(())
}

/// The lists of deny.toml that are checked here.
struct Lists {
    licences: Vec<String>,
    banned: Vec<String>,
    registries: Vec<String>,
}

impl Lists {
    fn read() -> Result<Lists, String> {
        let text = fs::read_to_string(sh::root().join("deny.toml")).map_err(|e| format!("deny.toml: {e}"))?;
        let lists = Lists {
            licences: array(&text, "allow"),
            banned: text.split("crate = ").skip(1).filter_map(first_string).collect(),
            registries: array(&text, "allow-registry"),
        };
        if lists.licences.is_empty() || lists.registries.is_empty() {
            return Err("deny.toml: no allowed licences or registries found".to_string());
        }
        Ok(lists)
    }
}

/// The strings of `key = [ … ]`; enough of TOML for our own file.
fn array(text: &str, key: &str) -> Vec<String> {
    let open = format!("\n{key} = [");
    let Some(at) = text.find(&open) else { return Vec::new() };
    let body = &text[at + open.len()..];
    let body = &body[..body.find(']').unwrap_or(body.len())];
    body.split(',').filter_map(first_string).collect()
}

fn first_string(text: &str) -> Option<String> {
    text.split('"').nth(1).map(str::to_string)
}

fn check_workspace(manifest: &str, extra: &[&str], lists: &Lists, faults: &mut Vec<String>) -> Result<usize, String> {
    let args = ["metadata", "--format-version", "1", "--locked", "--all-features", "--manifest-path", manifest];
    let json = sh::read(sh::cargo().args(args))?;
    let meta: Value = serde_json::from_str(&json).map_err(|e| format!("cargo metadata: {e}"))?;
    let packages = meta["packages"].as_array().ok_or("cargo metadata names no packages")?;
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let licence = package["license"].as_str().unwrap_or("none");
        if !licence_allowed(licence, &|l| lists.licences.iter().any(|a| a == l) || extra.contains(&l)) {
            faults.push(format!("{name}: licence '{licence}' isn't allowed"));
        }
        if lists.banned.iter().any(|b| b == name) {
            faults.push(format!("{name}: banned by deny.toml"));
        }
        let from = package["source"].as_str();
        if from.is_some_and(|from| !lists.registries.iter().any(|r| from.ends_with(r.as_str()))) {
            faults.push(format!("{name}: comes from {}", from.unwrap_or_default()));
        }
    }
    Ok(packages.len())
}

/// Whether an SPDX expression can be met from the allowed licences: any side of an OR, all sides of an AND.
fn licence_allowed(spdx: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spdx = spdx.trim();
    if let Some(sides) = split(spdx, &[" OR ", "/"]) {
        return sides.iter().any(|s| licence_allowed(s, allowed));
    }
    if let Some(sides) = split(spdx, &[" AND "]) {
        return sides.iter().all(|s| licence_allowed(s, allowed));
    }
    match spdx.strip_prefix('(').and_then(|s| s.strip_suffix(')')) {
        Some(inner) => licence_allowed(inner, allowed),
        None => allowed(spdx),
    }
}

/// Splits at the words outside of parentheses; `None` when none is there.
fn split<'a>(text: &'a str, words: &[&str]) -> Option<Vec<&'a str>> {
    let mut parts = Vec::new();
    let (mut depth, mut from, mut at) = (0_i32, 0, 0);
    while at < text.len() {
        match text.as_bytes()[at] {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        let word = words.iter().find(|w| depth == 0 && text[at..].starts_with(**w));
        if let Some(word) = word {
            parts.push(&text[from..at]);
            from = at + word.len();
        }
        at += word.map_or(1, |w| w.len());
    }
    parts.push(&text[from..]);
    (parts.len() > 1).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spdx() {
        let allowed = |l: &str| ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].contains(&l);
        for (spdx, want) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0", true),
            ("MIT/Apache-2.0", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
            ("(GPL-2.0 OR GPL-3.0) AND Unicode-3.0", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
            ("none", false),
        ] {
            assert_eq!(licence_allowed(spdx, &allowed), want, "{spdx}");
        }
    }

    #[test]
    fn arrays() {
        let text = "[x]\nallow = [\n  \"A\",\n  \"B\",\n]\n";
        assert_eq!(array(text, "allow"), ["A", "B"]);
        assert!(array(text, "other").is_empty());
    }
}
