//! From the configuration to a running proxy: what is said, what is refused, and in which order rights are used and
//! given up.

use crate::cmdline::{Action, Options};
use crate::console::Console;
use crate::daemon::{self, Detached, Readiness};
use crate::data_path;
use crate::dump;
use crate::engine::{Engine, Setting, Unlinked};
use crate::keywords;
use crate::limits::{self, Limits, Wishes};
use crate::loader::{Loaded, Loader, Purpose, ZERO_WARNING};
use crate::outside::as_path;
use crate::privileges;
use crate::supervise::Supervisor;
use crate::takeover::Takeover;
use crate::version::MAX_THREADS;
use conf::spec::{Proxy, Spec};
use diag::{Files, Severity};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use sys::{PidFile, Signal, Signals};

/// One start.
pub struct Startup<'a> {
    /// argv[0], as messages name it.
    pub program: &'a str,
    pub options: &'a Options,
    pub console: &'static Console,
    pub loader: &'a Arc<Loader>,
}

/// A configuration that may be run.
struct Ready {
    spec: Arc<Spec>,
    files: Files,
}

impl Startup<'_> {
    /// Loads, and checks or runs, as the command line says.
    pub fn run(&self, engine: &mut dyn Engine) -> ExitCode {
        let ready = match self.load() {
            Ok(ready) => ready,
            Err(code) => return code,
        };
        if !listens(&ready.spec) {
            self.fail("No enabled listener found (check for 'bind' directives) ! Exiting.");
            return ExitCode::FAILURE;
        }
        let readiness = if ready.spec.global.daemon {
            match daemon::detach() {
                Ok(Detached::Caller(code)) => return code,
                Ok(Detached::Daemon(readiness)) => {
                    self.console.renumber(std::process::id());
                    Some(readiness)
                }
                Err(_) => {
                    self.fail("Cannot fork.");
                    return ExitCode::FAILURE;
                }
            }
        } else {
            None
        };
        self.start(&ready, readiness, engine).unwrap_or_else(|code| code)
    }

    /// Reads the configuration and says what was found. An error is how to exit.
    fn load(&self) -> Result<Ready, ExitCode> {
        let Loaded { files, diagnostics, spec, quiet, tree } = self.loader.read(self.purpose()).map_err(|error| {
            self.console.say(Severity::Alert, &format!("config : {error}"));
            ExitCode::FAILURE
        })?;
        let quiet = self.loader.overrides.quiet.unwrap_or(quiet);
        self.console.set_quiet(quiet);
        if let Some(key) = self.options.dump {
            print(&dump::dump(&tree, key));
        }
        self.console.configuration(&files, &diagnostics);
        let spec = spec.ok_or(ExitCode::FAILURE)?;
        if diagnostics.has_warnings() && spec.global.zero_warning {
            self.console.say(Severity::Alert, ZERO_WARNING);
            return Err(ExitCode::FAILURE);
        }
        print(keywords::dump(&self.options.keywords).as_bytes());
        let ready = Ready { spec: Arc::new(spec), files };
        if self.options.action == Action::Check {
            let unlinked = data_path::judge_tls(&ready.spec, &mut self.loader.world.clone());
            if !unlinked.is_empty() {
                self.tell_unlinked(&ready, &unlinked);
                return Err(self.fail("Fatal errors found in configuration."));
            }
            return Err(self.checked(&ready.spec, diagnostics.has_warnings(), quiet));
        }
        Ok(ready)
    }

    fn purpose(&self) -> Purpose {
        if self.options.action == Action::Check { Purpose::Check } else { Purpose::Run }
    }

    /// The end of `-c`.
    fn checked(&self, spec: &Spec, warned: bool, quiet: bool) -> ExitCode {
        let say = |text: &str| {
            if !quiet {
                println!("{text}");
            }
        };
        if warned {
            say("Warnings were found.");
        }
        if !listens(spec) {
            say("Configuration file has no error but will not start (no listener) => exit(2).");
            return ExitCode::from(2);
        }
        if self.options.verbose {
            say("Configuration file is valid");
        }
        ExitCode::SUCCESS
    }

    /// Everything from the limits to the end of the process.
    fn start(
        &self,
        ready: &Ready,
        readiness: Option<Readiness>,
        engine: &mut dyn Engine,
    ) -> Result<ExitCode, ExitCode> {
        let global = &ready.spec.global;
        let setting = self.setting(&ready.spec)?;
        // Before any thread: they inherit what is blocked.
        let signals = Signals::new(&wanted_signals()).map_err(|_| self.fail("Cannot watch signals."))?;
        let takeover = Takeover::new(self.options.older.as_ref());
        let mut world = self.loader.world.clone();
        let staged = takeover.stage(|| engine.stage(&ready.spec, &setting, &mut world));
        if let Err(unlinked) = staged {
            self.tell_unlinked(ready, &unlinked);
            return Err(self.fail("Some protocols failed to start their listeners! Exiting."));
        }
        let give_up = |text: &str| {
            takeover.resume();
            self.fail(text)
        };
        let pidfile =
            if readiness.is_some() { self.pidfile(&ready.spec).map_err(|text| give_up(&text))? } else { None };
        sys::load_zone();
        privileges::drop_privileges(global, self.console, self.program).map_err(|text| give_up(&text))?;
        if let Some(why) = privileges::out_of_reach(global) {
            self.loader.leave(why);
        }
        if readiness.is_some() && sys::silence_stdio().is_err() {
            return Err(give_up("Cannot leave the terminal."));
        }
        let running = match engine.start() {
            Ok(running) => running,
            Err(error) => {
                takeover.resume();
                let text = format!("Cannot start the workers: {}", crate::outside::cause(&error));
                match readiness {
                    Some(readiness) => readiness.failed(&format!("{}\n", self.framed(&text))),
                    None => drop(self.fail(&text)),
                }
                return Err(ExitCode::FAILURE);
            }
        };
        self.console.started(std::process::id());
        takeover.finish();
        if let Some(mut file) = pidfile {
            // The file was opened; a full disk is no reason to stop serving.
            let _ = file.add(std::process::id());
        }
        if let Some(readiness) = readiness {
            readiness.ready();
        }
        Ok(Supervisor { signals, running, console: self.console }.run().take())
    }

    /// What the data path must know; limits are set on the way.
    fn setting(&self, spec: &Spec) -> Result<Setting, ExitCode> {
        let cpus = u32::try_from(sys::cpu_count()).unwrap_or(MAX_THREADS);
        let threads = spec.global.worker_threads(cpus).clamp(1, MAX_THREADS);
        let memory = self.options.memory_mb.map(|megabytes| u64::from(megabytes) << 20);
        let limits = Wishes::of(spec, threads, memory).fit();
        self.limit(spec, &limits, memory, threads)?;
        if self.options.debug && spec.global.maxconn.is_none() {
            self.console.plain(&format!("Note: setting global.maxconn to {}.\n", limits.maxconn));
        }
        let console = self.console;
        Ok(Setting {
            program: basename(self.program).into(),
            pid: std::process::id(),
            threads,
            maxconn: limits.maxconn,
            maxpipes: limits.maxpipes,
            fds: limits.fds,
            startup: console.startup(),
            announce: Arc::new(move |severity, text: &str| console.say(severity, text)),
        })
    }

    fn limit(&self, spec: &Spec, limits: &Limits, memory: Option<u64>, threads: u32) -> Result<(), ExitCode> {
        let strict = spec.global.strict_limits.unwrap_or(true);
        if let Err(limit) = limits.apply() {
            let Limits { maxconn, fds, .. } = limits;
            let text = format!("Cannot raise FD limit to {fds}, limit is {limit}.");
            if strict {
                return Err(self.fail(&text));
            }
            self.console.say(Severity::Warning, &self.framed(&text));
            let text = format!(
                "FD limit ({limit}) too low for maxconn={maxconn}/maxsock={fds}. \
                 Please raise 'ulimit-n' to {fds} or more to avoid any trouble."
            );
            self.console.say(Severity::Alert, &self.framed(&text));
        }
        if let Some(bytes) = memory
            && limits::limit_memory(bytes, threads).is_err()
        {
            let text = format!("Cannot fix MEM limit to {} megs.", bytes >> 20);
            if strict {
                return Err(self.fail(&text));
            }
            self.console.say(Severity::Warning, &self.framed(&text));
        }
        Ok(())
    }

    fn pidfile(&self, spec: &Spec) -> Result<Option<PidFile>, String> {
        let Some(path) = &spec.global.pidfile else { return Ok(None) };
        PidFile::create(path).map(Some).map_err(|_| format!("Cannot create pidfile {}", as_path(path).display()))
    }

    /// Says why sockets couldn't be bound.
    fn tell_unlinked(&self, ready: &Ready, unlinked: &[Unlinked]) {
        for unlinked in unlinked {
            self.console.say(Severity::Alert, &unlinked.text(&ready.spec, &ready.files));
        }
    }

    /// Says what the start failed of; the answer is how to exit.
    fn fail(&self, text: &str) -> ExitCode {
        self.console.say(Severity::Alert, &self.framed(text));
        ExitCode::FAILURE
    }

    /// How the reference introduces what goes wrong after the configuration was read.
    fn framed(&self, text: &str) -> String {
        format!("[{}.main()] {text}", self.program)
    }
}

/// The last part of a path.
pub fn basename(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// Whether anything would listen.
fn listens(spec: &Spec) -> bool {
    let binds = |proxy: &Proxy| !proxy.disabled && proxy.front.as_ref().is_some_and(|front| !front.binds.is_empty());
    !spec.global.stats_sockets.is_empty() || spec.proxies.iter().any(|proxy| binds(proxy))
}

/// SIGINT is left alone if whoever started us wants it ignored, as shells do for background jobs.
fn wanted_signals() -> Vec<Signal> {
    use Signal::{Hup, Int, Quit, Term, Ttin, Ttou, Usr1, Usr2};
    let mut wanted = vec![Term, Usr1, Usr2, Ttou, Ttin, Hup, Quit];
    if !sys::is_ignored(Int) {
        wanted.push(Int);
    }
    wanted
}

/// Writes to stdout. A reader that has seen enough is no reason to stop.
fn print(text: &[u8]) {
    let _ = std::io::stdout().write_all(text);
}
