//! The whole program: argv in, exit code out.

use crate::cmdline::{self, Action, Options, UsageError};
use crate::console::Console;
use crate::engine::Engine;
use crate::loader::{Loader, Overrides};
use crate::outside::{World, cause};
use crate::sources::Sources;
use crate::startup::{Startup, basename};
use crate::version;
use diag::Severity;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use syntax::{Env, Facts, cond};

/// A command of ours: `ferroxy NAME …`.
pub struct Subcommand {
    pub name: &'static str,
    /// What may follow the name, for the help.
    pub args: &'static str,
    /// What it does, in one line.
    pub doc: &'static str,
    /// Gets argv[0] and what follows the name.
    pub run: fn(&str, &[OsString]) -> ExitCode,
}

/// Makes the data path, given what reads the configuration again.
pub type MakeEngine = fn(Arc<Loader>) -> Box<dyn Engine>;

/// Does what the command line says. `commands` are our own; under the name `haproxy` there are none, as there.
pub fn run(argv: &[OsString], commands: &[Subcommand], engine: MakeEngine) -> ExitCode {
    sys::forbid_huge_pages();
    let program = argv.first().map_or_else(|| "ferroxy".to_owned(), |name| name.to_string_lossy().into_owned());
    let args = argv.get(1..).unwrap_or_default();
    let own = basename(&program) != "haproxy";
    let commands = if own { commands } else { &[] };
    if let Some(first) = args.first()
        && !first.as_bytes().starts_with(b"-")
        && own
    {
        return match commands.iter().find(|command| first == command.name) {
            Some(command) => (command.run)(&program, &args[1..]),
            None => {
                eprintln!(
                    "{program}: there is no command '{}'; '{program}' alone shows the help",
                    first.to_string_lossy()
                );
                ExitCode::FAILURE
            }
        };
    }
    let console = console();
    match cmdline::parse(args) {
        Ok(options) if options.action == Action::Help => help(&program, commands),
        Ok(options) => obey(&program, &options, console, engine),
        Err(error) => refuse(&program, &error, console),
    }
}

/// Runs a configuration that comes with the program, in the foreground. Messages call it `name`.
pub fn run_embedded(
    program: &str,
    name: &'static str,
    text: String,
    engine: impl FnOnce(Arc<Loader>) -> Box<dyn Engine>,
) -> ExitCode {
    let options = Options { action: Action::Run, foreground: true, ..Options::default() };
    start(program, &options, console(), Sources::embedded(name, text), engine)
}

fn help(program: &str, commands: &[Subcommand]) -> ExitCode {
    print!("{}{}{}", version::short(), cmdline::usage(program), command_list(commands));
    ExitCode::FAILURE
}

/// Our own commands, as the help shows them.
fn command_list(commands: &[Subcommand]) -> String {
    let line = |command: &Subcommand| {
        let call = format!("{} {}", command.name, command.args);
        format!("  {call:<22} {}\n", command.doc)
    };
    let lines: String = commands.iter().map(line).collect();
    if lines.is_empty() { lines } else { format!("\nCommands:\n{lines}") }
}

/// The console lives as long as the process: workers announce there.
fn console() -> &'static Console {
    let executable = std::env::current_exe().map_or_else(|_| "?".to_owned(), |path| path.display().to_string());
    Box::leak(Box::new(Console::new(std::process::id(), version::VERSION, &executable)))
}

fn refuse(program: &str, error: &UsageError, console: &Console) -> ExitCode {
    console.say(Severity::Alert, &error.message);
    if error.show_usage {
        console.plain(&cmdline::usage(program));
    }
    ExitCode::FAILURE
}

fn obey(program: &str, options: &Options, console: &'static Console, engine: MakeEngine) -> ExitCode {
    console.set_quiet(options.quiet);
    console.set_diagnostic_mode(options.diagnostic_mode);
    if options.explain_errors {
        console.explain();
    }
    match &options.action {
        // `run` has seen to it: our own commands are part of it.
        Action::Help => {}
        Action::Version => print!("{}", version::short()),
        Action::BuildOptions => print!("{}", version::long()),
        Action::Condition(text) => return condition(text, &facts(options), console),
        Action::Run | Action::Check => {
            if let Some(to) = &options.directory
                && let Err(text) = change_directory(to)
            {
                console.say(Severity::Alert, &text);
                return ExitCode::FAILURE;
            }
            return start(program, options, console, Sources::new(options.files.clone()), engine);
        }
    }
    ExitCode::SUCCESS
}

/// The way from sources to a running proxy, and to its end.
fn start(
    program: &str,
    options: &Options,
    console: &'static Console,
    sources: Sources,
    engine: impl FnOnce(Arc<Loader>) -> Box<dyn Engine>,
) -> ExitCode {
    let world = World {
        ipv4_only: options.ipv4_only,
        hosts_file_only: options.no_getaddrinfo,
        may_lack_addresses: options.ignore_resolution_failures,
        local_peer: options.local_peer.clone(),
        hasty: false,
        lists: Default::default(),
    };
    let loader = Arc::new(Loader::new(sources, facts(options), world, overrides(options)));
    let mut engine = engine(loader.clone());
    Startup { program, options, console, loader: &loader }.run(&mut *engine)
}

/// `-cc`.
fn condition(text: &OsStr, facts: &Facts, console: &Console) -> ExitCode {
    let env: Env = std::env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec())).collect();
    let env = env.with_builtins(facts, &sys::hostname());
    match cond::eval_argument(text.as_bytes(), &env, facts) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            console.say(Severity::Alert, &format!("config : {why}"));
            ExitCode::from(2)
        }
    }
}

/// What conditions may ask, with what the command line switched off.
fn facts(options: &Options) -> Facts {
    let mut facts = version::facts();
    let off = [
        ("SPLICE", options.no_splice),
        ("REUSEPORT", options.no_reuseport),
        ("GETADDRINFO", options.no_getaddrinfo),
        ("FAST-FORWARD", options.no_fast_forward),
    ];
    facts.enabled.retain(|name| !off.contains(&(name, true)));
    facts
}

fn overrides(options: &Options) -> Overrides {
    Overrides {
        maxconn: options.maxconn,
        frontend_maxconn: options.proxy_maxconn,
        local_peer: options.local_peer.clone(),
        pidfile: options.pidfile.clone().map(|path| path.into_os_string().into_vec()),
        daemon: options.daemon,
        foreground: options.foreground || options.debug,
        nosplice: options.no_splice || options.no_fast_forward || options.no_zero_copy,
        noreuseport: options.no_reuseport,
        zero_warning: options.zero_warning,
        quiet: if options.quiet { Some(true) } else { options.verbose.then_some(false) },
    }
}

fn change_directory(to: &Path) -> Result<(), String> {
    std::env::set_current_dir(to)
        .map_err(|error| format!("Could not change to directory {} : {}", to.display(), cause(&error)))
}
