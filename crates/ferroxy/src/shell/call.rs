//! What may follow the name of a command, read from its declaration: `[--format text|json] <file>…`.

use process::Subcommand;

/// The words of a command.
#[derive(PartialEq, Eq, Debug)]
pub struct Call {
    pub options: Vec<CallOption>,
    /// What stands alone.
    pub words: Taken,
}

/// An option of a command.
#[derive(PartialEq, Eq, Debug)]
pub struct CallOption {
    pub name: &'static str,
    pub value: Taken,
}

/// What can be given.
#[derive(PartialEq, Eq, Debug)]
pub enum Taken {
    Nothing,
    /// One of these.
    Of(Vec<&'static str>),
    /// The name of a file.
    File,
    /// Anything; what it is called.
    Any(&'static str),
}

impl Call {
    /// What a command's declaration says.
    pub fn of(command: &Subcommand) -> Call {
        let mut call = Call { options: Vec::new(), words: Taken::Nothing };
        let mut rest = command.args.trim();
        while !rest.is_empty() {
            let end = if rest.starts_with('[') { rest.find(']').map(|at| at + 1) } else { rest.find(' ') };
            let (item, tail) = rest.split_at(end.unwrap_or(rest.len()));
            rest = tail.trim_start();
            let inner = item.trim_start_matches('[').trim_end_matches([']', '…']);
            if !inner.starts_with('-') {
                call.words = taken(inner);
                continue;
            }
            let (name, value) = inner.split_once(' ').unwrap_or((inner, ""));
            call.options.push(CallOption { name, value: taken(value) });
        }
        call
    }
}

fn taken(text: &'static str) -> Taken {
    if text.is_empty() {
        return Taken::Nothing;
    }
    match text.strip_prefix('<').and_then(|text| text.strip_suffix('>')) {
        Some(name) if name.contains("file") || name.contains("director") => Taken::File,
        Some(name) => Taken::Any(name),
        None => Taken::Of(text.split('|').collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::COMMANDS;

    #[test]
    fn declarations_are_read() {
        let call = |args| Call::of(&Subcommand { args, ..COMMANDS[0] });
        let option = |name, value| CallOption { name, value };
        assert_eq!(call(""), Call { options: vec![], words: Taken::Nothing });
        assert_eq!(
            call("[--format text|json] [--quick] <file>…"),
            Call {
                options: vec![option("--format", Taken::Of(vec!["text", "json"])), option("--quick", Taken::Nothing)],
                words: Taken::File
            }
        );
        assert_eq!(call("[--port <port>]").options, [option("--port", Taken::Any("port"))]);
        assert_eq!(call("a|b").words, Taken::Of(vec!["a", "b"]));
    }
}
