//! What shells and `man` are told of the program: written from the same declarations as the help
//! ([`process::cmdline::OPTIONS`] and [`crate::command::COMMANDS`]), so that nothing can be left out.

mod bash;
mod call;
mod fish;
mod man;
mod zsh;

use crate::command::COMMANDS;
use process::Subcommand;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// `ferroxy completions`.
pub const COMPLETIONS: Subcommand = Subcommand {
    name: "completions",
    args: "bash|zsh|fish",
    doc: "write what a shell needs to complete words of this program",
    run: completions,
};

/// `ferroxy man`.
pub const MAN: Subcommand =
    Subcommand { name: "man", args: "", doc: "write the manual page, in roff", run: |_, words| manual(words) };

fn completions(program: &str, words: &[OsString]) -> ExitCode {
    let shell = words.first().and_then(|word| word.to_str()).filter(|_| words.len() == 1);
    let text = match shell {
        Some("bash") => bash::script(COMMANDS),
        Some("zsh") => zsh::script(COMMANDS),
        Some("fish") => fish::script(COMMANDS),
        Some("--help" | "-h") => {
            print(USAGE);
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{program} completions: one of bash, zsh, fish is wanted\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    print(&text);
    ExitCode::SUCCESS
}

const USAGE: &str = "\
Usage: ferroxy completions bash|zsh|fish

Writes a script for the shell to stdout. Where shells look for it:

  bash  ~/.local/share/bash-completion/completions/ferroxy
  zsh   a file _ferroxy in a directory of $fpath
  fish  ~/.config/fish/completions/ferroxy.fish
";

fn manual(words: &[OsString]) -> ExitCode {
    if !words.is_empty() {
        eprintln!("Usage: ferroxy man > ferroxy.1");
        return ExitCode::FAILURE;
    }
    print(&man::page(COMMANDS));
    ExitCode::SUCCESS
}

/// Whoever closed stdout doesn't want to know.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use process::cmdline::OPTIONS;

    /// Whether a name stands in a text as a word of its own.
    fn names(text: &str, name: &str) -> bool {
        let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-');
        text.match_indices(name).any(|(at, _)| {
            !part_of_word(text[..at].chars().next_back()) && !part_of_word(text[at + name.len()..].chars().next())
        })
    }

    #[test]
    fn every_option_and_command_is_named() {
        let texts = [
            ("bash", bash::script(COMMANDS)),
            // zsh wants one more hyphen where a value follows in the same word.
            ("zsh", zsh::script(COMMANDS).replace("-[", "[")),
            // fish takes options without their hyphens.
            ("fish", fish::script(COMMANDS).replace(" -l ", " --").replace(" -o ", " -").replace(" -s ", " -")),
            ("man", man::page(COMMANDS).replace("\\-", "-")),
        ];
        for (which, text) in &texts {
            for option in OPTIONS.iter().filter(|option| option.name != "--" || *which == "man" || *which == "bash") {
                assert!(names(text, option.name), "{which} lacks {}", option.name);
            }
            for command in COMMANDS {
                assert!(names(text, command.name), "{which} lacks {}", command.name);
                for option in call::Call::of(command).options {
                    assert!(names(text, option.name), "{which} lacks {} {}", command.name, option.name);
                }
            }
        }
    }
}
