//! An editor that sends anything. The bytes are a stream of messages, read whole and in pieces; and they are a text,
//! with questions behind its first NUL at places that need not exist: no panic, each question has one answer, ranges
//! don't run backwards, and the server's copy of the text is what the editor has.

#![no_main]

use conf::MemOutside;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use syntax::{Env, Facts};
use tools::lsp::Server;
use tools::lsp::frame::{Read, Reader, frame};

const URI: &str = "file:///d/a.cfg";

const QUESTIONS: &[&str] = &[
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/formatting",
    "textDocument/codeAction",
    "textDocument/prepareRename",
    "textDocument/rename",
];

fuzz_target!(|data: &[u8]| {
    let templates = data.windows(15).filter(|w| w == b"server-template").count();
    if data.len() > 4096 || templates > 3 {
        return;
    }
    stream(data);
    questions(data);
});

fn server(world: &mut MemOutside) -> Server {
    world.files.insert(b"/d/b.cfg".to_vec(), b"backend b\n server s 1:1\ndefaults d\n".to_vec());
    Server::new(Env::new(), Facts::default())
}

fn stream(data: &[u8]) {
    let mut whole = Reader::new();
    whole.push(data);
    let read: Vec<Read> = std::iter::from_fn(|| whole.pull()).collect();
    let mut pieces = Reader::new();
    let mut again = Vec::new();
    for piece in data.chunks(7) {
        pieces.push(piece);
        again.extend(std::iter::from_fn(|| pieces.pull()));
    }
    assert_eq!(read, again);
    let mut world = MemOutside::default();
    let mut server = server(&mut world);
    for one in read {
        if let Read::Body(body) = one {
            for answer in server.handle(&body, &mut world).iter().chain(&server.settle(&mut world)) {
                check(answer);
                frame(answer);
            }
        }
    }
}

fn questions(data: &[u8]) {
    let split = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let text = String::from_utf8_lossy(&data[..split]);
    let rest = data.get(split + 1..).unwrap_or_default();
    let mut world = MemOutside::default();
    let mut server = server(&mut world);
    let mut send = |message: Value, server: &mut Server| {
        let mut answers = server.handle(message.to_string().as_bytes(), &mut world);
        if message["method"] != "textDocument/codeAction" {
            answers.extend(server.settle(&mut world));
        }
        answers.iter().for_each(check);
        let wanted = usize::from(message.get("id").is_some());
        assert_eq!(answers.iter().filter(|answer| answer.get("id").is_some()).count(), wanted, "{message}");
        answers
    };
    send(json!({ "id": 0, "method": "initialize", "params": { "rootUri": "file:///d" } }), &mut server);
    let document = json!({ "uri": URI, "version": 1, "text": text });
    send(json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }), &mut server);
    for (id, three) in rest.chunks_exact(3).take(24).enumerate() {
        let position = json!({ "line": three[1] & 0x3f, "character": three[2] });
        let range = json!({ "start": position, "end": { "line": three[1] & 0x3f, "character": three[2] / 2 } });
        let about = json!({ "uri": URI });
        if usize::from(three[0]) % 11 == 10 {
            let change = json!({ "range": range, "text": "if { 𝄞(" });
            let params = json!({ "textDocument": about, "contentChanges": [change] });
            send(json!({ "method": "textDocument/didChange", "params": params }), &mut server);
            continue;
        }
        let params = json!({
            "textDocument": about, "position": position, "range": range, "newName": "n",
            "context": { "includeDeclaration": true },
        });
        let method = QUESTIONS[usize::from(three[0]) % 11];
        send(json!({ "id": id + 1, "method": method, "params": params }), &mut server);
    }
}

/// Looks at every range of an answer.
fn check(value: &Value) {
    match value {
        Value::Object(fields) => {
            if let (Some(start), Some(end)) = (fields.get("start"), fields.get("end")) {
                let at = |place: &Value| (place["line"].as_u64(), place["character"].as_u64());
                assert!(at(start).0.is_some() && at(start) <= at(end), "{value}");
            }
            fields.values().for_each(check);
        }
        Value::Array(all) => all.iter().for_each(check),
        _ => {}
    }
}
