//! What a command answers.

use std::pin::Pin;
use wire::syslog::Level;

/// An answer. The empty line behind it is the connection's.
pub enum Reply {
    /// Nothing to say.
    Done,
    /// Data that was asked for.
    Text(String),
    /// A message; `severity-output` may put its level before it.
    Say(Level, String),
    /// A long answer in pieces.
    Pieces(Box<dyn Pieces>),
    /// An answer that others have to do something for first.
    Later(Pin<Box<dyn Future<Output = Reply>>>),
    /// Reading the configuration again takes time.
    Reload,
    /// The end of the connection.
    Quit,
}

/// Makes a long answer piece by piece, so that neither memory nor other connections suffer.
pub trait Pieces {
    /// Appends a piece of a few kilobytes; false if there was none left.
    fn next(&mut self, out: &mut String) -> bool;
}

/// A piece is complete once it has this many bytes.
pub const PIECE: usize = 16 * 1024;

impl Reply {
    /// Something is wrong with the command.
    pub fn error(text: impl Into<String>) -> Reply {
        Reply::Say(Level::Err, text.into())
    }

    /// The command, or this form of it, comes with a later part.
    pub fn later(what: &str) -> Reply {
        Reply::error(format!("'{what}' is not supported yet."))
    }
}

/// Answers one line for each item.
pub struct Lines<I, F> {
    head: String,
    items: I,
    write: F,
}

impl<I: Iterator, F: FnMut(I::Item, &mut String)> Lines<I, F> {
    /// `head` goes before what `write` makes of the items.
    pub fn new(head: String, items: I, write: F) -> Lines<I, F> {
        Lines { head, items, write }
    }
}

impl<I: Iterator, F: FnMut(I::Item, &mut String)> Pieces for Lines<I, F> {
    fn next(&mut self, out: &mut String) -> bool {
        let start = out.len();
        out.push_str(&std::mem::take(&mut self.head));
        while out.len() - start < PIECE {
            let Some(item) = self.items.next() else { return out.len() > start };
            (self.write)(item, out);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_answers_come_in_bounded_pieces() {
        let mut lines = Lines::new("head\n".to_owned(), 0..10_000, |n: i32, out| out.push_str(&format!("{n:08}\n")));
        let (mut all, mut pieces) = (String::new(), 0);
        loop {
            let mut piece = String::new();
            if !lines.next(&mut piece) {
                break;
            }
            assert!(piece.len() < PIECE + 100);
            all.push_str(&piece);
            pieces += 1;
        }
        assert_eq!((all.len(), pieces), (5 + 90_000, 6));
        assert!(all.ends_with("00009999\n"));
    }
}
