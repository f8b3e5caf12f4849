//! Completions for zsh.

use super::call::{Call, Taken};
use process::Subcommand;
use process::cmdline::{OPTIONS, Opt, Value};

/// The script.
pub fn script(commands: &[Subcommand]) -> String {
    let names: String = commands
        .iter()
        .map(|command| {
            format!("        {}\n", quoted(&format!("{}:{}", command.name, command.doc.replace(':', "\\:"))))
        })
        .collect();
    let cases: String = commands.iter().map(case).collect();
    let options: String = OPTIONS.iter().map(|option| format!(" \\\n            {}", quoted(&main(option)))).collect();
    format!(
        "\
#compdef ferroxy
# Words of ferroxy for zsh, written by 'ferroxy completions zsh'.

_ferroxy() {{
    local -a commands
    commands=(
{names}    )
    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
        _describe -t commands command commands
        return
    fi
    case $words[2] in
{cases}\
    *)
        _arguments{options}
        ;;
    esac
}}

_ferroxy \"$@\"
"
    )
}

/// An option of the program as `_arguments` wants it.
fn main(option: &Opt) -> String {
    let doc = bracketed(option.doc);
    match option.value {
        // What follows two hyphens alone are files.
        Value::Rest => format!("*{}{doc}:*:file:_files", option.name),
        Value::None => format!("{}{doc}", option.name),
        Value::Attached(_) => format!("{}-{doc}::value:", option.name),
        Value::Pids => format!("{}{doc}:pid:_pids", option.name),
        Value::Next(what) => format!("*{}{doc}:{}", option.name, value(what)),
    }
}

/// A value by its name in the help: `<file>`.
fn value(what: &str) -> String {
    let name: String = what.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect();
    let is_file = ["file", "directory", "socket"].iter().any(|word| what.contains(word));
    format!("{name}:{}", if is_file { "_files" } else { "" })
}

fn case(command: &Subcommand) -> String {
    let call = Call::of(command);
    let mut items: Vec<String> = call
        .options
        .iter()
        .map(|option| match given(&option.value) {
            Some(value) => format!("{}[option of {}]:{value}", option.name, command.name),
            None => format!("{}[option of {}]", option.name, command.name),
        })
        .collect();
    items.extend(given(&call.words).map(|value| format!("*:{value}")));
    let items: String = items.iter().map(|item| format!(" \\\n            {}", quoted(item))).collect();
    let shift = "        shift words\n        (( CURRENT-- ))\n";
    let rest = if items.is_empty() { String::new() } else { format!("{shift}        _arguments{items}\n") };
    format!("    {})\n{rest}        ;;\n", command.name)
}

fn given(taken: &Taken) -> Option<String> {
    match taken {
        Taken::Nothing => None,
        Taken::Of(choices) => Some(format!("which:({})", choices.join(" "))),
        Taken::File => Some("file:_files".to_owned()),
        Taken::Any(name) => Some(format!("{name}:")),
    }
}

/// A description; brackets and colons would end it.
fn bracketed(doc: &str) -> String {
    let escaped: String =
        doc.chars().flat_map(|c| matches!(c, '[' | ']' | ':' | '\\').then_some('\\').into_iter().chain([c])).collect();
    format!("[{escaped}]")
}

/// A word in single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
