//! The server: from messages to answers.

use super::diagnose::{self, Finding};
use super::outline::Setting;
use super::rpc::{self, Failure, Message};
use super::text::{Position, Range};
use super::workspace::{Scope, Workspace};
use super::{complete, hover, navigate, symbols, uri};
use conf::Outside;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use syntax::{Env, Facts, TriviaKind};

/// A language server for one editor. [`Server::handle`] takes a message and gives answers; [`Server::settle`] does what
/// can wait until the editor is quiet.
pub struct Server {
    setting: Setting,
    version: String,
    phase: Phase,
    texts: Workspace,
    /// By URI, what was found in open texts.
    found: BTreeMap<String, Vec<Finding>>,
    /// Open texts that have to be judged anew.
    stale: BTreeSet<String>,
    /// The editor tells of changed files if asked to.
    can_watch: bool,
    exit: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before `initialize`.
    New,
    Ready,
    /// After `shutdown`.
    Down,
}

impl Server {
    /// A server that reads configurations with this environment; `facts` are those of the program.
    pub fn new(env: Env, facts: Facts) -> Server {
        Server {
            version: facts.version.clone(),
            setting: Setting { env, facts },
            phase: Phase::New,
            texts: Workspace::default(),
            found: BTreeMap::new(),
            stale: BTreeSet::new(),
            can_watch: false,
            exit: None,
        }
    }

    /// Once the editor has said goodbye: the exit code.
    pub fn exit(&self) -> Option<u8> {
        self.exit
    }

    /// The folder that the editor has open, as a path.
    pub fn root(&self) -> Option<&[u8]> {
        self.texts.root.as_deref()
    }

    /// Whether [`Server::settle`] has something to do.
    pub fn is_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Takes the body of a message; gives what is to be sent.
    pub fn handle(&mut self, body: &[u8], world: &mut dyn Outside) -> Vec<Value> {
        match rpc::read(body) {
            Ok(Message::Request { id, method, params }) => {
                let result = self.request(&method, &params, world);
                vec![rpc::answer(id, result)]
            }
            Ok(Message::Notification { method, params }) => self.notification(&method, &params, world),
            Ok(Message::Answer) => Vec::new(),
            Err((id, failure)) => vec![rpc::answer(id, Err(failure))],
        }
    }

    /// Judges the texts that have changed; gives what is to be sent.
    pub fn settle(&mut self, world: &mut dyn Outside) -> Vec<Value> {
        let stale = core::mem::take(&mut self.stale);
        stale.into_iter().filter_map(|uri| self.judge(&uri, world)).collect()
    }

    fn judge(&mut self, uri: &str, world: &mut dyn Outside) -> Option<Value> {
        let scope = self.texts.scope(uri, &self.setting)?;
        let found = diagnose::findings(&scope, world);
        let shown: Vec<Value> = found.iter().map(|one| diagnose::json(scope.here, one)).collect();
        let mut params = json!({ "uri": uri, "diagnostics": shown });
        if let Some(version) = scope.here.version {
            params["version"] = json!(version);
        }
        self.found.insert(uri.to_owned(), found);
        Some(rpc::notification("textDocument/publishDiagnostics", params))
    }

    fn request(&mut self, method: &str, params: &Value, world: &mut dyn Outside) -> Result<Value, Failure> {
        match (self.phase, method) {
            (Phase::New, "initialize") => return Ok(self.initialize(params, world)),
            (Phase::New, _) => return Err(Failure::early()),
            (Phase::Down, _) => return Err(Failure::invalid("the server was shut down")),
            (Phase::Ready, "initialize") => return Err(Failure::invalid("'initialize' was sent already")),
            (Phase::Ready, "shutdown") => {
                self.phase = Phase::Down;
                return Ok(Value::Null);
            }
            (Phase::Ready, _) => {}
        }
        let Some((_, answer)) = REQUESTS.iter().find(|(name, _)| *name == method) else {
            return Err(Failure::unknown(method));
        };
        let uri = text_document(params)?;
        let judged = self.stale.contains(uri) && method == "textDocument/codeAction";
        if judged {
            self.judge(uri, world);
        }
        let scope = self.texts.scope(uri, &self.setting).ok_or(Failure::params("this text isn't open"))?;
        let found = self.found.get(uri).map_or(&[][..], |found| found);
        answer(&Asked { scope, params, found })
    }

    fn initialize(&mut self, params: &Value, world: &mut dyn Outside) -> Value {
        self.phase = Phase::Ready;
        let folder = params.pointer("/workspaceFolders/0/uri").or(params.get("rootUri"));
        let root = folder.and_then(Value::as_str).and_then(uri::to_path);
        self.texts.root = root.filter(|root| !root.is_empty());
        self.texts.refresh(world);
        let watch = params.pointer("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration");
        self.can_watch = watch == Some(&json!(true));
        json!({
            "capabilities": {
                "positionEncoding": "utf-16",
                "textDocumentSync": { "openClose": true, "change": 2, "save": true },
                "completionProvider": { "triggerCharacters": [" ", ",", "(", "[", "/", "!", "."] },
                "hoverProvider": true,
                "definitionProvider": true,
                "referencesProvider": true,
                "documentHighlightProvider": true,
                "documentSymbolProvider": true,
                "documentFormattingProvider": true,
                "codeActionProvider": { "codeActionKinds": ["quickfix"] },
                "renameProvider": { "prepareProvider": true },
            },
            "serverInfo": { "name": "ferroxy", "version": self.version },
        })
    }

    fn notification(&mut self, method: &str, params: &Value, world: &mut dyn Outside) -> Vec<Value> {
        match (self.phase, method) {
            (phase, "exit") => self.exit = Some(u8::from(phase != Phase::Down)),
            (Phase::New | Phase::Down, _) => {}
            (Phase::Ready, "initialized") if self.can_watch => return vec![watch()],
            (Phase::Ready, "textDocument/didOpen") => self.open(params, world),
            (Phase::Ready, "textDocument/didChange") => self.change(params),
            (Phase::Ready, "textDocument/didClose") => return self.close(params, world),
            (Phase::Ready, "textDocument/didSave" | "workspace/didChangeWatchedFiles") => {
                self.texts.refresh(world);
                self.all_stale();
            }
            // The protocol lets a server ignore what it doesn't know.
            _ => {}
        }
        Vec::new()
    }

    fn open(&mut self, params: &Value, world: &mut dyn Outside) {
        let Some(document) = params.get("textDocument") else { return };
        let field = |name: &str| document.get(name).and_then(Value::as_str);
        let (Some(uri), Some(text)) = (field("uri"), field("text")) else { return };
        self.texts.open(uri, text.to_owned(), document.get("version").and_then(Value::as_i64));
        // Its folder may be a new one.
        self.texts.refresh(world);
        self.all_stale();
    }

    fn change(&mut self, params: &Value) {
        let Ok(uri) = text_document(params) else { return };
        let Some(source) = self.texts.get_mut(uri) else { return };
        let changes = params.get("contentChanges").and_then(Value::as_array).map_or(&[][..], |all| all);
        source.version = params.pointer("/textDocument/version").and_then(Value::as_i64);
        source.edit(|text| {
            for change in changes {
                let Some(with) = change.get("text").and_then(Value::as_str) else { continue };
                let range = match change.get("range") {
                    None => Some(Range::new(0, text.bytes().len())),
                    Some(range) => text.range(range),
                };
                if let Some(range) = range {
                    text.replace(range, with);
                }
            }
        });
        self.all_stale();
    }

    fn close(&mut self, params: &Value, world: &mut dyn Outside) -> Vec<Value> {
        let Ok(uri) = text_document(params) else { return Vec::new() };
        if self.texts.get(uri).is_none() {
            return Vec::new();
        }
        self.texts.close(uri);
        self.found.remove(uri);
        self.texts.refresh(world);
        self.all_stale();
        let params = json!({ "uri": uri, "diagnostics": [] });
        vec![rpc::notification("textDocument/publishDiagnostics", params)]
    }

    /// What is said of a text depends on its neighbours.
    fn all_stale(&mut self) {
        self.stale = self.texts.uris().map(str::to_owned).collect();
    }
}

/// Asks the editor to tell of changed configuration files.
fn watch() -> Value {
    let watchers = json!([{ "globPattern": "**/*.cfg" }]);
    let one = json!({
        "id": "ferroxy-files", "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    });
    rpc::request("ferroxy-watch", "client/registerCapability", json!({ "registrations": [one] }))
}

/// A question about an open text.
struct Asked<'a> {
    scope: Scope<'a>,
    params: &'a Value,
    found: &'a [Finding],
}

/// What answers one kind of question.
type Answer = fn(&Asked<'_>) -> Result<Value, Failure>;

/// The questions about a text, and what answers them.
const REQUESTS: &[(&str, Answer)] = &[
    ("textDocument/completion", |asked| Ok(complete::completion(&asked.scope, asked.offset()?))),
    ("textDocument/hover", |asked| Ok(hover::hover(&asked.scope, asked.offset()?))),
    ("textDocument/definition", |asked| Ok(navigate::definition(&asked.scope, asked.offset()?))),
    ("textDocument/references", |asked| {
        let with_defs = asked.params.pointer("/context/includeDeclaration") == Some(&json!(true));
        Ok(navigate::references(&asked.scope, asked.offset()?, with_defs))
    }),
    ("textDocument/documentHighlight", |asked| Ok(navigate::highlights(&asked.scope, asked.offset()?))),
    ("textDocument/documentSymbol", |asked| Ok(symbols::symbols(&asked.scope))),
    ("textDocument/formatting", |asked| Ok(formatting(&asked.scope))),
    ("textDocument/codeAction", |asked| {
        let range = asked.params.get("range").and_then(|range| asked.scope.here.text.range(range));
        let range = range.ok_or(Failure::params("'range' is missing"))?;
        Ok(diagnose::actions(asked.scope.here, asked.found, range))
    }),
    ("textDocument/prepareRename", |asked| {
        navigate::prepare_rename(&asked.scope, asked.offset()?).map_err(Failure::refused)
    }),
    ("textDocument/rename", |asked| {
        let to = asked.params.get("newName").and_then(Value::as_str).ok_or(Failure::params("'newName' is missing"))?;
        navigate::rename(&asked.scope, asked.offset()?, to).map_err(Failure::refused)
    }),
];

impl Asked<'_> {
    fn offset(&self) -> Result<usize, Failure> {
        let position = self.params.get("position").and_then(Position::read);
        Ok(self.scope.here.text.offset(position.ok_or(Failure::params("'position' is missing"))?))
    }
}

fn text_document(params: &Value) -> Result<&str, Failure> {
    let uri = params.pointer("/textDocument/uri").and_then(Value::as_str);
    uri.ok_or(Failure::params("'textDocument' is missing"))
}

/// `textDocument/formatting`: one edit from the first line that changes to the last one; nothing for a text that can't
/// be read.
fn formatting(scope: &Scope<'_>) -> Value {
    let text = &scope.here.text;
    let before = text.bytes();
    // A last line without its end is the editor's business, and no reason to refuse.
    let mut whole = before.to_vec();
    if !whole.is_empty() && !whole.ends_with(b"\n") {
        whole.push(b'\n');
    }
    let (files, tree, found) = scope.setting.parse([(scope.here.name().as_str(), whole.as_slice())]);
    let is_broken = tree.trivia.iter().any(|trivia| trivia.kind == TriviaKind::Broken);
    let Some(id) = files.ids().next().filter(|_| !found.has_alerts() && !is_broken) else { return Value::Null };
    let after = crate::fmt::format(&files, id, &tree);
    let Ok(after) = String::from_utf8(after) else { return Value::Null };
    if after.as_bytes() == before {
        return json!([]);
    }
    let head = common(before.split_inclusive(|b| *b == b'\n'), after.as_bytes().split_inclusive(|b| *b == b'\n'));
    let rests = (&before[head..], &after.as_bytes()[head..]);
    let tail = common(rests.0.split_inclusive(|b| *b == b'\n').rev(), rests.1.split_inclusive(|b| *b == b'\n').rev());
    let range = text.range_json(Range::new(head, before.len() - tail));
    json!([{ "range": range, "newText": after[head..after.len() - tail] }])
}

/// How many bytes of lines two texts have in common at one end.
fn common<'a>(a: impl Iterator<Item = &'a [u8]>, b: impl Iterator<Item = &'a [u8]>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum()
}
