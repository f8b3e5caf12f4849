//! `ferroxy lsp`: the language server's streams. What it says is decided in `tools::lsp`.

use process::{Subcommand, World};
use std::ffi::{OsStr, OsString};
use std::io::{self, Read as _, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};
use tools::lsp::Server;
use tools::lsp::frame::{Read, Reader, frame};

/// What the help says of it.
pub const COMMAND: Subcommand =
    Subcommand { name: "lsp", args: "", doc: "a language server for editors, on stdin and stdout", run };

const USAGE: &str = "\
Usage: ferroxy lsp [--stdio]

Speaks the language server protocol on stdin and stdout, for an editor that has a configuration open: diagnostics,
completion, documentation, definitions and references, renaming, outline, formatting, quick fixes. The folder 'editors'
of the source says how to hook it in. Files that a configuration refers to are read; host names aren't looked up.
";

/// Texts are judged when nothing has come in for so long …
const QUIET: Duration = Duration::from_millis(120);
/// … and at the latest so long after a change.
const LATEST: Duration = Duration::from_secs(1);
/// How many messages may wait.
const WAITING: usize = 16;

fn run(program: &str, words: &[OsString]) -> ExitCode {
    match words {
        [] => {}
        // Some editors say which way they mean.
        [word] if word == "--stdio" => {}
        [word] if word == "--help" || word == "-h" => {
            super::print(USAGE.as_bytes());
            return ExitCode::SUCCESS;
        }
        [word, ..] => {
            eprint!("{program} lsp: unexpected argument '{}'\n{USAGE}", word.to_string_lossy());
            return ExitCode::FAILURE;
        }
    }
    let (sender, receiver) = mpsc::sync_channel(WAITING);
    thread::spawn(move || listen(&sender));
    match serve(program, &receiver) {
        Ok(code) => ExitCode::from(code),
        // Nobody reads the answers any more.
        Err(_) => ExitCode::FAILURE,
    }
}

/// Passes on what comes in on stdin, until it ends or nobody listens.
fn listen(to: &SyncSender<Read>) {
    let mut stdin = io::stdin().lock();
    let mut reader = Reader::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        match stdin.read(&mut chunk) {
            Ok(0) => return,
            Ok(len) => reader.push(&chunk[..len]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
        while let Some(read) = reader.pull() {
            if to.send(read).is_err() {
                return;
            }
        }
    }
}

fn serve(program: &str, from: &Receiver<Read>) -> io::Result<u8> {
    let loader = super::loader(Vec::new());
    let mut server = Server::new(loader.env, loader.facts);
    let mut world = World { may_lack_addresses: true, hasty: true, ..World::default() };
    let mut latest = None;
    loop {
        let read = if server.is_stale() {
            let latest = *latest.get_or_insert_with(|| Instant::now() + LATEST);
            from.recv_timeout(QUIET.min(latest.saturating_duration_since(Instant::now())))
        } else {
            from.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        let answers = match read {
            Ok(Read::Body(body)) => {
                let root = server.root().is_some();
                let answers = server.handle(&body, &mut world);
                if !root {
                    enter_root(&server);
                }
                answers
            }
            Ok(Read::TooLong(length)) => {
                eprintln!("{program} lsp: a message of {length} bytes is too long and was passed over");
                Vec::new()
            }
            Ok(Read::Lost(why)) => {
                eprintln!("{program} lsp: {why}");
                return Ok(1);
            }
            Err(RecvTimeoutError::Timeout) => {
                latest = None;
                server.settle(&mut world)
            }
            // The editor is gone without a word.
            Err(RecvTimeoutError::Disconnected) => return Ok(1),
        };
        let mut stdout = io::stdout().lock();
        for answer in &answers {
            stdout.write_all(&frame(answer))?;
        }
        stdout.flush()?;
        if let Some(code) = server.exit() {
            return Ok(code);
        }
    }
}

/// Relative names in a configuration start where the editor's folder is.
fn enter_root(server: &Server) {
    if let Some(root) = server.root() {
        // A folder that can't be entered leaves them where they are.
        let _ = std::env::set_current_dir(OsStr::from_bytes(root));
    }
}
