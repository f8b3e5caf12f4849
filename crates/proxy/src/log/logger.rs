//! The targets of one section, resolved.

use super::batch::LogBatch;
use super::lines::Lines;
use super::output::{InUse, Outputs};
use super::sample::Sample;
use super::zone::Zone;
use base::WallClock;
use conf::spec::{LogFormat, LogSpec, LogTarget};
use wire::log_time::Dates;
use wire::syslog::{self, Facility, Filter, Format, Level, Message};

/// RFC 3164 wants a host name; without `log-send-hostname` the reference says this.
const NO_HOST: &[u8] = b"localhost";

/// Who writes: the same for all lines of a process, but for the tag.
#[derive(Clone, Debug)]
pub struct Identity {
    /// `log-send-hostname`'s string, or the machine's name if it was given without one; `None` without the keyword.
    pub host: Option<Box<[u8]>>,
    /// The basename of argv[0].
    pub program: Box<[u8]>,
    pub pid: u32,
}

/// Sends lines to the `log` targets of one section. Shared by all threads.
pub struct Logger {
    targets: Box<[Target]>,
    host: Option<Box<[u8]>>,
    tag: Box<[u8]>,
    pid: u32,
    /// The least severe level that any target takes.
    least: Level,
}

struct Target {
    output: InUse,
    format: Format,
    max_len: usize,
    facility: Facility,
    filter: Filter,
    sample: Option<Sample>,
}

impl Logger {
    /// The logger of a section; `None` when it has no target. Opens nothing: sockets are opened by the first line.
    pub fn new(spec: &LogSpec, identity: &Identity, outputs: &Outputs) -> Option<Logger> {
        let targets: Box<[Target]> = spec.targets.iter().map(|target| Target::new(target, outputs)).collect();
        let least = targets.iter().map(|target| target.filter.level).max()?;
        Some(Logger {
            targets,
            host: identity.host.clone(),
            tag: spec.tag.as_ref().unwrap_or(&identity.program).clone(),
            pid: identity.pid,
            least,
        })
    }

    /// Whether a line of this level would go anywhere.
    pub fn wants(&self, level: Level) -> bool {
        level <= self.least
    }

    /// Logs a line, whose text is already encoded and has no line feed. It leaves at the end of the loop
    /// ([`LogBatch::flush`]) or when enough have come together.
    pub fn send(&self, batch: &mut LogBatch, level: Level, wall: WallClock, text: &[u8]) {
        for target in &self.targets {
            let Some(level) = target.admit(level) else { continue };
            batch.push(target.output.output(), wall, |out, dates, offset_s| {
                self.frame(target, level, wall, offset_s, text, dates, out);
            });
        }
    }

    /// Logs a line from any thread, at once. For the rare ones: starts, stops, servers going up and down.
    pub fn send_now(&self, level: Level, wall: WallClock, text: &[u8]) {
        let offset_s = Zone::default().offset_s(wall);
        let (mut dates, mut lines) = (Dates::new(), Lines::default());
        for target in &self.targets {
            let Some(level) = target.admit(level) else { continue };
            lines.clear();
            lines.push(|out| self.frame(target, level, wall, offset_s, text, &mut dates, out));
            target.output.output().send_shared(&lines, wall.secs());
        }
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the target, the moment and where to; a struct would be built per line"
    )]
    fn frame(
        &self,
        target: &Target,
        level: Level,
        at: WallClock,
        offset_s: i32,
        text: &[u8],
        dates: &mut Dates,
        out: &mut Vec<u8>,
    ) {
        let host = match target.format {
            Format::Rfc3164 => self.host.as_deref().or(Some(NO_HOST)),
            _ => self.host.as_deref(),
        };
        let (facility, pid, tag) = (target.facility, self.pid, &*self.tag);
        let message = Message { facility, level, at, offset_s, host, tag, pid, sd: None, text };
        syslog::frame(target.format, target.max_len, &message, dates, out);
    }
}

impl Target {
    fn new(spec: &LogTarget, outputs: &Outputs) -> Target {
        Target {
            output: outputs.output(&spec.sink),
            format: format(spec.format),
            max_len: spec.max_len as usize,
            facility: facility(spec.facility),
            filter: Filter { level: level(spec.max_level), minlevel: level(spec.min_level) },
            sample: spec.sample.as_ref().map(Sample::new),
        }
    }

    /// The level to send a line of `level` at; `None` to leave it out. Counts it for the sample.
    fn admit(&self, level: Level) -> Option<Level> {
        let level = self.filter.admit(level)?;
        self.sample.as_ref().is_none_or(Sample::admit).then_some(level)
    }
}

fn format(format: LogFormat) -> Format {
    match format {
        LogFormat::Local => Format::Local,
        LogFormat::Rfc3164 => Format::Rfc3164,
        LogFormat::Rfc5424 => Format::Rfc5424,
        LogFormat::Priority => Format::Priority,
        LogFormat::Short => Format::Short,
        LogFormat::Timed => Format::Timed,
        LogFormat::Iso => Format::Iso,
        LogFormat::Raw => Format::Raw,
    }
}

/// Compiling has checked the number.
fn level(number: u8) -> Level {
    Level::NAMES[usize::from(number.min(7))].1
}

/// Compiling has checked the number.
fn facility(number: u8) -> Facility {
    Facility::by_name(Facility::NAMES[usize::from(number.min(23))]).unwrap_or(Facility::DAEMON)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Addr;
    use conf::spec::{LogSample, LogSink};
    use std::net::UdpSocket;
    use std::time::Duration;

    /// 1970-01-02 00:00:01.5 UTC; tests don't rely on the zone.
    const WALL: WallClock = WallClock { us: 86_401_500_000 };

    struct Bench {
        sink: UdpSocket,
        outputs: Outputs,
        identity: Identity,
    }

    impl Bench {
        fn new() -> Bench {
            let sink = UdpSocket::bind("127.0.0.1:0").expect("loopback");
            sink.set_nonblocking(true).expect("non-blocking");
            let identity = Identity { host: None, program: b"prog".as_slice().into(), pid: 42 };
            Bench { sink, outputs: Outputs::new(), identity }
        }

        fn target(&self) -> LogTarget {
            LogTarget {
                sink: LogSink::Dgram(Addr::Ip(self.sink.local_addr().expect("bound"))),
                format: LogFormat::Priority,
                max_len: 1024,
                sample: None,
                facility: 16,
                max_level: 7,
                min_level: 0,
                profile: None,
            }
        }

        fn logger(&self, targets: Vec<LogTarget>) -> Logger {
            let spec = LogSpec { targets, tag: None };
            Logger::new(&spec, &self.identity, &self.outputs).expect("there are targets")
        }

        fn received(&self) -> Vec<String> {
            let mut buf = [0; 70_000];
            let mut all = Vec::new();
            while let Ok(n) = self.sink.recv(&mut buf) {
                all.push(String::from_utf8_lossy(&buf[..n]).into_owned());
            }
            all
        }
    }

    #[test]
    fn no_target_no_logger() {
        let bench = Bench::new();
        assert!(Logger::new(&LogSpec::default(), &bench.identity, &bench.outputs).is_none());
    }

    #[test]
    fn each_target_has_its_own_levels_length_and_sample() {
        let bench = Bench::new();
        let plain = bench.target();
        let logger = bench.logger(vec![
            LogTarget { format: LogFormat::Raw, max_len: 80, ..plain.clone() },
            LogTarget { facility: 23, max_level: 4, ..plain.clone() },
            LogTarget { format: LogFormat::Short, min_level: 5, ..plain.clone() },
            LogTarget { sample: Some(LogSample { ranges: vec![(2, 2)], size: 2 }), ..plain },
        ]);
        let mut batch = LogBatch::new();
        logger.send(&mut batch, Level::Info, WALL, &[b'x'; 100]);
        logger.send(&mut batch, Level::Alert, WALL, b"two");
        assert!(batch.is_pending() && bench.received().is_empty(), "nothing leaves before the loop's end");
        batch.flush();
        let (cut, long) = ("x".repeat(79), "x".repeat(100));
        assert_eq!(
            bench.received(),
            [&*format!("{cut}\n"), &*format!("<6>{long}\n"), "two\n", "<185>two\n", "<5>two\n", "<129>two\n"]
        );
        assert!(!batch.is_pending());
        assert_eq!(bench.outputs.lost(), 0);
    }

    #[test]
    fn levels_that_nobody_takes_are_not_wanted() {
        let bench = Bench::new();
        let logger = bench
            .logger(vec![LogTarget { max_level: 4, ..bench.target() }, LogTarget { max_level: 5, ..bench.target() }]);
        assert_eq!([Level::Emerg, Level::Notice, Level::Info].map(|level| logger.wants(level)), [true, true, false]);
    }

    #[test]
    fn headers_carry_who_and_when() {
        let mut bench = Bench::new();
        let lines = |bench: &Bench, tag: Option<&[u8]>| {
            let formats = [LogFormat::Local, LogFormat::Rfc3164, LogFormat::Rfc5424];
            let targets = formats.map(|format| LogTarget { format, ..bench.target() }).to_vec();
            let spec = LogSpec { targets, tag: tag.map(Into::into) };
            let logger = Logger::new(&spec, &bench.identity, &bench.outputs).expect("there are targets");
            logger.send_now(Level::Notice, WALL, b"text");
            // The date depends on the machine's zone.
            bench
                .received()
                .iter()
                .map(|line| line.split(' ').rev().take(6).collect::<Vec<_>>().join(" "))
                .collect::<Vec<_>>()
        };
        let got = lines(&bench, None);
        assert!(got[0].starts_with("text\n prog[42]: 0") || got[0].starts_with("text\n prog[42]: 1"), "{got:?}");
        assert!(got[1].starts_with("text\n prog[42]: localhost "), "{got:?}");
        assert!(got[2].starts_with("text\n - - 42 prog -"), "{got:?}");
        bench.identity.host = Some(b"me".as_slice().into());
        let got = lines(&bench, Some(b"tag"));
        assert!(got[1].starts_with("text\n tag[42]: me "), "{got:?}");
        assert!(got[2].starts_with("text\n - - 42 tag me"), "{got:?}");
    }

    #[test]
    fn a_burst_is_sent_before_the_loop_ends_and_in_order() {
        let bench = Bench::new();
        let logger = bench.logger(vec![bench.target()]);
        let mut batch = LogBatch::new();
        (0..70).for_each(|n| logger.send(&mut batch, Level::Info, WALL, format!("{n}").as_bytes()));
        let early = bench.received();
        assert_eq!(early.len(), 64);
        drop(batch);
        let rest = bench.received();
        let all: Vec<String> = early.into_iter().chain(rest).collect();
        assert_eq!(all, (0..70).map(|n| format!("<134>{n}\n")).collect::<Vec<_>>());
    }

    #[test]
    fn outputs_of_former_plans_leave_the_batch() {
        let bench = Bench::new();
        let mut batch = LogBatch::new();
        for name in [b"a", b"b", b"c"] {
            let gone = Addr::Abns { name: name.as_slice().into(), padded: false };
            let logger = bench.logger(vec![LogTarget { sink: LogSink::Dgram(gone), ..bench.target() }]);
            logger.send(&mut batch, Level::Info, WALL, b"lost");
            batch.flush();
        }
        let logger = bench.logger(vec![bench.target()]);
        logger.send(&mut batch, Level::Info, WALL, b"the Plan goes before its lines do");
        drop(logger);
        assert_eq!(batch.outputs_known(), 1);
        batch.flush();
        assert_eq!(bench.received().len(), 1);
        assert_eq!(bench.outputs.lost(), 3);
    }

    #[test]
    fn standard_output_gets_whole_lines() {
        use std::os::fd::AsRawFd;
        let bench = Bench::new();
        let (mut end, into) = std::io::pipe().expect("pipe");
        let logger = bench.logger(vec![LogTarget { sink: LogSink::Fd(into.as_raw_fd()), ..bench.target() }]);
        let mut batch = LogBatch::new();
        logger.send(&mut batch, Level::Info, WALL, b"one");
        logger.send(&mut batch, Level::Err, WALL, b"two");
        batch.flush();
        logger.send_now(Level::Info, WALL, b"three");
        bench.outputs.finish(Duration::from_secs(10));
        drop(into);
        drop((logger, batch, bench));
        let mut all = String::new();
        std::io::Read::read_to_string(&mut end, &mut all).expect("read");
        assert_eq!(all, "<134>one\n<131>two\n<134>three\n");
    }
}
