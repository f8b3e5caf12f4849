//! ACLs, conditions, and the backends that rules name.

use super::world::ExprWorld;
use super::{End, called};
use crate::build::{PendingTarget, ProxyB};
use crate::compile::Run;
use crate::spec::{Mode, UseBackend};
use base::ix::PxIx;
use diag::{Diagnostic, Frame, Span};
use expr::Place;
use expr::acl::{Acls, Cond};
use syntax::Word;

/// Compiles a proxy's ACLs, reporting what is wrong with them.
pub fn acls(run: &mut Run<'_>, end: &End, proxy: &ProxyB) -> Acls {
    let mut acls = Acls::new();
    for words in &proxy.acl_words {
        let texts: Vec<&[u8]> = words.iter().map(|w| &w.text[..]).collect();
        let mut world = ExprWorld {
            world: run.world,
            default_path: &run.global.default_path,
            file: run.files.name(words[0].span.file),
            names: &end.names,
            own: proxy,
        };
        match acls.declare(&texts, &mut world) {
            Ok(unbuilt) => not_yet(run, words, &unbuilt),
            Err(error) => {
                let text = format!("error detected while parsing ACL '{}' : {}.", words[0].show(), error.text);
                report(run, words, &error, text);
            }
        }
    }
    acls
}

/// The `use_backend` rules.
pub fn rules(run: &mut Run<'_>, end: &End, proxy: &ProxyB, acls: &Acls) -> Vec<UseBackend> {
    let mut rules = Vec::with_capacity(proxy.use_backend.len());
    for rule in &proxy.use_backend {
        if rule.cond.is_some() {
            condition(run, end, proxy, &rule.words, acls);
        }
        if let Some(target) = target(run, end, proxy, rule, "use_backend") {
            rules.push(UseBackend { target, cond: rule.cond.clone(), at: rule.at });
        }
    }
    rules
}

/// The `default_backend`.
pub fn default(run: &mut Run<'_>, end: &End, proxy: &ProxyB) -> Option<PxIx> {
    let pending = proxy.default_backend.as_ref()?;
    target(run, end, proxy, pending, "default_backend")
}

fn condition(run: &mut Run<'_>, end: &End, proxy: &ProxyB, words: &[Word], acls: &Acls) {
    let texts: Vec<&[u8]> = words.iter().map(|w| &w.text[..]).collect();
    let mut world = ExprWorld {
        world: run.world,
        default_path: &run.global.default_path,
        file: run.files.name(words[0].span.file),
        names: &end.names,
        own: proxy,
    };
    match Cond::compile(&texts, acls, &mut world) {
        Err(error) => {
            let text = format!("error detected while parsing switching rule : {}.", error.text);
            report(run, words, &error, text);
        }
        Ok(cond) => {
            not_yet(run, words, cond.unbuilt());
            for one in cond.misplaced(Place::UseBackend) {
                let acl = if one.acl.is_empty() { "anonymous acl".to_owned() } else { format!("acl '{}'", one.acl) };
                let effect = if one.never { "will never match here" } else { "matches only in part here" };
                let place = Place::UseBackend.name();
                let text = format!("{acl} {effect}: '{}' is not available in a {place}.", one.fetch);
                run.diags.push(Diagnostic::warning(whole(words), text).manual("7.3"));
            }
        }
    }
}

fn target(run: &mut Run<'_>, end: &End, proxy: &ProxyB, pending: &PendingTarget, keyword: &str) -> Option<PxIx> {
    let Some(known) = end.names.get(&pending.name).filter(|known| known.is_back) else {
        let text = format!("Proxy '{}': unable to find required {keyword}: '{}'.", proxy.name, pending.name);
        let mut diagnostic = Diagnostic::alert(pending.span, text).framed(Frame::Config).manual("4.2");
        // The scan over all names is paid for by a file that is refused anyway, and a few times at most.
        if run.guesses < MOST_GUESSES {
            run.guesses += 1;
            let backs = end.names.iter().filter(|(_, known)| known.is_back);
            let mut names: Vec<&str> = backs.map(|(name, _)| &**name).collect();
            names.sort_unstable();
            if let Some(near) = diag::closest(pending.name.as_bytes(), names) {
                diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
            }
        }
        run.diags.push(diagnostic);
        return None;
    };
    if known.span == proxy.span {
        let text = format!("Proxy '{}': loop detected for {keyword}: '{}'.", proxy.name, pending.name);
        run.diags.push(Diagnostic::alert(pending.span, text).framed(Frame::Config).manual("4.2"));
        return None;
    }
    if proxy.mode == Mode::Http && known.mode == Mode::Tcp {
        let rule = if keyword == "default_backend" { "as its default backend" } else { "in a 'use_backend' rule" };
        let text = format!(
            "http {} ({}) can't use tcp backend '{}' ({}) {rule} (see 'mode').",
            called(proxy),
            run.place(proxy.span),
            pending.name,
            run.place(known.span)
        );
        run.diags.push(
            Diagnostic::alert(pending.span, text).framed(Frame::Config).also(known.span, "in mode tcp").manual("4.2"),
        );
        return None;
    }
    Some(known.index)
}

/// How many unknown backends get a «did you mean».
const MOST_GUESSES: usize = 20;

/// Reports an error of the rule language at its word.
fn report(run: &mut Run<'_>, words: &[Word], error: &expr::Error, text: String) {
    let word = words.get(error.word).or(words.last());
    let span = word.map_or(Span::default(), |word| match error.len {
        0 => word.span,
        len => word.part(error.off, error.off + len),
    });
    let mut diagnostic = Diagnostic::alert(span, text).manual("7");
    let got = word.and_then(|word| word.text.get(error.off..error.off + error.len)).unwrap_or_default();
    let mut known: Vec<&str> = error.candidates.iter().map(String::as_str).collect();
    known.sort_unstable();
    if let Some(near) = diag::closest(got, known) {
        diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
    }
    run.diags.push(diagnostic);
}

/// Notes what a line uses and nobody has built yet.
fn not_yet(run: &mut Run<'_>, words: &[Word], unbuilt: &[expr::Unbuilt]) {
    for one in unbuilt {
        let Some(word) = words.get(one.word) else { continue };
        let text = format!("'{}' is not supported yet", one.name);
        let span = word.part(one.off, one.off + one.name.len());
        run.diags.push_unbuilt(Diagnostic::alert(span, text).manual("7"));
    }
}

fn whole(words: &[Word]) -> Span {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::default(),
    }
}
