//! The sources of a configuration and places in them.

use core::fmt;

/// One loaded source, an index into [`Files`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FileId(pub u32);

/// A run of bytes in a source: `start` included, `end` excluded. Lines and columns are derived when shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The source.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset of the byte after the last one.
    pub end: u32,
}

/// Every source that was loaded, in the order of the command line.
#[derive(Clone, Debug, Default)]
pub struct Files {
    sources: Vec<Source>,
}

/// One source: its name as the user gave it, its bytes, and where its lines start.
#[derive(Clone, Debug)]
struct Source {
    name: String,
    bytes: Vec<u8>,
    /// Offset of the first byte of each line; the first is 0, and a final LF opens no further line.
    line_starts: Vec<u32>,
}

impl Files {
    /// The largest source, in bytes. Offsets are 32 bits wide so that a word costs little; no configuration
    /// comes near. A loader refuses a larger file before it reads it.
    pub const MAX_BYTES: usize = 1 << 30;

    /// No sources yet.
    pub fn new() -> Files {
        Files::default()
    }

    /// Adds a source under the name that messages will show (the path as given on the command line).
    /// Bytes beyond [`Files::MAX_BYTES`] are cut off.
    pub fn add(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> FileId {
        let mut bytes = bytes.into();
        debug_assert!(bytes.len() <= Files::MAX_BYTES, "the loader checks the size first");
        bytes.truncate(Files::MAX_BYTES);
        let line_starts = line_starts(&bytes);
        let id = FileId(u32::try_from(self.sources.len()).expect("fewer than 2^32 files"));
        self.sources.push(Source { name: name.into(), bytes, line_starts });
        id
    }

    /// Every source's id, in the order in which they were added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.sources.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// How many sources there are.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The name as given on the command line; empty for an id that isn't ours.
    pub fn name(&self, file: FileId) -> &str {
        self.source(file).map_or("", |s| s.name.as_str())
    }

    /// The whole source; empty for an id that isn't ours.
    pub fn bytes(&self, file: FileId) -> &[u8] {
        self.source(file).map_or(&[], |s| s.bytes.as_slice())
    }

    /// The bytes of a span, cut to what the source has.
    pub fn slice(&self, span: Span) -> &[u8] {
        let bytes = self.bytes(span.file);
        let end = (span.end as usize).min(bytes.len());
        &bytes[(span.start as usize).min(end)..end]
    }

    /// The number of the line on which a span starts, counted from 1.
    pub fn line(&self, span: Span) -> u32 {
        self.line_col(span).0
    }

    /// The line and the column (in bytes) at which a span starts, both counted from 1.
    pub fn line_col(&self, span: Span) -> (u32, u32) {
        let Some(source) = self.source(span.file) else { return (1, 1) };
        let line = source.line_starts.partition_point(|&start| start <= span.start).max(1);
        let start = source.line_starts.get(line - 1).copied().unwrap_or(0);
        (u32::try_from(line).unwrap_or(u32::MAX), span.start.saturating_sub(start) + 1)
    }

    /// The span of line `line` (from 1) without its line ending (LF or CRLF); `None` past the end.
    pub fn line_span(&self, file: FileId, line: u32) -> Option<Span> {
        let source = self.source(file)?;
        let index = (line as usize).checked_sub(1)?;
        let start = *source.line_starts.get(index)?;
        let end = source.line_starts.get(index + 1).map_or(source.bytes.len(), |&next| next as usize);
        let text = &source.bytes[start as usize..end];
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        Some(Span { file, start, end: start + u32::try_from(text.len()).unwrap_or(0) })
    }

    /// How many lines a source has. A final LF opens no further line.
    pub fn line_count(&self, file: FileId) -> u32 {
        self.source(file).map_or(0, |s| u32::try_from(s.line_starts.len()).unwrap_or(u32::MAX))
    }

    fn source(&self, file: FileId) -> Option<&Source> {
        self.sources.get(file.0 as usize)
    }
}

impl Span {
    /// A run of bytes of a source.
    pub fn new(file: FileId, start: u32, end: u32) -> Span {
        Span { file, start, end }
    }

    /// The smallest span that covers both; they must be of the same source, or the first one is returned.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Length in bytes.
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it covers nothing.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

fn line_starts(bytes: &[u8]) -> Vec<u32> {
    let mut starts = vec![0];
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == b'\n' && at + 1 < bytes.len() {
            starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns() {
        let mut files = Files::new();
        let id = files.add("a.cfg", &b"ab\r\n\ncd"[..]);
        for (at, want) in [(0, (1, 1)), (2, (1, 3)), (3, (1, 4)), (4, (2, 1)), (5, (3, 1)), (6, (3, 2)), (7, (3, 3))] {
            assert_eq!(files.line_col(Span::new(id, at, at)), want, "offset {at}");
        }
        assert_eq!(files.line_count(id), 3);
        assert_eq!(files.slice(files.line_span(id, 1).unwrap()), b"ab");
        assert_eq!(files.slice(files.line_span(id, 2).unwrap()), b"");
        assert_eq!(files.slice(files.line_span(id, 3).unwrap()), b"cd");
        assert_eq!(files.line_span(id, 4), None);
        assert_eq!(files.line_span(id, 0), None);
        assert_eq!(files.slice(Span::new(id, 5, 99)), b"cd");
    }

    #[test]
    fn unknown_file_is_harmless() {
        let files = Files::new();
        assert_eq!(files.name(FileId(3)), "");
        assert_eq!(files.line_col(Span::default()), (1, 1));
        assert_eq!(files.slice(Span::new(FileId(1), 0, 4)), b"");
    }
}
