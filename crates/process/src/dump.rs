//! `-dC`: the configuration as it was understood (management manual 3): without comments, with values in the place of
//! variables, each line in its section. With a key it can be shown to others: names and addresses become hashes that
//! are the same wherever they stand, and a line ends before anything else that the language doesn't know.

use conf::addr::{self, Host, Want};
use conf::listing;
use std::collections::HashSet;
use syntax::{Line, Tree, Word};

/// The whole configuration; `key` 0 hides nothing.
pub fn dump(tree: &Tree, key: u32) -> Vec<u8> {
    let hider = (key != 0).then(|| Hider::new(tree, key));
    let mut out = Vec::new();
    for section in &tree.sections {
        if !out.is_empty() {
            out.push(b'\n');
        }
        let opener: Vec<&Word> = core::iter::once(&section.keyword).chain(&section.args).collect();
        line(&opener, hider.as_ref(), &mut out);
        for one in &section.lines {
            out.push(b'\t');
            line(&one.words.iter().collect::<Vec<_>>(), hider.as_ref(), &mut out);
        }
    }
    out
}

fn line(words: &[&Word], hider: Option<&Hider>, out: &mut Vec<u8>) {
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        match hider.filter(|_| i > 0) {
            None => quoted(&word.text, out),
            Some(hider) => match hider.shown(&words[i - 1].text, &word.text) {
                Some(shown) => out.extend_from_slice(shown.as_bytes()),
                None => {
                    out.extend_from_slice(b"[...]");
                    break;
                }
            },
        }
    }
    out.push(b'\n');
}

/// A word so that the language reads it as the same one again.
fn quoted(word: &[u8], out: &mut Vec<u8>) {
    let special = |c: &u8| matches!(c, b' ' | b'"' | b'\'' | b'\\' | b'#' | b'$') || c.is_ascii_control();
    if word.is_empty() || word.iter().any(special) && !word.iter().any(|c| *c == b'\'' || c.is_ascii_control()) {
        out.push(b'\'');
        out.extend_from_slice(word);
        out.push(b'\'');
        return;
    }
    for c in word {
        match c {
            c if c.is_ascii_control() => out.extend_from_slice(format!("\\x{c:02x}").as_bytes()),
            c if special(c) => out.extend_from_slice(&[b'\\', *c]),
            c => out.push(*c),
        }
    }
}

/// What hides names, addresses and everything of one's own.
struct Hider {
    key: u32,
    /// Words of the language.
    known: HashSet<&'static str>,
    /// Names that the configuration gives to its parts.
    names: HashSet<Box<[u8]>>,
}

/// Words of the language that are no keywords.
const GRAMMAR: &[&str] = &["if", "unless", "or", "||", "{", "}", "!", "from", "len", "on", "off"];

/// What follows these is never shown, whatever it looks like.
const SECRETS: &[&str] = &[
    "anonkey",
    "auth",
    "ca-sign-pass",
    "cluster-secret",
    "description",
    "dynamic-cookie-key",
    "insecure-password",
    "node",
    "password",
    "realm",
    "ssl-passphrase-cmd",
    "tcp-md5sig",
];

/// Keywords whose first argument is the name of a new thing.
const NAMING: &[&str] =
    &["acl", "group", "mailer", "nameserver", "peer", "server", "server-template", "table", "user", "name"];

impl Hider {
    fn new(tree: &Tree, key: u32) -> Hider {
        let words = listing::all(&conf::LANG).into_iter().flat_map(|one| one.name.split(' '));
        let known = words.chain(GRAMMAR.iter().copied()).collect();
        let mut names: HashSet<Box<[u8]>> = HashSet::new();
        for section in &tree.sections {
            names.extend(section.args.iter().filter(|word| !word.is("from")).map(|word| word.text.clone()));
            names.extend(section.lines.iter().flat_map(named).map(|word| word.text.clone()));
        }
        Hider { key, known, names }
    }

    /// What is shown for a word behind another one; nothing for what might be confidential.
    fn shown(&self, before: &[u8], word: &[u8]) -> Option<String> {
        if SECRETS.iter().any(|secret| secret.as_bytes() == before) {
            return None;
        }
        if self.names.contains(word) {
            return Some(self.hash(word));
        }
        let text = core::str::from_utf8(word).ok()?;
        // `!name`, as conditions have it.
        if let Some(name) = text.strip_prefix('!').filter(|name| self.names.contains(name.as_bytes())) {
            return Some(format!("!{}", self.hash(name.as_bytes())));
        }
        let is_flag = text.len() == 2 && text.starts_with('-');
        if self.known.contains(text) || is_flag || is_amount(text) {
            return Some(text.to_owned());
        }
        if let Some((name, arguments)) = text.split_once('(').filter(|(name, _)| self.known.contains(name)) {
            return arguments.strip_suffix(')').map(|inner| format!("{name}({})", self.hash(inner.as_bytes())));
        }
        self.address(text)
    }

    /// An address with a hash for the host and its ports as they are.
    fn address(&self, text: &str) -> Option<String> {
        let want = Want { dgram: true, names: true, ..Want::LOG };
        let host = |text: &str| match addr::parse(text.as_bytes(), want).ok()?.host {
            Host::Ip(_) | Host::Name(..) => Some(()),
            _ => None,
        };
        // A word without a port may be anything, unless it is numeric.
        let (name, port) = text.rsplit_once(':').unwrap_or((text, ""));
        let numeric = name.trim_matches(['[', ']']).parse::<core::net::IpAddr>().is_ok();
        if !numeric && (port.is_empty() || !is_amount(port)) && name != "*" && !name.is_empty() {
            return None;
        }
        host(text)?;
        let name = if name.is_empty() || name == "*" { name.to_owned() } else { self.hash(name.as_bytes()) };
        Some(if port.is_empty() { name } else { format!("{name}:{port}") })
    }

    /// 24 bits are enough to recognise a name, and too few to find it out.
    fn hash(&self, text: &[u8]) -> String {
        let hash = twox_hash::XxHash64::oneshot(u64::from(self.key), text);
        format!("~{:06x}", hash & 0xff_ffff)
    }
}

/// The names that a line gives.
fn named(line: &Line) -> impl Iterator<Item = &Word> {
    let naming = |word: &Word| NAMING.iter().any(|keyword| word.is(keyword));
    line.words.windows(2).enumerate().filter_map(move |(i, pair)| {
        let [keyword, name] = pair else { return None };
        // Only `name` stands in the middle of lines.
        (naming(keyword) && (i == 0 || keyword.is("name"))).then_some(name)
    })
}

/// A number, perhaps with a unit: a size, a time, a range of ports.
fn is_amount(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let number = digits.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '%');
    digits.len() - number.len() <= 2
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use diag::Files;
    use syntax::{Env, Facts};

    fn parsed(text: &[u8]) -> Tree {
        let mut files = Files::new();
        let id = files.add("a.cfg", text);
        let env: Env = [("NAME", "a b")].into_iter().collect();
        syntax::parse(&files, &[id], env, &Facts::default(), &conf::is_section).0
    }

    fn dumped(text: &str, key: u32) -> String {
        String::from_utf8(dump(&parsed(text.as_bytes()), key)).expect("UTF-8")
    }

    #[test]
    fn comments_go_and_values_come() {
        let text = "# x\nglobal\n  maxconn  10 # y\n  description \"$NAME\"\n.if 0\n  quiet\n.endif\nbackend 'b'\n";
        assert_eq!(dumped(text, 0), "global\n\tmaxconn 10\n\tdescription 'a b'\n\nbackend b\n");
    }

    /// The words of a dump are those of the text.
    #[test]
    fn it_reads_as_the_same() {
        let text = b"frontend f\n bind :80\n log-format \"%ci \\\"'x' \\t\\n \\\\ $NAME\"\n acl a path '' '\"' a\\ b \\# '$X' \\'\n";
        let words = |tree: &Tree| -> Vec<Vec<u8>> {
            let lines = tree.sections.iter().flat_map(|section| &section.lines);
            lines.flat_map(|line| line.words.iter().map(|word| word.text.to_vec())).collect()
        };
        let tree = parsed(text);
        let again = dump(&tree, 0);
        assert_eq!(words(&parsed(&again)), words(&tree), "{}", String::from_utf8_lossy(&again));
    }

    #[test]
    fn a_key_hides_what_is_ones_own() {
        let text = "\
global
    anonkey 77
    stats socket /run/secret.sock mode 600
    setenv TOKEN 12345
frontend shop
    bind 10.1.2.3:443,:80 ssl crt /etc/shop.pem
    maxconn 100
    acl is_staff src 10.9.9.9
    acl staff_site hdr(host) staff.example
    http-request set-header X-Secret 123 if is_staff !staff_site
    stats auth admin:1234
    use_backend tills if is_staff
backend tills
    server till1 till1.shop.example:8080 check inter 2s weight 10
    server till2 192.168.7.7 backup
userlist people
    user bob insecure-password 4711
";
        let shown = dumped(text, 5);
        for secret in [
            "77\n", "secret", "12345", "shop", "10.1", "10.9", "staff", "123", "till", "192.168", "bob", "4711",
            "example",
        ] {
            assert!(!shown.contains(secret), "{secret}:\n{shown}");
        }
        let hash = |name: &str| format!("~{:06x}", twox_hash::XxHash64::oneshot(5, name.as_bytes()) & 0xff_ffff);
        for kept in [
            "\tmaxconn 100\n".to_owned(),
            format!("frontend {}\n", hash("shop")),
            format!("\tuse_backend {} if {}\n", hash("tills"), hash("is_staff")),
            format!("\tserver {} {}:8080 check inter 2s weight 10\n", hash("till1"), hash("till1.shop.example")),
            format!("\tserver {} {} backup\n", hash("till2"), hash("192.168.7.7")),
            "\tanonkey [...]\n".to_owned(),
        ] {
            assert!(shown.contains(&kept), "{kept}{shown}");
        }
        assert_ne!(dumped(text, 6), shown);
    }
}
