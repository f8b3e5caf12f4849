//! Compiles the pieces of an excerpt, and tells whether a refusal is due to what the excerpt leaves out.

use super::guess::{self, Names, Piece};
use conf::{LANG, LocalPeer, Outside};
use core::net::IpAddr;
use diag::{Diagnostic, Diagnostics, Files, Severity};
use syntax::{Env, Facts};

/// What became of an example.
pub enum Verdict {
    Valid,
    /// Refused for a name or a file that isn't there.
    Incomplete,
    /// Holds no line of configuration.
    Text,
    Refused(String),
}

impl Verdict {
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Incomplete => "incomplete",
            Verdict::Text => "text",
            Verdict::Refused(_) => "refused",
        }
    }
}

/// Sections that lines without one may belong to, by their context; the first that takes them counts.
const HOMES: &[(&str, &[&str])] = &[
    (
        "proxy",
        &[
            "listen x\n mode http",
            "listen x\n mode tcp",
            "frontend x\n mode http",
            "backend x\n mode http",
            "defaults x\n mode http",
            "backend x\n mode log",
            "frontend x\n mode haterm",
            "backend x\n mode spop",
        ],
    ),
    ("global", &["global"]),
    ("traces", &["traces"]),
    ("fcgi-app", &["fcgi-app x\n docroot /x"]),
    ("acme", &["acme x\n directory https://x.example/\n challenge dns-01"]),
];

/// Judges an example as a whole; if that fails, its sections and then its paragraphs by themselves, since excerpts
/// show alternatives, too.
pub fn judge(text: &[String], names: &Names) -> Verdict {
    let pieces = guess::pieces(text, names, false);
    if pieces.is_empty() {
        return Verdict::Text;
    }
    let whole: Vec<String> = pieces.iter().map(|piece| best(piece).0).collect();
    let whole = verdict(&compile(&whole.concat()));
    let Verdict::Refused(_) = &whole else { return whole };
    for parts in [pieces, guess::pieces(text, names, true)] {
        if !parts.iter().any(|part| matches!(best(part).1, Verdict::Refused(_))) {
            return Verdict::Incomplete;
        }
    }
    whole
}

/// The configuration of a piece: the first home that takes it, or the first.
fn best(piece: &Piece) -> (String, Verdict) {
    let lines: String = piece.lines.iter().map(|line| format!(" {line}\n")).collect();
    let homes = match &piece.opener {
        Some(opener) => vec![opener.clone(), format!("defaults\n mode http\n{opener}")],
        None => piece.contexts.iter().flat_map(|context| homes(context)).collect(),
    };
    let mut tried: Vec<(String, Verdict)> = Vec::new();
    for home in homes {
        let text = format!("{home}\n{lines}");
        let verdict = verdict(&compile(&text));
        if matches!(verdict, Verdict::Valid) {
            return (text, verdict);
        }
        tried.push((text, verdict));
    }
    let at = tried.iter().position(|(_, verdict)| !matches!(verdict, Verdict::Refused(_))).unwrap_or(0);
    tried.swap_remove(at)
}

fn homes(context: &str) -> Vec<String> {
    match HOMES.iter().find(|(name, _)| *name == context) {
        Some((_, homes)) => homes.iter().map(|home| (*home).to_owned()).collect(),
        None => vec![format!("{context} x")],
    }
}

fn compile(text: &str) -> Diagnostics {
    let text = format!("global\n expose-experimental-directives\n expose-deprecated-directives\n{text}");
    let mut files = Files::new();
    let id = files.add("F", text.as_bytes());
    let (tree, mut found) = syntax::parse(&files, &[id], environment(), &Facts::default(), &conf::is_section);
    let (_, more) = conf::compile(&tree, &files, &LANG, &mut Nowhere::default());
    found.append(more);
    found
}

/// What the manual's examples expect around them.
fn environment() -> Env {
    let vars = [("FD_APP1", "3"), ("HAPROXY_USER", "haproxy")];
    vars.into_iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect()
}

pub fn verdict(found: &Diagnostics) -> Verdict {
    let mut alerts = found.iter().filter(|one| one.severity == Severity::Alert).peekable();
    if alerts.peek().is_none() {
        return Verdict::Valid;
    }
    let real: Vec<&str> = alerts.filter(|one| !left_out(one)).map(|one| one.message.as_str()).collect();
    if real.is_empty() { Verdict::Incomplete } else { Verdict::Refused(real.join(" | ")) }
}

/// Whether an alert is about a name or a file that isn't there.
fn left_out(alert: &Diagnostic) -> bool {
    // The last one only follows what is said about the file itself.
    const SIGNS: &[&str] = &[
        "No such file or directory",
        "unable to find",
        "there is no section",
        "no such ACL",
        "error(s) found in configuration file",
    ];
    SIGNS.iter().any(|sign| alert.message.contains(sign))
}

/// A world without files but an engine's, in which every host and user exists.
#[derive(Default)]
pub struct Nowhere {
    /// Name and content of the file.
    pub engine: Option<(Vec<u8>, Vec<u8>)>,
}

impl Outside for Nowhere {
    fn read(&mut self, path: &[u8]) -> Result<Vec<u8>, String> {
        let here = self.engine.as_ref().filter(|(name, _)| name == path);
        here.map(|(_, content)| content.clone()).ok_or_else(|| "No such file or directory".to_owned())
    }

    fn dir(&mut self, _: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        Err("No such file or directory".to_owned())
    }

    fn is_dir(&mut self, _: &[u8]) -> bool {
        false
    }

    fn resolve(&mut self, _: &str) -> Result<Vec<IpAddr>, String> {
        Ok(vec![IpAddr::from([192, 0, 2, 1])])
    }

    fn uid(&mut self, _: &str) -> Option<u32> {
        Some(1)
    }

    fn gid(&mut self, _: &str) -> Option<u32> {
        Some(1)
    }

    fn local_peer(&self) -> LocalPeer {
        LocalPeer::default()
    }

    fn has_namespace(&mut self, _: &str) -> bool {
        true
    }

    fn may_lack_addresses(&self) -> bool {
        true
    }

    fn now(&self) -> u64 {
        0
    }
}
