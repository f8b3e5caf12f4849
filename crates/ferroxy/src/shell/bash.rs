//! Completions for bash.

use super::call::{Call, Taken};
use process::Subcommand;
use process::cmdline::{OPTIONS, Value};

/// The script.
pub fn script(commands: &[Subcommand]) -> String {
    let names: Vec<&str> = commands.iter().map(|command| command.name).collect();
    let options: Vec<&str> = OPTIONS.iter().map(|option| option.name).collect();
    let cases: String = commands.iter().map(case).collect();
    let (names, options) = (names.join(" "), options.join(" "));
    let with_file = list(is_file);
    let with_value = list(|value| matches!(value, Value::Next(_)) && !is_file(value));
    format!(
        "\
# Words of ferroxy for bash, written by 'ferroxy completions bash'.

_ferroxy() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} words='' files=''
    case $COMP_CWORD:${{COMP_WORDS[1]}} in
    1:*) words='{names} {options}' ;;
{cases}\
    *)
        words='{options}'
        case $prev in
        {with_file}) words='' files=yes ;;
        {with_value}) words='' ;;
        esac
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")
    if [[ $files ]]; then
        mapfile -t -O \"${{#COMPREPLY[@]}}\" COMPREPLY < <(compgen -f -- \"$cur\")
    fi
}}

complete -o filenames -F _ferroxy ferroxy
"
    )
}

/// The options that take such a value, as a pattern.
fn list(wanted: fn(Value) -> bool) -> String {
    OPTIONS.iter().filter(|option| wanted(option.value)).map(|option| option.name).collect::<Vec<_>>().join(" | ")
}

/// Whether a file or a directory follows.
fn is_file(value: Value) -> bool {
    match value {
        Value::Next(what) => ["file", "directory", "socket"].iter().any(|word| what.contains(word)),
        Value::Rest => true,
        Value::None | Value::Attached(_) | Value::Pids => false,
    }
}

fn case(command: &Subcommand) -> String {
    let call = Call::of(command);
    let mut words: Vec<&str> = call.options.iter().map(|option| option.name).collect();
    let files = if call.words == Taken::File { " files=yes" } else { "" };
    if let Taken::Of(choices) = &call.words {
        words.extend(choices);
    }
    let mut out = format!("    *:{})\n        words='{}'{files}\n", command.name, words.join(" "));
    let valued: Vec<String> = call
        .options
        .iter()
        .filter(|option| option.value != Taken::Nothing)
        .map(|option| {
            let (words, files) = match &option.value {
                Taken::Of(choices) => (choices.join(" "), ""),
                Taken::File => (String::new(), "yes"),
                Taken::Any(_) | Taken::Nothing => (String::new(), ""),
            };
            format!("        {}) words='{words}' files='{files}' ;;\n", option.name)
        })
        .collect();
    if !valued.is_empty() {
        out += &format!("        case $prev in\n{}        esac\n", valued.concat());
    }
    out + "        ;;\n"
}
