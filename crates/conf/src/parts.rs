//! What sections other than `global` and proxies leave behind: their values, their names, and the names that lines
//! refer to, which may stand further below or in a later file.

use crate::build::{FcgiAppB, HttpErrorsB, LogForwardB, PeersB, ResolversB, RingB, SpoeB, UserlistB};
use crate::rulelang::Named;
use crate::spec::Sections;
use crate::spoe;
use crate::state_file::Row;
use diag::{Diagnostic, Diagnostics, Frame, Span};
use std::collections::HashMap;
use syntax::{Env, Facts};

/// The sections read so far.
#[derive(Debug, Default)]
pub struct Parts {
    /// The values, as they will stand in the Spec.
    pub made: Sections,
    pub names: Names,
    /// `localpeer`, as sections 'peers' after it see it.
    pub local_peer: Option<Box<str>>,
    /// Those whose servers or files are checked at the end.
    pub fcgi_apps: Vec<FcgiAppB>,
    pub http_errors: Vec<HttpErrorsB>,
    pub log_forwards: Vec<LogForwardB>,
    pub peers: Vec<PeersB>,
    pub resolvers: Vec<ResolversB>,
    pub rings: Vec<RingB>,
    /// The engine whose file is being read, and those that were read.
    pub engine: SpoeB,
    pub spoe: Vec<spoe::Read>,
    /// Which files were read for which engine, and whether they were right.
    pub spoe_files: HashMap<spoe::FileKey, bool>,
    /// The environment as the line in hand sees it, and what is known of the program: for addresses, and for files that
    /// lines name.
    pub env: Env,
    pub facts: Facts,
    /// Lines of the global file of servers' states, by backend.
    pub states: HashMap<Box<[u8]>, Vec<Row>>,
    /// By name; a later section of the same name goes on with the first one.
    pub userlists: HashMap<Box<[u8]>, UserlistB>,
    /// Names that expressions in these sections refer to.
    pub named: Vec<Named>,
    /// Judged after the last file.
    pub refs: Vec<Reference>,
    /// Fetches of raw bytes in conditions of the line in hand, with the line's keyword.
    pub raw_conds: Vec<(&'static str, Span)>,
    /// Whether any line needs `expose-experimental-directives`.
    pub uses_experimental: bool,
}

/// Which sections exist: by the word that opens them, and their name.
#[derive(Debug, Default)]
pub struct Names {
    by_kind: HashMap<&'static str, HashMap<Box<[u8]>, Known>>,
}

/// A section that exists.
#[derive(Clone, Copy, Debug)]
struct Known {
    span: Span,
    used: bool,
}

impl Names {
    /// Enters a section; the answer is the one before it of the same kind and name.
    pub fn add(&mut self, kind: &'static str, name: &[u8], span: Span) -> Option<Span> {
        let names = self.by_kind.entry(kind).or_default();
        if let Some(before) = names.get(name) {
            return Some(before.span);
        }
        names.insert(name.into(), Known { span, used: false });
        None
    }

    /// Where a section of this kind and name begins. Complete only after the last file.
    pub fn find(&self, kind: &str, name: &[u8]) -> Option<Span> {
        Some(self.by_kind.get(kind)?.get(name)?.span)
    }

    /// The same, for something that will use the section.
    ///
    /// For keywords that a `defaults` section may hold: they keep name and span, and ask from `finish`, since a
    /// reference that no proxy inherits is no error. Others call [`crate::cx::Cx::refers`] and are done.
    pub fn refer(&mut self, kind: &str, name: &[u8]) -> Option<Span> {
        let known = self.by_kind.get_mut(kind)?.get_mut(name)?;
        known.used = true;
        Some(known.span)
    }

    /// Whether anything uses a section. Complete when the kinds' `finish` runs.
    pub fn is_used(&self, kind: &str, name: &[u8]) -> bool {
        self.by_kind.get(kind).and_then(|names| names.get(name)).is_some_and(|known| known.used)
    }

    /// The names of one kind, sorted.
    pub fn of(&self, kind: &str) -> Vec<&str> {
        let names = self.by_kind.get(kind).into_iter().flatten();
        let mut names: Vec<&str> = names.filter_map(|(name, _)| core::str::from_utf8(name).ok()).collect();
        names.sort_unstable();
        names
    }
}

/// A name of a section that must exist in the end.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The word that opens such a section.
    pub kind: &'static str,
    pub name: Box<[u8]>,
    pub span: Span,
    /// What refers to it, as the message names it: `'resolvers'`.
    pub by: Box<str>,
    pub manual: &'static str,
}

impl Parts {
    /// Reports the references to sections that don't exist.
    pub fn judge_references(&mut self, diags: &mut Diagnostics) {
        for reference in core::mem::take(&mut self.refs) {
            if self.names.refer(reference.kind, &reference.name).is_none() {
                diags.push(self.missing(&reference));
            }
        }
    }

    /// The alert about a section that doesn't exist.
    pub fn missing(&self, reference: &Reference) -> Diagnostic {
        let Reference { kind, name, span, by, manual } = reference;
        let text = format!("{by} : there is no section '{kind}' of the name '{}'.", String::from_utf8_lossy(name));
        let diagnostic = Diagnostic::alert(*span, text).framed(Frame::Parsing).manual(manual);
        match diag::closest(name, self.names.of(kind)) {
            Some(near) => diagnostic.help(format!("did you mean '{near}'?")),
            None => diagnostic,
        }
    }
}
