//! Files of the Stream Processing Offload Engine (SPOE.txt, 2), which `filter spoe` lines name. They are in the
//! configuration's language, but have sections of their own, and `[engine]` lines between which only those of one
//! engine count.

mod engine;
mod kinds;

pub use kinds::KINDS;

use crate::build::{GlobalB, LogLine};
use crate::compile::Run;
use crate::cx::Cx;
use crate::finish::{End, logs};
use crate::parts::Parts;
use crate::sections::Defaults;
use crate::spec::Mode;
use diag::{Diagnostic, Diagnostics, Files, Frame, Span};
use engine::Later;
use syntax::Section;

/// An engine that a `filter` line names, to be checked when all files are read.
#[derive(Clone, Debug)]
pub struct Read {
    later: Later,
    /// Where the `filter` line names the file.
    span: Span,
}

/// A file and the engine that it was read for.
pub type FileKey = (Box<[u8]>, Option<Box<str>>);

/// Reads the file that argument `i` names, for an engine, or for the only one if `engine` is `None`. What is wrong in
/// it is reported at its own lines. What comes out is kept in [`Parts::spoe`], to be checked further when all files
/// are read; the answer says whether there is anything.
pub fn read(cx: &mut Cx<'_>, i: usize, engine: Option<&str>) -> bool {
    let path = cx.path(i);
    // Many lines may name one engine: it is read once.
    let key = (path.clone().into_boxed_slice(), engine.map(Into::into));
    if let Some(known) = cx.parts.spoe_files.get(&key) {
        return *known;
    }
    let found = read_file(cx, i, engine, &path);
    cx.parts.spoe_files.insert(key, found);
    found
}

fn read_file(cx: &mut Cx<'_>, i: usize, engine: Option<&str>, path: &[u8]) -> bool {
    let shown = String::from_utf8_lossy(path).into_owned();
    let content = match cx.world.read(path) {
        Ok(content) => content,
        Err(why) => {
            cx.alert(i, format!(": could not open configuration file '{shown}' ({why})."));
            return false;
        }
    };
    let mut files = Files::new();
    let id = files.add(&shown, content);
    let (env, facts) = (cx.parts.env.clone(), cx.parts.facts.clone());
    let is_section = |word: &[u8]| is_scope(word) || KINDS.iter().any(|kind| kind.word().as_bytes() == word);
    let (tree, mut diags) = syntax::parse(&files, &[id], env, &facts, &is_section);
    let mut run = Run {
        files: &files,
        index: cx.index,
        world: &mut *cx.world,
        diags: Diagnostics::new(),
        global: GlobalB { default_path: cx.default_path.clone(), exposed: cx.exposed, ..GlobalB::default() },
        defaults: Defaults::default(),
        proxies: Vec::new(),
        proxy_names: Default::default(),
        tls: Default::default(),
        parts: Parts::default(),
        named: Vec::new(),
        sockets: 0,
        guesses: 0,
    };
    let mut scope: Option<&[u8]> = None;
    for section in &tree.sections {
        if is_scope(&section.keyword.text) {
            scope = begin_scope(&mut run, section);
        } else if scope == engine.map(str::as_bytes) {
            sections_read(&mut run, section);
        }
    }
    let made = engine::finish(&mut run, engine, path);
    let (found, named) = (core::mem::take(&mut run.diags), core::mem::take(&mut run.parts.named));
    diags.append(found);
    diags.sort();
    let failed = diags.has_alerts();
    report(cx, i, &files, &diags);
    if failed {
        cx.alert(i, format!(": error(s) found in configuration file '{shown}'."));
        return false;
    }
    // What expressions name stands in the other files: it is looked for from the `filter` line.
    let span = cx.span(i);
    cx.named.extend(named.into_iter().map(|mut one| {
        one.span = span;
        one
    }));
    let Some(later) = made else {
        cx.alert(i, format!(": no SPOE agent found in file '{shown}'."));
        return false;
    };
    cx.parts.spoe.push(Read { later, span });
    true
}

/// Whether a word begins a scope.
fn is_scope(word: &[u8]) -> bool {
    word.first() == Some(&b'[')
}

fn sections_read(run: &mut Run<'_>, section: &Section) {
    if let Some(kind) = run.index.kind(&section.keyword.text) {
        kind.read(run, section);
    }
}

/// `[name]`, alone on its line; its own lines stand before any section.
fn begin_scope<'a>(run: &mut Run<'_>, section: &'a Section) -> Option<&'a [u8]> {
    let word = &section.keyword;
    let mut refuse = |span: Span, text: String| run.diags.push(Diagnostic::alert(span, text).manual("9.3"));
    for line in &section.lines {
        let text = format!("unknown keyword '{}' out of section.", line.words[0].show());
        refuse(line.words[0].span, text);
    }
    let inner = &word.text[1..];
    let end = inner.iter().position(|c| *c == b']');
    let name = &inner[..end.unwrap_or(inner.len())];
    let bad = name.iter().find(|c| !crate::cx::is_name_byte(**c));
    match (end, section.args.first()) {
        _ if name.is_empty() => refuse(word.span, "empty scope name is forbidden.".to_owned()),
        (None, Some(_)) => refuse(word.span, "character ' ' is not permitted in a scope name.".to_owned()),
        _ if bad.is_some() => {
            let bad = bad.map(|c| c.escape_ascii().to_string()).unwrap_or_default();
            refuse(word.span, format!("character '{bad}' is not permitted in a scope name."));
        }
        (None, None) => refuse(word.span, "the scope's name has no closing ']'.".to_owned()),
        (Some(end), None) if end + 1 < inner.len() => {
            refuse(word.span, "nothing may follow the ']' of a scope.".to_owned());
        }
        (Some(_), Some(extra)) => refuse(extra.span, "nothing may follow the ']' of a scope.".to_owned()),
        (Some(_), None) => {}
    }
    Some(name)
}

/// Says at the `filter` line what was found at the lines of the other file.
fn report(cx: &mut Cx<'_>, i: usize, files: &Files, diags: &Diagnostics) {
    let span = cx.span(i);
    for found in diags {
        let place = found.span.map(|span| format!("[{}:{}]", files.name(span.file), files.line(span)));
        let text = match (found.frame, place) {
            (Frame::Parsing, Some(place)) => format!("parsing {place} : {}", found.message),
            (Frame::Language, Some(place)) => format!("parsing {place}: {}", found.message),
            _ => found.message.clone(),
        };
        let mut said = Diagnostic::new(found.severity, text).at(span).framed(Frame::Config);
        said.excerpt = found.excerpt.clone();
        // What the lexer advises is about the configuration's own sections.
        if found.frame != Frame::Language || !found.message.ends_with("out of section.") {
            said.help = found.help.clone();
        }
        said.manual = found.manual.or(Some("9.3"));
        cx.diags.push(said);
    }
}

/// After the last file: what engines say about other parts of the configuration.
pub fn finish(run: &mut Run<'_>, end: &End) {
    for Read { later, span } in core::mem::take(&mut run.parts.spoe) {
        for fault in faults(run, end, &later) {
            run.diags.push(Diagnostic::alert(span, fault).framed(Frame::Config).manual("9.3"));
        }
        let mut spoe = later.spoe;
        let send_hostname = end.global.log_send_hostname.is_some();
        spoe.agent.logs = logs::targets(&later.logs, Some(&end.global.logs), send_hostname);
        run.parts.made.spoe.push(spoe);
    }
}

fn faults(run: &mut Run<'_>, end: &End, later: &Later) -> Vec<String> {
    let agent = String::from_utf8_lossy(&later.spoe.agent.name).into_owned();
    let name = &later.spoe.agent.backend;
    let backend = match end.names.get(name) {
        Some(known) if !known.is_back => Some(format!("'{name}' is no backend")),
        // As documented, mode tcp stands for mode spop here.
        Some(known) if matches!(known.mode, Mode::Spop | Mode::Tcp) => None,
        Some(_) => Some(format!("backend '{name}' isn't in mode spop")),
        None => Some(format!("there is no backend '{name}'")),
    };
    let mut faults = Vec::new();
    if let Some(fault) = backend {
        faults.push(format!("'use-backend' of SPOE agent '{agent}' at {} : {fault}.", later.backend));
    }
    let largest = end.global.tune.bufsize.saturating_sub(LENGTH_BYTES);
    if let Some((size, place)) = later.frame.as_ref().filter(|(size, _)| *size > largest) {
        faults.push(format!("'max-frame-size' of SPOE agent '{agent}' at {place} is at most {largest}, not {size}."));
    }
    for line in &later.logs.lines {
        if let LogLine::Target { target, .. } = line
            && let Some(fault) = logs::fault(run, &end.names, &target.sink)
        {
            faults.push(format!("'log' of SPOE agent '{agent}' : {fault}."));
        }
    }
    faults
}

/// What precedes a frame in a buffer (SPOE.txt, 2.2).
const LENGTH_BYTES: u32 = 4;
