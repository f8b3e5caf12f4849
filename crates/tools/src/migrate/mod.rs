//! From older versions to 3.5: rewrites what was renamed or removed, and tells what it can't rewrite.
//!
//! Each migration is one entry of a table and looks at one line (or section) alone. What has no successor is commented
//! out with the reason, so that nothing disappears without a trace.

mod edits;
mod headers;
mod lines;
mod sections;
mod tls;

use diag::{Diagnostic, Diagnostics, FileId, Files, Severity};
use edits::Edits;
use syntax::{Line, Section, Tree, TriviaKind};

/// One thing that changed between versions.
pub struct Migration {
    /// What messages call it.
    pub name: &'static str,
    /// What it does, one line.
    pub doc: &'static str,
    /// Looks at a line; true: the line is dealt with, whatever else is in the table.
    apply: fn(&At<'_>, &mut Edits<'_>) -> bool,
}

/// A line and its surroundings.
struct At<'a> {
    section: &'a Section,
    line: &'a Line,
    /// `no` before the keyword.
    negated: bool,
    /// Number of words before the keyword's first one: the `no`.
    skip: usize,
    has_nbthread: bool,
}

impl At<'_> {
    /// Whether the line, without `no`, begins with these words.
    fn is(&self, words: &[&str]) -> bool {
        let have = &self.line.words[self.skip..];
        have.len() >= words.len() && have.iter().zip(words).all(|(have, want)| have.is(want))
    }

    fn in_proxy(&self) -> bool {
        matches!(&*self.section.keyword.text, b"defaults" | b"frontend" | b"backend" | b"listen")
    }
}

/// All migrations of lines, in the order in which they are tried.
pub static MIGRATIONS: &[&Migration] = &[
    &lines::OLD_TIMEOUTS,
    &lines::REDISPATCH,
    &lines::FORCECLOSE,
    &lines::UNSAFE_VIOLATIONS,
    &lines::BLOCK,
    &lines::MONITOR_NET,
    &lines::DISPATCH,
    &lines::GONE_OPTIONS,
    &lines::GONE_LINES,
    &lines::NBPROC,
    &lines::BIND_PROCESS,
    &lines::MARK_AND_TOS,
    &headers::ADD,
    &headers::DELETE,
    &headers::REPLACE,
    &headers::DENY,
    &headers::REST,
    &tls::VERSIONS,
];

/// What became of a file.
pub struct Migrated {
    pub text: Vec<u8>,
    /// What was rewritten (notices) and what is left to people (warnings), with the places in the old text.
    pub said: Diagnostics,
}

impl Migrated {
    /// Whether people have something to do.
    pub fn is_left(&self) -> bool {
        self.said.has_warnings()
    }
}

/// Rewrites one file of a configuration.
pub fn migrate(files: &Files, id: FileId, tree: &Tree) -> Migrated {
    let mut edits = Edits::new(files, id);
    let has_nbthread =
        tree.sections.iter().flat_map(|section| &section.lines).any(|line| line.keyword().is("nbthread"));
    sections::names(tree, &mut edits);
    for section in tree.sections.iter().filter(|section| section.span.file == id) {
        if sections::gone(section, &mut edits) {
            continue;
        }
        for line in &section.lines {
            let negated = line.keyword().is("no") && line.words.len() > 1;
            let at = At { section, line, negated, skip: usize::from(negated), has_nbthread };
            // The first that feels responsible has the line.
            let _ = MIGRATIONS.iter().find(|migration| {
                edits.set_name(migration.name);
                (migration.apply)(&at, &mut edits)
            });
        }
    }
    let inactive = tree.trivia.iter().find(|t| t.span.file == id && matches!(t.kind, TriviaKind::Inactive(_)));
    if let Some(first) = inactive {
        let text = "lines of blocks that aren't in force here are left as they are";
        edits.say(Diagnostic::new(Severity::Warning, text).at(first.span));
    }
    edits.finish()
}

#[cfg(test)]
mod tests;
