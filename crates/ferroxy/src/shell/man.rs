//! The manual page.

use process::Subcommand;
use process::cmdline::{OPTIONS, Opt, Value};
use process::version;

/// The page in roff, with the macros of man(7).
pub fn page(commands: &[Subcommand]) -> String {
    let options: String = OPTIONS.iter().map(option).collect();
    let commands: String = commands.iter().map(command).collect();
    format!(
        "\
.\\\" Written by 'ferroxy man'.
.TH FERROXY 1 \"{date}\" \"ferroxy {version}\" \"User Commands\"
.SH NAME
ferroxy \\- load balancer and proxy that takes HAProxy's configurations
.SH SYNOPSIS
.B ferroxy
.RI [ option ]...
.B \\-f
.I file\\fR|\\fIdirectory\\fR
.RB [ \\-f
\\&...]
.RB [ \\-\\-
.IR file ...]
.PP
.B ferroxy
.I command
.RI [ argument ]...
.SH DESCRIPTION
.B ferroxy
reads a configuration in HAProxy's language, listens where it says, and forwards connections and HTTP requests to
servers. It is called as
.BR haproxy (1)
is, and takes its options; called by that name it has no commands of its own. Without any argument it shows its help.
.PP
SIGUSR2 makes the process read its files again without losing a connection; SIGUSR1 lets it finish its work and leave;
SIGTERM and SIGINT stop it at once.
.SH OPTIONS
{options}\
.SH COMMANDS
{commands}\
.SH EXIT STATUS
0 when all went well, 1 after an error. With
.B \\-c
2 means that the configuration is right and would not start, since nothing listens. With
.B \\-cc
1 means that the condition is false, and 2 that it can't be evaluated.
.SH ENVIRONMENT
.TP
.B NO_COLOR
No colours in messages, on a terminal either.
.PP
The configuration can use any variable of the environment.
.SH SEE ALSO
.BR haproxy (1)
",
        date = version::DATE.replace('/', "-"),
        version = escaped(version::VERSION),
    )
}

fn option(option: &Opt) -> String {
    let name = escaped(option.name);
    let call = match option.value {
        Value::None => format!(".B {name}"),
        Value::Next(what) => format!(".BI {name} \" {}\"", escaped(what)),
        Value::Attached(what) => format!(".BI {name} {}", escaped(what)),
        Value::Pids => format!(".BI {name} \" pid\"\\fR..."),
        Value::Rest => format!(".BI {name} \" file\"\\fR..."),
    };
    let not_yet = if option.is_built() { "" } else { " (not supported yet)" };
    format!(".TP\n{call}\n{}{not_yet}.\n", sentence(option.doc))
}

fn command(command: &Subcommand) -> String {
    let args = if command.args.is_empty() { String::new() } else { format!(" \" {}\"", escaped(command.args)) };
    format!(".TP\n.BI {}{args}\n{}.\n", command.name, sentence(command.doc))
}

/// A line of documentation with a capital letter.
fn sentence(doc: &str) -> String {
    let mut letters = doc.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    escaped(&first.into_iter().chain(letters).collect::<String>())
}

/// Text that roff takes as it is.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-").replace('…', "...").replace('"', "\\(dq")
}
