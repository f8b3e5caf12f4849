//! The configuration examples of the reference's manual, read where it lies (`$FERROXY_REFERENCE`, or
//! `../shared/reference` beside the workspace): each is taken, or refused only for a file or a name that the excerpt
//! doesn't contain. Nothing of the manual is kept here but line numbers and verdicts, in `manual/verdicts.tsv`;
//! `CONF_BLESS=1` writes them. Examples that can't be judged like that stand there as exceptions, with the reason.

#[path = "manual/extract.rs"]
mod extract;
#[path = "manual/guess.rs"]
mod guess;
#[path = "manual/judge.rs"]
mod judge;
#[path = "manual/spoe.rs"]
mod spoe;

use judge::Verdict;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One line of the summary: where the example stands, and what became of it.
type Summary = BTreeMap<usize, (String, String)>;

fn summary_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manual/verdicts.tsv")
}

fn reference(name: &str) -> Option<String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    let folder = std::env::var_os("FERROXY_REFERENCE").map_or_else(beside, PathBuf::from);
    fs::read_to_string(folder.join(name)).ok()
}

fn summary() -> Summary {
    let text = fs::read_to_string(summary_path()).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut cells = line.split('\t');
            let number = cells.next().and_then(|cell| cell.parse().ok()).unwrap_or_else(|| panic!("no number: {line}"));
            let verdict = cells.next().unwrap_or_else(|| panic!("no verdict: {line}")).to_owned();
            (number, (verdict, cells.next().unwrap_or_default().to_owned()))
        })
        .collect()
}

#[test]
fn the_summary_has_its_form() {
    let summary = summary();
    assert!(summary.len() > 300, "{} examples", summary.len());
    for (line, (verdict, why)) in &summary {
        let known = ["valid", "incomplete", "text", "exception"].contains(&verdict.as_str());
        assert!(known, "line {line}: '{verdict}'");
        assert!((verdict == "exception") != why.is_empty(), "line {line}: a reason for exceptions alone");
    }
    let count = |wanted: &str| summary.values().filter(|(verdict, _)| verdict == wanted).count();
    let exceptions = count("exception");
    println!(
        "{} examples: {} valid, {} lack a name or a file, {} hold no configuration, {exceptions} exceptions",
        summary.len(),
        count("valid"),
        count("incomplete"),
        count("text")
    );
    assert!(exceptions * 15 < summary.len(), "{exceptions} exceptions");
}

#[test]
fn examples_are_taken() {
    let Some(manual) = reference("configuration.txt") else {
        println!("skipped: the manual isn't here");
        return;
    };
    let kept = summary();
    let names = guess::Names::new(&conf::listing::all(&conf::LANG));
    let (mut now, mut faults) = (Summary::new(), Vec::new());
    for example in extract::examples(&manual) {
        let verdict = judge::judge(&example.text, &names);
        let before = kept.get(&example.line);
        let row = match (&verdict, before) {
            // An exception that is none any more loses its entry.
            (Verdict::Refused(_), Some((kind, why))) if kind == "exception" => (kind.clone(), why.clone()),
            (Verdict::Refused(why), _) => {
                faults.push(format!("configuration.txt:{}: {why}", example.line));
                continue;
            }
            (verdict, _) => (verdict.word().to_owned(), String::new()),
        };
        now.insert(example.line, row);
    }
    assert!(faults.is_empty(), "{} examples are refused:\n{}", faults.len(), faults.join("\n"));
    if std::env::var_os("CONF_BLESS").is_some() {
        let lines =
            now.iter().map(|(line, (verdict, why))| format!("{line}\t{verdict}\t{why}").trim_end().to_owned() + "\n");
        let head = "# Line of the manual's configuration.txt, verdict, reason of an exception. See ../manual.rs.\n";
        fs::write(summary_path(), head.to_owned() + &lines.collect::<String>()).expect("the summary is written");
        return;
    }
    let differ = now.iter().filter(|(line, row)| kept.get(line) != Some(row)).map(|(line, _)| line);
    let gone = kept.keys().filter(|line| !now.contains_key(line));
    let stale: Vec<usize> = differ.chain(gone).copied().collect();
    assert!(stale.is_empty(), "CONF_BLESS=1 writes what has changed at {stale:?}");
}

#[test]
fn examples_of_spoe_are_taken() {
    let Some(text) = reference("SPOE.txt") else {
        println!("skipped: the manual isn't here");
        return;
    };
    let found = spoe::examples(&text);
    assert_eq!(found.len(), 3, "an outline, a line, and a complete one");
    for example in found {
        if let Verdict::Refused(why) = example.verdict {
            panic!("SPOE.txt:{}: {why}", example.line);
        }
        println!("SPOE.txt:{}: {}", example.line, example.verdict.word());
    }
}
