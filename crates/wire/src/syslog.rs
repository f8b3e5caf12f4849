//! One log line for one target: header by format, cut to the target's length (manual 4.2 `log`).

use crate::log_time::Dates;
use base::WallClock;

/// `format`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Format {
    /// RFC 3164 without host name.
    #[default]
    Local,
    /// RFC 3164.
    Rfc3164,
    /// RFC 5424.
    Rfc5424,
    /// `<priority>` and the text.
    Priority,
    /// `<level>` and the text, as systemd reads it.
    Short,
    /// `<level>`, date and text.
    Timed,
    /// Date and text.
    Iso,
    /// The text alone.
    Raw,
}

impl Format {
    /// Every format and its name in the configuration.
    pub const NAMES: [(&str, Format); 8] = [
        ("local", Format::Local),
        ("rfc3164", Format::Rfc3164),
        ("rfc5424", Format::Rfc5424),
        ("priority", Format::Priority),
        ("short", Format::Short),
        ("timed", Format::Timed),
        ("iso", Format::Iso),
        ("raw", Format::Raw),
    ];

    /// The format with this name.
    pub fn by_name(name: &str) -> Option<Format> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, format)| *format)
    }
}

/// Severity; a smaller number is more severe (RFC 5424 6.2.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Level {
    /// System is unusable.
    Emerg,
    /// Act at once.
    Alert,
    /// Critical.
    Crit,
    /// Error.
    Err,
    /// Warning.
    Warning,
    /// Normal but significant.
    Notice,
    /// Informational: traffic.
    Info,
    /// Debugging.
    Debug,
}

impl Level {
    /// Every level, most severe first, and its name in the configuration.
    pub const NAMES: [(&str, Level); 8] = [
        ("emerg", Level::Emerg),
        ("alert", Level::Alert),
        ("crit", Level::Crit),
        ("err", Level::Err),
        ("warning", Level::Warning),
        ("notice", Level::Notice),
        ("info", Level::Info),
        ("debug", Level::Debug),
    ];

    /// The level with this name.
    pub fn by_name(name: &str) -> Option<Level> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, level)| *level)
    }
}

/// One of the 24 facilities, as its number (RFC 5424 6.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Facility(u8);

impl Facility {
    /// Every facility's name in the configuration, by number.
    pub const NAMES: [&str; 24] = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "auth2", "ftp", "ntp",
        "audit", "alert", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    /// `daemon`.
    pub const DAEMON: Facility = Facility(3);

    /// The facility with this name.
    pub fn by_name(name: &str) -> Option<Facility> {
        Self::NAMES.iter().position(|n| *n == name).map(|at| Facility(at as u8))
    }

    /// Its name in the configuration.
    pub fn name(self) -> &'static str {
        Self::NAMES[usize::from(self.0)]
    }
}

/// What passes to a target, and at which level: `<level> [<minlevel>]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Filter {
    /// Less severe messages are dropped.
    pub level: Level,
    /// More severe messages are sent at this level.
    pub minlevel: Level,
}

impl Default for Filter {
    fn default() -> Self {
        Filter { level: Level::Debug, minlevel: Level::Emerg }
    }
}

impl Filter {
    /// The level to send a message at, `None` to drop it.
    pub fn admit(&self, level: Level) -> Option<Level> {
        (level <= self.level).then(|| level.max(self.minlevel))
    }
}

/// The shortest, the default and the longest `len`, in bytes without the final newline.
pub const LEN_MIN: usize = 80;
/// See [`LEN_MIN`].
pub const LEN_DEFAULT: usize = 1024;
/// See [`LEN_MIN`].
pub const LEN_MAX: usize = 65_535;

/// What a line says.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// From the target.
    pub facility: Facility,
    /// As [`Filter::admit`] gave it.
    pub level: Level,
    /// When the line is written.
    pub at: WallClock,
    /// The local zone's offset then, seconds east of Greenwich.
    pub offset_s: i32,
    /// `log-send-hostname`. Without it RFC 3164 gets `localhost` and RFC 5424 a dash.
    pub host: Option<&'a [u8]>,
    /// `log-tag`.
    pub tag: &'a [u8],
    /// Of the process.
    pub pid: u32,
    /// Structured data with its brackets; only RFC 5424 carries it.
    pub sd: Option<&'a [u8]>,
    /// The text, already encoded and without a newline.
    pub text: &'a [u8],
}

/// Appends one line: at most `len` bytes and a newline (which counts where there is no header). Datagrams, streams and descriptors all get the
/// newline.
pub fn frame(format: Format, len: usize, message: &Message<'_>, dates: &mut Dates, out: &mut Vec<u8>) {
    let start = out.len();
    header(format, message, dates, out);
    // Without a header the newline counts too, as observed.
    let len = if out.len() == start { len - 1 } else { len };
    let room = (start + len).saturating_sub(out.len());
    out.extend_from_slice(&message.text[..message.text.len().min(room)]);
    out.truncate(start + len);
    out.push(b'\n');
}

fn header(format: Format, m: &Message<'_>, dates: &mut Dates, out: &mut Vec<u8>) {
    match format {
        Format::Local => {
            priority(m, out);
            dates.rfc3164(m.at, m.offset_s, out);
            out.push(b' ');
            tag(m, out);
        }
        Format::Rfc3164 => {
            priority(m, out);
            dates.rfc3164(m.at, m.offset_s, out);
            out.push(b' ');
            out.extend_from_slice(m.host.unwrap_or(b"localhost"));
            out.push(b' ');
            tag(m, out);
        }
        Format::Rfc5424 => {
            priority(m, out);
            out.extend_from_slice(b"1 ");
            dates.iso(m.at, m.offset_s, out);
            out.push(b' ');
            out.extend_from_slice(m.host.unwrap_or(b"-"));
            out.push(b' ');
            out.extend_from_slice(if m.tag.is_empty() { b"-" } else { m.tag });
            out.push(b' ');
            decimal(m.pid, out);
            out.extend_from_slice(b" - ");
            out.extend_from_slice(m.sd.filter(|sd| !sd.is_empty()).unwrap_or(b"-"));
            out.push(b' ');
        }
        Format::Priority => priority(m, out),
        Format::Short => level(m, out),
        Format::Timed => {
            level(m, out);
            dates.iso(m.at, m.offset_s, out);
            out.push(b' ');
        }
        Format::Iso => {
            dates.iso(m.at, m.offset_s, out);
            out.push(b' ');
        }
        Format::Raw => {}
    }
}

fn priority(m: &Message<'_>, out: &mut Vec<u8>) {
    out.push(b'<');
    decimal(u32::from(m.facility.0) * 8 + m.level as u32, out);
    out.push(b'>');
}

fn level(m: &Message<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'<', b'0' + m.level as u8, b'>']);
}

fn tag(m: &Message<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(m.tag);
    out.push(b'[');
    decimal(m.pid, out);
    out.extend_from_slice(b"]: ");
}

fn decimal(value: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: Message<'_> = Message {
        facility: Facility(19),
        level: Level::Info,
        at: WallClock { us: 1_795_360_446_854_917 },
        offset_s: 19_800,
        host: None,
        tag: b"mytag",
        pid: 22190,
        sd: Some(b"[ex@1 a=\"b\"]"),
        text: b"unix hello /abc",
    };

    fn check(format: Format, len: usize, message: &Message<'_>, expected: &str) {
        let mut out = b"before".to_vec();
        frame(format, len, message, &mut Dates::new(), &mut out);
        assert_eq!(String::from_utf8_lossy(&out[6..]), expected, "{format:?} {len}");
    }

    /// Every line as HAProxy 2.6 sent it to a UDP sink.
    #[test]
    fn as_observed() {
        let host = Message { host: Some(b"myhost"), tag: b"haproxy", pid: 22280, ..MESSAGE };
        for (format, message, expected) in [
            (Format::Local, &MESSAGE, "<158>Nov 22 20:44:06 mytag[22190]: unix hello /abc\n"),
            (Format::Local, &host, "<158>Nov 22 20:44:06 haproxy[22280]: unix hello /abc\n"),
            (Format::Rfc3164, &MESSAGE, "<158>Nov 22 20:44:06 localhost mytag[22190]: unix hello /abc\n"),
            (Format::Rfc3164, &host, "<158>Nov 22 20:44:06 myhost haproxy[22280]: unix hello /abc\n"),
            (
                Format::Rfc5424,
                &MESSAGE,
                "<158>1 2026-11-22T20:44:06.854917+05:30 - mytag 22190 - [ex@1 a=\"b\"] unix hello /abc\n",
            ),
            (
                Format::Rfc5424,
                &Message { sd: None, ..host },
                "<158>1 2026-11-22T20:44:06.854917+05:30 myhost haproxy 22280 - - unix hello /abc\n",
            ),
            (Format::Priority, &MESSAGE, "<158>unix hello /abc\n"),
            (Format::Short, &MESSAGE, "<6>unix hello /abc\n"),
            (Format::Timed, &MESSAGE, "<6>2026-11-22T20:44:06.854917+05:30 unix hello /abc\n"),
            (Format::Iso, &MESSAGE, "2026-11-22T20:44:06.854917+05:30 unix hello /abc\n"),
            (Format::Raw, &MESSAGE, "unix hello /abc\n"),
        ] {
            check(format, LEN_DEFAULT, message, expected);
        }
    }

    #[test]
    fn cut_at_len_then_a_newline() {
        let long = "unix hello /".to_owned() + &"y".repeat(2000);
        let message = Message { text: long.as_bytes(), ..MESSAGE };
        for len in [80, 1024] {
            for (_, format) in Format::NAMES {
                let mut out = Vec::new();
                frame(format, len, &message, &mut Dates::new(), &mut out);
                let header = usize::from(format != Format::Raw);
                assert_eq!((out.len(), out.last()), (len + header, Some(&b'\n')), "{format:?}");
            }
        }
        let expected = "<158>1 2026-11-22T20:44:06.854917+05:30 - mytag 22190 - [ex@1 a=\"b\"] unix hello \n";
        check(Format::Rfc5424, 80, &message, expected);
        let expected = "<158>Nov 22 20:44:06 mytag[22190]: unix hello /yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n";
        check(Format::Local, 80, &message, expected);
        // A header longer than the line is cut like anything else.
        let tag = Message { tag: &[b't'; 100], ..MESSAGE };
        let expected = format!("<158>Nov 22 20:44:06 {}\n", "t".repeat(59));
        check(Format::Local, 80, &tag, &expected);
    }

    #[test]
    fn levels_are_filtered_and_capped() {
        let filter = |level, minlevel| Filter { level, minlevel };
        for (f, level, expected) in [
            (Filter::default(), Level::Debug, Some(Level::Debug)),
            (Filter::default(), Level::Emerg, Some(Level::Emerg)),
            (filter(Level::Notice, Level::Emerg), Level::Info, None),
            (filter(Level::Notice, Level::Emerg), Level::Notice, Some(Level::Notice)),
            (filter(Level::Notice, Level::Notice), Level::Emerg, Some(Level::Notice)),
        ] {
            assert_eq!(f.admit(level), expected);
        }
    }

    #[test]
    fn names() {
        assert_eq!(Facility::by_name("daemon"), Some(Facility::DAEMON));
        assert_eq!(Facility::by_name("local7").map(Facility::name), Some("local7"));
        assert_eq!(Facility::by_name("local8"), None);
        assert_eq!((Level::by_name("err"), Level::by_name("error")), (Some(Level::Err), None));
        assert_eq!(Format::by_name("rfc5424"), Some(Format::Rfc5424));
        for (at, (_, level)) in Level::NAMES.iter().enumerate() {
            assert_eq!(*level as usize, at);
        }
    }
}
