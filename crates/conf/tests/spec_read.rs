//! Nothing is accepted and then ignored: what a keyword that works puts into the Spec is named by some other crate.

mod common;

use common::{compile, files, read, wrap};
use conf::LANG;
use conf::keyword::Status;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::Path;

/// Keywords whose whole work is done in this crate, and those that rightly change nothing, with the reason.
const HERE: &[(&str, &str)] = &[
    ("default-path", "acts while the configuration is read"),
    ("default-server", "acts on the servers below it"),
    ("enabled", "says what holds anyhow"),
    ("error-log-format", "needs a second line to show"),
    ("expose-deprecated-directives", "acts while the configuration is read"),
    ("expose-experimental-directives", "acts while the configuration is read"),
    ("insecure-fork-wanted", "no program is started, so that none is kept from it"),
    ("insecure-setuid-wanted", "no program is started, so that none is kept from it"),
    ("limited-quic", "there is no QUIC"),
    ("no-memory-trimming", "memory isn't trimmed"),
    ("noevports", "there is no such poller here"),
    ("nokqueue", "there is no such poller here"),
    ("noktls", "the kernel's TLS isn't used"),
    ("nopoll", "there is no such poller here"),
    ("option http-keep-alive", "says what holds anyhow"),
    ("option tcplog", "needs a second line to show"),
    ("presetenv", "acts while the configuration is read"),
    ("quick-exit", "nothing is released at the end"),
    ("resetenv", "acts while the configuration is read"),
    ("setenv", "acts while the configuration is read"),
    ("unix-bind", "acts on the sockets of 'bind' lines"),
    ("unsetenv", "acts while the configuration is read"),
];

#[test]
fn what_works_is_read_elsewhere() {
    let words = words_elsewhere();
    let mut unread: BTreeMap<&str, bool> = BTreeMap::new();
    let mut refused = HashSet::new();
    let mut changing = HashSet::new();
    let mut plain: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    let works = |status: &Status| matches!(status, Status::Working);
    let proxies = LANG.proxy.iter().copied().flatten().filter(|k| works(&k.status)).map(|k| k.name);
    let names: Vec<&str> = LANG.global.iter().filter(|k| works(&k.status)).map(|k| k.name).chain(proxies).collect();
    for row in files().iter().flat_map(|file| read(file).0) {
        let place = row.place.trim_start_matches("exposed ").trim_start_matches("http ");
        if !matches!(place, "global" | "frontend" | "backend" | "listen") || row.line.contains('⏎') {
            continue;
        }
        let line = row.line.strip_prefix("no ").unwrap_or(&row.line);
        let begins =
            |name: &&&str| line == **name || line.strip_prefix(**name).is_some_and(|rest| rest.starts_with(' '));
        let Some(name) = names.iter().filter(begins).max_by_key(|name| name.len()) else { continue };
        if unread.get(name) == Some(&false) {
            continue;
        }
        let base = plain.entry(row.place.clone()).or_insert_with(|| leaves(&wrap(&row.place, "")).unwrap_or_default());
        let Some(said) = leaves(&wrap(&row.place, &row.line)) else {
            // Some values are refused at a start: those that aren't may well be what holds anyhow.
            if row.result.contains("START: ") {
                refused.insert(*name);
            }
            continue;
        };
        if said != *base {
            changing.insert(*name);
        }
        let mut changed = said.symmetric_difference(base).map(|(field, _)| field).filter(|field| !is_place(field));
        let read = changed.any(|field| words.contains(field));
        unread.entry(name).and_modify(|unread| *unread &= !read).or_insert(!read);
    }
    let mut lost: Vec<&str> = unread.iter().filter(|(_, unread)| **unread).map(|(name, _)| *name).collect();
    lost.retain(|name| changing.contains(name) || !refused.contains(name));
    lost.retain(|name| !HERE.iter().any(|(here, _)| here == name));
    assert!(lost.is_empty(), "accepted and ignored: {lost:?}");
    let stale: Vec<&str> = HERE.iter().map(|(here, _)| *here).filter(|here| unread.get(here) != Some(&true)).collect();
    assert!(stale.is_empty(), "read elsewhere, or without a case: {stale:?}");
}

/// Where something stands in the text is no part of what it says.
fn is_place(field: &str) -> bool {
    matches!(field, "file" | "start" | "end" | "line" | "at" | "span")
}

/// The values of a Spec by the field that they stand in: the innermost one that has a name, after the way to it.
fn leaves(config: &str) -> Option<BTreeSet<(String, String)>> {
    let (spec, diags, _) = compile(config);
    // What a start refuses isn't ignored.
    let text = format!("{:#?}", spec.filter(|_| diags.unbuilt().is_empty())?);
    let mut path: Vec<(usize, &str)> = Vec::new();
    let mut leaves = BTreeSet::new();
    for line in text.lines() {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        path.retain(|(outer, _)| *outer < indent);
        let value = match content.split_once(": ") {
            Some((name, value)) if name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') => {
                path.push((indent, name));
                value
            }
            _ => content,
        };
        let Some((_, field)) = path.last().filter(|_| !path.iter().any(|(_, name)| is_place(name))) else { continue };
        let way: String = path.iter().map(|(_, name)| format!("{name}.")).collect();
        leaves.insert(((*field).to_owned(), format!("{way} {value}")));
    }
    Some(leaves)
}

/// Every word of the crates that act on a Spec.
fn words_elsewhere() -> HashSet<String> {
    let mut words = HashSet::new();
    for name in ["admin", "expr", "net", "policy", "process", "proxy", "rt", "rules", "sys"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src"), &mut words);
    }
    words
}

fn collect(folder: &Path, words: &mut HashSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, words);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).expect("a readable source");
            let all = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            words.extend(all.filter(|word| !word.is_empty()).map(str::to_owned));
        }
    }
}
