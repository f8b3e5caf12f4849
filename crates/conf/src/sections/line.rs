//! What the lines of all sections have in common: prefixes, looking the keyword up, its arity.

use crate::build::{DefaultPath, Exposed};
use crate::cx::{Cx, Earlier, Lead};
use crate::keyword::{Arity, Keyword, Prefix, Said, Status};
use crate::lang::{Found, Index, Table};
use crate::outside::Outside;
use crate::parts::Parts;
use crate::rulelang::Named;
use diag::{Diagnostic, Diagnostics, Files, Frame};
use syntax::{Line, Word};

/// What reading a line needs of the run.
pub struct Tools<'a> {
    pub world: &'a mut dyn Outside,
    pub diags: &'a mut Diagnostics,
    pub files: &'a Files,
    pub index: &'a Index,
    pub parts: &'a mut Parts,
    pub earlier: Earlier<'a>,
    pub named: &'a mut Vec<Named>,
    pub default_path: DefaultPath,
    pub exposed: Exposed,
}

/// Splits `no` or `default` off a line.
pub fn said(words: &[Word]) -> (Said, &[Word]) {
    match words {
        [first, rest @ ..] if first.is("no") && !rest.is_empty() => (Said::No, rest),
        [first, rest @ ..] if first.is("default") && !rest.is_empty() => (Said::Default, rest),
        _ => (Said::Plain, words),
    }
}

/// Looks the first words up, and reports those that are no keyword that works. `elsewhere` knows where else a word
/// belongs.
pub fn find<B>(
    table: &Table<B>,
    words: &[Word],
    section: &str,
    elsewhere: impl FnOnce(&[u8]) -> Option<String>,
    diags: &mut Diagnostics,
) -> Option<(&'static Keyword<B>, usize)> {
    let first = &words[0];
    match table.find(words) {
        Found::Keyword(keyword, used) => return Some((keyword, used)),
        Found::Second(names) => diags.push(bad_second(words, &names)),
        Found::Unknown => {
            let text = format!("unknown keyword '{}' in '{section}' section", first.show());
            let mut diagnostic = Diagnostic::alert(first.span, text);
            if let Some(place) = elsewhere(&first.text) {
                diagnostic = diagnostic.help(format!("it belongs in {place}"));
            } else if let Some(near) = diag::closest(&first.text, table.names()) {
                diagnostic = diagnostic.help(format!("did you mean '{near}'?"));
            }
            diags.push(diagnostic);
        }
    }
    None
}

/// The second word is none of those that the first one takes.
fn bad_second(words: &[Word], names: &[&'static str]) -> Diagnostic {
    let first = words[0].show();
    let Some(second) = words.get(1) else {
        let text = match &*first {
            "option" => "'option' expects an option name.".to_owned(),
            _ => format!("'{first}' expects {}.", quoted(names)),
        };
        return Diagnostic::alert(words[0].span, text);
    };
    let text = match &*first {
        "option" => format!("unknown option '{}'.", second.show()),
        _ => format!("'{first}' supports {} (got '{}').", quoted(names), second.show()),
    };
    let diagnostic = Diagnostic::alert(second.span, text);
    match diag::closest(&second.text, names.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean '{first} {near}'?")),
        None => diagnostic,
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ")
}

/// Checks the prefix; false: the line is void.
pub fn prefix_fits<B>(keyword: &Keyword<B>, said: Said, line: &Line, diags: &mut Diagnostics) -> bool {
    let fits = match said {
        Said::Plain => true,
        Said::No => keyword.prefix != Prefix::None,
        Said::Default => keyword.prefix == Prefix::NoDefault,
    };
    if !fits {
        let word = line.words[0].show();
        let text = match keyword.name.strip_prefix("option ") {
            Some(option) => format!("negation/default is not supported for option '{option}'."),
            None => format!("'{word}' can't stand before '{}'.", keyword.name),
        };
        diags.push(Diagnostic::alert(line.words[0].span, text).framed(Frame::Language).manual(keyword.manual));
    }
    fits
}

/// Checks the number of arguments; false: the line is void.
pub fn arity_fits(cx: &mut Cx<'_>, arity: Arity) -> bool {
    if cx.len() < usize::from(arity.min) {
        cx.alert(cx.len(), format!("expects {}.", arity.what));
        return false;
    }
    if arity.max != u8::MAX && cx.len() > usize::from(arity.max) {
        let at = usize::from(arity.max);
        let extra = cx.show(at);
        cx.alert(at, format!("cannot handle unexpected argument '{extra}'."));
        return false;
    }
    true
}

/// Runs the parser of a keyword that was found, unless its status forbids.
pub fn run_parser<B>(cx: &mut Cx<'_>, keyword: &Keyword<B>, into: &mut B) {
    if let Some((what, advice)) = keyword.refusal() {
        return cx.alert_help(crate::cx::KEYWORD, what, advice.to_owned());
    }
    if !cx.passes(keyword.gate) || !arity_fits(cx, keyword.args) {
        return;
    }
    (keyword.parse)(cx, into);
    if keyword.status == Status::Parsed {
        cx.not_yet(crate::cx::KEYWORD, keyword.name);
    }
}

/// How a line begins: its prefix, and the keyword that was found.
pub struct Head<'a> {
    /// The words without the prefix.
    pub words: &'a [Word],
    pub said: Said,
    /// The keyword's name, and how many words it has.
    pub name: &'static str,
    pub used: usize,
    pub manual: &'static str,
}

/// The context for a line's keyword; `section` is its word and its name.
pub fn context<'a>(tools: Tools<'a>, line_no: u32, head: &Head<'a>, section: (&'a str, &'a str)) -> Cx<'a> {
    Cx {
        words: head.words,
        line: line_no,
        args: head.used..head.words.len(),
        used: 0,
        name: head.name,
        manual: head.manual,
        said: head.said,
        lead: Lead::None,
        world: tools.world,
        diags: tools.diags,
        files: tools.files,
        index: tools.index,
        parts: tools.parts,
        earlier: tools.earlier,
        named: tools.named,
        default_path: tools.default_path,
        exposed: tools.exposed,
        section,
    }
}
