//! A statement as it is written: its words with their quotes, and the line breaks that a backslash continues.

/// A part of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// A word, to the letter. One that is broken by a backslash in its middle keeps that.
    Word(&'a [u8]),
    /// A backslash at the end of a line, between two words.
    Break,
}

/// Cuts a statement, as its span has it, into pieces. A break that nothing follows is left out.
pub fn pieces(text: &[u8]) -> Vec<Piece<'_>> {
    let text = without_last_break(text);
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if is_blank(text[at]) || text[at] == b'\n' {
            at += 1;
        } else if let Some(len) = line_break(&text[at..]) {
            pieces.push(Piece::Break);
            at += len;
        } else {
            let len = word(&text[at..]);
            pieces.push(Piece::Word(&text[at..at + len]));
            at += len;
        }
    }
    while pieces.last() == Some(&Piece::Break) {
        pieces.pop();
    }
    pieces
}

/// Leaves out the line breaks at the end that nothing but blanks follows.
fn without_last_break(mut text: &[u8]) -> &[u8] {
    loop {
        let end = text.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
        if text[..end].ends_with(b"\n") {
            text = text[..end - 1].strip_suffix(b"\r").unwrap_or(&text[..end - 1]);
        }
        let backslashes = text.iter().rev().take_while(|byte| **byte == b'\\').count();
        if backslashes % 2 == 0 {
            return text;
        }
        text = &text[..text.len() - 1];
    }
}

/// The length of a backslash with the line ending behind it.
fn line_break(text: &[u8]) -> Option<usize> {
    match text {
        [b'\\', b'\n', ..] => Some(2),
        [b'\\', b'\r', b'\n', ..] => Some(3),
        _ => None,
    }
}

/// The length of the word at the start of `text` (manual 2.2).
fn word(text: &[u8]) -> usize {
    let mut at = 0;
    let mut quote = None;
    while let Some(&byte) = text.get(at) {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None | Some(b'"'), b'\\') => {
                at += escape(&text[at..]);
                continue;
            }
            (None, _) if is_blank(byte) || byte == b'\n' => break,
            _ => {}
        }
        at += 1;
    }
    at
}

/// The length of a backslash and what it escapes. After a line ending the blanks of the next line go with it.
fn escape(text: &[u8]) -> usize {
    match line_break(text) {
        Some(len) => len + text[len..].iter().take_while(|byte| is_blank(**byte)).count(),
        None => 2.min(text.len()),
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\x0b' | b'\x0c')
}
