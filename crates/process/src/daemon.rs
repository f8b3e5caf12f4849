//! Going into the background. The process that was started waits until the one that stays is ready or has failed, so
//! that the caller's exit status tells which.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::process::ExitCode;

/// Which process this is after [`detach`].
pub enum Detached {
    /// The one that was started: it ends with this.
    Caller(ExitCode),
    /// The one that stays.
    Daemon(Readiness),
}

/// The daemon's way to tell its caller how the start went. Dropped unused, it tells of a failure.
pub struct Readiness(PipeWriter);

/// What the pipe says when all is well. Anything else is what went wrong, as text.
const READY: &[u8] = &[0];
/// More than any error that the daemon tells.
const MOST: u64 = 1 << 20;

/// Splits the process. Call it before any thread exists.
pub fn detach() -> io::Result<Detached> {
    let (reader, writer) = io::pipe()?;
    match sys::fork()? {
        sys::Forked::Parent(_) => {
            drop(writer);
            Ok(Detached::Caller(wait(reader)))
        }
        sys::Forked::Child => {
            drop(reader);
            sys::detach_session()?;
            Ok(Detached::Daemon(Readiness(writer)))
        }
    }
}

/// Waits for the daemon, and says what went wrong on its behalf if its own stderr was closed by then.
fn wait(reader: PipeReader) -> ExitCode {
    let mut told = Vec::new();
    if reader.take(MOST).read_to_end(&mut told).is_ok() && told == READY {
        return ExitCode::SUCCESS;
    }
    let _ = io::stderr().write_all(&told);
    ExitCode::FAILURE
}

impl Readiness {
    /// The start is over. A caller that is gone doesn't matter.
    pub fn ready(mut self) {
        let _ = self.0.write_all(READY);
    }

    /// The start failed after stderr was closed: `text` is for the caller to say.
    pub fn failed(mut self, text: &str) {
        let _ = self.0.write_all(text.as_bytes());
    }
}
