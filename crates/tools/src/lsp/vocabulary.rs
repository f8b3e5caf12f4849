//! The registries as one dictionary: every word of the language with what an editor shows of it. This is the place
//! where a further table of the language joins.

use conf::actions::Act;
use conf::keyword::{Facts, Gate, Keyword, Places, Prefix, Status};
use conf::lang::Lang;
use rules::Stage;
use std::collections::HashMap;
use std::sync::LazyLock;

/// One word of the language, or several that belong together.
#[derive(Clone, Debug)]
pub struct Term {
    /// As written; the words of a keyword of several have one blank between them.
    pub name: &'static str,
    /// What it takes, for people.
    pub args: String,
    /// How many words may follow.
    pub takes: (u8, u8),
    /// What it is, a sentence.
    pub doc: &'static str,
    /// Section of the manual.
    pub manual: &'static str,
    /// First version that has it; empty if it is very old or nobody says.
    pub since: &'static str,
    pub standing: Standing,
    pub gate: Gate,
    pub prefix: Prefix,
    /// Where it may stand, as far as that is a matter of [`Places`].
    pub places: Places,
    /// Where it may stand, for people.
    pub legal: String,
}

/// Whether a word can be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    Works,
    /// It can be checked, not run.
    Checked,
    /// It was once documented; the text says what to do instead.
    Gone(&'static str),
    /// Belongs to something that this program is built without.
    Absent(&'static str),
}

/// All words. Each list is sorted by first and second word.
pub struct Vocabulary {
    /// Words that open a section.
    pub sections: Vec<Term>,
    /// Keywords of `defaults`, `frontend`, `listen` and `backend`.
    proxy: Vec<Term>,
    /// Keywords of the other sections.
    others: HashMap<&'static str, Vec<Term>>,
    /// Options of `bind` and `stats socket`.
    pub bind: Vec<Term>,
    /// Options of `server` and `default-server`.
    pub server: Vec<Term>,
    /// Options of `load`.
    pub load: Vec<Term>,
    /// Actions of rules, by the keyword of their lines.
    actions: HashMap<&'static str, Vec<Term>>,
    pub fetches: Vec<Term>,
    pub converters: Vec<Term>,
    /// What can stand for a fetch in ACLs only.
    pub criteria: Vec<Term>,
}

/// The language that this program has.
pub static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::new(&conf::LANG));

/// The sections that the registry has no literal for: word, what it is, section of the manual.
const SECTIONS: [(&str, &str, &str); 5] = [
    ("backend", "A set of servers that requests are sent to.", "4"),
    ("defaults", "Settings that the proxies below start from.", "4"),
    ("frontend", "Where connections come in, and where they go from there.", "4"),
    ("global", "Settings of the whole process.", "3"),
    ("listen", "A frontend and a backend in one.", "4"),
];

impl Vocabulary {
    fn new(lang: &Lang) -> Vocabulary {
        let mut others = HashMap::from([("global", terms(lang.global, "section 'global'"))]);
        let mut sections: Vec<Term> = SECTIONS.map(|(word, doc, manual)| section_term(word, doc, manual)).into();
        for kind in lang.kinds {
            let section = section_term(kind.word(), kind.doc(), kind.manual());
            sections.push(Term { since: kind.since(), standing: standing(kind.status()), ..section });
            let legal = format!("section '{}'", kind.word());
            let keywords = kind.keywords().into_iter().map(|facts| Term { legal: legal.clone(), ..term(facts) });
            others.insert(kind.word(), keywords.collect());
        }
        let mut all = Vocabulary {
            sections,
            proxy: lang.proxy.iter().flat_map(|items| items.iter().map(|keyword| proxy_term(keyword))).collect(),
            others,
            bind: lang.bind.iter().chain(lang.bind_tls).map(|keyword| option_term(keyword, "bind")).collect(),
            server: lang.server.iter().map(|keyword| option_term(keyword, "server")).collect(),
            load: lang.load.iter().map(|keyword| option_term(keyword, "load")).collect(),
            actions: Stage::ALL.map(|stage| (stage.keyword(), actions(stage))).into(),
            fetches: expr::fetch::items().map(fetch_term).collect(),
            converters: expr::conv::items().map(converter_term).collect(),
            criteria: expr::acl::ITEMS.iter().map(criterion_term).collect(),
        };
        let lists = [&mut all.sections, &mut all.proxy, &mut all.bind, &mut all.server]
            .into_iter()
            .chain([&mut all.load, &mut all.fetches, &mut all.converters, &mut all.criteria])
            .chain(all.actions.values_mut())
            .chain(all.others.values_mut());
        for list in lists {
            list.sort_by_key(|term| (term.first(), term.second()));
        }
        all
    }

    /// The keywords of a section, wherever they are legal.
    pub fn lines(&self, section: &[u8]) -> &[Term] {
        if place_of(section).is_some() {
            return &self.proxy;
        }
        core::str::from_utf8(section).ok().and_then(|word| self.others.get(word)).map_or(&[], |terms| terms)
    }

    /// The actions of rules that a keyword's lines are; `None`: they are no rules.
    pub fn actions(&self, keyword: &str) -> Option<&[Term]> {
        self.actions.get(keyword).map(|terms| terms.as_slice())
    }
}

/// A term that takes nothing and stands anywhere.
fn bare(name: &'static str, doc: &'static str, manual: &'static str) -> Term {
    Term {
        name,
        args: String::new(),
        takes: (0, 0),
        doc,
        manual,
        since: "",
        standing: Standing::Works,
        gate: Gate::None,
        prefix: Prefix::None,
        places: Places::ALL,
        legal: String::new(),
    }
}

fn terms<B>(items: &[&'static Keyword<B>], legal: &str) -> Vec<Term> {
    items.iter().map(|keyword| Term { legal: legal.to_owned(), ..placed(keyword) }).collect()
}

fn placed<B>(keyword: &Keyword<B>) -> Term {
    Term { prefix: keyword.prefix, places: keyword.places, ..term(keyword.facts()) }
}

fn term(facts: Facts) -> Term {
    Term {
        args: facts.args.what.to_owned(),
        takes: (facts.args.min, facts.args.max),
        since: facts.since,
        standing: standing(facts.status),
        gate: facts.gate,
        ..bare(facts.name, facts.doc, facts.manual)
    }
}

fn standing(status: Status) -> Standing {
    match status {
        Status::Working => Standing::Works,
        Status::Parsed => Standing::Checked,
        Status::Gone(advice) => Standing::Gone(advice),
        Status::Absent(why) => Standing::Absent(why),
    }
}

fn section_term(word: &'static str, doc: &'static str, manual: &'static str) -> Term {
    Term { legal: "at the margin".to_owned(), args: "<name>".to_owned(), ..bare(word, doc, manual) }
}

fn proxy_term<B>(keyword: &Keyword<B>) -> Term {
    let places = keyword.places;
    let mut words: Vec<&str> =
        PROXIES.iter().filter(|(_, place)| places.meets(*place)).map(|(word, _)| *word).collect();
    if !places.meets(Places::DEFAULTS) && places.meets(Places::NAMED_DEFAULTS) {
        words.insert(0, "defaults with a name");
    }
    Term { legal: words.join(", "), ..placed(keyword) }
}

fn option_term<B>(keyword: &Keyword<B>, line: &str) -> Term {
    let legal = match keyword.places {
        places if places.meets(Places::SOCKET_ONLY) => "'stats socket' lines".to_owned(),
        places if places.meets(Places::SERVER_ONLY) => "'server' lines".to_owned(),
        _ if line == "server" => "'server' and 'default-server' lines".to_owned(),
        _ => format!("'{line}' lines"),
    };
    Term { legal, ..placed(keyword) }
}

fn actions(stage: Stage) -> Vec<Term> {
    let fits = conf::actions::ITEMS.iter().filter(|act| act.stages.has(stage));
    fits.map(|act| action_term(act, stage)).collect()
}

fn action_term(act: &Act, stage: Stage) -> Term {
    Term {
        args: act.args.to_owned(),
        takes: (0, u8::MAX),
        since: act.since,
        standing: standing(act.status(stage)),
        gate: act.gate,
        legal: act.stages.keywords(),
        ..bare(act.name, act.doc, act.manual)
    }
}

fn fetch_term(fetch: &expr::Fetch) -> Term {
    let legal: Vec<&str> =
        expr::Place::ALL.iter().filter(|place| fetch.places.has(**place)).map(|place| place.name()).collect();
    let legal = if legal.len() == expr::Place::ALL.len() { "everywhere".to_owned() } else { legal.join(", ") };
    let args = format!("{} → {}", arguments(fetch.args.text()), fetch.out.name());
    Term { args, legal, standing: built(fetch.works()), ..bare(fetch.name, fetch.doc, "7.3") }
}

fn converter_term(conv: &expr::Conv) -> Term {
    let args = format!("{} {} → {}", arguments(conv.args.text()), conv.input.name(), conv.out.name());
    let standing = built(conv.works());
    Term { args, legal: "behind a fetch".to_owned(), standing, ..bare(conv.name, conv.doc, "7.3.1") }
}

fn built(is_built: bool) -> Standing {
    if is_built { Standing::Works } else { Standing::Checked }
}

fn criterion_term(keyword: &'static expr::acl::Keyword) -> Term {
    let args = format!("{}, matched with '-m {}'", keyword.fetch, keyword.matcher.name());
    let doc = expr::fetch::find(keyword.fetch.as_bytes()).map_or("", |fetch| fetch.doc);
    Term { args, legal: "ACLs".to_owned(), ..bare(keyword.name, doc, "7.1") }
}

fn arguments(text: String) -> String {
    if text == "()" { String::new() } else { text }
}

/// The sections that share their keywords, and their places.
const PROXIES: [(&str, Places); 4] = [
    ("defaults", Places::DEFAULTS),
    ("frontend", Places::FRONTEND),
    ("listen", Places::LISTEN),
    ("backend", Places::BACKEND),
];

/// The place that such a section is.
pub fn place_of(section: &[u8]) -> Option<Places> {
    PROXIES.iter().find(|(word, _)| word.as_bytes() == section).map(|(_, place)| *place)
}

impl Term {
    /// Whether it may stand in such a section; `named`: the section has a name.
    pub fn fits(&self, section: &[u8], named: bool) -> bool {
        let Some(place) = place_of(section) else { return true };
        self.places.meets(place) || (section == b"defaults" && named && self.places.meets(Places::NAMED_DEFAULTS))
    }

    /// Whether an option may stand on a line of this kind ([`Places::SERVER_ONLY`], [`Places::SOCKET_ONLY`], or
    /// neither).
    pub fn fits_line(&self, line: Places) -> bool {
        let bound = Places::SERVER_ONLY.or(Places::SOCKET_ONLY);
        !self.places.meets(bound) || self.places.meets(line)
    }

    /// Whether it is worth proposing.
    pub fn is_alive(&self) -> bool {
        matches!(self.standing, Standing::Works | Standing::Checked)
    }

    /// The first word.
    pub fn first(&self) -> &'static str {
        self.name.split(' ').next().unwrap_or_default()
    }

    /// The second word, if it has one.
    pub fn second(&self) -> Option<&'static str> {
        self.name.split_once(' ').map(|(_, second)| second)
    }

    /// The values that it enumerates: what stands in quotes where its arguments are described.
    pub fn values(&self) -> Vec<&str> {
        let mut quoted = self.args.split('\'').skip(1).step_by(2).collect::<Vec<&str>>();
        quoted.retain(|value| !value.is_empty() && !value.contains(' '));
        quoted
    }

    /// What kind of thing an argument in parentheses names, in the words of the registry: `backend`, `table`.
    pub fn argument_kind(&self, index: usize) -> Option<&str> {
        let inside = self.args.strip_prefix('(')?.split(')').next()?;
        inside.split([',', '[', ']']).filter(|kind| !kind.is_empty()).nth(index)
    }

    /// Everything about it, as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("**{}**", self.name);
        if !self.args.is_empty() {
            text += if self.args.starts_with('(') { "" } else { " " };
            text += &escaped(&self.args);
        }
        text += "\n\n";
        text += &escaped(self.doc);
        let mut facts = Vec::new();
        if !self.legal.is_empty() {
            facts.push(format!("Where: {}.", escaped(&self.legal)));
        }
        match self.prefix {
            Prefix::None => {}
            Prefix::No => facts.push("Takes 'no'.".to_owned()),
            Prefix::NoDefault => facts.push("Takes 'no' and 'default'.".to_owned()),
        }
        match self.gate {
            Gate::None => {}
            Gate::Experimental => facts.push("Needs 'expose-experimental-directives'.".to_owned()),
            Gate::Deprecated => facts.push("Needs 'expose-deprecated-directives'.".to_owned()),
        }
        match self.standing {
            Standing::Works => {}
            Standing::Checked => facts.push("Checked, and not supported yet when it is to be run.".to_owned()),
            Standing::Absent(why) => facts.push(format!("Not in this program: {}.", escaped(why))),
            Standing::Gone(advice) => facts.push(format!("Not supported any more: {}.", escaped(advice))),
        }
        if !self.since.is_empty() {
            facts.push(format!("Since {}.", self.since));
        }
        if !self.manual.is_empty() {
            facts.push(format!("Manual {}.", self.manual));
        }
        for fact in facts {
            text += "\n\n";
            text += &fact;
        }
        text
    }
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '<' | '>' | '[' | ']' | '*' | '_' | '`' | '\\' | '|') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The keyword that a line begins with, and how many words it has. `words` has no `no` or `default` before it.
pub fn find<'v>(terms: &'v [Term], words: &[&[u8]]) -> Option<(&'v Term, usize)> {
    let mut alone = None;
    for term in beginning(terms, words.first()?) {
        match term.second() {
            None => alone = Some((term, 1)),
            Some(second) if words.get(1).is_some_and(|word| is_word(second, word)) => return Some((term, 2)),
            Some(_) => {}
        }
    }
    alone
}

/// The terms with this first word.
pub fn beginning<'v>(terms: &'v [Term], first: &[u8]) -> &'v [Term] {
    let from = terms.partition_point(|term| term.first().as_bytes() < first);
    let len = terms[from..].partition_point(|term| term.first().as_bytes() == first);
    &terms[from..from + len]
}

/// Whether a word is the one that a name has. A name like `set-var(*)` stands for words with any arguments.
fn is_word(name: &str, word: &[u8]) -> bool {
    match name.strip_suffix("*)") {
        Some(called) => word.starts_with(called.as_bytes()),
        None => name.as_bytes() == word,
    }
}

/// The term of this name.
pub fn named<'v>(terms: &'v [Term], name: &[u8]) -> Option<&'v Term> {
    let first = name.split(|byte| *byte == b' ').next().unwrap_or_default();
    beginning(terms, first).iter().find(|term| term.name.as_bytes() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registries_are_there() {
        let all = &*VOCABULARY;
        for word in ["global", "defaults", "frontend", "listen", "backend"] {
            assert!(named(&all.sections, word.as_bytes()).is_some(), "{word}");
            assert!(all.lines(word.as_bytes()).iter().any(Term::is_alive), "{word}");
        }
        assert!(all.lines(b"nonsense").is_empty());
        for (terms, name) in [(&all.bind, "nice"), (&all.server, "check"), (&all.fetches, "src")] {
            let term = named(terms, name.as_bytes()).unwrap_or_else(|| panic!("{name}"));
            assert!(term.is_alive() && !term.doc.is_empty() && !term.legal.is_empty(), "{term:?}");
        }
        assert!(named(&all.converters, b"lower").is_some());
        assert!(all.criteria.iter().all(|term| !term.doc.is_empty()));
    }

    #[test]
    fn keywords_of_two_words() {
        let lines = VOCABULARY.lines(b"frontend");
        let find = |words: &[&[u8]]| find(lines, words).map(|(term, used)| (term.name, used));
        assert_eq!(find(&[b"timeout", b"client", b"1s"]), Some(("timeout client", 2)));
        assert_eq!(find(&[b"bind", b":80"]), Some(("bind", 1)));
        assert_eq!(find(&[b"timeout", b"x"]), None);
        assert_eq!(find(&[]), None);
    }

    #[test]
    fn facts_are_told() {
        let lines = VOCABULARY.lines(b"backend");
        let term = |name: &str| named(lines, name.as_bytes()).unwrap_or_else(|| panic!("{name}"));
        let reuse = term("http-reuse");
        assert_eq!(reuse.values(), ["never", "safe", "aggressive", "always"]);
        let text = reuse.markdown();
        for part in ["**http-reuse**", "Where: defaults, listen, backend.", "Since 1.6.", "Manual 4.2."] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(term("clitimeout").markdown().contains("any more: use 'timeout client'"));
        assert!(term("acl").fits(b"defaults", true) && !term("acl").fits(b"defaults", false));
        assert!(!term("bind").fits(b"backend", true) && term("bind").fits(b"listen", true));
        let add = named(&VOCABULARY.converters, b"add").expect("add");
        assert_eq!((add.argument_kind(0), add.argument_kind(1)), (Some("string"), None));
    }
}
