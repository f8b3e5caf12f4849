//! Options that follow on the rest of a `bind`, `stats socket`, `server` or `default-server` line.

use crate::addr::{self, Host, Parsed, Want};
use crate::addr_env;
use crate::build::BindB;
use crate::cx::{Cx, KEYWORD, Lead};
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::lang::{Index, Table};
use crate::spec::CertLoad;
use diag::Severity;

/// Reads the options from argument `from` on. `place` says which kind of line it is
/// ([`Places::SERVER_ONLY`], [`Places::SOCKET_ONLY`], or else).
pub fn read<B>(cx: &mut Cx<'_>, from: usize, table: fn(&Index) -> &Table<B>, place: Places, into: &mut B) {
    let index = cx.index;
    let mut at = from;
    while let Some(word) = cx.word(at) {
        let keyword = match find(table(index), &word.text) {
            Some(keyword) if fits(keyword, place) => keyword,
            Some(keyword) => {
                // As the reference does, what a `default-server` line can't have is told and passed over.
                let text = format!("'{}' is not permitted on this line and ignored.", keyword.name);
                cx.say(Severity::Warning, at, &text, None);
                at += 1 + usize::from(keyword.args.min);
                continue;
            }
            None => {
                unknown(cx, at, table(index));
                return;
            }
        };
        at = one_inside(cx, at, keyword, into);
    }
}

/// The keyword of one word, which may have arguments in parentheses.
pub fn find<B>(table: &Table<B>, word: &[u8]) -> Option<&'static Keyword<B>> {
    let found = table.one(word);
    if found.is_some() {
        return found;
    }
    let open = word.iter().position(|c| *c == b'(')?;
    table.one(&word[..open]).filter(|keyword| keyword.paren)
}

/// Reads the option `keyword` at argument `at` of a line with options of several kinds; the answer is where the next
/// one begins.
pub fn one_inside<B>(cx: &mut Cx<'_>, at: usize, keyword: &'static Keyword<B>, into: &mut B) -> usize {
    let outer = (cx.name, cx.manual, cx.args.clone());
    let next = one(cx, at, keyword, into);
    (cx.name, cx.manual, cx.args) = outer;
    next
}

/// Reads one option at argument `at`; the answer is where the next one begins.
fn one<B>(cx: &mut Cx<'_>, at: usize, keyword: &'static Keyword<B>, into: &mut B) -> usize {
    let first = cx.args.start + at + 1;
    let end = match keyword.args.max {
        u8::MAX => cx.args.end,
        max => cx.args.end.min(first + usize::from(max)),
    };
    cx.name = keyword.name;
    cx.manual = keyword.manual;
    cx.args = first..end;
    cx.used = cx.len();
    if let Some((what, advice)) = keyword.refusal() {
        cx.alert_help(KEYWORD, what, advice.to_owned());
    } else if !cx.passes(keyword.gate) {
        // Told; what follows is read all the same.
    } else if cx.len() < usize::from(keyword.args.min) {
        let Arity { what, .. } = keyword.args;
        cx.alert(cx.len(), format!("expects {what}."));
    } else {
        (keyword.parse)(cx, into);
        if keyword.status == Status::Parsed {
            cx.not_yet(KEYWORD, keyword.name);
        }
    }
    at + 1 + cx.used
}

fn fits<B>(keyword: &Keyword<B>, place: Places) -> bool {
    let bound = Places::SERVER_ONLY.or(Places::SOCKET_ONLY);
    !keyword.places.meets(bound) || keyword.places.meets(place)
}

fn unknown<B>(cx: &mut Cx<'_>, at: usize, table: &Table<B>) {
    let text = format!("unknown keyword '{}'", cx.show(at));
    let help = diag::closest(cx.text(at), table.names()).map(|near| format!("did you mean '{near}'?"));
    cx.say(Severity::Alert, at, &text, help);
}

/// Reads the options of a certificate from argument `from` on: those of `bind` lines that a crt-list may have, and
/// those of `load` lines (manual 5.1 `crt-list`, 12.7.1).
pub fn of_certificate(cx: &mut Cx<'_>, from: usize, bind: &mut BindB, load: &mut CertLoad) {
    let index = cx.index;
    let mut at = from;
    while let Some(word) = cx.word(at) {
        let may_stand = |keyword: &Keyword<BindB>| keyword.places.has(Places::CRT_LIST);
        at = match (index.bind.one(&word.text), index.load.one(&word.text)) {
            (Some(keyword), _) if may_stand(keyword) => one_inside(cx, at, keyword, bind),
            (_, Some(keyword)) => one_inside(cx, at, keyword, load),
            _ => {
                let text = format!("unknown ssl keyword '{}'.", cx.show(at));
                let of_bind = index.bind.keywords().filter(|keyword| may_stand(keyword)).map(|keyword| keyword.name);
                let known = index.load.names().chain(of_bind);
                let help = diag::closest(&word.text, known).map(|near| format!("did you mean '{near}'?"));
                cx.say(Severity::Alert, at, &text, help);
                return;
            }
        };
    }
}

/// What an address needs beside its syntax: gates, and a note about what isn't built.
pub fn judge_address(cx: &mut Cx<'_>, i: usize, parsed: &Parsed, on_server: bool) {
    let what = match parsed.host {
        Host::Reverse(_) => "rhttp@",
        _ if parsed.quic => "quic@",
        _ => return,
    };
    let gated = on_server || !parsed.quic;
    cx.parts.uses_experimental |= gated;
    if gated && !cx.exposed.experimental {
        let text = format!(
            "'{}' : '{what}' is experimental, must be allowed via a global 'expose-experimental-directives'.",
            cx.show(i)
        );
        cx.say(Severity::Alert, i, &text, None);
    } else {
        cx.not_yet(i, what);
    }
}

/// Reads the comma-separated addresses of argument 0.
pub fn addresses(cx: &mut Cx<'_>, want: Want) -> Vec<Parsed> {
    let mut addrs = Vec::new();
    for text in cx.text(0).split(|c| *c == b',') {
        match addr::parse(&addr_env::expand(text, &cx.parts.env), want) {
            Ok(parsed) => addrs.push(parsed),
            Err(why) => {
                let text = format!("'{}' : {why}", cx.name);
                let lead = core::mem::replace(&mut cx.lead, Lead::None);
                cx.say(Severity::Alert, 0, &text, None);
                cx.lead = lead;
            }
        }
    }
    addrs
}
