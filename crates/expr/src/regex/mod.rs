//! Regular expressions as users write them, in PCRE2's syntax over bytes (manual 7.1.4).
//!
//! Two engines run them: one takes time in proportion to the text, whatever the pattern, and gets every pattern that
//! means the same to it ([`dialect`]); PCRE2 runs the others, and stops at a limit, so that no text can stall a thread.

pub mod dialect;
mod pcre;
mod set;

use core::fmt;
use core::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

pub use pcre::{Pcre, version};
pub use set::RxSet;

/// What a compiled expression, or a set of them, may take in the linear-time engine (bytes).
const LARGEST: usize = 16 * 1024 * 1024;

/// A compiled regular expression. Clones are the same one.
#[derive(Clone)]
pub struct Rx(Arc<Inner>);

struct Inner {
    source: Box<[u8]>,
    ignore_case: bool,
    engine: Engine,
}

enum Engine {
    Linear {
        regex: regex::bytes::Regex,
        /// See [`dialect::Linear::has_end`].
        has_end: bool,
        /// Runs texts with an inner newline when there is a `$`; made when the first one comes.
        exact: OnceLock<Option<Pcre>>,
    },
    Pcre(Pcre),
}

/// Why a pattern isn't one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RxError {
    /// What is wrong, in a form fit for a message.
    pub text: String,
    /// At which byte of the pattern it is.
    pub offset: usize,
}

impl fmt::Display for RxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<RxError> for String {
    fn from(error: RxError) -> String {
        error.text
    }
}

impl Rx {
    /// Compiles a pattern.
    pub fn new(pattern: &[u8], ignore_case: bool) -> Result<Rx, RxError> {
        let engine = match linear(pattern, ignore_case) {
            Some((regex, has_end)) => Engine::Linear { regex, has_end, exact: OnceLock::new() },
            None => Engine::Pcre(Pcre::new(pattern, ignore_case)?),
        };
        Ok(Rx(Arc::new(Inner { source: pattern.into(), ignore_case, engine })))
    }

    /// Whether it matches anywhere. One that reaches its limit doesn't.
    #[inline]
    pub fn is_match(&self, text: &[u8]) -> bool {
        match &self.0.engine {
            Engine::Linear { regex, has_end: false, .. } => regex.is_match(text),
            Engine::Linear { regex, .. } if !has_inner_newline(text) => regex.is_match(text),
            _ => self.pcre().is_some_and(|pcre| pcre.is_match(text)),
        }
    }

    /// The first match at or behind `from`, with its groups. One that reaches its limit is none.
    pub fn captures_at<'t>(&self, text: &'t [u8], from: usize) -> Option<Groups<'t>> {
        if from > text.len() {
            return None;
        }
        match &self.0.engine {
            Engine::Linear { regex, has_end, .. } if !has_end || !has_inner_newline(text) => {
                // Most texts don't match, and finding that out takes no memory.
                if !regex.is_match_at(text, from) {
                    return None;
                }
                let mut found = regex.capture_locations();
                regex.captures_read_at(&mut found, text, from)?;
                Some(Groups::new(text, |n| found.get(n)))
            }
            _ => self.pcre()?.captures_at(text, from),
        }
    }

    /// The pattern.
    pub fn source(&self) -> &[u8] {
        &self.0.source
    }

    /// Whether it is run in linear time, but for texts that need the other engine.
    pub fn is_linear(&self) -> bool {
        matches!(self.0.engine, Engine::Linear { .. })
    }

    fn pcre(&self) -> Option<&Pcre> {
        match &self.0.engine {
            Engine::Pcre(pcre) => Some(pcre),
            Engine::Linear { exact, .. } => {
                exact.get_or_init(|| Pcre::new(&self.0.source, self.0.ignore_case).ok()).as_ref()
            }
        }
    }
}

impl fmt::Debug for Rx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rx").field(&crate::error::show(&self.0.source)).finish()
    }
}

impl PartialEq for Rx {
    fn eq(&self, other: &Rx) -> bool {
        self.0.source == other.0.source && self.0.ignore_case == other.0.ignore_case
    }
}

impl Eq for Rx {}

impl Hash for Rx {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.source.hash(state);
        self.0.ignore_case.hash(state);
    }
}

/// The linear-time engine's form of a pattern, and whether it has a `$`.
fn linear(pattern: &[u8], ignore_case: bool) -> Option<(regex::bytes::Regex, bool)> {
    let form = dialect::linear(pattern)?;
    let mut builder = regex::bytes::RegexBuilder::new(&form.pattern);
    let regex = builder.unicode(false).case_insensitive(ignore_case).size_limit(LARGEST).build().ok()?;
    Some((regex, form.has_end))
}

/// Whether a newline stands anywhere but at the very end.
#[inline]
fn has_inner_newline(text: &[u8]) -> bool {
    memchr::memchr(b'\n', text).is_some_and(|at| at + 1 < text.len())
}

/// A match and the groups that a replacement can refer to, `\0` to `\9`.
#[derive(Clone, Copy, Debug)]
pub struct Groups<'t> {
    text: &'t [u8],
    spans: [Option<(usize, usize)>; Groups::MOST],
}

impl<'t> Groups<'t> {
    /// How many there are at most, the whole match among them.
    pub const MOST: usize = 10;

    fn new(text: &'t [u8], span: impl Fn(usize) -> Option<(usize, usize)>) -> Groups<'t> {
        // A `\K` in a look-ahead could put the start behind the end.
        let sound = |n: usize| span(n).filter(|(from, to)| from <= to && *to <= text.len());
        Groups { text, spans: core::array::from_fn(sound) }
    }

    /// Group `n`; 0 is the whole match. `None` if it took no part.
    pub fn get(&self, n: usize) -> Option<Match<'t>> {
        let (from, to) = (*self.spans.get(n)?)?;
        Some(Match { text: self.text, from, to })
    }
}

/// A part of a text that a group has matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Match<'t> {
    text: &'t [u8],
    from: usize,
    to: usize,
}

impl<'t> Match<'t> {
    /// The text that was matched.
    pub fn as_bytes(&self) -> &'t [u8] {
        &self.text[self.from..self.to]
    }

    /// Where it begins.
    pub fn start(&self) -> usize {
        self.from
    }

    /// Where it ends.
    pub fn end(&self) -> usize {
        self.to
    }

    /// Whether nothing was matched, at that place.
    pub fn is_empty(&self) -> bool {
        self.from == self.to
    }
}

#[cfg(test)]
mod tests;
