//! Regular expressions outside of ACLs: what rewriting rules look for.

use core::hash::{Hash, Hasher};

use ::regex::bytes;

use crate::acl::compile_regex;
use crate::error::Error;

/// A compiled regular expression. Two are equal when their texts are.
#[derive(Clone, Debug)]
pub struct Regex {
    source: Box<[u8]>,
    ignore_case: bool,
    engine: bytes::Regex,
}

impl Regex {
    /// Compiles `text`.
    pub fn compile(text: &[u8], ignore_case: bool) -> Result<Regex, Error> {
        let engine = compile_regex(text, ignore_case).map_err(|why| Error::at(0, text.len(), why))?;
        Ok(Regex { source: text.into(), ignore_case, engine })
    }

    /// What does the matching.
    pub fn engine(&self) -> &bytes::Regex {
        &self.engine
    }

    /// The text that it was compiled from.
    pub fn source(&self) -> &[u8] {
        &self.source
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Regex) -> bool {
        self.source == other.source && self.ignore_case == other.ignore_case
    }
}

impl Eq for Regex {}

impl Hash for Regex {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.source.hash(state);
        self.ignore_case.hash(state);
    }
}
