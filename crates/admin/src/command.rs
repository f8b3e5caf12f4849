//! What a command is, and finding one by its words.

use crate::reply::Reply;
use crate::session::State;
use crate::sockets::Serving;
use conf::spec::CliLevel;

/// A command of the runtime API.
pub struct Command {
    /// The words that name it.
    pub words: &'static [&'static str],
    /// The whole form, as the help shows it.
    pub usage: &'static str,
    pub level: CliLevel,
    pub doc: &'static str,
    pub run: fn(&mut Call<'_>) -> Reply,
}

/// One use of a command.
pub struct Call<'a> {
    /// The words behind the name.
    pub args: &'a [String],
    /// The lines behind the command's, if it had `<<`.
    pub payload: Option<&'a str>,
    /// The connection that it came over.
    pub state: &'a mut State,
    pub serving: &'a Serving,
}

impl Call<'_> {
    /// The `n`th argument from 0; empty if there is none.
    pub fn arg(&self, n: usize) -> &str {
        self.args.get(n).map_or("", String::as_str)
    }
}

/// The command that these words begin with; the longest name counts.
pub fn find<'c>(commands: &[&'c Command], words: &[String]) -> Option<&'c Command> {
    let named = |command: &&&Command| begins_with(words, command.words);
    commands.iter().filter(named).max_by_key(|command| command.words.len()).copied()
}

/// Whether these words begin with that name.
pub fn begins_with(words: &[String], name: &[&str]) -> bool {
    words.len() >= name.len() && words.iter().zip(name).all(|(word, name)| word == name)
}
