//! The proxies that are compared, their equivalent configurations, and the backend behind them.

use super::work::{BACKENDS, HUGE, LARGE, Row, SERVERS, Shape};
use super::{probe, upload};
use crate::sh;
use harness::proxy::TempDir;
use harness::{UdpSink, net, wait};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Who takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Ferroxy,
    Haproxy,
    Nginx,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Ferroxy, Kind::Haproxy, Kind::Nginx];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Ferroxy => "Ferroxy",
            Kind::Haproxy => "HAProxy",
            Kind::Nginx => "nginx",
        }
    }
}

/// The built release binary, or what `FERROXY_BIN` names.
pub fn ferroxy() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("FERROXY_BIN") {
        return Ok(PathBuf::from(path));
    }
    sh::run(sh::cargo().args(["build", "--release", "--locked", "--package", "ferroxy"]))?;
    Ok(sh::target_dir().join("release/ferroxy"))
}

/// Raises our own limit of open files as far as it goes; children inherit it.
pub fn raise_fd_limit() {
    let mut limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current = limit.maximum;
    // Without it the idle row fails by itself, with a clear message.
    let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, limit);
}

/// A running proxy.
pub struct Peer {
    pub kind: Kind,
    pub addr: SocketAddr,
    process: Process,
}

impl Peer {
    /// All its processes; nginx has workers.
    pub fn pids(&self) -> Vec<u32> {
        probe::family(self.process.id())
    }

    /// What it wrote on stdout and stderr.
    pub fn said(&self) -> String {
        self.process.said()
    }
}

/// A child that is killed, with its workers, when dropped.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote on stdout and stderr.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGTERM lets nginx' master end its workers.
        if let Some(pid) = rustix::process::Pid::from_raw(self.child.id() as i32) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        if wait::until(Duration::from_secs(5), || self.child.try_wait().ok().flatten()).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A directory, an nginx as backend, and a sink for the logs.
pub struct Lab {
    dir: TempDir,
    backend: SocketAddr,
    uploads: SocketAddr,
    _backend: Process,
    log: SocketAddr,
    stop: Arc<AtomicBool>,
    sink: Option<JoinHandle<()>>,
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(sink) = self.sink.take() {
            let _ = sink.join();
        }
    }
}

impl Lab {
    pub fn new() -> Result<Lab, String> {
        let dir = TempDir::new()?;
        let www = dir.0.join("www");
        fs::create_dir_all(&www).map_err(|e| e.to_string())?;
        for (name, len) in [("large", LARGE), ("huge", HUGE)] {
            fs::write(www.join(name), vec![b'x'; len]).map_err(|e| e.to_string())?;
        }
        let backend = net::free_addr();
        let process = start_nginx(&dir.0, "backend", &backend_conf(&dir.0, backend))?;
        listening(backend)?;
        let udp = UdpSink::new().map_err(|e| e.to_string())?;
        let log = udp.addr();
        let stop = Arc::new(AtomicBool::new(false));
        let sink = Some(std::thread::spawn({
            let stop = Arc::clone(&stop);
            move || swallow(udp, &stop)
        }));
        let uploads = upload::start().map_err(|e| e.to_string())?;
        Ok(Lab { dir, backend, uploads, _backend: process, log, stop, sink })
    }

    /// Starts all proxies that can do the row's work.
    pub fn start(&self, row: &Row, logging: bool, binary: &Path) -> Result<Vec<Peer>, String> {
        let peers = Kind::ALL.into_iter().map(|kind| self.start_one(kind, row, logging, binary));
        peers.filter_map(Result::transpose).collect()
    }

    /// Starts one proxy; `None` when it can't do this work.
    pub fn start_one(&self, kind: Kind, row: &Row, logging: bool, binary: &Path) -> Result<Option<Peer>, String> {
        let addr = net::free_addr();
        let process = match kind {
            // Debian's nginx-light has no stream module: there is nothing to compare with.
            Kind::Nginx if row.tcp => return Ok(None),
            Kind::Nginx => start_nginx(&self.dir.0, "proxy", &self.nginx_conf(row, addr, logging))?,
            Kind::Ferroxy => start_haproxy(binary, &self.dir.0, "ferroxy", &self.haproxy_conf(row, addr, logging))?,
            Kind::Haproxy => {
                let conf = self.haproxy_conf(row, addr, logging);
                start_haproxy(Path::new("haproxy"), &self.dir.0, "haproxy", &conf)?
            }
        };
        let peer = Peer { kind, addr, process };
        listening(addr).map_err(|why| format!("{}: {why}\n{}", kind.name(), peer.said()))?;
        Ok(Some(peer))
    }

    /// Milliseconds until a proxy with the large configuration accepts, and its peak memory in KB.
    pub fn time_start(&self, kind: Kind, binary: &Path) -> Result<(f64, u64), String> {
        let addr = net::free_addr();
        let conf = large_conf(addr, self.backend);
        let program = if kind == Kind::Ferroxy { binary } else { Path::new("haproxy") };
        let start = Instant::now();
        let process = start_haproxy(program, &self.dir.0, "start", &conf)?;
        let peer = Peer { kind, addr, process };
        listening(addr).map_err(|why| format!("{}: {why}\n{}", kind.name(), peer.said()))?;
        Ok((start.elapsed().as_secs_f64() * 1000.0, probe::peak_kb(&peer.pids())))
    }

    fn backend_of(&self, row: &Row) -> SocketAddr {
        if matches!(row.shape, Shape::Upload(..)) { self.uploads } else { self.backend }
    }

    fn haproxy_conf(&self, row: &Row, addr: SocketAddr, logging: bool) -> String {
        let (log, backend) = (self.log, self.backend_of(row));
        let mode = if row.tcp { "tcp" } else { "http" };
        let log_lines = match (logging, row.tcp) {
            (false, _) => "",
            (true, false) => "    log global\n    option httplog\n",
            (true, true) => "    log global\n    option tcplog\n",
        };
        // On the idle row server connections would be counted with the clients.
        let reuse = if row.shape == Shape::Idle { "    http-reuse always\n" } else { "" };
        format!(
            "global\n    nbthread 2\n    maxconn 9900\n    log {log} local0\n\
             defaults\n    mode {mode}\n{log_lines}    timeout connect 5s\n    timeout client 60s\n    timeout server 60s\n\
             frontend fe\n    bind {addr}\n    default_backend be\n\
             backend be\n    balance roundrobin\n{reuse}    server s1 {backend}\n"
        )
    }

    fn nginx_conf(&self, row: &Row, addr: SocketAddr, logging: bool) -> String {
        let (log, backend, dir) = (self.log, self.backend_of(row), self.dir.0.display());
        let access =
            if logging { format!("access_log syslog:server={log} combined;") } else { "access_log off;".into() };
        format!(
            "{}http {{\n  {access}\n  keepalive_requests 1000000000;\n  client_max_body_size 0;\n\
             \x20 client_body_temp_path {dir}/body;\n  proxy_temp_path {dir}/temp;\n  proxy_max_temp_file_size 0;\n\
             \x20 upstream be {{ server {backend}; keepalive 1024; keepalive_requests 1000000000; }}\n\
             \x20 server {{ listen {addr};\n    location / {{ proxy_pass http://be; proxy_http_version 1.1;\n\
             \x20     proxy_set_header Connection \"\"; proxy_set_header Host $http_host; proxy_request_buffering off; }} }}\n}}\n",
            nginx_main(&self.dir.0, "proxy")
        )
    }
}

pub fn nginx_main(dir: &Path, name: &str) -> String {
    let user = if rustix::process::geteuid().is_root() { "user root;\n" } else { "" };
    let dir = dir.display();
    format!(
        "{user}daemon off;\nworker_processes 2;\nworker_rlimit_nofile 20000;\npid {dir}/{name}.pid;\nerror_log stderr error;\n\
         events {{ worker_connections 19000; }}\n"
    )
}

fn backend_conf(dir: &Path, addr: SocketAddr) -> String {
    let main = nginx_main(dir, "backend");
    let dir = dir.display();
    format!(
        "{main}http {{\n  access_log off;\n  sendfile on;\n  keepalive_requests 1000000000;\n  keepalive_timeout 300;\n\
         \x20 client_max_body_size 0;\n  client_body_temp_path {dir}/body-b;\n  default_type text/plain;\n\
         \x20 server {{ listen {addr} backlog=4096; root {dir}/www;\n\
         \x20   location = /tiny {{ return 200 \"ok\\n\"; }} }}\n}}\n"
    )
}

fn large_conf(addr: SocketAddr, backend: SocketAddr) -> String {
    let mut conf = format!(
        "global\n    nbthread 2\n    maxconn 1000\ndefaults\n    mode http\n    timeout connect 5s\n    timeout client 60s\n\
         \x20   timeout server 60s\nfrontend fe\n    bind {addr}\n    default_backend b0\n"
    );
    for b in 0..BACKENDS {
        let _ = writeln!(conf, "backend b{b}\n    balance roundrobin");
        for s in 0..SERVERS {
            let _ = writeln!(conf, "    server s{s} {backend}");
        }
    }
    conf
}

pub fn start_haproxy(program: &Path, dir: &Path, name: &str, conf: &str) -> Result<Process, String> {
    let file = write(dir, name, conf)?;
    start(Command::new(program).arg("-db").arg("-f").arg(file), dir, name)
}

pub fn start_nginx(dir: &Path, name: &str, conf: &str) -> Result<Process, String> {
    let file = write(dir, name, conf)?;
    start(Command::new("nginx").arg("-p").arg(dir).arg("-c").arg(file), dir, name)
}

fn write(dir: &Path, name: &str, conf: &str) -> Result<PathBuf, String> {
    let file = dir.join(format!("{name}.conf"));
    fs::write(&file, conf).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(file)
}

/// stderr goes to a file: a pipe that nobody reads would stop a talkative proxy.
fn start(cmd: &mut Command, dir: &Path, name: &str) -> Result<Process, String> {
    let log = dir.join(format!("{name}.err"));
    let err = File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let out = err.try_clone().map_err(|e| e.to_string())?;
    cmd.stdin(Stdio::null()).stdout(out).stderr(err);
    let child = cmd.spawn().map_err(|e| format!("{}: {e}", cmd.get_program().to_string_lossy()))?;
    Ok(Process { child, log })
}

pub fn listening(addr: SocketAddr) -> Result<(), String> {
    let up = || TcpStream::connect_timeout(&addr, Duration::from_millis(200)).ok();
    wait::until(Duration::from_secs(60), up).map(drop).ok_or_else(|| format!("nothing listens at {addr}"))
}

fn swallow(mut sink: UdpSink, stop: &AtomicBool) {
    use harness::Sink;
    while !stop.load(Ordering::Relaxed) {
        sink.line_within(Duration::from_millis(100));
    }
}
