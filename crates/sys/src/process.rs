//! The process as a whole: fork, session, root directory, pid file.

use rustix::process::{DumpableBehavior, Pid};
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Which side of a fork this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Forked {
    /// The new process.
    Child,
    /// The old one; it holds the child's pid.
    Parent(i32),
}

/// Whether this process has one thread only.
pub fn single_threaded() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() == 1)
}

/// Splits the process. Refused (`ErrorKind::Unsupported`) when there are other threads: they would not exist in
/// the child, but their locks would.
pub fn fork() -> io::Result<Forked> {
    if !single_threaded() {
        return Err(io::Error::new(io::ErrorKind::Unsupported, "fork with threads running"));
    }
    // SAFETY: there is no other thread (checked above), so no lock is held by one and the child may go on with
    // everything as it is.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(Forked::Child),
        pid => Ok(Forked::Parent(pid)),
    }
}

/// Starts a new session without a terminal; for a child just forked.
pub fn detach_session() -> io::Result<()> {
    rustix::process::setsid()?;
    Ok(())
}

/// Connects stdin, stdout and stderr with `/dev/null`.
pub fn silence_stdio() -> io::Result<()> {
    let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(&null)?;
    rustix::stdio::dup2_stderr(&null)?;
    Ok(())
}

/// Makes `dir` the root directory and moves there.
pub fn chroot(dir: &[u8]) -> io::Result<()> {
    let dir = Path::new(OsStr::from_bytes(dir));
    nix::unistd::chroot(dir)?;
    nix::unistd::chdir("/")?;
    Ok(())
}

/// Allows or forbids core dumps (`set-dumpable`), which a change of user otherwise ends.
pub fn set_dumpable(allowed: bool) -> io::Result<()> {
    let wanted = if allowed { DumpableBehavior::Dumpable } else { DumpableBehavior::NotDumpable };
    Ok(rustix::process::set_dumpable_behavior(wanted)?)
}

/// Gives this process memory in small pages only: tables that grow with the connections would otherwise take two
/// megabytes wherever they touch a byte. For the start of `main`; a system that refuses it merely uses more memory.
pub fn forbid_huge_pages() {
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Sends a signal to another process (`-sf`, `-st`). False: there is no such process.
pub fn signal_process(pid: i32, signal: crate::Signal) -> io::Result<bool> {
    // Zero and negative numbers would mean process groups.
    let pid = if pid > 0 { Pid::from_raw(pid) } else { None }.ok_or(io::ErrorKind::InvalidInput)?;
    match rustix::process::kill_process(pid, signal.raw()) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::SRCH) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A pid file, opened while the rights for it are there and written once the pid is known.
#[derive(Debug)]
pub struct PidFile(File);

impl PidFile {
    /// Creates or empties the file.
    pub fn create(path: &[u8]) -> io::Result<PidFile> {
        let path = Path::new(OsStr::from_bytes(path));
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o644).open(path)?;
        Ok(PidFile(file))
    }

    /// Adds a line with `pid`.
    pub fn add(&mut self, pid: u32) -> io::Result<()> {
        self.0.write_all(format!("{pid}\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forking_with_threads_is_refused() {
        // The test runner has threads.
        if !single_threaded() {
            assert_eq!(fork().unwrap_err().kind(), io::ErrorKind::Unsupported);
        }
        assert!(signal_process(-5, crate::Signal::Term).is_err(), "no process groups by mistake");
    }

    #[test]
    fn pid_files_hold_a_line_per_pid() {
        let path = std::env::temp_dir().join(format!("ferroxy-pid-{}", std::process::id()));
        let mut file = PidFile::create(path.as_os_str().as_bytes()).unwrap();
        file.add(12).unwrap();
        file.add(345).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "12\n345\n");
        std::fs::remove_file(path).unwrap();
    }
}
