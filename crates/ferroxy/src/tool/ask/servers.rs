//! The servers that a question meets: one socket for all of them. Each keeps what it got and gives a fixed answer.

use std::io::{self, Read, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use tools::request::{Message, Spoken};

/// They answer as long as the process lives.
pub struct Servers {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The request that came last.
    got: Option<Vec<u8>>,
    answer: Vec<u8>,
}

impl Servers {
    /// Listens in the abstract namespace.
    pub fn start(name: &[u8]) -> io::Result<Servers> {
        let listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(name)?)?;
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = state.clone();
        thread::Builder::new().name("servers".to_owned()).spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = shared.clone();
                // Without a thread the proxy sees a server that closes.
                let _ = thread::Builder::new().spawn(move || serve(stream, &state));
            }
        })?;
        Ok(Servers { state })
    }

    /// What they answer from now on.
    pub fn answer_with(&self, answer: Vec<u8>) {
        *lock(&self.state) = State { got: None, answer };
    }

    /// The request that came since, or why it isn't one.
    pub fn take(&self) -> Option<Result<Message, String>> {
        let bytes = lock(&self.state).got.take()?;
        let message = Message::received(&bytes, Spoken::Request, true).transpose()?;
        Some(message.map(|received| received.message))
    }
}

/// Takes requests from one connection until it ends.
fn serve(mut stream: UnixStream, state: &Mutex<State>) {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 16384]);
    while let Ok(got @ 1..) = stream.read(&mut chunk) {
        bytes.extend_from_slice(&chunk[..got]);
        match Message::received(&bytes, Spoken::Request, false) {
            Ok(None) => continue,
            Ok(Some(received)) => bytes.truncate(received.end),
            // Whoever asked is told why.
            Err(_) => {}
        }
        let answer = {
            let mut state = lock(state);
            state.got = Some(std::mem::take(&mut bytes));
            state.answer.clone()
        };
        if stream.write_all(&answer).is_err() {
            return;
        }
    }
}

/// What a panic left is as good as before: both fields are replaced whole.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
