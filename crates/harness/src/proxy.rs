//! The program under test: started with a configuration in a directory of its own, stopped when dropped.

use crate::{cli, wait};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use std::fmt::Display;
use std::fs;
use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

/// A program and a configuration, before the start.
///
/// In the configuration `{{name}}` stands for what was [`set`](Setup::set), `{{dir}}` for the test's own directory, and
/// each `fd@${name}` makes a listening TCP socket that the program inherits, so no port is ever raced for;
/// `{{name.port}}` is its port.
pub struct Setup {
    bin: PathBuf,
    template: String,
    vars: Vec<(String, String)>,
    args: Vec<String>,
    envs: Vec<(String, String)>,
}

impl Setup {
    pub fn new(bin: &Path, template: &str) -> Setup {
        Setup { bin: bin.into(), template: template.into(), vars: vec![], args: vec!["-db".into()], envs: vec![] }
    }

    /// What `{{name}}` stands for.
    pub fn set(mut self, name: &str, value: impl Display) -> Setup {
        self.vars.push((name.to_string(), value.to_string()));
        self
    }

    /// One more word on the command line, which begins with `-db` and ends with `-f FILE`.
    pub fn arg(mut self, word: &str) -> Setup {
        self.args.push(word.to_string());
        self
    }

    /// A command line without `-db`.
    pub fn no_args(mut self) -> Setup {
        self.args.clear();
        self
    }

    /// One more environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Setup {
        self.envs.push((name.to_string(), value.to_string()));
        self
    }

    /// Starts the program. It may still be reading its configuration; inherited sockets take connections already.
    pub fn start(self) -> Result<Proxy, String> {
        let dir = TempDir::new()?;
        let (listeners, text) = self.prepare(&dir)?;
        let file = dir.0.join("proxy.cfg");
        fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
        let mut cmd = Command::new(&self.bin);
        cmd.args(&self.args).arg("-f").arg(&file);
        cmd.envs(self.envs.iter().map(|(n, v)| (n, v)));
        cmd.envs(listeners.iter().map(|(n, l)| (n, l.as_raw_fd().to_string())));
        cmd.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = spawn(&mut cmd, &listeners).map_err(|e| format!("{}: {e}", self.bin.display()))?;
        let said = Arc::new(Mutex::new(Vec::new()));
        let readers = vec![
            collect(child.stdout.take().expect("stdout is piped"), &said),
            collect(child.stderr.take().expect("stderr is piped"), &said),
        ];
        let listeners = listeners.iter().map(|(n, l)| (n.clone(), local_addr(l))).collect();
        Ok(Proxy { child, dir, listeners, said, readers, exited: None })
    }

    /// Runs the program to its end: for `-c`, `-v` and configurations that must not start.
    pub fn run(self) -> Result<Exited, String> {
        let mut proxy = self.start()?;
        let status = proxy.wait_exit(wait::LIMIT).ok_or("the program didn't end")?;
        Ok(Exited { status, said: proxy.said() })
    }

    fn prepare(&self, dir: &TempDir) -> Result<(Vec<(String, TcpListener)>, String), String> {
        let mut text = self.template.clone();
        let mut listeners = Vec::new();
        for name in inherited(&text) {
            let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| e.to_string())?;
            let addr = local_addr(&listener);
            text = text.replace(&format!("{{{{{name}.port}}}}"), &addr.port().to_string());
            listeners.push((name, listener));
        }
        for (name, value) in &self.vars {
            text = text.replace(&format!("{{{{{name}}}}}"), value);
        }
        text = text.replace("{{dir}}", &dir.0.display().to_string());
        match text.split("{{").nth(1) {
            Some(rest) => Err(format!("{{{{{}: not set", rest.split('\n').next().unwrap_or_default())),
            None => Ok((listeners, text)),
        }
    }
}

/// A program that ended.
#[derive(Debug)]
pub struct Exited {
    pub status: ExitStatus,
    /// What it wrote on stdout and stderr.
    pub said: String,
}

/// A running program; killed when dropped.
pub struct Proxy {
    child: Child,
    dir: TempDir,
    listeners: Vec<(String, SocketAddr)>,
    said: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
    exited: Option<ExitStatus>,
}

impl Proxy {
    /// The address of an inherited socket.
    ///
    /// # Panics
    /// When the configuration has no `fd@${name}`.
    pub fn addr(&self, name: &str) -> SocketAddr {
        let found = self.listeners.iter().find(|(n, _)| n == name);
        found.unwrap_or_else(|| panic!("the configuration has no fd@${{{name}}}")).1
    }

    /// The addresses of all inherited sockets, by name.
    pub fn addrs(&self) -> &[(String, SocketAddr)] {
        &self.listeners
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its proportional share of memory, in KB; 0 when it has ended.
    pub fn pss_kb(&self) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.pid())).unwrap_or_default();
        let value = text.lines().find_map(|line| line.strip_prefix("Pss:"));
        value.and_then(|v| v.split_ascii_whitespace().next()?.parse().ok()).unwrap_or(0)
    }

    /// The directory that `{{dir}}` stands for.
    pub fn dir(&self) -> &Path {
        &self.dir.0
    }

    /// What the program wrote on stdout and stderr so far.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&lock(&self.said)).into_owned()
    }

    /// Asks the runtime API at `{{dir}}/cli`, waiting for the socket to appear.
    pub fn cli(&self, command: &str) -> Result<String, String> {
        let path = self.dir.0.join("cli");
        let answer = wait::until(wait::LIMIT, || cli::ask(&path, command).ok());
        answer.ok_or_else(|| format!("{} doesn't answer; the program said: {}", path.display(), self.said()))
    }

    /// Waits until something accepts at `addr`: for a `bind` line with a plain port.
    pub fn wait_listening(&self, addr: SocketAddr) -> Result<(), String> {
        let up = || std::net::TcpStream::connect_timeout(&addr, Duration::from_millis(100)).ok();
        let up = wait::until(wait::LIMIT, up);
        up.map(drop).ok_or_else(|| format!("nothing listens at {addr}; the program said: {}", self.said()))
    }

    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.child.id() as i32).filter(|_| self.exited.is_none()) {
            // It may have ended meanwhile; whoever waits for it finds out.
            let _ = kill_process(pid, signal);
        }
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.poll_exit().is_none()
    }

    /// Waits for the end of the program.
    pub fn wait_exit(&mut self, limit: Duration) -> Option<ExitStatus> {
        let status = wait::until(limit, || self.poll_exit())?;
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        Some(status)
    }

    /// SIGTERM, and how it ended.
    pub fn stop(mut self) -> Result<Exited, String> {
        self.signal(Signal::TERM);
        let status = self.wait_exit(wait::LIMIT).ok_or_else(|| format!("SIGTERM didn't end it: {}", self.said()))?;
        Ok(Exited { status, said: self.said() })
    }

    fn poll_exit(&mut self) -> Option<ExitStatus> {
        if self.exited.is_none() {
            self.exited = self.child.try_wait().ok().flatten();
        }
        self.exited
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if self.poll_exit().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A directory of its own, removed when dropped.
pub struct TempDir(pub PathBuf);

impl TempDir {
    pub fn new() -> Result<TempDir, String> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("harness-{}-{n}", std::process::id()));
        fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        Ok(TempDir(dir))
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The names in all `fd@${name}` of a configuration.
fn inherited(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in text.split("fd@${").skip(1) {
        let name = part.split('}').next().unwrap_or_default().to_string();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Starts the child with the listeners open in it, and in no other child of ours.
fn spawn(cmd: &mut Command, listeners: &[(String, TcpListener)]) -> std::io::Result<Child> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = lock(&ONE_AT_A_TIME);
    for (_, listener) in listeners {
        fcntl_setfd(listener, FdFlags::empty())?;
    }
    let child = cmd.spawn();
    for (_, listener) in listeners {
        fcntl_setfd(listener, FdFlags::CLOEXEC)?;
    }
    child
}

fn collect(mut from: impl Read + Send + 'static, into: &Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    /// What a program says beyond this is dropped.
    const MOST: usize = 1 << 20;
    let into = Arc::clone(into);
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(n @ 1..) = from.read(&mut bytes) {
            let mut said = lock(&into);
            let room = MOST.saturating_sub(said.len());
            said.extend_from_slice(&bytes[..n.min(room)]);
        }
    })
}

fn local_addr(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().expect("a bound socket has an address")
}

/// A test that panicked elsewhere leaves nothing half done behind these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
