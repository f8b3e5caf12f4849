//! What the process says on stderr: the reference's one-line form, and beside it, on a terminal or when wanted, the source line
//! with a caret.

use admin::StartupLog;
use diag::{Diagnostics, Files, OneLine, Severity};
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// The way to stderr, for all threads.
pub struct Console {
    inner: Mutex<Inner>,
}

struct Inner {
    line: OneLine,
    quiet: bool,
    /// Whether [`Severity::Diag`] is shown (`-dD`).
    diagnostic_mode: bool,
    /// Whether source lines are shown, and if so whether with colours: on a terminal, or when wanted.
    explained: Option<bool>,
    startup: Arc<StartupLog>,
    /// The start is over.
    started: bool,
}

impl Console {
    /// A console that tells version and executable before the first warning or alert.
    pub fn new(pid: u32, version: &str, executable: &str) -> Console {
        let explained = std::io::stderr().is_terminal().then(|| std::env::var_os("NO_COLOR").is_none());
        let line = OneLine::new(pid, version, executable);
        Console {
            inner: Mutex::new(Inner {
                line,
                quiet: false,
                diagnostic_mode: false,
                explained,
                startup: Arc::default(),
                started: false,
            }),
        }
    }

    /// Nothing is said any more (`-q`, `quiet`), or again (`-V`).
    pub fn set_quiet(&self, quiet: bool) {
        self.lock().quiet = quiet;
    }

    /// Shows remarks of diagnostic mode, too.
    pub fn set_diagnostic_mode(&self, on: bool) {
        self.lock().diagnostic_mode = on;
    }

    /// Shows source lines, wherever stderr leads.
    pub fn explain(&self) {
        self.lock().explained.get_or_insert(false);
    }

    /// This is a child just forked: another number in each line.
    pub fn renumber(&self, pid: u32) {
        self.lock().line.set_pid(pid);
    }

    /// The start is over: no more notices of the version.
    pub fn started(&self, pid: u32) {
        let mut inner = self.lock();
        inner.line = OneLine::without_intro(pid);
        inner.started = true;
        inner.startup.finish();
    }

    /// What the start has said, and until it is over will say.
    pub fn startup(&self) -> Arc<StartupLog> {
        self.lock().startup.clone()
    }

    /// Says a message that isn't about a place in the configuration.
    pub fn say(&self, severity: Severity, text: &str) {
        let mut inner = self.lock();
        if severity == Severity::Warning {
            inner.startup.count_warnings(1);
        }
        if inner.shows(severity) {
            let text = inner.line.message(severity, text);
            inner.keep(&text);
            write(&text);
        }
    }

    /// Says all that was found in the configuration.
    pub fn configuration(&self, files: &Files, found: &Diagnostics) {
        let mut inner = self.lock();
        let warnings = found.iter().filter(|found| found.severity == Severity::Warning).count();
        inner.startup.count_warnings(u32::try_from(warnings).unwrap_or(u32::MAX));
        if inner.quiet {
            return;
        }
        let diagnostic_mode = inner.diagnostic_mode;
        let mut text = inner.line.configuration(files, found, diagnostic_mode);
        inner.keep(&text);
        if let Some(colour) = inner.explained {
            let marked = found.iter().filter(|found| found.span.is_some() && inner.shows(found.severity));
            marked.for_each(|found| text.push_str(&diag::terminal::render(files, found, colour)));
        }
        write(&text);
    }

    /// Says `text` as it is.
    pub fn plain(&self, text: &str) {
        if !self.lock().quiet {
            write(text);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Remembers what a start says.
    fn keep(&self, text: &str) {
        if !self.started {
            self.startup.add(text);
        }
    }

    fn shows(&self, severity: Severity) -> bool {
        !self.quiet && (severity != Severity::Diag || self.diagnostic_mode)
    }
}

/// One write for the whole text, so that lines of several processes don't mix. A stderr that is gone is no reason to
/// stop.
fn write(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
