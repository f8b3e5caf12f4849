//! The command line of `haproxy` (management manual 3). Pure: arguments come in, options go out.
//!
//! Every option of the manual is in [`OPTIONS`], with what it does here; the parser, the refusals and the
//! usage text all come from that table. Where the reference takes whatever follows the letters that it knows
//! (`-Dx` is `-D`), an unknown option is an error here: it is more likely a mistake than a wish.

use crate::keywords;
use core::fmt;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// What the command line asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// What to do.
    pub action: Action,
    /// Configuration files and directories in the order of `-f` and `--`. A directory stands for the files
    /// in it that end in `.cfg` and aren't hidden, in the order of their bytes.
    pub files: Vec<PathBuf>,
    /// `-C`: change to this directory before loading.
    pub directory: Option<PathBuf>,
    /// `-d`: stay in the foreground and show events.
    pub debug: bool,
    /// `-db`: stay in the foreground.
    pub foreground: bool,
    /// `-D`: become a daemon.
    pub daemon: bool,
    /// `-q`: say nothing. Cleared by a later `-V`.
    pub quiet: bool,
    /// `-V`: say more.
    pub verbose: bool,
    /// `-n`: the process' maxconn.
    pub maxconn: Option<u32>,
    /// `-N`: the default maxconn of each proxy.
    pub proxy_maxconn: Option<u32>,
    /// `-m`: the memory that may be used, in megabytes.
    pub memory_mb: Option<u32>,
    /// `-p`: where to write the pid.
    pub pidfile: Option<PathBuf>,
    /// `-L`: the local peer's name.
    pub local_peer: Option<String>,
    /// `-4`: resolve names to IPv4 addresses only.
    pub ipv4_only: bool,
    /// `-sf` or `-st`: older processes to be told to leave once this one listens.
    pub older: Option<Older>,
    /// `-dC`: show the configuration as it was understood; names are hashed with a key that isn't 0.
    pub dump: Option<u32>,
    /// `-dD`: show remarks about suspicious statements.
    pub diagnostic_mode: bool,
    /// `-dF`: no fast forwarding, hence no splicing.
    pub no_fast_forward: bool,
    /// `-dG`: host names are not resolved by the system.
    pub no_getaddrinfo: bool,
    /// `-dK`: lists of keywords to show once the configuration is read.
    pub keywords: BTreeSet<keywords::Class>,
    /// `-dR`: no SO_REUSEPORT.
    pub no_reuseport: bool,
    /// `-dS`: no splice().
    pub no_splice: bool,
    /// `-dV`: certificates of servers are not verified.
    pub no_server_verify: bool,
    /// `-dW`: any warning is fatal.
    pub zero_warning: bool,
    /// `-dZ`: no forwarding without copies.
    pub no_zero_copy: bool,
    /// `--explain-errors`: source lines with carets and advice below each message, also where stderr is no terminal.
    pub explain_errors: bool,
    /// `-dr`: a server whose name doesn't resolve is no error.
    pub ignore_resolution_failures: bool,
}

/// What to do with the configuration, or instead.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Action {
    /// Print the usage: there were no arguments at all.
    #[default]
    Help,
    /// Load and run.
    Run,
    /// `-c`: load, say what is wrong, and exit.
    Check,
    /// `-cc`: evaluate this condition, and exit with 0 (true), 1 (false) or 2 (error).
    Condition(OsString),
    /// `-v`: print the version.
    Version,
    /// `-vv`: print the version and everything about the build.
    BuildOptions,
}

/// Older processes and how they should leave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Older {
    /// Their pids; may be empty.
    pub pids: Vec<u32>,
    /// At once (SIGTERM) rather than when their work is done (SIGUSR1).
    pub terminate: bool,
}

/// Why the arguments can't be obeyed. The process prints it and exits with 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsageError {
    /// What is wrong, as one sentence.
    pub message: String,
    /// Whether the usage would help.
    pub show_usage: bool,
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for UsageError {}

/// One option.
pub struct Opt {
    /// How it is written.
    pub name: &'static str,
    /// What follows it.
    pub value: Value,
    /// What it does, for the usage text.
    pub doc: &'static str,
    does: Does,
}

impl Opt {
    /// Whether it does what it says, if only that nothing needs to be done.
    pub fn is_built(&self) -> bool {
        !matches!(self.does, Does::NotYet)
    }
}

/// What follows an option. The text names the value in the usage text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    /// Nothing.
    None,
    /// One argument.
    Next(&'static str),
    /// Any text, in the same argument.
    Attached(&'static str),
    /// All arguments up to the next option.
    Pids,
    /// All arguments.
    Rest,
}

/// What an option does.
enum Does {
    /// Sets something.
    Set(fn(&mut Options, &OsStr) -> Result<(), String>),
    /// Nothing, because what it switches off or tunes doesn't exist here.
    Nothing,
    /// It isn't built.
    NotYet,
}

/// Reads the arguments, without the program's name. Options are obeyed from left to right; `-v`, `-vv` and
/// `-cc` count even if later ones are missing or wrong.
pub fn parse(argv: &[OsString]) -> Result<Options, UsageError> {
    let mut options = Options::default();
    if argv.is_empty() {
        return Ok(options);
    }
    options.action = Action::Run;
    let mut rest = argv;
    while let Some((arg, tail)) = rest.split_first() {
        rest = tail;
        let (opt, attached) = find(arg)?;
        let values: Vec<&OsStr> = match opt.value {
            Value::None | Value::Attached(_) => vec![attached],
            Value::Next(what) => {
                let (value, tail) = rest.split_first().ok_or_else(|| missing(opt, what))?;
                rest = tail;
                vec![value]
            }
            Value::Pids | Value::Rest => {
                let stop = |arg: &OsString| opt.value == Value::Pids && arg.as_bytes().starts_with(b"-");
                let count = rest.iter().position(stop).unwrap_or(rest.len());
                let (values, tail) = rest.split_at(count);
                rest = tail;
                begin_list(&mut options, opt);
                values.iter().map(OsString::as_os_str).collect()
            }
        };
        for value in values {
            obey(&mut options, opt, value)?;
        }
        if matches!(options.action, Action::Version | Action::BuildOptions) {
            return Ok(options);
        }
    }
    match options.action {
        Action::Run | Action::Check if options.files.is_empty() => {
            Err(UsageError { message: "no configuration file, give one with -f".into(), show_usage: true })
        }
        _ => Ok(options),
    }
}

/// How to call the program, one line an option.
pub fn usage(program: &str) -> String {
    let mut out = format!("Usage: {program} [option]... -f <file|directory> [-f ...] [-- <file>...]\n\n");
    for opt in OPTIONS {
        let (between, value) = match opt.value {
            Value::None => ("", ""),
            Value::Next(what) => (" ", what),
            Value::Attached(what) => ("", what),
            Value::Pids => (" ", "<pid>..."),
            Value::Rest => (" ", "<file>..."),
        };
        let option = format!("{}{between}{value}", opt.name);
        let not_yet = if matches!(opt.does, Does::NotYet) { " (not supported yet)" } else { "" };
        out += &format!("  {option:<22} {}{not_yet}\n", opt.doc);
    }
    out
}

/// Every option, in the manual's order.
pub const OPTIONS: &[Opt] = &[
    Opt { name: "--", value: Value::Rest, doc: "load each of the files that follow", does: Does::Set(file) },
    Opt {
        name: "-f",
        value: Value::Next("<file|directory>"),
        doc: "load a file, or the *.cfg of a directory; may be repeated",
        does: Does::Set(file),
    },
    Opt {
        name: "-C",
        value: Value::Next("<directory>"),
        doc: "change to this directory first",
        does: Does::Set(|o, v| set_path(&mut o.directory, v)),
    },
    Opt {
        name: "-D",
        value: Value::None,
        doc: "run in the background, as a daemon",
        does: Does::Set(|o, _| on(&mut o.daemon)),
    },
    Opt { name: "-L", value: Value::Next("<name>"), doc: "name of the local peer", does: Does::Set(local_peer) },
    Opt {
        name: "-N",
        value: Value::Next("<number>"),
        doc: "default maxconn of each proxy",
        does: Does::Set(|o, v| set_number(&mut o.proxy_maxconn, v)),
    },
    Opt { name: "-V", value: Value::None, doc: "say more; takes -q back", does: Does::Set(verbose) },
    Opt { name: "-W", value: Value::None, doc: "run a master with workers", does: Does::NotYet },
    Opt { name: "-Ws", value: Value::None, doc: "the same, and tell systemd when ready", does: Does::NotYet },
    Opt {
        name: "-4",
        value: Value::None,
        doc: "resolve names to IPv4 addresses only",
        does: Does::Set(|o, _| on(&mut o.ipv4_only)),
    },
    Opt { name: "-c", value: Value::None, doc: "check the configuration and exit", does: Does::Set(check) },
    Opt {
        name: "-cc",
        value: Value::Next("<condition>"),
        doc: "evaluate a condition and exit: 0 true, 1 false, 2 error",
        does: Does::Set(condition),
    },
    Opt {
        name: "-d",
        value: Value::None,
        doc: "debug: stay in the foreground and show events",
        does: Does::Set(|o, _| on(&mut o.debug)),
    },
    Opt { name: "-dA", value: Value::Attached("[file]"), doc: "archive the libraries in use", does: Does::NotYet },
    Opt {
        name: "-dC",
        value: Value::Attached("[key]"),
        doc: "dump the configuration; with a key, names and addresses are hashed",
        does: Does::Set(dump),
    },
    Opt {
        name: "-dD",
        value: Value::None,
        doc: "point out suspicious statements",
        does: Does::Set(|o, _| on(&mut o.diagnostic_mode)),
    },
    Opt {
        name: "-dF",
        value: Value::None,
        doc: "no fast forwarding of data",
        does: Does::Set(|o, _| on(&mut o.no_fast_forward)),
    },
    Opt {
        name: "-dG",
        value: Value::None,
        doc: "no host names from the system's resolver",
        does: Does::Set(|o, _| on(&mut o.no_getaddrinfo)),
    },
    // There is no fork that would have to be allowed.
    Opt { name: "-dI", value: Value::None, doc: "no effect here", does: Does::Nothing },
    Opt {
        name: "-dK",
        value: Value::Attached("<class,...>"),
        doc: "list the keywords of classes; -dKhelp names them",
        does: Does::Set(keyword_classes),
    },
    Opt { name: "-dL", value: Value::None, doc: "list the libraries in use", does: Does::NotYet },
    // Memory of safe Rust needs no poison.
    Opt { name: "-dM", value: Value::Attached("[byte]"), doc: "no effect here", does: Does::Nothing },
    Opt {
        name: "-dR",
        value: Value::None,
        doc: "no SO_REUSEPORT on listening sockets",
        does: Does::Set(|o, _| on(&mut o.no_reuseport)),
    },
    Opt { name: "-dS", value: Value::None, doc: "no splice()", does: Does::Set(|o, _| on(&mut o.no_splice)) },
    // The kernel's TLS isn't used.
    Opt { name: "-dT", value: Value::None, doc: "no effect here", does: Does::Nothing },
    Opt {
        name: "-dV",
        value: Value::None,
        doc: "don't verify certificates of servers",
        does: Does::Set(|o, _| on(&mut o.no_server_verify)),
    },
    Opt {
        name: "-dW",
        value: Value::None,
        doc: "refuse to start after a warning",
        does: Does::Set(|o, _| on(&mut o.zero_warning)),
    },
    Opt {
        name: "-dZ",
        value: Value::None,
        doc: "no forwarding without copies",
        does: Does::Set(|o, _| on(&mut o.no_zero_copy)),
    },
    Opt {
        name: "-db",
        value: Value::None,
        doc: "stay in the foreground",
        does: Does::Set(|o, _| on(&mut o.foreground)),
    },
    Opt { name: "-dc", value: Value::None, doc: "show how processors are chosen", does: Does::NotYet },
    // One poller exists here, and nothing to fall back on: these choose among several.
    Opt { name: "-de", value: Value::None, doc: "no effect here", does: Does::Nothing },
    Opt { name: "-dk", value: Value::None, doc: "no effect here", does: Does::Nothing },
    Opt { name: "-dp", value: Value::None, doc: "no effect here", does: Does::Nothing },
    Opt {
        name: "-dr",
        value: Value::None,
        doc: "servers may have names that don't resolve",
        does: Does::Set(|o, _| on(&mut o.ignore_resolution_failures)),
    },
    Opt { name: "-dt", value: Value::Attached("[traces]"), doc: "traces on stderr", does: Does::NotYet },
    Opt { name: "-dv", value: Value::None, doc: "no effect here", does: Does::Nothing },
    Opt {
        name: "-m",
        value: Value::Next("<megabytes>"),
        doc: "limit the memory",
        does: Does::Set(|o, v| set_number(&mut o.memory_mb, v)),
    },
    Opt {
        name: "-n",
        value: Value::Next("<number>"),
        doc: "maxconn of the process",
        does: Does::Set(|o, v| set_number(&mut o.maxconn, v)),
    },
    Opt {
        name: "-p",
        value: Value::Next("<file>"),
        doc: "write the pid to this file",
        does: Does::Set(|o, v| set_path(&mut o.pidfile, v)),
    },
    Opt { name: "-q", value: Value::None, doc: "say nothing", does: Does::Set(quiet) },
    Opt { name: "-S", value: Value::Next("<bind>"), doc: "the master's command socket", does: Does::NotYet },
    Opt { name: "-sf", value: Value::Pids, doc: "tell these processes to finish", does: Does::Set(pid) },
    Opt { name: "-st", value: Value::Pids, doc: "tell these processes to stop", does: Does::Set(pid) },
    Opt { name: "-v", value: Value::None, doc: "show the version", does: Does::Set(|o, _| act(o, Action::Version)) },
    Opt {
        name: "-vv",
        value: Value::None,
        doc: "show the version and what is built in",
        does: Does::Set(|o, _| act(o, Action::BuildOptions)),
    },
    // Ours; what follows two hyphens can't be an option of the reference.
    Opt {
        name: "--explain-errors",
        value: Value::None,
        doc: "show source lines and advice, as on a terminal",
        does: Does::Set(|o, _| on(&mut o.explain_errors)),
    },
    Opt { name: "-x", value: Value::Next("<socket>"), doc: "take over another process' sockets", does: Does::NotYet },
];

/// The option that an argument is, and what is attached to it.
fn find(arg: &OsStr) -> Result<(&'static Opt, &OsStr), UsageError> {
    let bytes = arg.as_bytes();
    if let Some(opt) = OPTIONS.iter().find(|opt| opt.name.as_bytes() == bytes) {
        return Ok((opt, OsStr::new("")));
    }
    let attached = OPTIONS.iter().filter(|opt| matches!(opt.value, Value::Attached(_)));
    for opt in attached {
        if let Some(value) = bytes.strip_prefix(opt.name.as_bytes()) {
            return Ok((opt, OsStr::from_bytes(value)));
        }
    }
    let what = if bytes.starts_with(b"-") { "unknown option" } else { "unexpected argument" };
    Err(UsageError { message: format!("{what} '{}'", arg.to_string_lossy()), show_usage: true })
}

fn obey(options: &mut Options, opt: &Opt, value: &OsStr) -> Result<(), UsageError> {
    match opt.does {
        Does::Nothing => Ok(()),
        Does::NotYet => {
            Err(UsageError { message: format!("option '{}' is not supported yet", opt.name), show_usage: false })
        }
        Does::Set(set) => set(options, value)
            .map_err(|why| UsageError { message: format!("option '{}': {why}", opt.name), show_usage: false }),
    }
}

fn missing(opt: &Opt, what: &str) -> UsageError {
    UsageError { message: format!("option '{}' needs a value: {what}", opt.name), show_usage: true }
}

/// A list of pids may be empty, so the option counts before any of them. The last kind wins.
fn begin_list(options: &mut Options, opt: &Opt) {
    if opt.value == Value::Pids {
        let older = options.older.get_or_insert(Older { pids: Vec::new(), terminate: false });
        older.terminate = opt.name == "-st";
    }
}

fn act(options: &mut Options, action: Action) -> Result<(), String> {
    options.action = action;
    Ok(())
}

/// `-cc` wins over `-c`, as in the reference.
fn check(options: &mut Options, _: &OsStr) -> Result<(), String> {
    if options.action == Action::Run {
        options.action = Action::Check;
    }
    Ok(())
}

fn condition(options: &mut Options, value: &OsStr) -> Result<(), String> {
    act(options, Action::Condition(value.to_owned()))
}

fn verbose(options: &mut Options, _: &OsStr) -> Result<(), String> {
    options.quiet = false;
    on(&mut options.verbose)
}

fn quiet(options: &mut Options, _: &OsStr) -> Result<(), String> {
    options.verbose = false;
    on(&mut options.quiet)
}

fn file(options: &mut Options, value: &OsStr) -> Result<(), String> {
    options.files.push(PathBuf::from(value));
    Ok(())
}

fn local_peer(options: &mut Options, value: &OsStr) -> Result<(), String> {
    let name = String::from_utf8(value.to_owned().into_vec()).map_err(|_| "the name is not UTF-8".to_owned())?;
    options.local_peer = Some(name);
    Ok(())
}

/// One argument is one pid; blanks around it are harmless (`-sf "$(cat pidfile)"`).
fn pid(options: &mut Options, value: &OsStr) -> Result<(), String> {
    let text = value.to_string_lossy();
    let pid = text.trim().parse().ok().filter(|&pid| pid > 0 && pid <= i32::MAX as u32);
    let pid = pid.ok_or_else(|| format!("'{text}' is not a pid"))?;
    if let Some(older) = &mut options.older {
        older.pids.push(pid);
    }
    Ok(())
}

/// Without a key, or with 0, nothing is hidden.
fn dump(options: &mut Options, value: &OsStr) -> Result<(), String> {
    let text = value.to_string_lossy();
    let key = if text.is_empty() { Ok(0) } else { text.parse() };
    options.dump = Some(key.map_err(|_| format!("'{text}' is not a key, which is a number of 32 bits"))?);
    Ok(())
}

/// Of several, the last one counts, as in the reference.
fn keyword_classes(options: &mut Options, value: &OsStr) -> Result<(), String> {
    options.keywords = keywords::parse(&value.to_string_lossy())?;
    Ok(())
}

fn on(flag: &mut bool) -> Result<(), String> {
    *flag = true;
    Ok(())
}

fn set_path(path: &mut Option<PathBuf>, value: &OsStr) -> Result<(), String> {
    *path = Some(PathBuf::from(value));
    Ok(())
}

/// Zero means «no limit from here», as in the reference.
fn set_number(number: &mut Option<u32>, value: &OsStr) -> Result<(), String> {
    let text = value.to_string_lossy();
    let parsed: u32 = text.parse().map_err(|_| format!("'{text}' is not a number"))?;
    *number = Some(parsed).filter(|&n| n > 0);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    fn check(line: &str, want: impl FnOnce(&mut Options)) {
        let mut options = Options { action: Action::Run, ..Options::default() };
        want(&mut options);
        assert_eq!(parse(&argv(line)), Ok(options), "{line}");
    }

    fn check_error(line: &str, want: &str) {
        let error = parse(&argv(line)).expect_err(line);
        assert_eq!(error.message, want, "{line}");
    }

    #[test]
    fn files() {
        check("-f a", |o| o.files = vec!["a".into()]);
        check("-f a -f b -- c d", |o| o.files = ["a", "b", "c", "d"].map(PathBuf::from).into());
        check("-- -c", |o| o.files = vec!["-c".into()]);
        check("-f a -C /x", |o| {
            o.files = vec!["a".into()];
            o.directory = Some("/x".into());
        });
    }

    #[test]
    fn actions() {
        assert_eq!(parse(&[]).map(|o| o.action), Ok(Action::Help));
        check("-c -f a", |o| {
            o.action = Action::Check;
            o.files = vec!["a".into()];
        });
        check("-v", |o| o.action = Action::Version);
        check("-q -vv -unknown", |o| {
            o.action = Action::BuildOptions;
            o.quiet = true;
        });
        check("-cc feature(X) -c", |o| o.action = Action::Condition("feature(X)".into()));
        check("-c -cc -1", |o| o.action = Action::Condition("-1".into()));
    }

    #[test]
    fn any_order_as_tools_do() {
        check("-d -dM -dI -dW -L name -m 256 -f cfg -p pid", |o| {
            o.debug = true;
            o.zero_warning = true;
            o.local_peer = Some("name".into());
            o.memory_mb = Some(256);
            o.files = vec!["cfg".into()];
            o.pidfile = Some("pid".into());
        });
        check("-f a -dM0 -dMno-merge,tag -de -dp -dk -dv -dT", |o| o.files = vec!["a".into()]);
        check("-f a -dR -dS -dZ -dF -dr -dG -dV -dD -db -D -4 -V -n 10 -N 20", |o| {
            o.files = vec!["a".into()];
            (o.no_reuseport, o.no_splice, o.no_zero_copy, o.no_fast_forward) = (true, true, true, true);
            (o.ignore_resolution_failures, o.no_getaddrinfo, o.no_server_verify) = (true, true, true);
            (o.diagnostic_mode, o.foreground, o.daemon, o.ipv4_only, o.verbose) = (true, true, true, true, true);
            (o.maxconn, o.proxy_maxconn) = (Some(10), Some(20));
        });
        check("-f a -dKall -dKsvc,acl,svc", |o| {
            o.files = vec!["a".into()];
            o.keywords = BTreeSet::from([keywords::Class::Acl, keywords::Class::Svc]);
        });
        for (option, key) in [("-dC", 0), ("-dC0", 0), ("-dC4294967295", u32::MAX)] {
            check(&format!("-f a {option}"), |o| {
                o.files = vec!["a".into()];
                o.dump = Some(key);
            });
        }
        check_error("-f a -dCx", "option '-dC': 'x' is not a key, which is a number of 32 bits");
        check("--explain-errors -f a", |o| {
            o.files = vec!["a".into()];
            o.explain_errors = true;
        });
        check("-q -V -f a -n 0", |o| {
            o.verbose = true;
            o.files = vec!["a".into()];
        });
    }

    #[test]
    fn older_processes() {
        let older = |pids: &[u32], terminate| Some(Older { pids: pids.to_vec(), terminate });
        check("-sf -f a", |o| {
            o.older = older(&[], false);
            o.files = vec!["a".into()];
        });
        check("-f a -sf 1 22", |o| {
            o.older = older(&[1, 22], false);
            o.files = vec!["a".into()];
        });
        check("-st 7 -f a", |o| {
            o.older = older(&[7], true);
            o.files = vec!["a".into()];
        });
        check_error("-f a -sf x", "option '-sf': 'x' is not a pid");
        check_error("-f a -st 0", "option '-st': '0' is not a pid");
        let padded: Vec<OsString> = ["-f", "a", "-sf", " 12\n"].map(OsString::from).into();
        assert_eq!(parse(&padded).unwrap().older, older(&[12], false));
    }

    #[test]
    fn errors() {
        check_error("-c", "no configuration file, give one with -f");
        check_error("-c --", "no configuration file, give one with -f");
        check_error("-f", "option '-f' needs a value: <file|directory>");
        check_error("-cc", "option '-cc' needs a value: <condition>");
        check_error("-f a -n x", "option '-n': 'x' is not a number");
        check_error("-f a -n -f", "option '-n': '-f' is not a number");
        check_error("-f a -z", "unknown option '-z'");
        check_error("-f a -dWx", "unknown option '-dWx'");
        check_error("-f a b", "unexpected argument 'b'");
        check_error("-f a -", "unknown option '-'");
        check_error("-f a -dK", "option '-dK': there is no class ''; -dKhelp lists them");
        check_error("-f a -dKflt,x", "option '-dK': there is no class 'x'; -dKhelp lists them");
        for option in ["-W", "-Ws", "-S x", "-x y", "-dA/tmp/x", "-dL", "-dc", "-dt"] {
            let error = parse(&argv(&format!("-f a {option}"))).expect_err(option);
            assert!(error.message.ends_with("is not supported yet") && !error.show_usage, "{option}: {error}");
        }
    }

    #[test]
    fn the_table_is_in_order() {
        for (index, opt) in OPTIONS.iter().enumerate() {
            assert!(opt.name.starts_with("--") || opt.name.starts_with('-') && opt.name.len() <= 3, "{}", opt.name);
            assert!(OPTIONS[..index].iter().all(|other| other.name != opt.name), "{} twice", opt.name);
        }
        let text = usage("ferroxy");
        assert_eq!(text.lines().count(), OPTIONS.len() + 2);
        assert!(text.contains("  -f <file|directory>    load a file") && text.lines().all(|l| l.len() < 100), "{text}");
    }
}
