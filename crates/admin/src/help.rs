//! The help, and what is said to an unknown command.

use crate::cmd::{ITEMS, SESSION};
use crate::command::Command;
use conf::spec::CliLevel;
use std::fmt::Write;

/// How many words may be offered for one that was probably mistyped.
const MAX_OFFERS: usize = 5;

/// The commands that begin with these words, or all.
pub fn help(words: &[String], level: CliLevel) -> String {
    let mut out = "The following commands are valid at this level:\n".to_owned();
    write_all(ordinary(level).filter(|command| starts_like(command, words)), &mut out);
    out
}

/// What is said to words that are no command.
pub fn unknown(words: &[String], level: CliLevel) -> String {
    let better: Vec<&Command> = better(words, level);
    let mut out = if better.is_empty() {
        "Unknown command. Please enter one of the following commands only:\n".to_owned()
    } else {
        "Unknown command, but maybe one of the following ones is a better match:\n".to_owned()
    };
    if better.is_empty() {
        write_all(ordinary(level), &mut out);
    } else {
        write_all(better.into_iter(), &mut out);
    }
    out
}

/// Commands that share the beginning, or whose words look much like these.
fn better(words: &[String], level: CliLevel) -> Vec<&'static Command> {
    let Some(first) = words.first() else { return Vec::new() };
    for n in (1..=words.len()).rev() {
        let like: Vec<&Command> = ordinary(level).filter(|command| starts_like(command, &words[..n])).collect();
        if !like.is_empty() {
            return like;
        }
    }
    let names = |at: usize| ordinary(level).filter_map(move |command| command.words.get(at).copied());
    let close = diag::closest(first.as_bytes(), names(0)).or_else(|| diag::closest(first.as_bytes(), names(1)));
    let is_close = |command: &&Command| close.is_some_and(|close| command.words.contains(&close));
    ordinary(level).filter(is_close).take(MAX_OFFERS).collect()
}

fn ordinary(level: CliLevel) -> impl Iterator<Item = &'static Command> {
    ITEMS.iter().copied().filter(move |command| command.level <= level)
}

fn starts_like(command: &Command, words: &[String]) -> bool {
    let same = command.words.iter().zip(words).take_while(|(name, word)| *name == word).count();
    match words.get(same) {
        None => true,
        // The last word may be the beginning of one.
        Some(word) => {
            same + 1 == words.len() && command.words.get(same).is_some_and(|name| name.starts_with(word.as_str()))
        }
    }
}

fn write_all<'c>(commands: impl Iterator<Item = &'c Command>, out: &mut String) {
    for command in commands.chain(SESSION.iter().copied()) {
        // Writing to a String can't fail.
        let _ = writeln!(out, "  {:<40}: {}", command.usage, command.doc);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn offered(text: &str, level: CliLevel) -> Vec<String> {
        let answer = unknown(&words(text), level);
        let lines = answer.lines().skip(1);
        lines.map(|line| line[2..42].trim_end().to_owned()).collect()
    }

    #[test]
    fn unknown_commands_are_answered_with_like_ones() {
        let admin = CliLevel::Admin;
        assert_eq!(offered("set maxconn foo", admin)[..3].len(), 3);
        assert!(offered("set maxconn foo", admin).iter().take(3).all(|usage| usage.starts_with("set maxconn ")));
        assert!(offered("show inf", admin)[0].starts_with("show info"));
        assert!(offered("shwo", admin)[0].starts_with("show "));
        assert!(unknown(&words(""), admin).starts_with("Unknown command. Please enter one of"));
        assert!(unknown(&words("xyzzyq"), admin).starts_with("Unknown command. Please enter one of"));
        let offered = offered("show zz", admin);
        assert_eq!(offered[offered.len() - 3..], ["help [<command>]", "prompt [help | n | i | p | timed]", "quit"]);
    }

    #[test]
    fn a_level_sees_its_own_commands() {
        assert!(help(&words("disable"), CliLevel::Admin).contains("disable server"));
        assert!(!help(&words("disable"), CliLevel::User).contains("disable server"));
        assert!(help(&words(""), CliLevel::User).contains("show info"));
    }
}
