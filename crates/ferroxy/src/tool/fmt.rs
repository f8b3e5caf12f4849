//! `ferroxy fmt`: the canonical layout.

use super::args::Args;
use diag::{Diagnostics, Files};
use process::{Subcommand, version};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::ExitCode;
use syntax::Env;

/// What the help says of it.
pub const COMMAND: Subcommand =
    Subcommand {
        name: "fmt", args: "[--check] <file>…", doc: "lay configuration files out in the canonical way", run
    };

const USAGE: &str = "\
Usage: ferroxy fmt [--check] <file>…

Rewrites each file in the canonical layout; comments, quotes and blank lines are kept, the meaning never changes.
A file that can't be read as a configuration is left alone. '-' reads stdin and writes stdout.

  --check  change nothing; name the files that aren't laid out so, and exit with 1 if there are any
";

fn run(program: &str, words: &[OsString]) -> ExitCode {
    let args = match Args::parse(words, &["--check"], &[]) {
        Ok(args) if args.help => {
            super::print(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(args) => args,
        Err(why) => {
            eprint!("{program} fmt: {why}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    let mut good = true;
    for path in &args.files {
        match one(path, args.has("--check")) {
            Ok(()) => {}
            Err(Failed::Differs) => {
                println!("{}", path.display());
                good = false;
            }
            Err(Failed::Unreadable(files, found)) => {
                super::print_findings(&files, &found);
                good = false;
            }
            Err(Failed::Io(error)) => {
                eprintln!("{program} fmt: {}: {error}", path.display());
                good = false;
            }
        }
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

enum Failed {
    /// It isn't laid out as it should be, and only that was asked.
    Differs,
    /// It can't be cut into lines and words.
    Unreadable(Box<Files>, Diagnostics),
    Io(io::Error),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Failed {
        Failed::Io(error)
    }
}

fn one(path: &Path, check: bool) -> Result<(), Failed> {
    let stdin = path == Path::new("-");
    let mut before = Vec::new();
    if stdin {
        io::stdin().read_to_end(&mut before)?;
    } else {
        before = fs::read(path)?;
    }
    let after = laid_out(path, &before)?;
    if check {
        return if after == before { Ok(()) } else { Err(Failed::Differs) };
    }
    if stdin {
        super::print(&after);
    } else if after != before {
        super::replace(path, &after)?;
    }
    Ok(())
}

fn laid_out(path: &Path, text: &[u8]) -> Result<Vec<u8>, Failed> {
    let mut files = Files::new();
    let id = files.add(path.to_string_lossy(), text);
    // Every branch of a block is laid out, whichever is taken.
    let (tree, found) = syntax::parse(&files, &[id], Env::new(), &version::facts(), &conf::is_section);
    if found.has_alerts() {
        return Err(Failed::Unreadable(Box::new(files), found));
    }
    Ok(tools::fmt::format(&files, id, &tree))
}
