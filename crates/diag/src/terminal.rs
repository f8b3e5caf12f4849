//! The form for people: the source line, a caret under the word, and what to do about it.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::files::{Files, Span};
use crate::report::{Diagnostic, Severity};

/// A diagnostic in the form for a terminal, ended by LF; `colour` adds ANSI escapes.
pub fn render(files: &Files, diagnostic: &Diagnostic, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Alert => Level::ERROR,
        Severity::Complaint | Severity::Warning => Level::WARNING,
        Severity::Notice | Severity::Diag => Level::NOTE,
        Severity::Info => Level::INFO,
    };
    let windows = windows(files, diagnostic);
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()));
    for window in &windows {
        let notes = window.notes.iter().map(|note| {
            let kind = if note.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(note.from..note.to);
            if note.label.is_empty() { annotation } else { annotation.label(note.label.as_str()) }
        });
        let snippet = Snippet::source(window.text.as_str())
            .path(window.path.as_str())
            .line_start(window.first_line)
            .fold(true)
            .annotations(notes);
        group = group.element(snippet);
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let section = diagnostic.manual.map(|section| format!("see the configuration manual, section {section}"));
    if let Some(section) = &section {
        group = group.element(Level::NOTE.message(section.as_str()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = renderer.render(&[group]);
    out.push('\n');
    out
}

/// The longest part of a line that is shown, in bytes. Lines may be a megabyte long.
const WIDTH: usize = 160;

/// One source line with what is said about it.
struct Window {
    path: String,
    first_line: usize,
    text: String,
    notes: Vec<Note>,
}

/// A marked part of a window; offsets are into its text.
struct Note {
    primary: bool,
    from: usize,
    to: usize,
    label: String,
}

/// One window per place; notes on the same line of the same file share one.
fn windows(files: &Files, diagnostic: &Diagnostic) -> Vec<Window> {
    let mut list: Vec<(Span, Window)> = Vec::new();
    let label = diagnostic.label.clone().unwrap_or_default();
    let places = diagnostic.span.map(|span| (span, label, true)).into_iter();
    let places = places.chain(diagnostic.also.iter().map(|(span, label)| (*span, label.clone(), false)));
    for (span, label, primary) in places {
        let shown = shown(files, span);
        let text = Printable::new(files.slice(shown));
        let (from, to) = (text.offset(shown, span.start), text.offset(shown, span.end));
        let note = Note { primary, from, to: to.max(from), label };
        if let Some((_, same)) = list.iter_mut().find(|(other, _)| *other == shown) {
            same.notes.push(note);
            continue;
        }
        let first_line = files.line(span) as usize;
        let path = files.name(span.file).to_owned();
        list.push((shown, Window { path, first_line, text: text.text, notes: vec![note] }));
    }
    list.into_iter().map(|(_, window)| window).collect()
}

/// The part of the span's first line to show: all of it, or the neighbourhood of the span if it is long.
fn shown(files: &Files, span: Span) -> Span {
    let line = files.line_span(span.file, files.line(span)).unwrap_or(Span { end: span.start, ..span });
    let width = u32::try_from(WIDTH).unwrap_or(u32::MAX);
    if line.len() <= width {
        return line;
    }
    let start = span.start.saturating_sub(width / 4).clamp(line.start, line.end - width);
    Span::new(span.file, start, start + width)
}

/// Source text with one printable character for each valid character and each byte that is none, so that
/// nothing in a configuration can drive the terminal.
struct Printable {
    text: String,
    /// For each byte of the source, and for its end, the offset in `text` of the character that it is in.
    offsets: Vec<usize>,
}

impl Printable {
    fn new(bytes: &[u8]) -> Printable {
        let mut text = String::with_capacity(bytes.len());
        let mut offsets = Vec::with_capacity(bytes.len() + 1);
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                offsets.extend(core::iter::repeat_n(text.len(), c.len_utf8()));
                text.push(match c {
                    '\t' => ' ',
                    c if c.is_control() => '\u{fffd}',
                    c => c,
                });
            }
            for _ in chunk.invalid() {
                offsets.push(text.len());
                text.push('\u{fffd}');
            }
        }
        offsets.push(text.len());
        Printable { text, offsets }
    }

    /// Where a place of the source is in the text, which shows the source's `shown`.
    fn offset(&self, shown: Span, at: u32) -> usize {
        let byte = at.clamp(shown.start, shown.end) - shown.start;
        self.offsets.get(byte as usize).copied().unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(source: &[u8]) -> Files {
        let mut files = Files::new();
        files.add("a.cfg", source);
        files
    }

    fn span(files: &Files, word: &[u8]) -> Span {
        let id = files.ids().next().unwrap();
        let at = files.bytes(id).windows(word.len()).position(|w| w == word).unwrap();
        Span::new(id, at as u32, (at + word.len()) as u32)
    }

    #[test]
    fn caret_help_and_other_places() {
        let files = files(b"frontend a\n\tbind :80\n\tmod http\nfrontend a\n");
        let d = Diagnostic::alert(span(&files, b"mod"), "unknown keyword 'mod'")
            .label("not known here")
            .also(span(&files, b"bind"), "the section has a 'bind' here")
            .help("did you mean 'mode'?")
            .manual("4.2");
        let want = "\
error: unknown keyword 'mod'
 --> a.cfg:3:2
  |
3 |  mod http
  |  ^^^ not known here
  |
 ::: a.cfg:2:2
  |
2 |  bind :80
  |  ---- the section has a 'bind' here
  |
  = help: did you mean 'mode'?
  = note: see the configuration manual, section 4.2
";
        assert_eq!(render(&files, &d, false), want);
        assert!(render(&files, &d, true).contains("\u{1b}["));
    }

    #[test]
    fn long_and_binary_lines() {
        let mut source = vec![b'a'; 1 << 20];
        source.extend_from_slice(b" \x1b\xff \"b");
        source.extend_from_slice(&vec![b'c'; 1 << 20]);
        let files = files(&source);
        let text = render(&files, &Diagnostic::alert(span(&files, b"\""), "unmatched quote"), false);
        assert!(text.len() < 2000 && !text.contains('\u{1b}'), "{text}");
        let mark = text.lines().find(|l| l.contains('^')).unwrap().find('^').unwrap();
        let line = text.lines().find(|l| l.contains('"')).unwrap();
        assert_eq!(line.chars().nth(mark), Some('"'));
    }

    /// Found by fuzzing: the renderer panics on marks beyond the text.
    #[test]
    fn spans_that_cut_characters() {
        let files = files(b"\xef\xbb\xbf\xff\xc3\xa9\n");
        let id = files.ids().next().unwrap();
        for start in 0..8 {
            for end in start..8 {
                render(&files, &Diagnostic::alert(Span::new(id, start, end), "x"), false);
            }
        }
    }

    #[test]
    fn no_place_and_empty_places() {
        let files = files(b"");
        assert_eq!(render(&files, &Diagnostic::new(Severity::Warning, "w"), false), "warning: w\n");
        let text = render(&files, &Diagnostic::alert(Span::default(), "x"), false);
        assert!(text.starts_with("error: x\n"), "{text}");
    }
}
