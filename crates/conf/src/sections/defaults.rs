//! Section `defaults` (manual 4): where proxies start from.

use super::{inherit, proxy};
use crate::build::{ProxyB, SectionKind};
use crate::compile::Run;
use crate::cx;
use crate::finish::rule_lang;
use diag::{Diagnostic, Span};
use std::collections::HashMap;
use syntax::{Section, Word};

/// The `defaults` sections read so far.
#[derive(Default)]
pub struct Defaults {
    sections: Vec<One>,
    /// The latest of each name, and whether there was one before.
    by_name: HashMap<Box<[u8]>, (usize, Option<usize>)>,
}

struct One {
    settings: ProxyB,
    /// A proxy named it after `from`.
    named_by_proxy: bool,
    /// A proxy took it because it was the last one.
    taken_as_last: bool,
    /// The mix of both has been told.
    told: bool,
    sides: inherit::Sides,
}

impl Defaults {
    /// What each section says.
    pub fn settings(&mut self) -> impl Iterator<Item = &mut ProxyB> {
        self.sections.iter_mut().map(|one| &mut one.settings)
    }
}

pub fn read(run: &mut Run<'_>, section: &Section) {
    let (name, from) = head(run, section);
    let mut settings = match from {
        Some(from) => named(run, from, "defaults", &name.map_or("".into(), |n| n.show()), section.keyword.span)
            .map_or_else(ProxyB::fresh, |at| heir(run, at, "defaults", section.keyword.span)),
        None => ProxyB::fresh(),
    };
    settings.kind = SectionKind::Defaults { named: name.is_some() };
    settings.name = name.map_or("".into(), |n| n.show().into());
    settings.span = section.span;
    settings.at = cx::at(section.span, section.line_no);
    proxy::lines(run, section, &mut settings);
    settings.lang = rule_lang::bound(core::mem::take(&mut settings.lang), &settings.known_acls, [0; 8]);
    let at = run.defaults.sections.len();
    if let Some(name) = name {
        let before = run.defaults.by_name.get(&name.text).map(|(latest, _)| *latest);
        run.defaults.by_name.insert(name.text.clone(), (at, before));
    }
    run.defaults.sections.push(One {
        settings,
        named_by_proxy: false,
        taken_as_last: false,
        told: false,
        sides: Default::default(),
    });
}

/// `[NAME] [from NAME]`.
fn head<'a>(run: &mut Run<'_>, section: &'a Section) -> (Option<&'a Word>, Option<&'a Word>) {
    match section.args.as_slice() {
        [from, base] if from.is("from") => (None, Some(base)),
        [] => (None, None),
        [name, ..] => (Some(name), proxy::from(section, "defaults", &mut run.diags)),
    }
}

/// What a new proxy starts from: the section after `from`, else the last one, else nothing.
pub fn start(run: &mut Run<'_>, from: Option<&Word>, word: &str, name: &Word, at: Span) -> ProxyB {
    let Some(from) = from else { return start_from_last(run, word, at) };
    let Some(found) = named(run, from, word, &name.show(), at) else { return ProxyB::fresh() };
    let one = &mut run.defaults.sections[found];
    one.named_by_proxy = true;
    let settings = heir(run, found, word, at);
    mixed(run, found, at);
    settings
}

/// What a section of kind `word` starts from, told if it may not.
fn heir(run: &mut Run<'_>, found: usize, word: &str, at: Span) -> ProxyB {
    let place = run.place(run.defaults.sections[found].settings.span);
    let one = &mut run.defaults.sections[found];
    let fault = inherit::fault(word, &one.settings, &mut one.sides, at, &place);
    let mut settings = one.settings.heir();
    // ACLs are for the section's own rules (manual 4.2, `acl`).
    settings.acls.clear();
    settings.known_acls = Default::default();
    if let Some(fault) = fault {
        run.diags.push(fault);
    }
    settings
}

fn start_from_last(run: &mut Run<'_>, word: &str, at: Span) -> ProxyB {
    let Some(last) = run.defaults.sections.len().checked_sub(1) else { return ProxyB::fresh() };
    let one = &mut run.defaults.sections[last];
    one.taken_as_last = true;
    let settings = heir(run, last, word, at);
    mixed(run, last, at);
    settings
}

/// Finds a section by name.
fn named(run: &mut Run<'_>, from: &Word, word: &str, name: &str, at: Span) -> Option<usize> {
    let of = if name.is_empty() { String::new() } else { format!(" '{name}'") };
    match run.defaults.by_name.get(&from.text) {
        None => {
            let text = format!("defaults section '{}' not found for {word}{of}.", from.show());
            let mut known: Vec<&str> =
                run.defaults.by_name.keys().filter_map(|k| core::str::from_utf8(k).ok()).collect();
            known.sort_unstable();
            let mut diagnostic = Diagnostic::alert(from.span, text).manual("4");
            if let Some(near) = diag::closest(&from.text, known) {
                diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
            }
            run.diags.push(diagnostic);
            None
        }
        Some(&(latest, Some(before))) => {
            let (first, second) =
                (run.defaults.sections[before].settings.span, run.defaults.sections[latest].settings.span);
            let text = format!(
                "ambiguous defaults section name '{}' referenced by {word}{of} exists at least at {} and {}.",
                from.show(),
                run.place(first),
                run.place(second)
            );
            run.diags.push(Diagnostic::alert(from.span, text).also(first, "one").also(second, "another").manual("4"));
            None
        }
        Some(&(latest, None)) => {
            proxy::name_fits(from, "defaults", &mut run.diags);
            let _ = at;
            Some(latest)
        }
    }
}

/// Tells once about a section that is used both by name and as the last one.
fn mixed(run: &mut Run<'_>, found: usize, at: Span) {
    let one = &mut run.defaults.sections[found];
    if !(one.named_by_proxy && one.taken_as_last) || one.told {
        return;
    }
    one.told = true;
    let (name, declared) = (one.settings.name.clone(), one.settings.span);
    let text = format!(
        "defaults section '{name}' (declared at {}) is named by one proxy and taken by another because it is the last one.",
        run.place(declared)
    );
    run.diags.push(
        Diagnostic::warning(at, text)
            .also(declared, "declared here")
            .help("name it everywhere, or add a last defaults section for those that name none")
            .manual("4"),
    );
}
