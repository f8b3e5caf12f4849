//! What is wrong in a text of the configuration, and where.

/// Why a text can't be compiled. The position lets the caller point into its source line: a word's number within
/// the words that were given, and the bytes within that word.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Error {
    /// Which of the given words, 0 for the first.
    pub word: usize,
    /// The first byte concerned, within the word after unquoting.
    pub off: usize,
    /// How many bytes are concerned; 0 points between two bytes.
    pub len: usize,
    /// What is wrong, without a full stop.
    pub text: String,
    /// When a name is unknown: the names that would have been legal.
    pub candidates: Vec<String>,
}

impl Error {
    /// An error about the bytes `off..off + len` of the first word.
    pub fn at(off: usize, len: usize, text: impl Into<String>) -> Error {
        Error { word: 0, off, len, text: text.into(), candidates: Vec::new() }
    }

    /// Whether the text is right and only names what isn't built yet.
    pub fn is_unbuilt(&self) -> bool {
        self.text.contains("not supported yet") && !self.text.contains("is invalid, or")
    }

    /// The same error about word number `word`.
    pub fn in_word(mut self, word: usize) -> Error {
        self.word = word;
        self
    }

    /// The same error, `by` words further to the right.
    pub fn words_later(mut self, by: usize) -> Error {
        self.word += by;
        self
    }

    /// The same error, `by` bytes further to the right in its word.
    pub fn bytes_later(mut self, by: usize) -> Error {
        self.off += by;
        self
    }

    /// The same error with the names that would have been legal.
    pub fn known<'s>(mut self, names: impl IntoIterator<Item = &'s str>) -> Error {
        self.candidates = names.into_iter().map(str::to_owned).collect();
        self
    }
}

/// Something legal that can be checked and not be run yet, and where it stands.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Unbuilt {
    /// Its name.
    pub name: &'static str,
    /// Which of the given words, 0 for the first.
    pub word: usize,
    /// Where in that word it begins, in bytes after unquoting.
    pub off: usize,
}

impl Unbuilt {
    /// `name` at byte `off` of the first word.
    pub(crate) fn at(name: &'static str, off: usize) -> Unbuilt {
        Unbuilt { name, word: 0, off }
    }

    /// The same, `by` bytes further to the right in its word.
    pub(crate) fn bytes_later(mut self, by: usize) -> Unbuilt {
        self.off += by;
        self
    }

    /// The same, `by` words further to the right.
    pub(crate) fn words_later(mut self, by: usize) -> Unbuilt {
        self.word += by;
        self
    }
}

/// `bytes` as a person can read them, for messages.
pub(crate) fn show(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
