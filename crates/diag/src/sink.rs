//! Where diagnostics are collected.

use crate::report::{Diagnostic, Severity};

/// Collected diagnostics, in the order of their discovery, with counts by severity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    counts: [usize; 6],
    /// What is legal and can't be run yet. No obstacle to a check; see [`Diagnostics::refuse_unbuilt`].
    unbuilt: Vec<Diagnostic>,
}

impl Diagnostics {
    /// How many are kept. A file of garbage would otherwise cost as much memory again for messages that
    /// nobody reads; those beyond are counted only.
    pub const KEPT: usize = 10_000;

    /// None yet.
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.counts[diagnostic.severity as usize] += 1;
        if self.list.len() < Diagnostics::KEPT {
            self.list.push(diagnostic);
        }
    }

    /// Notes something that is legal, and that the program can't do yet: its `not supported yet`, as an alert.
    pub fn push_unbuilt(&mut self, diagnostic: Diagnostic) {
        if self.unbuilt.len() < Diagnostics::KEPT {
            self.unbuilt.push(diagnostic);
        }
    }

    /// What was noted by [`Diagnostics::push_unbuilt`].
    pub fn unbuilt(&self) -> &[Diagnostic] {
        &self.unbuilt
    }

    /// Makes alerts of what can't be run yet: the configuration is to be run, not only checked.
    pub fn refuse_unbuilt(&mut self) {
        for diagnostic in core::mem::take(&mut self.unbuilt) {
            self.push(diagnostic);
        }
        self.sort();
    }

    /// Adds all of another sink's, and its counts.
    pub fn append(&mut self, mut other: Diagnostics) {
        self.unbuilt.append(&mut other.unbuilt);
        self.unbuilt.truncate(Diagnostics::KEPT);
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine += theirs;
        }
        let room = Diagnostics::KEPT - self.list.len();
        self.list.extend(other.list.into_iter().take(room));
    }

    /// How many of a severity were added, kept or not.
    pub fn count(&self, severity: Severity) -> usize {
        self.counts[severity as usize]
    }

    /// Whether the configuration can't be used.
    pub fn has_alerts(&self) -> bool {
        self.count(Severity::Alert) > 0
    }

    /// Whether `-dW` would refuse the configuration.
    pub fn has_warnings(&self) -> bool {
        self.count(Severity::Warning) > 0
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|&n| n == 0)
    }

    /// How many were added beyond what is kept.
    pub fn dropped(&self) -> usize {
        self.counts.iter().sum::<usize>() - self.list.len()
    }

    /// Those kept, in order.
    pub fn iter(&self) -> core::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// Sorts by file and line, those without a place last; the order of discovery is kept within a line.
    pub fn sort(&mut self) {
        self.list.sort_by_key(|d| d.span.map_or((true, 0, 0), |s| (false, s.file.0, s.start)));
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = core::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, iter: T) {
        for diagnostic in iter {
            self.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{FileId, Span};

    #[test]
    fn counts_go_on_when_the_list_is_full() {
        let mut sink = Diagnostics::new();
        for at in 0..10_005 {
            sink.push(Diagnostic::alert(Span::new(FileId(0), at, at), "x"));
        }
        sink.push(Diagnostic::warning(Span::default(), "y"));
        assert_eq!(sink.iter().count(), Diagnostics::KEPT);
        assert_eq!(sink.count(Severity::Alert), 10_005);
        assert_eq!(sink.dropped(), 6);
        let mut other = Diagnostics::new();
        other.append(sink.clone());
        assert_eq!(other, sink);
        assert!(other.has_alerts() && other.has_warnings());
    }

    #[test]
    fn what_is_unbuilt_is_refused_only_when_it_is_to_be_run() {
        let mut sink = Diagnostics::new();
        sink.push_unbuilt(Diagnostic::alert(Span::new(FileId(0), 1, 2), "'x' is not supported yet"));
        assert!(sink.is_empty() && !sink.has_alerts());
        sink.refuse_unbuilt();
        assert!(sink.has_alerts() && sink.unbuilt().is_empty());
    }
}
