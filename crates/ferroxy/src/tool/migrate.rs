//! `ferroxy migrate`: from older versions to 3.5.

use super::args::Args;
use process::Subcommand;
use process::loader::Purpose;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// What the help says of it.
pub const COMMAND: Subcommand = Subcommand {
    name: "migrate",
    args: "[--check] <file>…",
    doc: "rewrite what older versions took and 3.5 refuses or deprecates",
    run,
};

const USAGE: &str = "\
Usage: ferroxy migrate [--check] <file or directory>…
       ferroxy migrate --list

Rewrites the files of a configuration that was made for an older version, and says what it did. What has no successor
is commented out. Exits with 1 if people have something to do: those places are warnings.

  --check  change nothing, only say
  --list   list what is rewritten
";

fn run(program: &str, words: &[OsString]) -> ExitCode {
    if words == ["--list"] {
        let line = |one: &&tools::migrate::Migration| format!("{}\n    {}\n", one.name, one.doc);
        super::print(tools::migrate::MIGRATIONS.iter().map(line).collect::<String>().as_bytes());
        return ExitCode::SUCCESS;
    }
    let args = match Args::parse(words, &["--check"], &[]) {
        Ok(args) if args.help => {
            super::print(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(args) => args,
        Err(why) => {
            eprint!("{program} migrate: {why}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    let check = args.has("--check");
    let loaded = match super::loader(args.files).read(Purpose::Check) {
        Ok(loaded) => loaded,
        Err(why) => {
            eprintln!("{program} migrate: {why}");
            return ExitCode::FAILURE;
        }
    };
    let mut good = true;
    for id in loaded.files.ids() {
        let migrated = tools::migrate::migrate(&loaded.files, id, &loaded.tree);
        super::print_findings(&loaded.files, &migrated.said);
        good &= !migrated.is_left();
        let path = loaded.files.name(id);
        if check || migrated.text == loaded.files.bytes(id) {
            continue;
        }
        if let Err(error) = super::replace(Path::new(path), &migrated.text) {
            eprintln!("{program} migrate: {path}: {error}");
            good = false;
        }
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
