//! Sections `frontend`, `backend` and `listen` (manual 4), and the lines that they share with `defaults`.

use super::line::{self, Head};
use crate::build::{Own, ProxyB, SectionKind};
use crate::compile::Run;
use crate::cx::{self, is_name_byte};
use crate::keyword::{Keyword, Places, Said};
use crate::spec::{Mode, ProxyKind};
use diag::{Diagnostic, Diagnostics, Frame};
use rules::Stage;
use syntax::{Line, Section, Word};

pub fn read(run: &mut Run<'_>, section: &Section, kind: ProxyKind) {
    let word = kind.word();
    let Some(name) = section.args.first() else {
        run.diags
            .push(Diagnostic::alert(section.keyword.span, format!("'{word}' expects an <id> argument")).manual("4"));
        return;
    };
    if !name_fits(name, word, &mut run.diags) {
        return;
    }
    let from = from(section, word, &mut run.diags);
    let mut proxy = Box::new(super::defaults::start(run, from, word, name, section.keyword.span));
    proxy.kind = SectionKind::Proxy(kind);
    proxy.name = name.show().into();
    proxy.span = section.span;
    proxy.at = cx::at(name.span, section.line_no);
    lines(run, section, &mut proxy);
    run.proxy_names.entry(proxy.name.clone()).or_insert(run.proxies.len());
    run.proxies.push(proxy);
}

/// The name after `from`. Reports what else stands there.
pub fn from<'a>(section: &'a Section, word: &str, diags: &mut Diagnostics) -> Option<&'a Word> {
    match section.args.get(1..).unwrap_or_default() {
        [] => None,
        [from] if from.is("from") => {
            diags.push(
                Diagnostic::alert(from.span, format!("'{word}' expects a defaults section's name after 'from'."))
                    .manual("4"),
            );
            None
        }
        [from, name] if from.is("from") => Some(name),
        [from, _, extra, ..] if from.is("from") => {
            let text = format!("'{word}' cannot handle unexpected argument '{}'.", extra.show());
            diags.push(Diagnostic::alert(extra.span, text).manual("4"));
            None
        }
        [extra, ..] => {
            let text = format!("'{word}' cannot handle unexpected argument '{}'.", extra.show());
            let mut diagnostic = Diagnostic::alert(extra.span, text).manual("4");
            if matches!(word, "frontend" | "listen") {
                diagnostic = diagnostic.help("addresses belong on a 'bind' line");
            }
            diags.push(diagnostic);
            None
        }
    }
}

/// Checks a proxy's name.
pub fn name_fits(name: &Word, word: &str, diags: &mut Diagnostics) -> bool {
    let bad = name.text.iter().position(|c| !is_name_byte(*c));
    let text = match bad {
        Some(at) => {
            let bad = name.text[at].escape_ascii();
            format!("character '{bad}' is not permitted in '{word}' name '{}'.", name.show())
        }
        None if name.is_empty() => format!("'{word}' expects an <id> argument"),
        None => return true,
    };
    diags.push(Diagnostic::alert(bad.map_or(name.span, |at| name.part(at, at + 1)), text).manual("4"));
    false
}

/// Reads the lines of a proxy or of a `defaults` section.
pub fn lines(run: &mut Run<'_>, section: &Section, proxy: &mut ProxyB) {
    // Rules that it inherits have their conditions with them.
    let raw_conds = core::mem::take(&mut proxy.own.raw_conds);
    let inherited = Stage::ALL.map(|stage| proxy.lang.set(stage).len());
    proxy.own = Own { inherited, raw_conds, ..Own::default() };
    for line in &section.lines {
        one(run, line, proxy);
    }
    proxy.checks.check_order(&mut run.diags);
    proxy.named.append(&mut run.named);
}

fn one(run: &mut Run<'_>, line: &Line, proxy: &mut ProxyB) {
    let (said, words) = line::said(&line.words);
    let section = proxy.word();
    let Some((keyword, used)) =
        line::find(&run.index.proxy, words, section, |word| run.index.home(word), &mut run.diags)
    else {
        return;
    };
    if !line::prefix_fits(keyword, said, line, &mut run.diags)
        || !place_fits(keyword, &words[used - 1], proxy, &mut run.diags)
    {
        return;
    }
    let name = proxy.name.clone();
    let head = Head { words, said, name: keyword.name, used, manual: keyword.manual };
    run.parts.raw_conds.clear();
    let mut cx = line::context(run.tools(), line.line_no, &head, (section, &name));
    line::run_parser(&mut cx, keyword, proxy);
    proxy.own.raw_conds.append(&mut run.parts.raw_conds);
    if keyword.mode == Some(Mode::Http) {
        proxy.http_only.retain(|other| !core::ptr::eq(*other, keyword));
        if said == Said::Plain {
            proxy.http_only.push(keyword);
        }
    }
}

/// Checks that a keyword may stand in this section. One that the section has no capability for is read all the
/// same, as in the reference: its errors count, its effect is dropped with the missing side.
fn place_fits(keyword: &Keyword<ProxyB>, word: &Word, proxy: &ProxyB, diags: &mut Diagnostics) -> bool {
    if keyword.places.has(proxy.place()) {
        return true;
    }
    let name = keyword.name;
    if let SectionKind::Defaults { named } = proxy.kind {
        if named && keyword.places.has(Places::NAMED_DEFAULTS) {
            return true;
        }
        let anonymous = if keyword.places.has(Places::NAMED_DEFAULTS) { "anonymous " } else { "" };
        let text = format!("'{name}' not allowed in {anonymous}'defaults' section.");
        diags.push(Diagnostic::alert(word.span, text).manual(keyword.manual));
        return false;
    }
    if keyword.places.has(Places::QUIET) {
        return true;
    }
    let side = match proxy.kind {
        SectionKind::Proxy(ProxyKind::Backend) => "frontend",
        _ => "backend",
    };
    let whose = format!("{} '{}' has no {side} capability.", proxy.word(), proxy.name);
    if keyword.places.has(Places::STRICT) {
        let text = format!("'{name}' not allowed because {whose}");
        diags.push(Diagnostic::alert(word.span, text).manual(keyword.manual));
        return false;
    }
    let shown = name.strip_prefix("option ").unwrap_or(name);
    let mut diagnostic =
        Diagnostic::warning(word.span, format!("'{shown}' ignored because {whose}")).manual(keyword.manual);
    diagnostic = match name {
        "maxconn" => diagnostic.help("a backend's limit is 'fullconn'"),
        "fullconn" => diagnostic.help("a frontend's limit is 'maxconn'"),
        _ => diagnostic,
    };
    diags.push(diagnostic.framed(Frame::Parsing));
    true
}
