//! The suites: Markdown files with cases. A table holds one line of configuration a case; a fenced block holds a
//! whole configuration, followed by a fenced block with what is said about it.

// Each test file uses a part of this.
#![allow(dead_code)]

mod pem;

use conf::{LANG, MemOutside};
use diag::one_line::OneLine;
use diag::{Diagnostics, Files};
use std::path::{Path, PathBuf};
use syntax::{Env, Facts};

/// One line in its section.
pub struct Row {
    pub file: PathBuf,
    /// Index of its line in the file.
    pub at: usize,
    pub place: String,
    pub line: String,
    pub result: String,
}

/// A whole configuration.
pub struct Block {
    pub file: PathBuf,
    pub title: String,
    pub config: String,
    /// First and last line of the expected text in the file.
    pub lines: (usize, usize),
    pub expected: String,
}

/// Every suite, sorted.
pub fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the suites are there")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    files.sort();
    files
}

/// The rows and blocks of a suite.
pub fn read(file: &Path) -> (Vec<Row>, Vec<Block>) {
    let text = std::fs::read_to_string(file).expect("a readable suite");
    let (mut rows, mut blocks) = (Vec::new(), Vec::new());
    let (mut title, mut fence, mut config) = (String::new(), None, None);
    for (at, line) in text.lines().enumerate() {
        match &mut fence {
            Some((kind, from, content)) if line == "```" => {
                let content = std::mem::take(content);
                if *kind == "cfg" {
                    config = Some(content);
                } else if let Some(config) = config.take() {
                    let title = title.clone();
                    blocks.push(Block { file: file.into(), title, config, lines: (*from, at), expected: content });
                }
                fence = None;
            }
            Some((_, _, content)) => {
                content.push_str(line);
                content.push('\n');
            }
            None if line.starts_with("```") => fence = Some((line.trim_start_matches('`'), at + 1, String::new())),
            None if line.starts_with('#') => title = line.trim_start_matches('#').trim().to_owned(),
            None => rows.extend(row(file, at, line)),
        }
    }
    (rows, blocks)
}

/// `| place | \`line\` | result |`.
fn row(file: &Path, at: usize, line: &str) -> Option<Row> {
    let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let (place, rest) = cells.split_once(" | `")?;
    let (line, result) = rest.rsplit_once("` | ")?;
    let plain = |text: &str| text.replace("\\|", "|");
    Some(Row { file: file.into(), at, place: place.to_owned(), line: plain(line), result: plain(result) })
}

/// Puts a line where it belongs, in a configuration that says nothing by itself.
pub fn wrap(place: &str, line: &str) -> String {
    if let Some(place) = place.strip_prefix("exposed ") {
        return format!("global\n expose-experimental-directives\n{}", wrap(place, line));
    }
    let (mode, place) = match place.strip_prefix("http ") {
        Some(place) => ("http", place),
        None => ("tcp", place),
    };
    let line = line.replace("⏎", "\n");
    let base = format!("defaults\n mode {mode}\n timeout client 1s\n timeout connect 1s\n timeout server 1s\n");
    match place {
        "global" => format!("global\n {line}\n"),
        "socket" => format!("global\n stats socket {line}\n"),
        "defaults" => format!("{base} {line}\n"),
        "named defaults" => format!("defaults d\n {line}\n"),
        "frontend" => format!("{base}backend b\nfrontend f\n bind :9999\n {line}\n"),
        "listen" => format!("{base}backend b\nlisten l\n bind :9999\n {line}\n"),
        "backend" => format!("{base}backend f\n {line}\n"),
        "bind" => format!("{base}frontend f\n bind {line}\n"),
        "server" => format!("{base}backend f\n server {line}\n"),
        "default-server" => format!("{base}backend f\n default-server {line}\n"),
        "traces" => format!("traces\n {line}\n"),
        "namespace_list" => format!("namespace_list\n {line}\n"),
        "file" => format!("{line}\n"),
        "spoe" => spoe(&line),
        "spoe-agent" => spoe(&format!("[e]\nspoe-agent a\n{AGENT} {line}\n{MESSAGE}")),
        "spoe-message" => spoe(&format!("[e]\nspoe-agent a\n{AGENT}{MESSAGE} {line}\n")),
        "spoe-group" => spoe(&format!("[e]\nspoe-agent a\n{AGENT} groups g\n{MESSAGE}spoe-group g\n {line}\n")),
        word if conf::LANG.kinds.iter().any(|kind| kind.word() == word) => format!("{} {line}\n", opened(word)),
        other => panic!("no such place: {other}"),
    }
}

const AGENT: &str = " use-backend s\n timeout hello 1s\n timeout idle 1s\n timeout processing 1s\n messages m\n";
const MESSAGE: &str = "spoe-message n\nspoe-message m\n event on-frontend-http-request\n";

/// A configuration that uses engine `e` of a file.
fn spoe(file: &str) -> String {
    let times = "timeout connect 1s\n timeout server 1s\n timeout client 1s\n";
    format!(
        "defaults\n mode http\n {times}frontend f\n bind :9999\n filter spoe engine e config /spoe.conf\n\
         backend s\n mode tcp\n server s 1.2.3.4:5\nbackend h\n#file /spoe.conf\n{file}\n"
    )
}

/// The first lines of a section that says nothing by itself.
fn opened(word: &str) -> String {
    match word {
        "cache" => "cache x\n total-max-size 4\n".to_owned(),
        "resolvers" => "resolvers x\n nameserver n 1.2.3.4:53\n".to_owned(),
        "fcgi-app" => "fcgi-app x\n docroot /x\n".to_owned(),
        "peers" => "global\n localpeer here\npeers x\n peer here 1.2.3.4:1\n".to_owned(),
        "healthcheck" => "healthcheck x\n type httpchk\n".to_owned(),
        "log-forward" => "log-forward x\n dgram-bind :9998\n".to_owned(),
        _ => format!("{word} x\n"),
    }
}

/// Compiles a configuration in a world in memory.
pub fn compile(config: &str) -> (Option<conf::spec::Spec>, Diagnostics, Files) {
    let mut files = Files::new();
    let (config, more) = parts(config);
    let id = files.add("F", config.as_bytes());
    let (tree, mut diags) = syntax::parse(&files, &[id], Env::new(), &Facts::default(), &conf::is_section);
    let (spec, more) = conf::compile(&tree, &files, &LANG, &mut world_with(more));
    diags.append(more);
    let spec = if diags.has_alerts() { None } else { spec };
    (spec, diags, files)
}

/// What is said about a configuration, as one cell of a table. After START stands what only running it refuses.
pub fn cell(diags: &Diagnostics) -> String {
    if diags.is_empty() && diags.unbuilt().is_empty() {
        return "valid".to_owned();
    }
    let said = |d: &diag::Diagnostic| {
        let help = d.help.iter().map(|h| format!(" ({h})")).collect::<String>();
        format!("{}: {}{help}", format!("{:?}", d.severity).to_uppercase(), d.message)
    };
    let unbuilt = diags.unbuilt().iter().map(|d| format!("START: {}", d.message));
    diags.iter().map(said).chain(unbuilt).collect::<Vec<_>>().join(" ⏎ ")
}

/// What is said about a configuration that is to be run, in the one-line form.
pub fn lines(diags: &Diagnostics, files: &Files) -> String {
    let mut diags = diags.clone();
    diags.refuse_unbuilt();
    if diags.is_empty() {
        return "valid\n".to_owned();
    }
    let mut writer = OneLine::without_intro(1);
    let text: String = diags.iter().map(|d| writer.diagnostic(files, d)).collect();
    text.replace("   (1)", "").replace("    (1)", "").replace("  (1)", "").replace(" (1)", "")
}

/// An engine `e` with a group `g`, whose agent is backend `spoe`.
const SPOE: &str = "[e]
spoe-agent agent
 groups g
 option var-prefix x
 timeout hello 1s
 timeout idle 1s
 timeout processing 10ms
 use-backend spoe
spoe-group g
 messages m
spoe-message m
 args src
";

/// A configuration may be followed by other files, each behind a line `#file NAME`.
pub fn parts(config: &str) -> (String, Vec<(String, String)>) {
    let mut pieces = config.split("#file ");
    let main = pieces.next().unwrap_or_default().to_owned();
    let more = pieces.map(|piece| piece.split_once('\n').unwrap_or((piece, "")));
    (main, more.map(|(name, content)| (name.to_owned(), content.to_owned())).collect())
}

/// The world of the suites and more files.
pub fn world_with(more: Vec<(String, String)>) -> MemOutside {
    let mut world = world();
    world.files.extend(more.into_iter().map(|(name, content)| (name.into_bytes(), content.into_bytes())));
    world
}

/// The world of the suites.
pub fn world() -> MemOutside {
    let mut world = MemOutside::default();
    let files: &[(&str, &str)] = &[
        ("/ok.http", "HTTP/1.0 400 Bad\r\nContent-Length: 3\r\n\r\nabc"),
        ("/bad.http", "HTTP/1.0 400 Bad\r\nContent-Length: 30\r\n\r\nabc"),
        ("/empty.http", ""),
        ("/case.txt", "# comment\nhost Host\n\n  x-a\tX-A\n"),
        ("/badcase.txt", "host Hast\n"),
        ("/ips.txt", "10.0.0.0/8\n"),
        ("/dir/ips.txt", "10.0.0.0/8\n"),
        ("/dir/state", "1\n"),
        ("/state", "1\n# be_id\n"),
        ("/ok.lua", "core.log(core.info, \"loaded\")\n"),
        ("/dh.pem", "-----BEGIN DH PARAMETERS-----\nMIIB\n-----END DH PARAMETERS-----\n"),
        ("/spoe.conf", SPOE),
        ("/tmp/there", ""),
        ("/etc/resolv.conf", "# comment\nnameserver 10.0.0.53\nsearch example\n"),
    ];
    for (name, content) in files {
        world.files.insert(name.as_bytes().to_vec(), content.as_bytes().to_vec());
    }
    for (name, content) in certificates() {
        world.files.insert(name.as_bytes().to_vec(), content.into_bytes());
    }
    world.hosts.insert("localhost".to_owned(), vec!["127.0.0.1".parse().unwrap()]);
    world.hosts.insert("six.example".to_owned(), vec!["2001:db8::1".parse().unwrap()]);
    world.users.insert("root".to_owned(), 0);
    world.groups.insert("root".to_owned(), 0);
    world.namespaces.push("blue".to_owned());
    world
}

/// Files about certificates.
fn certificates() -> Vec<(&'static str, String)> {
    let both = [pem::CERT, pem::KEY].concat();
    let keys = |length: usize, count: usize| format!("{}\n", "A".repeat(length)).repeat(count);
    let list = |text: &str| text.to_owned();
    vec![
        ("/pem/both.pem", both.clone()),
        ("/pem/cert.pem", pem::CERT.to_owned()),
        ("/pem/key.pem", pem::KEY.to_owned()),
        ("/pem/split.pem", pem::CERT.to_owned()),
        ("/pem/split.pem.key", pem::KEY.to_owned()),
        ("/pem/junk.pem", "junk\n".to_owned()),
        ("/pem/empty.pem", String::new()),
        ("/pem/bundle.ecdsa", both.clone()),
        ("/pem/dir/a.pem", both.clone()),
        ("/pem/dir/b.crt", pem::CERT.to_owned()),
        ("/pem/dir/b.crt.key", pem::KEY.to_owned()),
        ("/pem/dir/.hidden", "junk\n".to_owned()),
        ("/pem/mixed/a.pem", both),
        ("/pem/mixed/z.pem", "junk\n".to_owned()),
        ("/pem/none/.keep", String::new()),
        ("/pem/tickets", keys(64, 3)),
        ("/pem/tickets-80", "A".repeat(106) + "A=\n" + &("A".repeat(106) + "A=\n").repeat(3)),
        ("/pem/tickets-two", keys(64, 2)),
        ("/pem/tickets-mixed", keys(64, 3) + &"A".repeat(106) + "A=\n"),
        (
            "/pem/ok.list",
            list("# comment\n\n/pem/both.pem\n/pem/bundle\n/pem/both.pem [alpn h2 ssl-min-ver TLSv1.2] *.x !b.x\n"),
        ),
        ("/pem/none.list", list("# nothing\n")),
        ("/pem/cut.list", list("/pem/both.pem")),
        ("/pem/nosuch.list", list("\n/pem/nosuch.pem\n")),
        ("/pem/open.list", list("/pem/both.pem alpn h2]\n")),
        ("/pem/unknown.list", list("/pem/both.pem\n/pem/both.pem [foo]\n")),
        ("/pem/place.list", list("/pem/both.pem [strict-sni]\n")),
        ("/pem/value.list", list("/pem/both.pem [verify foo]\n")),
        ("/pem/arity.list", list("/pem/both.pem [alpn]\n")),
        ("/pem/late.list", list("/pem/both.pem a.x [alpn h2]\n")),
        ("/pem/ca.list", list("/pem/both.pem [ca-file /pem/junk.pem] a.x\n")),
        ("/pem/load.list", list("/pem/cert.pem [key /pem/key.pem ocsp-update on] a.x\n")),
        ("/pem/load-bad.list", list("/pem/cert.pem [key /pem/junk.pem]\n")),
        ("/pem/ocsp.list", list("/pem/both.pem [ocsp /pem/nosuch ocsp-update maybe]\n")),
    ]
}
