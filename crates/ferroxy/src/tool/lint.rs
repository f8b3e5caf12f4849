//! `ferroxy lint`: what is legal and looks wrong.

use super::args::Args;
use diag::Severity;
use process::Subcommand;
use process::loader::Purpose;
use std::ffi::OsString;
use std::process::ExitCode;

/// What the help says of it.
pub const COMMAND: Subcommand = Subcommand {
    name: "lint",
    args: "[--format text|json] <file>…",
    doc: "find what is legal in a configuration and looks wrong",
    run,
};

const USAGE: &str = "\
Usage: ferroxy lint [--format text|json] <file or directory>…
       ferroxy lint --rules

Looks for what is legal and looks wrong, and says why and what to do. Errors come first: where there are any, nothing
else is looked for. Exits with 1 if something was found.

A comment silences rules: '# lint: allow NAME[,NAME…]' at the end of a line or on a line of its own right above, or at
the first line of a section for all of it.

  --format text  source lines with carets (the default)
  --format json  one JSON object on stdout
  --rules        list the rules
";

fn run(program: &str, words: &[OsString]) -> ExitCode {
    if words == ["--rules"] {
        list();
        return ExitCode::SUCCESS;
    }
    let args = match Args::parse(words, &[], &["--format"]) {
        Ok(args) if args.help => {
            super::print(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        Ok(args) => args,
        Err(why) => {
            eprint!("{program} lint: {why}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    let Some(show) = super::shower(&args) else {
        eprint!("{program} lint: there is no such format\n{USAGE}");
        return ExitCode::FAILURE;
    };
    let loaded = match super::loader(args.files).read(Purpose::Check) {
        Ok(loaded) => loaded,
        Err(why) => {
            eprintln!("{program} lint: {why}");
            return ExitCode::FAILURE;
        }
    };
    if loaded.diagnostics.has_alerts() {
        show(&loaded.files, &loaded.diagnostics);
        return ExitCode::FAILURE;
    }
    let found = tools::lint::lint(&loaded.files, &loaded.tree);
    show(&loaded.files, &found);
    if found.count(Severity::Info) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn list() {
    let mut text = String::new();
    for rule in tools::lint::RULES {
        text += &format!("{}\n    {}\n    {}\n", rule.name, rule.why, rule.fix);
    }
    super::print(text.as_bytes());
}
