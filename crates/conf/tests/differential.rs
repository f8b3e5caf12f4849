//! Asks the installed haproxy about every case of the suites: does it refuse, warn, or take it, as we do? Where it
//! rightly differs, `differences.md` says why. Run with `cargo test -p conf --test differential -- --ignored`.

mod common;
#[path = "differential/exemptions.rs"]
mod exemptions;

use common::{compile, files, parts, read, world_with, wrap};
use conf::MemOutside;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Taken,
    /// An alert that stops nobody, and no warning.
    Complained,
    Warned,
    Refused,
}

#[test]
#[ignore = "needs haproxy, and takes minutes"]
fn the_reference_agrees() {
    let Ok(version) = Command::new("haproxy").arg("-v").output() else {
        println!("skipped: there is no haproxy to ask");
        return;
    };
    println!("asking {}", String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or(""));
    let folder = std::env::temp_dir().join(format!("conf-differential-{}", std::process::id()));
    lay_out(&folder, &common::world());
    let exempt = exemptions::read();
    let (mut asked, mut exempted, mut unknown, mut wrong) = (0, 0, 0, Vec::new());
    for (name, config) in cases(&std::env::var("CONF_SUITES").unwrap_or_default()) {
        let (ours, said) = ours(&config);
        if said.contains("not supported yet") && !said.contains("START: ") {
            continue;
        }
        asked += 1;
        let (theirs, output) = theirs(&folder, &config);
        let is_exempt = exempt.iter().any(|one| one.case == name);
        exempted += usize::from(is_exempt);
        // Both refuse, but not for the same reason: such a case says nothing.
        let foreign = !is_exempt && output.contains("unknown keyword") && !said.contains("unknown");
        unknown += usize::from(foreign);
        if (ours != theirs) != is_exempt {
            let what = if is_exempt { "differs no more" } else { "differs" };
            wrong.push(format!("{name} {what}: we {ours:?}, they {theirs:?}\n  we: {said}\n  they: {output}"));
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    let agree = asked - exempted - unknown;
    println!(
        "{asked} cases asked: {agree} agree, {unknown} are refused by both since 2.6 doesn't know the keyword, \
         {exempted} differ with a line of the manual for it"
    );
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Each exemption is about a case that is there, once, and names a line of the manual in the section it says.
#[test]
fn exemptions_cite_the_manual() {
    let exempt = exemptions::read();
    println!("{} exemptions", exempt.len());
    let names: HashSet<String> = cases("").into_iter().map(|(name, _)| name).collect();
    let mut seen = HashSet::new();
    for one in &exempt {
        assert!(names.contains(&one.case), "no such case: {}", one.case);
        assert!(seen.insert(&one.case), "twice: {}", one.case);
        assert!(!one.why.is_empty() && one.line > 0, "no reason: {}", one.case);
    }
    let Some(manual) = exemptions::Manual::read() else {
        println!("skipped: there is no reference to look the lines up in");
        return;
    };
    for one in &exempt {
        let there = manual.section(&one.section, one.line);
        assert_eq!(there, one.section, "the section of line {}: {}", one.line, one.case);
    }
}

/// The cases of the suites: `place \`line\`` or a block's title, and the configuration. `only` is a part of the names of
/// files to look at: `CONF_SUITES=sections`.
fn cases(only: &str) -> Vec<(String, String)> {
    let mut cases = Vec::new();
    for file in files().into_iter().filter(|file| file.to_string_lossy().contains(only)) {
        let (rows, blocks) = read(&file);
        let rows = rows.into_iter().map(|row| (format!("{} `{}`", row.place, row.line), wrap(&row.place, &row.line)));
        cases.extend(rows.chain(blocks.into_iter().map(|block| (block.title, block.config))));
    }
    cases
}

/// The files of the suites' world, on disk.
fn lay_out(folder: &Path, world: &MemOutside) {
    for (name, content) in &world.files {
        let path = placed(folder, &String::from_utf8_lossy(name));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        let content = match core::str::from_utf8(content) {
            Ok(text) if name.ends_with(b".list") => text.replace("/pem/", &pem(folder)).into_bytes(),
            _ => content.clone(),
        };
        std::fs::write(path, content).expect("a writable file");
    }
}

/// Where the certificates are.
fn pem(folder: &Path) -> String {
    format!("{}/", placed(folder, "/pem").display())
}

fn placed(folder: &Path, name: &str) -> PathBuf {
    folder.join(name.trim_start_matches('/'))
}

fn ours(config: &str) -> (Outcome, String) {
    let (_, diags, _) = compile(config);
    let outcome = match () {
        () if diags.has_alerts() => Outcome::Refused,
        () if diags.has_warnings() => Outcome::Warned,
        () if diags.count(diag::Severity::Complaint) > 0 => Outcome::Complained,
        () => Outcome::Taken,
    };
    (outcome, common::cell(&diags))
}

fn theirs(folder: &Path, config: &str) -> (Outcome, String) {
    let (mut config, more) = parts(config);
    let own = MemOutside { files: more.iter().map(bytes).collect(), ..MemOutside::default() };
    let world = world_with(more);
    lay_out(folder, &own);
    for name in world.files.keys() {
        let name = String::from_utf8_lossy(name).into_owned();
        config = config.replace(&format!(" {name}"), &format!(" {}", placed(folder, &name).display()));
    }
    config = config.replace(" /pem/", &format!(" {}", pem(folder))).replace(" /pem\n", &format!(" {}\n", pem(folder)));
    let path = folder.join("asked.cfg");
    std::fs::write(&path, config).expect("a writable file");
    let output = Command::new("haproxy").args(["-c", "-f"]).arg(&path).output().expect("haproxy runs");
    // The next case finds the world as it was.
    for name in own.files.keys() {
        std::fs::remove_file(placed(folder, &String::from_utf8_lossy(name))).expect("a file that was written");
    }
    let shared = MemOutside { files: common::world().files, ..MemOutside::default() };
    if shared.files.keys().any(|name| own.files.contains_key(name)) {
        lay_out(folder, &shared);
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let outcome = match output.status.code() {
        Some(1) | None => Outcome::Refused,
        _ if text.contains("[WARNING]") => Outcome::Warned,
        _ if text.contains("[ALERT]") => Outcome::Complained,
        _ => Outcome::Taken,
    };
    let lines = text.lines().filter(|line| line.contains("[WARNING]") || line.contains("[ALERT]"));
    (outcome, lines.collect::<Vec<_>>().join(" ⏎ "))
}

fn bytes((name, content): &(String, String)) -> (Vec<u8>, Vec<u8>) {
    (name.clone().into_bytes(), content.clone().into_bytes())
}
