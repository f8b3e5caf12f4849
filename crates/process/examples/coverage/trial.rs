//! Names that no registry holds by themselves are tried: the line that uses one must be taken, and refused once the
//! name is misspelt.

use crate::lists::Far;
use conf::{LANG, MemOutside};
use diag::{Diagnostics, Files};
use syntax::{Env, Facts};

/// How far a keyword of the manual is.
pub fn line(place: &str, keyword: &str, line: &str) -> Far {
    let Some(misspelt) = misspell(keyword, line) else {
        return Far::Missing("its line doesn't use it".to_owned());
    };
    let found = compile(place, line);
    if let Some(refused) = refusal(&found) {
        return refused;
    }
    if !compile(place, &misspelt).has_alerts() {
        return Far::Missing("taken whatever its name".to_owned());
    }
    if found.unbuilt().is_empty() { Far::Works } else { Far::Checked }
}

/// How far an alias of log formats is.
pub fn log_alias(alias: &str) -> Far {
    line("http frontend", alias, &format!("log-format {alias}"))
}

/// The line with the keyword's last word changed; `None` if it isn't there.
fn misspell(keyword: &str, line: &str) -> Option<String> {
    let word = keyword.rsplit(' ').next()?;
    let is_word = |at: usize| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        before.is_none_or(|c| c.is_whitespace()) && after.is_none_or(|c| c.is_whitespace() || c == '(')
    };
    let at = line.rmatch_indices(word).map(|(at, _)| at).find(|at| is_word(*at))?;
    // Nothing is called `…zz`, and no log alias begins like that either.
    let (start, name) = word.strip_prefix('%').map_or((at, word), |name| (at + 1, name));
    Some(format!("{}zz{name}{}", &line[..start], &line[start + name.len()..]))
}

/// Why a line isn't taken.
fn refusal(found: &Diagnostics) -> Option<Far> {
    let alert = found.iter().find(|one| one.severity == diag::Severity::Alert)?;
    let reasons = ["is not supported any more", "is not available in this build"];
    if reasons.iter().any(|reason| alert.message.contains(reason)) {
        return Some(Far::Refused);
    }
    Some(Far::Missing(alert.message.clone()))
}

fn compile(place: &str, line: &str) -> Diagnostics {
    let local_peer = conf::LocalPeer::Said("here".into());
    let mut world = MemOutside { local_peer, ..MemOutside::default() };
    let pem =
        ["CERTIFICATE", "PRIVATE KEY"].map(|what| format!("-----BEGIN {what}-----\nMIIB\n-----END {what}-----\n"));
    for (name, content) in [
        ("/ok.http", b"HTTP/1.0 400 Bad\r\nContent-Length: 0\r\n\r\n".to_vec()),
        ("/cert.pem", pem.concat().into_bytes()),
        ("/tmp/x", Vec::new()),
        ("/ocsp", Vec::new()),
        ("/sctl", Vec::new()),
        ("/etc/resolv.conf", b"nameserver 10.0.0.53\n".to_vec()),
    ] {
        world.files.insert(name.as_bytes().to_vec(), content);
    }
    let mut text = wrap(place, &line.replace('⏎', "\n "));
    if let Some(section) = place.strip_prefix("spoe-") {
        let engine = spoe(section, &line.replace('⏎', "\n "));
        world.files.insert(b"/spoe.conf".to_vec(), engine.into_bytes());
        text = USES_ENGINE.to_owned();
    }
    let mut files = Files::new();
    let id = files.add("F", text.as_bytes());
    let (tree, mut found) = syntax::parse(&files, &[id], Env::new(), &Facts::default(), &conf::is_section);
    let (_, more) = conf::compile(&tree, &files, &LANG, &mut world);
    found.append(more);
    found
}

/// The line where it belongs, among what it refers to.
fn wrap(place: &str, line: &str) -> String {
    let (mode, place) = place.strip_prefix("http ").map_or(("tcp", place), |place| ("http", place));
    let mut base = format!(
        "global\n expose-experimental-directives\n expose-deprecated-directives\n\
         defaults\n mode {mode}\n timeout client 1s\n timeout connect 1s\n timeout server 1s\n"
    );
    for (word, section) in [
        ("table t", "backend t\n stick-table type ip size 1k\n"),
        ("mailers m", "mailers m\n mailer a 1.2.3.4:25\n"),
        ("acme a", "acme a\n directory https://x.example/\n"),
    ] {
        if line.contains(word) {
            base += section;
        }
    }
    let opened = match place {
        "frontend" => "frontend f\n bind :9999\n",
        "backend" => "backend b\n",
        "peers" => "peers x\n",
        "resolvers" => "resolvers x\n nameserver n 1.2.3.4:53\n",
        "cache" => "cache x\n total-max-size 4\n",
        "fcgi-app" => "fcgi-app x\n docroot /x\n",
        "log-forward" => "log-forward x\n dgram-bind :9998\n",
        "traces" => "traces\n",
        section => return format!("{base}{section} x\n {line}\n"),
    };
    format!("{base}{opened} {line}\n")
}

const USES_ENGINE: &str = "global\n expose-deprecated-directives\n\
defaults\n mode http\n timeout client 1s\n timeout connect 1s\n timeout server 1s\n\
frontend f\n bind :9999\n filter spoe engine e config /spoe.conf\nbackend s\n mode tcp\n server s 1.2.3.4:5\n";

/// A file of an engine with the line in its agent, message or group.
fn spoe(section: &str, line: &str) -> String {
    let says = |here: &str| if here == section { format!(" {line}\n") } else { String::new() };
    let (agent, message, group) = (says("agent"), says("message"), says("group"));
    format!(
        "[e]\nspoe-agent a\n use-backend s\n timeout hello 1s\n timeout idle 1s\n timeout processing 1s\n messages m\n{agent}\
         spoe-message m\n event on-frontend-http-request\n{message}spoe-message n\nspoe-group g\n messages n\n{group}"
    )
}
