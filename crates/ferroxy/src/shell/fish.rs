//! Completions for fish.

use super::call::{Call, Taken};
use process::Subcommand;
use process::cmdline::{OPTIONS, Opt, Value};
use std::fmt::Write;

/// The script.
pub fn script(commands: &[Subcommand]) -> String {
    let mut out = "# Words of ferroxy for fish, written by 'ferroxy completions fish'.\n\n".to_owned();
    let names: Vec<&str> = commands.iter().map(|command| command.name).collect();
    let ours = format!("__fish_seen_subcommand_from {}", names.join(" "));
    push(
        &mut out,
        &format!("-n __fish_use_subcommand -n {} -f", quoted("not string match -q -- '-*' (commandline -ct)")),
    );
    for command in commands {
        push(&mut out, &format!("-n __fish_use_subcommand -f -a {} -d {}", command.name, quoted(command.doc)));
    }
    for command in commands {
        of_command(command, &mut out);
    }
    // Two hyphens are a matter of course there.
    for option in OPTIONS.iter().filter(|option| option.name != "--") {
        push(&mut out, &format!("-n {} {}", quoted(&format!("not {ours}")), main(option)));
    }
    out
}

fn of_command(command: &Subcommand, out: &mut String) {
    let here = quoted(&format!("__fish_seen_subcommand_from {}", command.name));
    let call = Call::of(command);
    for option in &call.options {
        push(out, &format!("-n {here} {} {}", name(option.name), given(&option.value)));
    }
    match &call.words {
        Taken::File => push(out, &format!("-n {here} -F")),
        Taken::Of(choices) => push(out, &format!("-n {here} -f -a {}", quoted(&choices.join(" ")))),
        Taken::Nothing | Taken::Any(_) => push(out, &format!("-n {here} -f")),
    }
}

/// An option of the program.
fn main(option: &Opt) -> String {
    let needs = match option.value {
        Value::None | Value::Rest | Value::Attached(_) => "",
        Value::Next(what) if !["file", "directory", "socket"].iter().any(|word| what.contains(word)) => " -x",
        Value::Pids => " -x -a '(__fish_complete_pids)'",
        Value::Next(_) => " -r -F",
    };
    format!("{}{needs} -d {}", name(option.name), quoted(option.doc))
}

fn given(value: &Taken) -> String {
    match value {
        Taken::Nothing => String::new(),
        Taken::Of(choices) => format!("-x -a {}", quoted(&choices.join(" "))),
        Taken::File => "-r -F".to_owned(),
        Taken::Any(_) => "-x".to_owned(),
    }
}

/// An option as fish wants it: the letter, the old style of several letters behind one hyphen, or the new one.
fn name(option: &str) -> String {
    match option.strip_prefix("--") {
        Some(long) => format!("-l {long}"),
        None if option.len() == 2 => format!("-s {}", &option[1..]),
        None => format!("-o {}", &option[1..]),
    }
}

fn push(out: &mut String, rest: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(out, "complete -c ferroxy {}", rest.trim_end());
}

/// A word in single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
