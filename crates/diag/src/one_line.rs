//! The form that HAProxy's users and their tools know: `[ALERT]    (123) : config : parsing [a.cfg:1] : …`.

use core::fmt::Write;

use crate::files::Files;
use crate::report::{Diagnostic, Frame, Severity};
use crate::sink::Diagnostics;

/// Writes messages in the one-line form. It remembers whether the version was already told: two notices go
/// before the first alert or warning of a process, once.
#[derive(Clone, Debug)]
pub struct OneLine {
    pid: u32,
    /// Version and path for the two notices; `None` once they were written.
    intro: Option<(String, String)>,
}

impl OneLine {
    /// A writer for the process `pid`, of version `version` (such as `3.5-ferroxy0.1.0`), started from the
    /// file `executable`.
    pub fn new(pid: u32, version: impl Into<String>, executable: impl Into<String>) -> OneLine {
        OneLine { pid, intro: Some((version.into(), executable.into())) }
    }

    /// A writer that leaves the two notices out.
    pub fn without_intro(pid: u32) -> OneLine {
        OneLine { pid, intro: None }
    }

    /// From now on it writes for another process: a child just forked.
    pub fn set_pid(&mut self, pid: u32) {
        self.pid = pid;
    }

    /// One diagnostic, each line of it ended by LF. `Info` has no form here: nothing is written.
    pub fn diagnostic(&mut self, files: &Files, diagnostic: &Diagnostic) -> String {
        if diagnostic.severity == Severity::Info {
            return String::new();
        }
        let mut text = place(files, diagnostic);
        text.push_str(&diagnostic.message);
        if let Some(excerpt) = &diagnostic.excerpt {
            text.push('\n');
            text.push_str(excerpt);
        }
        self.message(diagnostic.severity, &text)
    }

    /// All that was found in a configuration, as a start or a check prints it: for each file what was found
    /// on its lines and, if there were alerts among it, a line that says so; then what concerns the
    /// configuration as a whole; then the verdict if there were alerts at all. Diagnostic-mode remarks are
    /// left out unless `diag_mode`.
    pub fn configuration(&mut self, files: &Files, diagnostics: &Diagnostics, diag_mode: bool) -> String {
        let mut out = String::new();
        let shown = || diagnostics.iter().filter(|d| diag_mode || d.severity != Severity::Diag);
        let on_line = |d: &Diagnostic| matches!(d.frame, Frame::Parsing | Frame::Language) && d.span.is_some();
        for id in files.ids() {
            let mut bad = false;
            for diagnostic in shown().filter(|d| on_line(d) && d.span.is_some_and(|span| span.file == id)) {
                out += &self.diagnostic(files, diagnostic);
                bad |= diagnostic.severity == Severity::Alert;
            }
            if bad {
                let text = format!("config : Error(s) found in configuration file : {}", files.name(id));
                out += &self.message(Severity::Alert, &text);
            }
        }
        for diagnostic in shown().filter(|d| !on_line(d)) {
            out += &self.diagnostic(files, diagnostic);
        }
        if diagnostics.dropped() > 0 {
            let text = format!("config : {} more messages are not shown.", diagnostics.dropped());
            out += &self.message(Severity::Notice, &text);
        }
        if diagnostics.has_alerts() {
            out += &self.message(Severity::Alert, "config : Fatal errors found in configuration.");
        }
        out
    }

    /// A message that needs no [`Diagnostic`], such as `config : Fatal errors found in configuration.`
    pub fn message(&mut self, severity: Severity, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 40);
        if severity <= Severity::Warning
            && let Some((version, executable)) = self.intro.take()
        {
            self.line(&mut out, Severity::Notice, &format!("haproxy version is {version}"));
            self.line(&mut out, Severity::Notice, &format!("path to executable is {executable}"));
        }
        self.line(&mut out, severity, text);
        out
    }

    fn line(&self, out: &mut String, severity: Severity, text: &str) {
        let tag = match severity {
            Severity::Alert | Severity::Complaint => "[ALERT]",
            Severity::Warning => "[WARNING]",
            Severity::Notice => "[NOTICE]",
            Severity::Diag => "[DIAG]",
            Severity::Info => "[INFO]",
        };
        let _ = writeln!(out, "{tag:<10} ({}) : {text}", self.pid);
    }
}

/// A line of source with a caret below byte `offset`, as the reference shows both under what it says about
/// words and conditions: indented by two, without the line's own indentation, what can't be printed shown as
/// `?`, at most 80 columns around the offset. No LF at its end.
pub fn excerpt(line: &[u8], offset: usize) -> String {
    let indent = line.iter().take_while(|b| b.is_ascii_whitespace()).count().min(offset);
    let line = line[indent..].trim_ascii_end();
    let offset = (offset - indent).min(line.len());
    let from = if line.len() > COLUMNS { offset.saturating_sub(COLUMNS / 2) } else { 0 };
    let to = line.len().min(from + COLUMNS);
    let mut out = String::from("  ");
    for (at, &byte) in line.iter().enumerate().take(to).skip(from) {
        let cut = (from > 0 && at < from + 3) || (to < line.len() && at >= to - 3);
        out.push(match byte {
            _ if cut => '.',
            b' '..=b'~' => char::from(byte),
            b'\t' => ' ',
            _ => '?',
        });
    }
    out.push('\n');
    out.extend(core::iter::repeat_n(' ', 2 + offset - from));
    out.push('^');
    out
}

/// The longest part of a line in an excerpt.
const COLUMNS: usize = 80;

/// What stands between the severity and the message.
fn place(files: &Files, diagnostic: &Diagnostic) -> String {
    let at = diagnostic.span.map(|span| (files.name(span.file), files.line(span)));
    match (diagnostic.frame, at) {
        (Frame::Bare, _) => String::new(),
        (Frame::Config, _) | (_, None) => "config : ".to_owned(),
        (Frame::Parsing, Some((name, line))) => format!("config : parsing [{name}:{line}] : "),
        (Frame::Language, Some((name, line))) => format!("config : parsing [{name}:{line}]: "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Span;

    fn check(diagnostic: Diagnostic, want: &str) {
        let mut files = Files::new();
        let id = files.add("a.cfg", &b"global\n foo\n"[..]);
        let diagnostic = match diagnostic.span {
            Some(_) => diagnostic.at(Span::new(id, 8, 11)),
            None => diagnostic,
        };
        assert_eq!(OneLine::without_intro(12345).diagnostic(&files, &diagnostic), want);
    }

    #[test]
    fn frames() {
        let here = Span::default();
        check(
            Diagnostic::alert(here, "unknown keyword 'foo' in 'global' section"),
            "[ALERT]    (12345) : config : parsing [a.cfg:2] : unknown keyword 'foo' in 'global' section\n",
        );
        check(
            Diagnostic::alert(here, "unmatched quote at position 6:")
                .framed(Frame::Language)
                .excerpt("  foo \"abc\n      ^"),
            "[ALERT]    (12345) : config : parsing [a.cfg:2]: unmatched quote at position 6:\n  foo \"abc\n      ^\n",
        );
        check(Diagnostic::warning(here, "w").framed(Frame::Config), "[WARNING]  (12345) : config : w\n");
        check(Diagnostic::notice(here, "n"), "[NOTICE]   (12345) : config : parsing [a.cfg:2] : n\n");
        check(Diagnostic::diag(here, "d"), "[DIAG]     (12345) : config : parsing [a.cfg:2] : d\n");
        check(Diagnostic::new(Severity::Alert, "a"), "[ALERT]    (12345) : config : a\n");
        check(Diagnostic::new(Severity::Alert, "b").framed(Frame::Bare), "[ALERT]    (12345) : b\n");
        check(Diagnostic::new(Severity::Info, "i"), "");
    }

    #[test]
    fn whole_configurations() {
        let mut files = Files::new();
        let (a, b) = (files.add("a.cfg", &b"x\n"[..]), files.add("b.cfg", &b"x\n"[..]));
        let mut found = Diagnostics::new();
        let text = |found: &Diagnostics, diag_mode| OneLine::new(1, "v", "exe").configuration(&files, found, diag_mode);
        assert_eq!(text(&found, false), "");
        found.push(Diagnostic::diag(Span::new(b, 0, 1), "remark"));
        found.push(Diagnostic::notice(Span::new(b, 0, 1), "in b"));
        assert_eq!(text(&found, false), "[NOTICE]   (1) : config : parsing [b.cfg:1] : in b\n");
        assert!(text(&found, true).starts_with("[DIAG]     (1) : config : parsing [b.cfg:1] : remark\n"));
        found.push(Diagnostic::alert(Span::new(a, 0, 1), "whole").framed(Frame::Config));
        found.push(Diagnostic::alert(Span::new(a, 0, 1), "in a"));
        let want = "\
[NOTICE]   (1) : haproxy version is v
[NOTICE]   (1) : path to executable is exe
[ALERT]    (1) : config : parsing [a.cfg:1] : in a
[ALERT]    (1) : config : Error(s) found in configuration file : a.cfg
[NOTICE]   (1) : config : parsing [b.cfg:1] : in b
[ALERT]    (1) : config : whole
[ALERT]    (1) : config : Fatal errors found in configuration.
";
        assert_eq!(text(&found, false), want);
    }

    #[test]
    fn excerpts() {
        for (line, offset, want) in [
            (" foo \"abc", 5, "  foo \"abc\n      ^".to_owned()),
            ("\t  \tfoo \"x\r", 8, "  foo \"x\n      ^".to_owned()),
            ("", 0, "  \n  ^".to_owned()),
            ("  ", 7, "  \n  ^".to_owned()),
            ("a\u{1}é", 1, "  a???\n   ^".to_owned()),
            (
                &format!("{} \"x{}", "a".repeat(300), "b".repeat(300)),
                301,
                format!("  ...{} \"x{}...\n{}^", "a".repeat(36), "b".repeat(35), " ".repeat(42)),
            ),
        ] {
            assert_eq!(excerpt(line.as_bytes(), offset), want, "{line:?}");
        }
    }

    #[test]
    fn intro_goes_once_before_the_first_warning_or_alert() {
        let mut out = OneLine::new(7, "3.5-x", "/usr/sbin/ferroxy");
        assert_eq!(out.message(Severity::Notice, "n"), "[NOTICE]   (7) : n\n");
        assert_eq!(
            out.message(Severity::Warning, "w"),
            "[NOTICE]   (7) : haproxy version is 3.5-x\n[NOTICE]   (7) : path to executable is /usr/sbin/ferroxy\n[WARNING]  (7) : w\n"
        );
        assert_eq!(out.message(Severity::Alert, "a"), "[ALERT]    (7) : a\n");
    }
}
