//! Reading a suite: text in, cases out.

use std::path::Path;

/// Whose behaviour is expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peer {
    /// Debian's haproxy.
    Haproxy26,
    /// Ferroxy, which follows the manual of 3.5.
    Ferroxy35,
}

impl Peer {
    /// What `BIN -v` says that it is.
    pub fn of(bin: &Path) -> Result<Peer, String> {
        let out = std::process::Command::new(bin).arg("-v").output();
        let out = out.map_err(|e| format!("{}: {e}", bin.display()))?;
        let says = String::from_utf8_lossy(&out.stdout).to_lowercase();
        let is_old = says.contains("version 2.") && !says.contains("ferroxy");
        Ok(if is_old { Peer::Haproxy26 } else { Peer::Ferroxy35 })
    }

    fn tag(self) -> &'static str {
        match self {
            Peer::Haproxy26 => "[2.6] ",
            Peer::Ferroxy35 => "[3.5] ",
        }
    }
}

/// One step of a script, with its line in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    pub line: usize,
    /// The text behind a peer's tag.
    pub text: String,
}

/// A configuration and a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    pub name: String,
    pub line: usize,
    pub steps: Vec<Step>,
    /// The case depends on bytes that arrive together, and says so.
    pub undribbled: bool,
    config: Config,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Config {
    whole: Option<String>,
    global: Vec<String>,
    defaults: Vec<String>,
    bind: Vec<String>,
    fe: Vec<String>,
    be: Vec<String>,
    server: Option<String>,
}

/// The cases of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suite {
    pub name: String,
    pub cases: Vec<Case>,
}

impl Suite {
    /// Reads the lines that count for `peer`.
    pub fn parse(name: &str, text: &str, peer: Peer) -> Result<Suite, String> {
        let mut cases: Vec<Case> = Vec::new();
        let mut lines = text.lines().enumerate().peekable();
        while let Some((at, line)) = lines.next() {
            let here = |why: &str| format!("{name}:{}: {why}", at + 1);
            if let Some(title) = line.strip_prefix("=== ") {
                let title = title.trim().to_string();
                if cases.iter().any(|c| c.name == title) {
                    return Err(here("two cases of one name"));
                }
                cases.push(Case {
                    name: title,
                    line: at + 1,
                    steps: vec![],
                    undribbled: false,
                    config: Config::default(),
                });
                continue;
            }
            let Some(line) = counts(line, peer) else { continue };
            let case = cases.last_mut().ok_or_else(|| here("no case begins before this line"))?;
            if line.trim_end() == "undribbled" {
                case.undribbled = true;
            } else if line.trim_end() == "config" {
                let mut whole = String::new();
                while let Some((_, line)) = lines.next_if(|(_, l)| l.starts_with(' ') || l.is_empty()) {
                    whole.push_str(line.strip_prefix("    ").unwrap_or(line));
                    whole.push('\n');
                }
                case.config.whole = Some(whole);
            } else if !case.config.take(line) {
                case.steps.push(Step { line: at + 1, text: line.to_string() });
            }
        }
        Ok(Suite { name: name.to_string(), cases })
    }

    /// Reads a file.
    pub fn load(path: &Path, peer: Peer) -> Result<Suite, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Suite::parse(&name, &text, peer)
    }
}

/// The line without a tag of this peer; `None` for comments, empty lines and those of other peers.
fn counts(line: &str, peer: Peer) -> Option<&str> {
    if line.starts_with('#') || line.trim().is_empty() {
        return None;
    }
    if !line.starts_with("[2.6]") && !line.starts_with("[3.5]") {
        return Some(line);
    }
    line.strip_prefix(peer.tag())
}

impl Config {
    /// Takes a line that belongs to the configuration; false when it is a step.
    fn take(&mut self, line: &str) -> bool {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let list = match word {
            "global" => &mut self.global,
            "defaults" => &mut self.defaults,
            "bind" => &mut self.bind,
            "fe" => &mut self.fe,
            "be" => &mut self.be,
            "server" => {
                let old = self.server.get_or_insert_default();
                old.push_str(&if rest == "-" { String::new() } else { format!("    server {rest}\n") });
                return true;
            }
            _ => return false,
        };
        list.push(rest.to_string());
        true
    }
}

impl Case {
    /// The configuration, with the harness's `{{names}}` still in it.
    pub fn config(&self) -> String {
        if let Some(whole) = &self.config.whole {
            return whole.clone();
        }
        let c = &self.config;
        let lines = |lines: &[String]| lines.iter().map(|l| format!("    {l}\n")).collect::<String>();
        let server = c.server.clone().unwrap_or_else(|| "    server s1 {{one}}\n".to_string());
        format!(
            "global\n    nbthread 1\n    log {{{{log}}}} format raw local0\n    stats socket {{{{dir}}}}/cli level admin\n{}\
             defaults\n    mode http\n    log global\n    option httplog\n    balance roundrobin\n    timeout connect 3s\n\
             \x20   timeout client 5s\n    timeout server 5s\n{}\
             frontend fe\n    bind \"fd@${{fe}}\"{}\n{}    default_backend be\n\
             backend be\n{}{}",
            lines(&c.global),
            lines(&c.defaults),
            c.bind.iter().map(|b| format!(" {b}")).collect::<String>(),
            lines(&c.fe),
            lines(&c.be),
            server,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses() {
        let text = "# a suite\n=== one\nfe monitor-uri /up\nC> GET /up HTTP/1.0\n[2.6] C< a\n[3.5] C< b\n=== two\nconfig\n    frontend x\n        bind :1\n\nC end\n";
        let suite = Suite::parse("s", text, Peer::Ferroxy35).unwrap();
        assert_eq!(suite.cases.len(), 2);
        let steps: Vec<&str> = suite.cases[0].steps.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(steps, ["C> GET /up HTTP/1.0", "C< b"]);
        assert!(suite.cases[0].config().contains("    monitor-uri /up\n"));
        assert_eq!(suite.cases[1].config(), "frontend x\n    bind :1\n\n");
        assert_eq!(suite.cases[1].steps[0].line, 12);
        assert!(Suite::parse("s", "C end\n", Peer::Ferroxy35).is_err());
    }
}
