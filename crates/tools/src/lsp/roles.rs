//! What each word of a line is for, and what the next one would be: the one reading of lines that completion, hover
//! and the index of names share. One pass over the words, whatever they are.

use super::vocabulary::{self, Term, Vocabulary};
use conf::keyword::Places;
use syntax::Word;

/// What a word is for.
#[derive(Clone, Copy, Debug)]
pub enum Role<'v> {
    /// `no` or `default` before the keyword.
    Prefix,
    /// The first word of a keyword.
    Keyword {
        found: Option<&'v Term>,
        prefix: Option<Said>,
    },
    /// The second word of a keyword of two; `or`: the keyword of one word whose argument it can be as well.
    Second {
        first: &'v str,
        found: Option<&'v Term>,
        or: Option<&'v Term>,
    },
    /// The action of a rule; `of` is the keyword.
    Action {
        list: &'v [Term],
        of: &'v Term,
        found: Option<&'v Term>,
    },
    /// An argument of a keyword or an action.
    Argument {
        of: &'v Term,
        index: usize,
    },
    /// An option of the line; `or`: the option before it, if this can be its value as well.
    Option {
        list: List,
        found: Option<&'v Term>,
        or: Option<&'v Term>,
    },
    /// A value of an option.
    Value {
        of: &'v Term,
    },
    /// `if` or `unless`.
    If,
    /// The name of an ACL, or `{`, in a condition.
    Acl,
    /// The name that an `acl` line declares.
    AclName,
    /// The expression that a test looks at.
    Criterion,
    /// What it is compared with, flags included.
    Pattern,
    /// What stands behind `-m`.
    Matcher,
    /// An operator or a brace of a condition.
    Operator,
    Unknown,
}

/// The prefix of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Said {
    No,
    Default,
}

/// Which options a line takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum List {
    Bind,
    Socket,
    Server,
    DefaultServer,
    Load,
}

impl List {
    /// The options.
    pub fn terms(self, vocabulary: &Vocabulary) -> &[Term] {
        match self {
            List::Bind | List::Socket => &vocabulary.bind,
            List::Server | List::DefaultServer => &vocabulary.server,
            List::Load => &vocabulary.load,
        }
    }

    /// The kind of line, for [`Term::fits_line`].
    pub fn line(self) -> Places {
        match self {
            List::Bind | List::DefaultServer | List::Load => Places::NAMED,
            List::Socket => Places::SOCKET_ONLY,
            List::Server => Places::SERVER_ONLY,
        }
    }
}

/// The words whose roles are asked for.
pub trait Spelt {
    fn text(&self) -> &[u8];
    /// Whether quotes keep it from being a word of the language.
    fn is_quoted(&self) -> bool;
}

impl Spelt for Word {
    fn text(&self) -> &[u8] {
        &self.text
    }

    fn is_quoted(&self) -> bool {
        self.quoted
    }
}

/// The role of each word of a line in a section, and behind them that of the word that would come next.
pub fn roles<'v, W: Spelt>(vocabulary: &'v Vocabulary, section: &[u8], words: &[W]) -> Vec<Role<'v>> {
    let mut reader = Reader { vocabulary, lines: vocabulary.lines(section), state: State::Start };
    let mut roles = Vec::with_capacity(words.len() + 1);
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).map(Spelt::text);
        roles.push(reader.take(word.text(), word.is_quoted(), next));
    }
    roles.push(reader.expected());
    roles
}

struct Reader<'v> {
    vocabulary: &'v Vocabulary,
    /// The keywords of the section.
    lines: &'v [Term],
    state: State<'v>,
}

/// What has been read.
#[derive(Clone, Copy)]
enum State<'v> {
    Start,
    Prefixed(Said),
    /// The first word of a keyword of two words; the keyword of this word alone, if there is one.
    First(&'v str, Option<&'v Term>),
    Arguments {
        of: &'v Term,
        index: usize,
    },
    /// Options, behind the first arguments of the line.
    Options(List),
    /// Values of an option.
    Values {
        of: &'v Term,
        index: u8,
        list: List,
    },
    Condition,
    Test {
        braces: bool,
        at: InTest,
    },
    Lost,
}

/// Where in a test.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InTest {
    /// Before its name (`acl` lines only).
    Name,
    Criterion,
    Patterns,
    /// Behind `-m`.
    Matcher,
    /// Behind another flag that takes a value.
    Flag,
}

impl<'v> Reader<'v> {
    /// What the next word would be.
    fn expected(&self) -> Role<'v> {
        match self.state {
            State::Start => Role::Keyword { found: None, prefix: None },
            State::Prefixed(said) => Role::Keyword { found: None, prefix: Some(said) },
            State::First(first, or) => Role::Second { first, found: None, or },
            State::Arguments { of, index: 0 } => match self.vocabulary.actions(of.name) {
                Some(list) => Role::Action { list, of, found: None },
                None => Role::Argument { of, index: 0 },
            },
            State::Arguments { of, index } => Role::Argument { of, index },
            State::Options(list) => Role::Option { list, found: None, or: None },
            State::Values { of, index, .. } if index < of.takes.0 => Role::Value { of },
            State::Values { of, list, .. } => Role::Option { list, found: None, or: Some(of) },
            State::Condition => Role::Acl,
            State::Test { at: InTest::Name, .. } => Role::AclName,
            State::Test { at: InTest::Criterion, .. } => Role::Criterion,
            State::Test { at: InTest::Matcher, .. } => Role::Matcher,
            State::Test { .. } => Role::Pattern,
            State::Lost => Role::Unknown,
        }
    }

    /// Takes a word; `next` is the one behind it.
    fn take(&mut self, word: &[u8], quoted: bool, next: Option<&[u8]>) -> Role<'v> {
        match self.state {
            State::Start if word == b"no" || (word == b"default" && next.is_some()) => {
                self.state = State::Prefixed(if word == b"no" { Said::No } else { Said::Default });
                Role::Prefix
            }
            State::Start => self.keyword(word, next, None),
            State::Prefixed(said) => self.keyword(word, next, Some(said)),
            State::First(first, or) => self.second(word, quoted, first, or),
            State::Arguments { of, index } => self.argument(word, quoted, of, index),
            State::Options(list) => self.option(word, list, None),
            State::Values { of, index, list } => self.value(word, of, index, list),
            State::Condition => self.condition(word),
            State::Test { braces, at } => self.test(word, braces, at),
            State::Lost => Role::Unknown,
        }
    }

    fn keyword(&mut self, word: &[u8], next: Option<&[u8]>, prefix: Option<Said>) -> Role<'v> {
        let words = [word, next.unwrap_or_default()];
        let found = vocabulary::find(self.lines, &words);
        let of_two = vocabulary::beginning(self.lines, word).iter().find(|term| term.second().is_some());
        self.state = match (of_two, found) {
            (Some(term), found) => {
                State::First(term.first(), found.filter(|(_, used)| *used == 1).map(|(term, _)| term))
            }
            (None, Some((term, _))) => after(term, 0),
            (None, None) => State::Lost,
        };
        Role::Keyword { found: found.map(|(term, _)| term), prefix }
    }

    fn second(&mut self, word: &[u8], quoted: bool, first: &'v str, or: Option<&'v Term>) -> Role<'v> {
        match (vocabulary::find(self.lines, &[first.as_bytes(), word]), or) {
            (Some((term, 2)), _) => {
                self.state = after(term, 0);
                Role::Second { first, found: Some(term), or }
            }
            (_, Some(alone)) => {
                self.state = after(alone, 0);
                self.take(word, quoted, None)
            }
            (_, None) => {
                self.state = State::Lost;
                Role::Second { first, found: None, or }
            }
        }
    }

    fn argument(&mut self, word: &[u8], quoted: bool, of: &'v Term, index: usize) -> Role<'v> {
        if !quoted && (word == b"if" || word == b"unless") && of.takes.1 == u8::MAX {
            self.state = State::Condition;
            return Role::If;
        }
        if let Some(list) = self.vocabulary.actions(of.name).filter(|_| index == 0) {
            // The registry knows which words with numbers or parentheses are which action.
            let found = conf::actions::find(word).and_then(|act| vocabulary::named(list, act.name.as_bytes()));
            self.state = State::Arguments { of: found.unwrap_or(of), index: 1 };
            return Role::Action { list, of, found };
        }
        self.state = after(of, index + 1);
        Role::Argument { of, index }
    }

    fn option(&mut self, word: &[u8], list: List, or: Option<&'v Term>) -> Role<'v> {
        // Arguments in parentheses belong to a few options' word.
        let name = word.split(|byte| *byte == b'(').next().unwrap_or_default();
        let found = vocabulary::named(list.terms(self.vocabulary), name);
        self.state = match found {
            Some(of) if of.takes.1 > 0 => State::Values { of, index: 0, list },
            _ => State::Options(list),
        };
        Role::Option { list, found, or }
    }

    fn value(&mut self, word: &[u8], of: &'v Term, index: u8, list: List) -> Role<'v> {
        // Optional values end where another option begins.
        if index >= of.takes.0 && vocabulary::named(list.terms(self.vocabulary), word).is_some() {
            return self.option(word, list, Some(of));
        }
        let index = index.saturating_add(1);
        self.state = if index < of.takes.1 { State::Values { of, index, list } } else { State::Options(list) };
        Role::Value { of }
    }

    fn condition(&mut self, word: &[u8]) -> Role<'v> {
        match word {
            b"{" => {
                self.state = State::Test { braces: true, at: InTest::Criterion };
                Role::Operator
            }
            b"or" | b"||" | b"!" => Role::Operator,
            _ => Role::Acl,
        }
    }

    fn test(&mut self, word: &[u8], braces: bool, at: InTest) -> Role<'v> {
        if braces && word == b"}" {
            self.state = State::Condition;
            return Role::Operator;
        }
        let (role, at) = match (at, word) {
            (InTest::Name, _) => (Role::AclName, InTest::Criterion),
            (InTest::Criterion, b"!") => (Role::Operator, InTest::Criterion),
            (InTest::Criterion, _) => (Role::Criterion, InTest::Patterns),
            (InTest::Matcher, _) => (Role::Matcher, InTest::Patterns),
            (InTest::Flag, _) => (Role::Pattern, InTest::Patterns),
            (InTest::Patterns, b"-m") => (Role::Pattern, InTest::Matcher),
            (InTest::Patterns, b"-f" | b"-u") => (Role::Pattern, InTest::Flag),
            (InTest::Patterns, _) => (Role::Pattern, InTest::Patterns),
        };
        self.state = State::Test { braces, at };
        role
    }
}

/// What comes behind a keyword and so many arguments.
fn after(of: &Term, index: usize) -> State<'_> {
    let options = match of.name {
        "acl" => return State::Test { braces: false, at: InTest::Name },
        "bind" => Some((1, List::Bind)),
        "stats socket" => Some((1, List::Socket)),
        "default-bind" => Some((0, List::Bind)),
        "server" | "peer" | "nameserver" => Some((2, List::Server)),
        "server-template" => Some((3, List::Server)),
        "default-server" => Some((0, List::DefaultServer)),
        "load" => Some((0, List::Load)),
        _ => None,
    };
    match options {
        Some((arguments, list)) if index >= arguments => State::Options(list),
        _ => State::Arguments { of, index },
    }
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::VOCABULARY;
    use super::*;

    impl Spelt for &str {
        fn text(&self) -> &[u8] {
            self.trim_matches('"').as_bytes()
        }

        fn is_quoted(&self) -> bool {
            self.starts_with('"')
        }
    }

    /// The roles of a line's words and of what would follow, in short.
    fn check(section: &str, line: &str, want: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let roles = roles(&VOCABULARY, section.as_bytes(), &words);
        let shown: Vec<String> = roles.iter().map(show).collect();
        assert_eq!(shown.join(" "), want, "{line}");
    }

    fn show(role: &Role<'_>) -> String {
        let name = |term: &Option<&Term>| term.map_or("?", |term| term.name).replace(' ', "_");
        match role {
            Role::Prefix => "prefix".to_owned(),
            Role::Keyword { found, prefix: None } => format!("keyword:{}", name(found)),
            Role::Keyword { found, prefix: Some(_) } => format!("negated:{}", name(found)),
            Role::Second { found, .. } => format!("second:{}", name(found)),
            Role::Action { found, .. } => format!("action:{}", name(found)),
            Role::Argument { of, index } => format!("{}:{index}", of.name.replace(' ', "_")),
            Role::Option { found, .. } => format!("option:{}", name(found)),
            Role::Value { of } => format!("value:{}", of.name),
            Role::If => "if".to_owned(),
            Role::Acl => "acl".to_owned(),
            Role::AclName => "declared".to_owned(),
            Role::Criterion => "criterion".to_owned(),
            Role::Pattern => "pattern".to_owned(),
            Role::Matcher => "matcher".to_owned(),
            Role::Operator => "op".to_owned(),
            Role::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn keywords() {
        check("frontend", "", "keyword:?");
        check("frontend", "mode http", "keyword:mode mode:0 mode:1");
        check("frontend", "timeout", "keyword:? second:?");
        check(
            "defaults",
            "timeout client 1s",
            "keyword:timeout_client second:timeout_client timeout_client:0 timeout_client:1",
        );
        check("defaults", "no option httplog", "prefix negated:option_httplog second:option_httplog option_httplog:0");
        check("defaults", "no", "prefix negated:?");
        check("frontend", "timeout nonsense 1s", "keyword:? second:? unknown unknown");
        check("frontend", "nonsense a b", "keyword:? unknown unknown unknown");
    }

    #[test]
    fn options() {
        check("frontend", "bind :80 nice 3", "keyword:bind bind:0 option:nice value:nice option:?");
        check("backend", "server a b", "keyword:server server:0 server:1 option:?");
        check(
            "backend",
            "server a b check inter 1s backup",
            "keyword:server server:0 server:1 option:check option:inter value:inter option:backup option:?",
        );
        check("backend", "default-server inter", "keyword:default-server option:inter value:inter");
        check(
            "global",
            "stats socket /x level",
            "keyword:stats_socket second:stats_socket stats_socket:0 option:level value:level",
        );
        check("frontend", "bind :80 what ever", "keyword:bind bind:0 option:? option:? option:?");
    }

    #[test]
    fn actions() {
        check("frontend", "http-request", "keyword:http-request action:?");
        check(
            "frontend",
            "http-request set-header x y if a",
            "keyword:http-request action:set-header set-header:1 set-header:2 if acl acl",
        );
        check("frontend", "http-request deny unless", "keyword:http-request action:deny if acl");
        check(
            "backend",
            "tcp-request content track-sc1 src",
            "keyword:tcp-request_content second:tcp-request_content action:track-sc track-sc:1 track-sc:2",
        );
        check(
            "backend",
            "http-response set-var(txn.x) src",
            "keyword:http-response action:set-var set-var:1 set-var:2",
        );
        check("backend", "http-response tarpit", "keyword:http-response action:? http-response:1");
        check("crt-store", "load crt x alias", "keyword:load option:crt value:crt option:alias value:alias");
    }

    #[test]
    fn conditions() {
        check("frontend", "use_backend b if", "keyword:use_backend use_backend:0 if acl");
        check(
            "frontend",
            "use_backend b unless a !b or { path -m beg /x } c",
            "keyword:use_backend use_backend:0 if acl acl op op criterion pattern matcher pattern op acl acl",
        );
        check("frontend", "use_backend b if { !", "keyword:use_backend use_backend:0 if op op criterion");
        check("frontend", "use_backend \"if\" if", "keyword:use_backend use_backend:0 if acl");
        check("frontend", "acl a src -f x y", "keyword:acl declared criterion pattern pattern pattern pattern");
        check("frontend", "mode if", "keyword:mode mode:0 mode:1");
    }
}
