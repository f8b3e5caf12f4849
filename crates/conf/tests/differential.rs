//! Asks the installed haproxy about every case of the suites: does it refuse, warn, or take it, as we do? Where it
//! rightly differs, `differences.md` says why. Run with `cargo test -p conf --test differential -- --ignored`.

mod common;

use common::{compile, files, parts, read, world_with, wrap};
use conf::MemOutside;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Taken,
    Warned,
    Refused,
}

#[test]
#[ignore = "needs haproxy, and takes a minute"]
fn the_reference_agrees() {
    let Ok(version) = Command::new("haproxy").arg("-v").output() else {
        println!("skipped: there is no haproxy to ask");
        return;
    };
    println!("asking {}", String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or(""));
    let folder = std::env::temp_dir().join(format!("conf-differential-{}", std::process::id()));
    let known = differences();
    let (mut asked, mut wrong) = (0, Vec::new());
    // A part of the file names to look at: `CONF_SUITES=sections`.
    let only = std::env::var("CONF_SUITES").unwrap_or_default();
    for file in files().into_iter().filter(|file| file.to_string_lossy().contains(&only)) {
        let (rows, blocks) = read(&file);
        let rows = rows.into_iter().map(|row| (format!("{} `{}`", row.place, row.line), wrap(&row.place, &row.line)));
        let blocks = blocks.into_iter().map(|block| (block.title.clone(), block.config));
        for (name, config) in rows.chain(blocks) {
            if known.contains(&name) {
                continue;
            }
            let (ours, said) = ours(&config);
            if said.contains("not supported yet") && !said.contains("START: ") {
                continue;
            }
            asked += 1;
            let (theirs, output) = theirs(&folder, &config);
            if ours != theirs {
                wrong.push(format!("{name}: we {ours:?}, they {theirs:?}\n  we: {said}\n  they: {output}"));
            }
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    assert!(wrong.is_empty(), "{} of {asked} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The cases in which the reference differs, as `place \`line\`` or as a block's title.
fn differences() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("differences.md");
    let text = std::fs::read_to_string(path).expect("the list is there");
    let name = |line: &str| {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let (place, rest) = cells.split_once(" | ")?;
        let (line, _why) = rest.rsplit_once(" | ")?;
        let line = line.replace("\\|", "|");
        Some(if place == "block" { line } else { format!("{place} {line}") })
    };
    text.lines().filter_map(name).collect()
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
    let outcome = match (diags.has_alerts(), diags.has_warnings()) {
        (true, _) => Outcome::Refused,
        (false, true) => Outcome::Warned,
        (false, false) => Outcome::Taken,
    };
    (outcome, common::cell(&diags))
}

fn theirs(folder: &Path, config: &str) -> (Outcome, String) {
    let (mut config, more) = parts(config);
    let world = world_with(more);
    lay_out(folder, &world);
    for name in world.files.keys() {
        let name = String::from_utf8_lossy(name).into_owned();
        config = config.replace(&format!(" {name}"), &format!(" {}", placed(folder, &name).display()));
    }
    config = config.replace(" /pem/", &format!(" {}", pem(folder))).replace(" /pem\n", &format!(" {}\n", pem(folder)));
    let path = folder.join("asked.cfg");
    std::fs::write(&path, config).expect("a writable file");
    let output = Command::new("haproxy").args(["-c", "-f"]).arg(&path).output().expect("haproxy runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let outcome = match output.status.code() {
        Some(1) | None => Outcome::Refused,
        _ if text.contains("[WARNING]") || text.contains("[ALERT]") => Outcome::Warned,
        _ => Outcome::Taken,
    };
    let lines = text.lines().filter(|line| line.contains("[WARNING]") || line.contains("[ALERT]"));
    (outcome, lines.collect::<Vec<_>>().join(" ⏎ "))
}
