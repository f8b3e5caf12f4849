//! Texts as editors count them: lines from 0 that end with LF, CRLF or CR, and columns in units of UTF-16. Inside,
//! everything is an offset in bytes; this is the only place that converts.

use serde_json::{Value, json};

/// A place as editors name it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    pub line: u32,
    /// UTF-16 units from the start of the line.
    pub character: u32,
}

/// A run of bytes, `start` included, `end` excluded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Range {
    pub start: usize,
    pub end: usize,
}

/// A text and where its lines start.
#[derive(Clone, Debug)]
pub struct Text {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Position {
    /// From the protocol's form.
    pub fn read(value: &Value) -> Option<Position> {
        // Some editors send numbers beyond 32 bits for «the end».
        let number = |name: &str| value.get(name)?.as_u64().map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        Some(Position { line: number("line")?, character: number("character")? })
    }

    fn json(self) -> Value {
        json!({ "line": self.line, "character": self.character })
    }
}

impl Range {
    pub fn new(start: usize, end: usize) -> Range {
        Range { start, end }
    }

    /// Whether an offset is in it or right behind it.
    pub fn touches(self, offset: usize) -> bool {
        (self.start..=self.end).contains(&offset)
    }
}

impl From<diag::Span> for Range {
    fn from(span: diag::Span) -> Range {
        Range { start: span.start as usize, end: span.end as usize }
    }
}

impl Text {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Text {
        let mut text = Text { bytes: bytes.into(), starts: Vec::new() };
        text.find_lines();
        text
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of a range, cut to what there is.
    pub fn slice(&self, range: Range) -> &[u8] {
        let end = range.end.min(self.bytes.len());
        &self.bytes[range.start.min(end)..end]
    }

    /// The offset of a place. Behind the end of a line it is the line's end, behind the last line the text's, and
    /// inside a character that character's start.
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return self.bytes.len() };
        let mut left = position.character;
        let mut at = start;
        for (len, units) in characters(&self.bytes[start..self.line_end(line)]) {
            if left < units {
                break;
            }
            left -= units;
            at += len;
        }
        at
    }

    /// The place of an offset; one inside a character or a line ending is its start.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.bytes.len());
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts[line];
        let end = self.line_end(line);
        let (mut at, mut character) = (start, 0);
        for (len, units) in characters(&self.bytes[start..end]) {
            if at + len > offset {
                break;
            }
            at += len;
            character += units;
        }
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), character }
    }

    /// Where the line that an offset is on starts.
    pub fn line_start(&self, offset: usize) -> usize {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        self.starts[line]
    }

    /// The line that an offset is on, without its line ending.
    pub fn line_at(&self, offset: usize) -> Range {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        Range { start: self.starts[line], end: self.line_end(line) }
    }

    /// A range in the protocol's form.
    pub fn range_json(&self, range: Range) -> Value {
        json!({ "start": self.position(range.start).json(), "end": self.position(range.end).json() })
    }

    /// A range from the protocol's form.
    pub fn range(&self, value: &Value) -> Option<Range> {
        let start = self.offset(Position::read(value.get("start")?)?);
        let end = self.offset(Position::read(value.get("end")?)?);
        Some(Range { start, end: end.max(start) })
    }

    /// Puts `with` in the place of a range.
    pub fn replace(&mut self, range: Range, with: &str) {
        let end = range.end.min(self.bytes.len());
        self.bytes.splice(range.start.min(end)..end, with.bytes());
        self.find_lines();
    }

    fn find_lines(&mut self) {
        self.starts.clear();
        self.starts.push(0);
        for (at, byte) in self.bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && self.bytes.get(at + 1) != Some(&b'\n')) {
                self.starts.push(at + 1);
            }
        }
    }

    /// Where a line ends, without its line ending.
    fn line_end(&self, line: usize) -> usize {
        let Some(&next) = self.starts.get(line + 1) else { return self.bytes.len() };
        let text = &self.bytes[..next];
        match text {
            [.., b'\r', b'\n'] => next - 2,
            _ => next - 1,
        }
    }
}

/// The characters of a line: bytes and units of UTF-16. What isn't UTF-8 counts as the one character that stands for
/// it when it is shown.
fn characters(line: &[u8]) -> impl Iterator<Item = (usize, u32)> {
    line.utf8_chunks().flat_map(|chunk| {
        let broken = Some((chunk.invalid().len(), 1)).filter(|(len, _)| *len > 0);
        let valid = chunk.valid().chars().map(|c| (c.len_utf8(), if c.len_utf16() == 2 { 2 } else { 1 }));
        valid.chain(broken)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_are_units_of_utf_16() {
        // é has two bytes and one unit, 𝄞 four bytes and two units, € three bytes and one unit.
        let text = Text::new("aé𝄞€b\r\nx\n\ry");
        let cases = [
            (at(0, 0), 0),
            (at(0, 1), 1),
            (at(0, 2), 3),
            (at(0, 4), 7),
            (at(0, 5), 10),
            (at(0, 6), 11),
            (at(1, 0), 13),
            (at(1, 1), 14),
            (at(2, 0), 15),
            (at(3, 0), 16),
            (at(3, 1), 17),
        ];
        for (position, offset) in cases {
            assert_eq!(text.offset(position), offset, "{position:?}");
            assert_eq!(text.position(offset), position, "{offset}");
        }
    }

    #[test]
    fn places_that_are_not_there_are_cut() {
        let text = Text::new("aé𝄞\r\nb");
        for (position, offset) in
            [(at(0, 3), 3), (at(0, 9), 7), (at(0, u32::MAX), 7), (at(1, 9), 10), (at(7, 0), 10), (at(u32::MAX, 1), 10)]
        {
            assert_eq!(text.offset(position), offset, "{position:?}");
        }
        for (offset, position) in [(2, at(0, 1)), (5, at(0, 2)), (8, at(0, 4)), (99, at(1, 1))] {
            assert_eq!(text.position(offset), position, "{offset}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_count_as_one_each() {
        let text = Text::new(&b"a\xff\xe2\x82b"[..]);
        assert_eq!(text.position(4), at(0, 3));
        assert_eq!(text.offset(at(0, 2)), 2);
        assert_eq!(text.offset(at(0, 3)), 4);
    }

    #[test]
    fn edits() {
        let mut text = Text::new("one\ntwo\nthree\n");
        let range = json!({ "start": { "line": 0, "character": 3 }, "end": { "line": 2, "character": 2 } });
        let range = text.range(&range).expect("a range");
        text.replace(range, "𝄞\r");
        assert_eq!(text.bytes(), "one𝄞\rree\n".as_bytes());
        assert_eq!(text.position(8), at(1, 0));
        text.replace(Range::new(900, 1), "!");
        assert_eq!(text.bytes(), "o!ne𝄞\rree\n".as_bytes());
        assert!(text.range(&json!({ "start": 1 })).is_none());
    }

    /// Each offset of a character survives the way there and back.
    #[test]
    fn there_and_back() {
        let source = "ä\n𝄞𝄞\r\n\r\n\rz€\n";
        let text = Text::new(source);
        for (offset, c) in source.char_indices() {
            // Between CR and LF there is no place.
            if c == '\n' && source[..offset].ends_with('\r') {
                continue;
            }
            assert_eq!(text.offset(text.position(offset)), offset, "{offset}");
        }
    }
}
