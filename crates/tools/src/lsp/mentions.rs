//! Which words of a line name something else of the configuration.

use super::roles::Role;
use super::vocabulary::{self, VOCABULARY};

/// What a word names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wants {
    /// A section opened by one of these words.
    Section(&'static [&'static str]),
    /// A server of the section, or `backend/server`.
    Server,
    /// An ACL of the section.
    Acl,
}

pub const BACKEND: Wants = Wants::Section(&["backend", "listen"]);
const FRONTEND: Wants = Wants::Section(&["frontend", "listen"]);
const TABLE: Wants = Wants::Section(&["frontend", "backend", "listen", "peers"]);
const USERLIST: Wants = Wants::Section(&["userlist"]);
const RESOLVERS: Wants = Wants::Section(&["resolvers"]);
const CACHE: Wants = Wants::Section(&["cache"]);
const ERRORS: Wants = Wants::Section(&["http-errors"]);
const PROFILE: Wants = Wants::Section(&["log-profile"]);
pub const DEFAULTS: Wants = Wants::Section(&["defaults"]);

/// An argument that names something: on lines that begin with one of `lines` and have a word that begins with one of
/// `actions` behind it (any, if there is none), the word behind `behind`.
struct Mention {
    lines: &'static [&'static str],
    actions: &'static [&'static str],
    behind: &'static str,
    wants: Wants,
}

const RULES: &[&str] = &["http-request", "http-response", "http-after-response", "tcp-request", "tcp-response"];

const MENTIONS: &[Mention] = &[
    Mention { lines: &["default_backend"], actions: &[], behind: "default_backend", wants: BACKEND },
    Mention { lines: &["use_backend"], actions: &[], behind: "use_backend", wants: BACKEND },
    Mention { lines: &["use-server"], actions: &[], behind: "use-server", wants: Wants::Server },
    Mention { lines: &["stick-table"], actions: &["type"], behind: "peers", wants: Wants::Section(&["peers"]) },
    Mention { lines: &["stick"], actions: &["match", "on", "store-re"], behind: "table", wants: TABLE },
    Mention { lines: RULES, actions: &["track-sc"], behind: "table", wants: TABLE },
    Mention { lines: RULES, actions: &["deny", "return", "tarpit"], behind: "errorfiles", wants: ERRORS },
    Mention { lines: &["errorfiles"], actions: &[], behind: "errorfiles", wants: ERRORS },
    Mention { lines: &["http-error"], actions: &["status"], behind: "errorfiles", wants: ERRORS },
    Mention { lines: &["filter"], actions: &["cache"], behind: "cache", wants: CACHE },
    Mention { lines: RULES, actions: &["cache-use"], behind: "cache-use", wants: CACHE },
    Mention { lines: RULES, actions: &["cache-store"], behind: "cache-store", wants: CACHE },
    Mention { lines: &["use-fcgi-app"], actions: &[], behind: "use-fcgi-app", wants: Wants::Section(&["fcgi-app"]) },
    Mention { lines: &["filter"], actions: &["fcgi-app"], behind: "fcgi-app", wants: Wants::Section(&["fcgi-app"]) },
    Mention { lines: &["email-alert"], actions: &["mailers"], behind: "mailers", wants: Wants::Section(&["mailers"]) },
    Mention { lines: &["log"], actions: &[], behind: "profile", wants: PROFILE },
    Mention { lines: RULES, actions: &["do-log"], behind: "profile", wants: PROFILE },
    Mention { lines: &["httpclient.resolvers.id"], actions: &[], behind: "httpclient.resolvers.id", wants: RESOLVERS },
    Mention { lines: &["load"], actions: &[], behind: "acme", wants: Wants::Section(&["acme"]) },
];

/// What stands before a name within a word.
const PREFIXES: &[(&str, &str, Wants)] = &[("log", "ring@", Wants::Section(&["ring"])), ("log", "backend@", BACKEND)];

/// Options of servers whose value is a name.
const OPTIONS: &[(&str, Wants)] =
    &[("track", Wants::Server), ("resolvers", RESOLVERS), ("healthcheck", Wants::Section(&["healthcheck"]))];

/// What arguments in parentheses name, by the registry's word for them.
const KINDS: &[(&str, Wants)] = &[
    ("backend", BACKEND),
    ("frontend", FRONTEND),
    ("server", Wants::Server),
    ("table", TABLE),
    ("user list", USERLIST),
];

/// Calls of which the registry doesn't say what their arguments name, by the argument's number.
const CALLS: &[(&str, usize, Wants)] = &[("do-resolve", 1, RESOLVERS)];

/// What the word at `at` names as a whole or behind a prefix, and where in the word the name begins. `words` has no
/// `no` or `default` at its front; `at` may be behind the last one.
pub fn whole(words: &[&[u8]], at: usize, role: &Role<'_>) -> Option<(Wants, usize)> {
    let text = words.get(at).copied().unwrap_or_default();
    match role {
        Role::Acl => return Some((Wants::Acl, usize::from(text.first() == Some(&b'!')))),
        Role::Value { of } | Role::Option { or: Some(of), .. } => {
            return OPTIONS.iter().find(|(name, _)| *name == of.name).map(|(_, wants)| (*wants, 0));
        }
        Role::Argument { .. } => {}
        _ => return None,
    }
    let first = words.first()?;
    let prefix = PREFIXES.iter().find(|(line, prefix, _)| is(first, line) && text.starts_with(prefix.as_bytes()));
    if let Some((_, prefix, wants)) = prefix {
        return Some((*wants, prefix.len()));
    }
    let before = words.get(at.checked_sub(1)?)?;
    let behind = words.get(1..at.min(3)).unwrap_or_default();
    let fits = |mention: &&Mention| {
        is(before, mention.behind)
            && mention.lines.iter().any(|line| is(first, line))
            && (mention.actions.is_empty() || behind.iter().any(|word| begins(word, mention.actions)))
    };
    MENTIONS.iter().find(fits).map(|mention| (mention.wants, 0))
}

/// The names in arguments in parentheses anywhere in a word, with where they begin and end. What isn't closed ends with
/// the word.
pub fn in_calls(text: &[u8], mut found: impl FnMut(Wants, usize, usize)) {
    let mut from = 0;
    while let Some(open) = text[from..].iter().position(|byte| *byte == b'(').map(|by| from + by) {
        let name = text[from..open].rsplit(|byte| !is_name(*byte)).next().unwrap_or_default();
        from = open + 1;
        if !names_things(name) {
            continue;
        }
        let len = text[from..].iter().position(|byte| matches!(byte, b')' | b'(' | b'"' | b'\''));
        let end = len.map_or(text.len(), |len| from + len);
        let mut at = from;
        for (index, arg) in text[from..end].split(|byte| *byte == b',').enumerate() {
            if let Some(wants) = argument(name, index).filter(|_| !arg.is_empty()) {
                found(wants, at, at + arg.len());
            }
            at += arg.len() + 1;
        }
        from = end;
    }
}

/// What an argument of a call names.
pub fn argument(name: &[u8], index: usize) -> Option<Wants> {
    if let Some((.., wants)) = CALLS.iter().find(|(call, at, _)| is(name, call) && *at == index) {
        return Some(*wants);
    }
    let all = &*VOCABULARY;
    let term = vocabulary::named(&all.fetches, name).or_else(|| vocabulary::named(&all.converters, name))?;
    let kind = term.argument_kind(index)?;
    KINDS.iter().find(|(known, _)| *known == kind).map(|(_, wants)| *wants)
}

/// Whether any argument of a call may name something.
fn names_things(name: &[u8]) -> bool {
    !name.is_empty() && (0..3).any(|index| argument(name, index).is_some())
}

/// Whether a byte may stand in the name of a fetch or a converter.
pub fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn is(word: &[u8], text: &str) -> bool {
    word == text.as_bytes()
}

fn begins(word: &[u8], texts: &[&str]) -> bool {
    texts.iter().any(|text| word.starts_with(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls() {
        let check = |text: &str, want: &[(Wants, &str)]| {
            let mut got = Vec::new();
            in_calls(text.as_bytes(), |wants, from, to| got.push((wants, &text[from..to])));
            assert_eq!(got, want, "{text}");
        };
        check("http_auth(users)", &[(USERLIST, "users")]);
        check("%[src,http_auth(a)]%[http_auth_group(b),lower]", &[(USERLIST, "a"), (USERLIST, "b")]);
        check("do-resolve(txn.x,dns,ipv4)", &[(RESOLVERS, "dns")]);
        check("http_auth(", &[]);
        check("http_auth(a", &[(USERLIST, "a")]);
        check("hdr(host)((((", &[]);
    }
}
