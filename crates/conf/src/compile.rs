//! The whole way: every section of the tree is read, then names are resolved and the whole is checked.

use crate::build::{GlobalB, ProxyB};
use crate::cached::Cached;
use crate::cx::Earlier;
use crate::finish;
use crate::lang::{Index, Lang};
use crate::outside::Outside;
use crate::parts::Parts;
use crate::rulelang::Named;
use crate::sections::{self, Defaults, Tools};
use crate::spec::Spec;
use diag::{Diagnostics, Files};
use std::collections::HashMap;
use syntax::Tree;

/// Compiles a configuration. All errors of a run are reported; a Spec comes out only if there is none (warnings
/// don't count).
///
/// `files` gives names to spans (`default-path`, «declared at FILE:LINE»).
pub fn compile(tree: &Tree, files: &Files, lang: &Lang, outside: &mut dyn Outside) -> (Option<Spec>, Diagnostics) {
    let mut world = Cached::new(outside);
    let index = Index::new(lang);
    let mut run = Run {
        files,
        index: &index,
        world: &mut world,
        diags: Diagnostics::new(),
        global: GlobalB::default(),
        defaults: Defaults::default(),
        proxies: Vec::new(),
        proxy_names: HashMap::new(),
        parts: Parts { env: tree.env_before.clone(), facts: tree.facts.clone(), ..Parts::default() },
        named: Vec::new(),
        tls: finish::tls::Known::default(),
        sockets: 0,
        guesses: 0,
    };
    finish::suspicious::order(&mut run, &tree.sections);
    for section in &tree.sections {
        sections::read(&mut run, section);
    }
    let spec = finish::finish(&mut run);
    let mut diags = run.diags;
    let spec = if diags.has_alerts() { None } else { Some(spec) };
    diags.sort();
    (spec, diags)
}

/// One compilation.
pub struct Run<'a> {
    pub files: &'a Files,
    pub index: &'a Index,
    pub world: &'a mut dyn Outside,
    pub diags: Diagnostics,
    pub global: GlobalB,
    pub defaults: Defaults,
    /// In boxes, since they are large and there may be ten thousands.
    pub proxies: Vec<Box<ProxyB>>,
    /// The first proxy of each name.
    pub proxy_names: HashMap<Box<str>, usize>,
    /// All other sections.
    pub parts: Parts,
    /// Names that the expressions of the section in hand refer to.
    pub named: Vec<Named>,
    /// What judging TLS needs, once all is read.
    pub tls: finish::tls::Known,
    /// Listening sockets so far.
    pub sockets: usize,
    /// How many «did you mean» over proxy names have been looked for.
    pub guesses: usize,
}

impl Run<'_> {
    /// What reading a line needs.
    pub fn tools(&mut self) -> Tools<'_> {
        Tools {
            world: self.world,
            diags: &mut self.diags,
            files: self.files,
            index: self.index,
            named: &mut self.named,
            parts: &mut self.parts,
            earlier: Earlier { proxies: &self.proxies, names: &self.proxy_names },
            default_path: self.global.default_path.clone(),
            exposed: self.global.exposed,
        }
    }

    /// `file:line` of a span, for messages.
    pub fn place(&self, span: diag::Span) -> String {
        format!("{}:{}", self.files.name(span.file), self.files.line(span))
    }
}
