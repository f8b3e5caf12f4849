//! `ferroxy lsp` as an editor runs it: a process and its two streams.

use harness::proxy::TempDir;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running server, and the way to it.
struct Editor {
    server: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    last: u64,
}

impl Editor {
    fn start(dir: &Path, args: &[&str]) -> Editor {
        let mut server = Command::new(env!("CARGO_BIN_EXE_ferroxy"))
            .arg("lsp")
            .args(args)
            .current_dir(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let from = BufReader::new(server.stdout.take().expect("a pipe"));
        Editor { to: server.stdin.take(), server, from, last: 0 }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.to.as_mut().expect("the stream is open").write_all(bytes).expect("the server reads");
    }

    fn notify(&mut self, method: &str, params: Value) {
        let body = json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = self.last;
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string();
        // In two pieces, as a pipe may deliver it.
        let message = format!("Content-Length: {}\r\nContent-Type: x\r\n\r\n{body}", body.len());
        let (first, second) = message.split_at(message.len() / 2);
        self.write(first.as_bytes());
        self.write(second.as_bytes());
        self.wait(|message| message["id"] == id)
    }

    /// The next message that is the right one.
    fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.read();
            if is_it(&message) {
                return message;
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).expect("readable") > 0, "the server has ended");
            match line.trim_end() {
                "" => break,
                field => {
                    length = field.strip_prefix("Content-Length: ").expect("the length").parse().expect("a number")
                }
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).expect("the body");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// Closes the stream; the exit code and what was said on stderr.
    fn end(mut self) -> (Option<i32>, String) {
        drop(self.to.take());
        let mut said = String::new();
        let mut stderr = self.server.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("text");
        (self.server.wait().expect("it ends").code(), said)
    }
}

#[test]
fn an_editors_session() {
    let dir = TempDir::new().expect("temporary directory");
    fs::write(dir.0.join("b.cfg"), "backend far\n    timeout server 1s\n    timeout connect 1s\n").expect("write");
    fs::create_dir(dir.0.join("sub")).expect("a directory");
    // A relative name starts in the editor's folder, wherever the server was started.
    fs::write(dir.0.join("page.http"), "HTTP/1.0 400 Bad\r\nContent-Length: 0\r\n\r\n").expect("write");
    let mut editor = Editor::start(&dir.0.join("sub"), &["--stdio"]);
    let root = format!("file://{}", dir.0.display());
    let hello = editor.ask("initialize", json!({ "rootUri": root, "capabilities": {} }));
    assert_eq!(hello["result"]["serverInfo"]["name"], "ferroxy");
    editor.notify("initialized", json!({}));
    let text = "frontend f\n    bind :1\n    timeout client 1s\n    errorfile 400 page.http\n    default_backend far\n\
                    use_backend x\nbackend s\n    server a host.invalid:80\n    errorfile 400 /dev/zero\n";
    let uri = format!("{root}/a.cfg");
    editor.notify("textDocument/didOpen", json!({ "textDocument": { "uri": uri, "version": 7, "text": text } }));
    let told = editor.wait(|message| message["method"] == "textDocument/publishDiagnostics");
    assert_eq!((&told["params"]["uri"], &told["params"]["version"]), (&json!(uri), &json!(7)));
    let all = told["params"]["diagnostics"].as_array().expect("a list").iter();
    let errors: Vec<String> = all.filter(|one| one["severity"] == 1).map(|one| one["message"].to_string()).collect();
    assert_eq!(errors.len(), 2, "the backend and the device: {errors:?}");
    assert!(errors[0].contains("'x'") && errors[1].contains("/dev/zero"), "{errors:?}");
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 4, "character": 21 } });
    let place = editor.ask("textDocument/definition", at);
    assert_eq!(place["result"][0]["uri"], format!("{root}/b.cfg"));
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 1, "character": 5 } });
    let hover = editor.ask("textDocument/hover", at);
    assert!(hover["result"]["contents"]["value"].as_str().is_some_and(|text| text.starts_with("**bind**")), "{hover}");
    assert_eq!(editor.ask("shutdown", Value::Null)["result"], Value::Null);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.end(), (Some(0), String::new()));
}

#[test]
fn a_stream_that_makes_no_sense_ends_it() {
    let dir = TempDir::new().expect("temporary directory");
    let mut editor = Editor::start(&dir.0, &[]);
    editor.write(b"Content-Length: 3\r\n\r\n\xff\xff\xff");
    assert_eq!(editor.read()["error"]["code"], -32700);
    editor.write(b"GET / HTTP/1.1\r\n\r\n");
    let (code, said) = editor.end();
    assert!(code == Some(1) && said.contains("lsp: a line of a message's head is no field"), "{code:?} {said}");
    // An editor that vanishes.
    assert_eq!(Editor::start(&dir.0, &[]).end(), (Some(1), String::new()));
    let wrong = Editor::start(&dir.0, &["--port"]).end();
    assert!(wrong.0 == Some(1) && wrong.1.contains("unexpected argument '--port'"), "{wrong:?}");
}
