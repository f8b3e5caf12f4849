//! `ferroxy check`: what `-c` says, for people and for pipelines.

use super::args::Args;
use process::Subcommand;
use process::loader::Purpose;
use std::ffi::OsString;
use std::process::ExitCode;

/// What the help says of it.
pub const COMMAND: Subcommand = Subcommand {
    name: "check",
    args: "[--format text|json] <file>…",
    doc: "tell what is wrong with a configuration, as text or JSON",
    run,
};

const USAGE: &str = "\
Usage: ferroxy check [--format text|json] <file or directory>…

Reads the files as one configuration and says all that is wrong with it, without binding anything. What is valid and
not supported by this version yet is told as well. Exits with 1 if there is an error, or a warning while the
configuration says 'zero-warning'.

  --format text  source lines with carets (the default)
  --format json  one JSON object on stdout
";

fn run(program: &str, words: &[OsString]) -> ExitCode {
    let args = match Args::parse(words, &[], &["--format"]) {
        Ok(args) if args.help => {
            super::print(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(args) => args,
        Err(why) => {
            eprint!("{program} check: {why}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    let Some(show) = super::shower(&args) else {
        eprint!("{program} check: there is no such format\n{USAGE}");
        return ExitCode::FAILURE;
    };
    let loaded = match super::loader(args.files).read(Purpose::Check) {
        Ok(loaded) => loaded,
        Err(why) => {
            eprintln!("{program} check: {why}");
            return ExitCode::FAILURE;
        }
    };
    show(&loaded.files, &loaded.diagnostics);
    match loaded.spec {
        Some(spec) if !(spec.global.zero_warning && loaded.diagnostics.has_warnings()) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
