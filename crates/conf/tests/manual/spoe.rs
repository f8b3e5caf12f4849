//! The examples of `SPOE.txt`: a complete one (a configuration, and the file that its filter names), a line of a
//! message, and an outline whose dots stand for lines.

use super::judge::{Nowhere, Verdict, verdict};
use conf::LANG;
use diag::Files;
use syntax::{Env, Facts};

/// One example of the text.
pub struct Example {
    /// Number of the heading's line, from 1.
    pub line: usize,
    pub verdict: Verdict,
}

/// Judges all of them.
pub fn examples(text: &str) -> Vec<Example> {
    let lines: Vec<&str> = text.lines().collect();
    let headings = (0..lines.len()).filter(|at| is_heading(lines[*at]));
    headings.map(|at| Example { line: at + 1, verdict: judge(&inner(&lines[at + 1..], indent(lines[at]))) }).collect()
}

/// `Example :`, `For example:`, or the heading of the section «Example» (but not its entry in the contents).
fn is_heading(line: &str) -> bool {
    let word = line.trim().trim_end_matches(':').trim_end().to_ascii_lowercase();
    word == "example" || word == "for example" || (word.ends_with(". example") && indent(line) == 0)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines below a heading that belong to it; a section's text at its margin is no part of them.
fn inner<'t>(rest: &[&'t str], margin: usize) -> Vec<&'t str> {
    let section = rest.first().is_some_and(|line| line.starts_with("---"));
    let end = |line: &&&str| match section {
        true => line.starts_with(|c: char| c.is_ascii_digit()),
        false => !line.trim().is_empty() && indent(line) <= margin,
    };
    let body = &rest[usize::from(section)..];
    let len = body.iter().position(|line| end(&line)).unwrap_or(body.len());
    body[..len].iter().copied().filter(|line| indent(line) > margin).collect()
}

fn judge(lines: &[&str]) -> Verdict {
    let is_title = |line: &&str| line.trim().starts_with("###");
    let mut parts = lines.split(is_title).map(text).filter(|part| !part.trim().is_empty());
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    match second {
        Some(file) => compile(&first, &file),
        // The first dots are the agent's, which can't do without a backend.
        None if first.trim_start().starts_with('[') => {
            let filled = first.replacen("...", "use-backend b", 1).replace("...", "");
            compile(&around("my-first-engine"), &filled)
        }
        None => compile(&around("e"), &message(&first)),
    }
}

fn text(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// A configuration that uses an engine.
fn around(engine: &str) -> String {
    format!(
        "frontend f\n mode http\n bind :80\n filter spoe engine {engine} config file\n\
         backend b\n mode spop\n server s 192.0.2.1:80\n"
    )
}

/// An engine with a message of these lines.
fn message(lines: &str) -> String {
    let agent = "spoe-agent a\n messages m\n timeout processing 1s\n use-backend b\n";
    format!("[e]\n{agent}spoe-message m\n event on-client-session\n{lines}")
}

fn compile(config: &str, engine: &str) -> Verdict {
    let mut files = Files::new();
    let id = files.add("F", config.as_bytes());
    let (tree, mut found) = syntax::parse(&files, &[id], Env::new(), &Facts::default(), &conf::is_section);
    // Whatever file the filter names, it's the second part.
    let name = config.split_whitespace().skip_while(|word| *word != "config").nth(1).unwrap_or_default();
    let mut world = Nowhere { engine: Some((name.as_bytes().to_vec(), engine.as_bytes().to_vec())) };
    let (_, more) = conf::compile(&tree, &files, &LANG, &mut world);
    found.append(more);
    verdict(&found)
}
