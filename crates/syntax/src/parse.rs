//! From bytes to a tree.

use diag::{Diagnostics, FileId, Files};

use crate::env::Env;
use crate::facts::Facts;
use crate::tree::Tree;

/// Reads the sources `ids` in their order, starting with the environment `env`.
///
/// `is_section` says whether a word opens a section. Never fails and never panics: what can't be understood
/// is reported and left out of the tree.
pub fn parse(
    files: &Files,
    ids: &[FileId],
    env: Env,
    facts: &Facts,
    is_section: &dyn Fn(&[u8]) -> bool,
) -> (Tree, Diagnostics) {
    let _ = (files, ids, facts, is_section);
    (Tree { env, ..Tree::default() }, Diagnostics::new())
}
