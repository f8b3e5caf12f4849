//! The language server against transcripts: what an editor sends, and all that comes back.
//!
//! In a `.transcript`, `>` is a message of the editor and `<` one of the server, each a line of JSON without its
//! `jsonrpc`; `file PATH TEXT` puts a file into the world, its text as a JSON string; `quiet` is a moment in which the
//! editor sends nothing; `exit CODE` is the code that the server ends with. Lines with `#` are comments.
//! `LSP_BLESS=1 cargo test -p tools --test lsp` writes what the server says now: read the difference line by line.

use conf::MemOutside;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use syntax::{Env, Facts};
use tools::lsp::Server;

#[test]
fn transcripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let before = fs::read_to_string(&path).expect("a transcript");
        let after = replay(&before);
        if std::env::var_os("LSP_BLESS").is_some() {
            fs::write(&path, &after).expect("write");
            seen += 1;
            continue;
        }
        for (number, (want, got)) in before.lines().zip(after.lines()).enumerate() {
            assert_eq!(got, want, "{}:{}", path.display(), number + 1);
        }
        assert_eq!(after.lines().count(), before.lines().count(), "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 3, "only {seen} transcripts were found");
}

/// The transcript as it is now.
fn replay(text: &str) -> String {
    let facts = Facts { version: "3.5-test".to_owned(), ..Facts::default() };
    let mut server = Server::new(Env::new(), facts);
    let mut world = MemOutside::default();
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.starts_with("< ") && !line.starts_with("exit")) {
        out += line;
        out.push('\n');
        let answers = match line.split_once(' ') {
            _ if line == "quiet" => server.settle(&mut world),
            Some((">", message)) => {
                let mut message: Value = serde_json::from_str(message).unwrap_or_else(|why| panic!("{why}: {line}"));
                message["jsonrpc"] = json!("2.0");
                server.handle(message.to_string().as_bytes(), &mut world)
            }
            // What isn't even JSON.
            Some((">>", bytes)) => server.handle(bytes.as_bytes(), &mut world),
            Some(("file", rest)) => {
                let (path, content) = rest.split_once(' ').expect("a path and a text");
                let content: String = serde_json::from_str(content).expect("a JSON string");
                world.files.insert(path.as_bytes().to_vec(), content.into_bytes());
                Vec::new()
            }
            _ => {
                assert!(line.is_empty() || line.starts_with('#'), "{line}");
                Vec::new()
            }
        };
        for mut answer in answers {
            answer.as_object_mut().and_then(|fields| fields.remove("jsonrpc")).expect("every message has it");
            out += &format!("< {answer}\n");
        }
        if let Some(code) = server.exit() {
            out += &format!("exit {code}\n");
        }
    }
    out
}
