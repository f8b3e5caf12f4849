//! Everything that is registered, as one list: for `-dK` dumps, the coverage of the reference's catalogue, and
//! whatever else lists the language. The words are the catalogue's: class, context, name, and what stands behind it.

use crate::actions::{self, Act, How, Stages};
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::keywords::proxy::filter as filters;
use crate::lang::Lang;
use crate::spec::Mode;

/// A class of the catalogue; the reference's `-dK` has one list for each. Commands of the runtime API aren't known
/// here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// Keywords that exist in ACLs only.
    Acl,
    /// Actions of rules; the context is the rule set.
    Act,
    /// Configuration keywords; the context is `section` for the words that open one, else a section, or `proxy`,
    /// `option`, `bind`, `server`, `crt-list`.
    Cfg,
    /// Converters.
    Cnv,
    /// Filters.
    Flt,
    /// Fetches; the context is the 22 columns of places.
    Smp,
    /// Services of `use-service`.
    Svc,
}

/// One thing that is registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    pub class: Class,
    pub context: String,
    /// Several words where the name has them.
    pub name: &'static str,
    /// What the catalogue has behind the name: `+1`, `(string): str`, `[ FE HTTP ]`.
    pub note: String,
    pub status: Status,
}

/// The contexts of rules, in the order of the reference's dump.
pub const RULE_SETS: [rules::Stage; 8] = [
    rules::Stage::QuicInitial,
    rules::Stage::TcpReqConn,
    rules::Stage::TcpReqSess,
    rules::Stage::TcpReqCont,
    rules::Stage::TcpResCont,
    rules::Stage::HttpReq,
    rules::Stage::HttpRes,
    rules::Stage::HttpAfterRes,
];

/// All that `lang`, the expressions and the actions register.
pub fn all(lang: &Lang) -> Vec<Listed> {
    let mut list = Vec::new();
    list.extend(expr::acl::ITEMS.iter().map(acl));
    list.extend(expr::conv::items().map(converter));
    list.extend(expr::fetch::items().map(fetch));
    list.extend(actions::ITEMS.iter().flat_map(|act| in_rule_sets(act)));
    list.extend(filters::all().map(filter));
    list.extend(actions::SERVICES.iter().map(|(name, status)| plain(Class::Svc, "", name, *status)));
    configuration(lang, &mut list);
    list
}

fn configuration(lang: &Lang, list: &mut Vec<Listed>) {
    for name in ["global", "defaults", "frontend", "backend", "listen"] {
        list.push(plain(Class::Cfg, "section", name, Status::Working));
    }
    list.extend(lang.global.iter().map(|keyword| plain(Class::Cfg, "global", keyword.name, keyword.status)));
    list.extend(lang.proxy.iter().flat_map(|items| items.iter()).map(|keyword| of_proxy(keyword)));
    list.extend(lang.bind.iter().map(|keyword| on_line("bind", keyword)));
    list.extend(lang.bind_tls.iter().map(|keyword| on_line("bind ssl", keyword)));
    let listed = lang.bind.iter().chain(lang.bind_tls).filter(|keyword| keyword.places.has(Places::CRT_LIST));
    list.extend(listed.map(|keyword| on_line("crt-list", keyword)));
    list.extend(lang.server.iter().map(|keyword| on_line("server", keyword)));
    list.extend(lang.load.iter().map(|keyword| on_line("load", keyword)));
    for kind in lang.kinds.iter().chain(lang.spoe) {
        list.push(plain(Class::Cfg, "section", kind.word(), kind.status()));
        // What a section that isn't built says isn't in force either.
        let whole = kind.status();
        let status = |own: Status| if whole == Status::Working { own } else { whole };
        list.extend(kind.keywords().iter().map(|k| plain(Class::Cfg, kind.word(), k.name, status(k.status))));
    }
}

fn plain(class: Class, context: &str, name: &'static str, status: Status) -> Listed {
    Listed { class, context: context.to_owned(), name, note: String::new(), status }
}

fn acl(keyword: &expr::acl::Keyword) -> Listed {
    let works = expr::fetch::find(keyword.fetch.as_bytes()).is_some_and(|fetch| fetch.works());
    let note = format!("{} -m {}", keyword.fetch, keyword.matcher.word());
    Listed { note, ..plain(Class::Acl, "", keyword.name, built(works)) }
}

fn converter(conv: &'static expr::Conv) -> Listed {
    let note = format!("{}: {} => {}", arguments(&conv.args), conv.out.name(), conv.input.name());
    Listed { note, ..plain(Class::Cnv, "", conv.name, built(conv.works())) }
}

fn fetch(fetch: &'static expr::Fetch) -> Listed {
    let note = format!("{}: {}", arguments(&fetch.args), fetch.out.name());
    Listed { note, ..plain(Class::Smp, &fetch.places.columns(), fetch.name, built(fetch.works())) }
}

fn filter((name, family, status): (&'static str, &'static str, Status)) -> Listed {
    Listed { note: format!("[{family}]"), ..plain(Class::Flt, "", name, status) }
}

/// The catalogue's notation; empty if there is none.
fn arguments(spec: &expr::ArgSpec) -> String {
    if spec.kinds().is_empty() { String::new() } else { spec.text() }
}

fn built(works: bool) -> Status {
    if works { Status::Working } else { Status::Parsed }
}

/// An action, once for each rule set in which it is legal.
fn in_rule_sets(act: &'static Act) -> impl Iterator<Item = Listed> {
    let stages: Stages = act.stages;
    let note = if act.how == How::Word { "" } else { "*" };
    RULE_SETS.into_iter().filter(move |stage| stages.has(*stage)).map(move |stage| Listed {
        note: note.to_owned(),
        ..plain(Class::Act, stage.keyword(), act.name, act.status(stage))
    })
}

/// A proxy's keyword; an option with the sides and the mode that it needs.
fn of_proxy<B>(keyword: &'static Keyword<B>) -> Listed {
    let Some(option) = keyword.name.strip_prefix("option ") else {
        return plain(Class::Cfg, "proxy", keyword.name, keyword.status);
    };
    let refused = matches!(keyword.status, Status::Gone(_));
    let words = [
        ("FE", keyword.places.has(Places::FRONTEND)),
        ("BE", keyword.places.has(Places::BACKEND)),
        ("HTTP", keyword.mode == Some(Mode::Http)),
    ];
    let words = words.into_iter().filter(|(_, applies)| *applies && !refused).map(|(word, _)| format!("{word} "));
    let note = format!("[ {}]", words.collect::<String>());
    Listed { note, ..plain(Class::Cfg, "option", option, keyword.status) }
}

/// An option of a line, with how many words follow it.
fn on_line<B>(context: &str, keyword: &'static Keyword<B>) -> Listed {
    let Arity { min, .. } = keyword.args;
    let note = if min == 0 { String::new() } else { format!("+{min}") };
    Listed { note, ..plain(Class::Cfg, context, keyword.name, keyword.status) }
}
