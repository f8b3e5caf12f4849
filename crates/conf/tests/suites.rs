//! Runs every case of `suites/*.md`. `CONF_BLESS=1` writes what is said now into the files; the diff is to be read
//! line by line before it is committed.

mod common;

use conf::LANG;

use common::{cell, compile, files, lines, read, wrap};

#[test]
fn every_case_says_what_it_should() {
    let bless = std::env::var_os("CONF_BLESS").is_some();
    let (mut cases, mut wrong) = (0, Vec::new());
    for file in files() {
        let text = std::fs::read_to_string(&file).expect("a readable suite");
        let mut out: Vec<String> = text.lines().map(str::to_owned).collect();
        let (rows, blocks) = read(&file);
        cases += rows.len() + blocks.len();
        for row in rows {
            let (_, diags, _) = compile(&wrap(&row.place, &row.line));
            let got = cell(&diags);
            if got != row.result {
                let name = row.file.file_name().expect("a name").to_string_lossy().into_owned();
                wrong.push(format!(
                    "{name}:{} {} `{}`\n   want {}\n   got  {got}",
                    row.at + 1,
                    row.place,
                    row.line,
                    row.result
                ));
                let escape = |text: &str| text.replace('|', "\\|");
                out[row.at] = format!("| {} | `{}` | {} |", row.place, escape(&row.line), escape(&got));
            }
        }
        for block in blocks.into_iter().rev() {
            let (_, diags, sources) = compile(&block.config);
            let got = lines(&diags, &sources);
            if got != block.expected {
                wrong.push(format!(
                    "{}: {}\n--- want\n{}--- got\n{got}",
                    block.file.display(),
                    block.title,
                    block.expected
                ));
                out.splice(block.lines.0..block.lines.1, got.lines().map(str::to_owned));
            }
        }
        if bless {
            std::fs::write(&file, out.join("\n") + "\n").expect("a writable suite");
        }
    }
    assert!(cases > 300, "only {cases} cases were found");
    assert!(bless || wrong.is_empty(), "{} of {cases} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every keyword of the registry has a case that takes it and one that says something against its use.
#[test]
fn every_keyword_has_cases() {
    let rows: Vec<common::Row> = files().iter().flat_map(|file| read(file).0).collect();
    let mut missing = Vec::new();
    let mut look = |name: &str, refused: bool, places: &[&str]| {
        let mine = rows.iter().filter(|row| {
            let place =
                row.place.trim_start_matches("exposed ").trim_start_matches("http ").trim_start_matches("named ");
            places.contains(&place) && has_words(&row.line, name)
        });
        let results: Vec<&str> = mine.map(|row| row.result.as_str()).collect();
        let taken = results.iter().filter(|result| !result.contains("ALERT")).count();
        let told = results.iter().filter(|result| **result != "valid").count();
        if (taken == 0 && !refused) || told == 0 {
            missing.push(format!("{name} (taken {taken}, told {told})"));
        }
    };
    // Neither can be used: one never again, the other not yet.
    let is_refused = |status| !matches!(status, conf::keyword::Status::Working);
    for keyword in LANG.global {
        look(keyword.name, is_refused(keyword.status), &["global", "frontend", "backend", "listen", "defaults"]);
    }
    for keyword in LANG.proxy.iter().copied().flatten() {
        look(keyword.name, is_refused(keyword.status), &["frontend", "backend", "listen", "defaults"]);
    }
    for keyword in LANG.bind.iter().chain(LANG.bind_tls) {
        look(keyword.name, is_refused(keyword.status), &["bind", "socket"]);
    }
    for keyword in LANG.server {
        look(keyword.name, is_refused(keyword.status), &["server", "default-server"]);
    }
    for keyword in LANG.load {
        look(keyword.name, is_refused(keyword.status), &["crt-store"]);
    }
    for kind in LANG.kinds.iter().chain(LANG.spoe) {
        for keyword in kind.keywords() {
            // Some keywords need a section with more than one line.
            look(keyword.name, is_refused(keyword.status), &[kind.word(), "file"]);
        }
    }
    assert!(missing.is_empty(), "without cases:\n{}", missing.join("\n"));
}

/// Every action has, in every rule set where it is legal, a case that takes it and one that says something against it.
#[test]
fn every_action_has_cases() {
    let rows: Vec<common::Row> = files().iter().flat_map(|file| read(file).0).collect();
    let mut missing = Vec::new();
    for act in conf::actions::ITEMS {
        for stage in rules::Stage::ALL.into_iter().filter(|stage| act.stages.has(*stage)) {
            let begins = format!("{} {}", stage.keyword(), act.name);
            let mine = |line: &str| {
                let action = line.split_once(&format!("{} ", stage.keyword())).map(|(_, rest)| rest);
                let word = action.and_then(|rest| rest.split(' ').next()).unwrap_or_default();
                conf::actions::find(word.as_bytes()).is_some_and(|found| core::ptr::eq(found, *act))
            };
            let results: Vec<&str> = rows
                .iter()
                .filter(|row| row.line.split(" ⏎ ").any(|line| mine(line.trim())))
                .map(|row| row.result.as_str())
                .collect();
            let taken = results.iter().filter(|result| !result.contains("ALERT")).count();
            let told = results.iter().filter(|result| result.contains("ALERT") || result.contains("WARNING")).count();
            if taken == 0 || told == 0 {
                missing.push(format!("{begins} (taken {taken}, told {told})"));
            }
        }
    }
    assert!(missing.is_empty(), "without cases:\n{}", missing.join("\n"));
}

fn has_words(line: &str, name: &str) -> bool {
    let (line, name): (Vec<&str>, Vec<&str>) = (line.split([' ', '⏎']).collect(), name.split(' ').collect());
    // «set-var(*)» stands for any word that begins so.
    let same = |(word, name): (&&str, &&str)| match name.strip_suffix("*)") {
        Some(start) => word.starts_with(start),
        None => word == name,
    };
    line.windows(name.len()).any(|window| window.iter().zip(&name).all(same))
}
