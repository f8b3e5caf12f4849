//! From the first request to the last: signals, the stop and its deadlines (management guide 4).
//!
//! The thread that started the process does nothing else, so that a signal is heard even if a worker hangs.

use crate::console::Console;
use crate::engine::{LogLevel, ProxyState, Running};
use crate::status;
use diag::Severity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};
use sys::{Signal, Signals};

/// How the process is to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// All is done.
    Done,
    /// By the signal that asked for it: the parent shall see it.
    By(Signal),
}

impl Ending {
    /// Ends the process, or answers the code for `main` to end with.
    pub fn take(self) -> ExitCode {
        match self {
            Ending::Done => ExitCode::SUCCESS,
            Ending::By(signal) => sys::end_by(signal),
        }
    }
}

/// Watches over the running proxy.
pub struct Supervisor {
    pub signals: Signals,
    pub running: Box<dyn Running>,
    pub console: &'static Console,
}

/// Where in its life the process is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Serving {
        paused: bool,
    },
    /// SIGUSR1 has come, `grace` isn't over.
    Grace {
        until: Instant,
    },
    /// `idle` counts the looks in a row that found no connection.
    Stopping {
        hard_at: Option<Instant>,
        idle: u32,
    },
    /// The rest was cut (`hard-stop-after`).
    Cutting {
        until: Instant,
    },
}

/// How often a stopping process looks whether it is done.
const LOOK: Duration = Duration::from_millis(20);
/// A connection that was just accepted may not be counted yet: so many looks in a row must find none.
const QUIET_LOOKS: u32 = 2;
/// How long workers get to end once everything is closed.
const LAST_MOMENTS: Duration = Duration::from_secs(1);

impl Supervisor {
    /// Watches until the process is to end.
    pub fn run(mut self) -> Ending {
        let mut phase = Phase::Serving { paused: false };
        loop {
            self.wait(phase);
            while let Ok(Some(signal)) = self.signals.read() {
                match signal {
                    Signal::Term | Signal::Int => {
                        self.running.hard_stop();
                        return self.end(Ending::By(signal));
                    }
                    _ => phase = self.on_signal(signal, phase),
                }
            }
            match self.on_time(phase) {
                Some(next) => phase = next,
                None => return self.end(Ending::Done),
            }
        }
    }

    /// Waits for a signal, or until time alone may change something.
    fn wait(&self, phase: Phase) {
        let limit = match phase {
            Phase::Serving { .. } => None,
            Phase::Grace { until } => Some(until.saturating_duration_since(Instant::now())),
            Phase::Stopping { .. } | Phase::Cutting { .. } => Some(LOOK),
        };
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        // An interrupted wait only looks once more.
        let _ = poll(&mut [PollFd::new(&self.signals, PollFlags::IN)], limit.as_ref());
    }

    fn on_signal(&self, signal: Signal, phase: Phase) -> Phase {
        match (signal, phase) {
            (Signal::Usr1, Phase::Serving { .. }) => self.on_soft_stop(),
            (Signal::Ttou, Phase::Serving { paused: false }) => {
                self.running.pause();
                self.tell_listening("Paused");
                Phase::Serving { paused: true }
            }
            (Signal::Ttin, Phase::Serving { paused: true }) => {
                self.running.resume();
                self.tell_listening("Resumed");
                Phase::Serving { paused: false }
            }
            (Signal::Usr2, Phase::Serving { .. }) => {
                self.reload();
                phase
            }
            (Signal::Hup, _) => {
                self.show_states();
                phase
            }
            (Signal::Quit, _) => {
                self.show_usage();
                phase
            }
            _ => phase,
        }
    }

    /// The next phase, `None` at the end.
    fn on_time(&self, phase: Phase) -> Option<Phase> {
        let now = Instant::now();
        match phase {
            Phase::Serving { .. } => Some(phase),
            Phase::Grace { until } if now < until => Some(phase),
            Phase::Grace { .. } => {
                self.tell(Severity::Notice, LogLevel::Notice, "Grace period expired, proceeding with soft-stop now.");
                Some(self.soft_stop())
            }
            Phase::Stopping { hard_at: Some(at), .. } if now >= at => Some(self.cut()),
            Phase::Stopping { hard_at, idle } => {
                let idle = if self.running.live_connections() == 0 { idle + 1 } else { 0 };
                if idle >= QUIET_LOOKS {
                    self.running.hard_stop();
                    return None;
                }
                Some(Phase::Stopping { hard_at, idle })
            }
            Phase::Cutting { until } if now < until && self.running.live_connections() > 0 => Some(phase),
            Phase::Cutting { .. } => None,
        }
    }

    fn on_soft_stop(&self) -> Phase {
        match self.running.spec().global.grace.filter(|grace| grace.0 > 0) {
            Some(grace) => {
                let text = format!("Scheduling a soft-stop in {} ms.", grace.0);
                self.tell(Severity::Notice, LogLevel::Warning, &text);
                self.running.announce_stop();
                Phase::Grace { until: Instant::now() + grace.duration() }
            }
            None => self.soft_stop(),
        }
    }

    fn soft_stop(&self) -> Phase {
        self.running.soft_stop();
        let proxies = self.running.proxies();
        let (listening, others): (Vec<_>, Vec<_>) = proxies.iter().partition(|proxy| proxy.listens);
        for proxy in listening.into_iter().chain(others) {
            self.tell_of(proxy, &status::stopped(proxy));
        }
        let limit = self.running.spec().global.hard_stop_after.filter(|limit| limit.0 > 0);
        Phase::Stopping { hard_at: limit.map(|limit| Instant::now() + limit.duration()), idle: 0 }
    }

    fn cut(&self) -> Phase {
        let text = "soft-stop running for too long, performing a hard-stop.";
        self.tell(Severity::Warning, LogLevel::Warning, text);
        for proxy in self.running.proxies().iter().filter(|proxy| proxy.active_front + proxy.active_back > 0) {
            self.tell_of(proxy, &status::hard_stopped(proxy));
        }
        self.running.hard_stop();
        Phase::Cutting { until: Instant::now() + LAST_MOMENTS }
    }

    fn tell_listening(&self, word: &str) {
        for proxy in self.running.proxies().iter().filter(|proxy| proxy.listens) {
            self.tell_of(proxy, &status::moved(word, proxy));
        }
    }

    /// SIGUSR2. The reference has it for its master; here the process itself takes up the configuration.
    fn reload(&self) {
        match self.running.reload() {
            Ok(warnings) => {
                self.console.plain(&warnings.concat());
                self.tell(Severity::Notice, LogLevel::Notice, "Reloaded the configuration.");
            }
            Err(errors) => {
                self.console.plain(&errors.concat());
                self.tell(
                    Severity::Alert,
                    LogLevel::Warning,
                    "The configuration was not reloaded, nothing has changed.",
                );
            }
        }
    }

    fn show_states(&self) {
        let head = "SIGHUP received, dumping servers states";
        self.console.say(Severity::Warning, &format!("{head}."));
        for proxy in self.running.proxies() {
            self.running.log(Some(&proxy.name), LogLevel::Notice, &format!("{head} for proxy {}.", proxy.name));
            for line in status::lines(&proxy) {
                self.console.say(Severity::Warning, &line);
                self.running.log(Some(&proxy.name), LogLevel::Notice, &line);
            }
        }
    }

    fn show_usage(&self) {
        let mut lines = self.running.usage();
        lines.extend(memory());
        let lines: String = lines.iter().map(|line| format!("  - {line}\n")).collect();
        self.console.plain(&format!("Dumping pools usage.\n{lines}"));
    }

    /// Says and logs what concerns the whole process.
    fn tell(&self, severity: Severity, level: LogLevel, text: &str) {
        self.console.say(severity, text);
        self.running.log(None, level, text);
    }

    fn tell_of(&self, proxy: &ProxyState, text: &str) {
        self.console.say(Severity::Warning, text);
        self.running.log(Some(&proxy.name), LogLevel::Warning, text);
    }

    /// Waits for the workers and the last log lines; whoever doesn't end in time is left behind.
    fn end(&mut self, ending: Ending) -> Ending {
        let console = self.console;
        let watchdog = move || {
            thread::sleep(LAST_MOMENTS);
            console.say(Severity::Warning, "Some tasks resisted to hard-stop, exiting now.");
            std::process::exit(match ending {
                Ending::Done => 0,
                Ending::By(signal) => sys::end_by(signal),
            })
        };
        // Without it a worker that hangs would keep the process.
        let guarded = thread::Builder::new().name("watchdog".to_owned()).spawn(watchdog).is_ok();
        if guarded {
            self.running.join();
        }
        ending
    }
}

/// What the system says about our memory; nothing from within a jail.
fn memory() -> Vec<String> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let wanted =
        |line: &&str| ["VmPeak:", "VmHWM:", "VmRSS:", "VmData:", "Threads:"].iter().any(|name| line.starts_with(name));
    status.lines().filter(wanted).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}
