//! Our own commands on configuration files. They read, judge and rewrite; none of them opens a socket.

mod args;
mod ask;
mod check;
mod eval;
mod explain;
mod fmt;
mod lint;
mod lsp;
mod migrate;
mod request_words;
mod test;

pub use check::COMMAND as CHECK;
pub use eval::COMMAND as EVAL;
pub use explain::COMMAND as EXPLAIN;
pub use fmt::COMMAND as FMT;
pub use lint::COMMAND as LINT;
pub use lsp::COMMAND as LSP;
pub use migrate::COMMAND as MIGRATE;
pub use test::COMMAND as TEST;

use args::Args;
use diag::{Diagnostics, Files, Severity};
use process::loader::{Loader, Overrides};
use process::sources::Sources;
use process::{World, version};
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What reads the configuration that `files` make up, as a start of the proxy would.
fn loader(files: Vec<PathBuf>) -> Loader {
    Loader::new(Sources::new(files), version::facts(), World::default(), Overrides::default())
}

/// What shows findings in the format that was asked for; `None`: there is no such.
fn shower(args: &Args) -> Option<fn(&Files, &Diagnostics)> {
    match args.value("--format") {
        None | Some("text") => Some(print_findings),
        Some("json") => Some(print_json),
        Some(_) => None,
    }
}

fn print_json(files: &Files, found: &Diagnostics) {
    print(format!("{}\n", tools::report::json(files, found)).as_bytes());
}

/// Writes to stdout. Whoever closed it doesn't want to know.
fn print(text: &[u8]) {
    let _ = io::stdout().write_all(text);
}

/// All findings for people: source lines with carets where there is a place, and how many there are.
fn print_findings(files: &Files, found: &Diagnostics) {
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut text = String::new();
    for one in found.iter().chain(found.unbuilt()) {
        text += &diag::terminal::render(files, one, colour);
    }
    text += &summary(found);
    print(text.as_bytes());
}

fn summary(found: &Diagnostics) -> String {
    let count = |n: usize, one: &str, many: &str| match n {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let parts = [
        count(found.count(Severity::Alert), "error", "errors"),
        count(found.count(Severity::Notice), "notice", "notices"),
        count(found.count(Severity::Info), "finding", "findings"),
        count(found.count(Severity::Complaint) + found.count(Severity::Warning), "warning", "warnings"),
        count(
            found.unbuilt().len(),
            "line that is valid and not supported yet",
            "lines that are valid and not supported yet",
        ),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "no findings\n".to_owned() } else { format!("{}\n", parts.join(", ")) }
}

/// Puts the new text in the place of the old one at once, so that no reader sees half of it. A link stays a link.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".ferroxy-new");
    let beside = path.with_file_name(name);
    let mode = fs::metadata(&path)?.permissions().mode();
    fs::write(&beside, text)?;
    fs::set_permissions(&beside, fs::Permissions::from_mode(mode))?;
    fs::rename(&beside, &path).inspect_err(|_| drop(fs::remove_file(&beside)))
}
