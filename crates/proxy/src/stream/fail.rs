//! Why a stream ended: who is to blame, when, and what the client gets to see. From here come the status code and
//! the termination flags of the log (manual 8.5), and nowhere else.

use super::flow::Broken;

/// The first flag: what ended the stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Cause {
    ClientAbort = b'C',
    ClientTimeout = b'c',
    ServerAbort = b'S',
    ServerTimeout = b's',
    Proxy = b'P',
    Local = b'L',
    Resource = b'R',
    Internal = b'I',
    /// By the operator (`shutdown sessions server`).
    Killed = b'K',
}

/// The second flag: what the stream was doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Stage {
    /// Waiting for the client's request.
    Request = b'R',
    /// Waiting for room at a server.
    Queue = b'Q',
    /// Connecting to a server.
    Connect = b'C',
    /// Waiting for the server's response head.
    Headers = b'H',
    /// Keeping a client waiting on purpose.
    Tarpit = b'T',
    /// Moving data.
    Data = b'D',
    /// None of them is told.
    None = b'-',
}

/// Who sends what a flow moves; the other one receives it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sender {
    Client,
    Server,
}

/// An unhappy end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fail {
    pub cause: Cause,
    pub stage: Stage,
    /// What to answer if no response has begun; `None` closes without a word.
    pub status: Option<u16>,
    /// The client connection can't be used again, whatever was answered.
    pub close: bool,
}

impl Fail {
    /// The end of a stream, answered with `status`, after which the client connection is closed.
    pub const fn new(cause: Cause, stage: Stage, status: u16) -> Fail {
        Fail { cause, stage, status: Some(status), close: true }
    }

    /// An end without an answer.
    pub const fn silent(cause: Cause, stage: Stage) -> Fail {
        Fail { cause, stage, status: None, close: true }
    }

    /// A flow that can't go on, while data move.
    pub const fn broken(broken: &Broken, sender: Sender) -> Fail {
        let cause = match (broken, sender) {
            (Broken::Read | Broken::Cut, Sender::Client) | (Broken::Write, Sender::Server) => Cause::ClientAbort,
            (Broken::Read | Broken::Cut, Sender::Server) | (Broken::Write, Sender::Client) => Cause::ServerAbort,
            (Broken::Malformed, _) => Cause::Proxy,
            (Broken::NoMemory, _) => Cause::Resource,
        };
        Fail::silent(cause, Stage::Data)
    }

    /// The same, but the client may send another request.
    pub const fn keeping(self) -> Fail {
        Fail { close: false, ..self }
    }

    /// The two flags as the log shows them.
    pub fn flags(self) -> [u8; 2] {
        [self.cause as u8, self.stage as u8]
    }
}
