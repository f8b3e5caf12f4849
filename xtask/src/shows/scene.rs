//! Two real nginx, an echo server for WebSockets, and a proxy with the quickstart's configuration in front of them.

use crate::bench::peers::{self, Process};
use crate::bench::probe;
use harness::net;
use harness::proxy::TempDir;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The servers. They share a directory: what one has taken both can give.
pub struct Scene {
    pub dir: TempDir,
    nginx: Vec<(SocketAddr, Process)>,
    echo: SocketAddr,
}

/// A running proxy.
pub struct Running {
    pub addr: SocketAddr,
    _process: Process,
}

impl Scene {
    pub fn new() -> Result<Scene, String> {
        let dir = TempDir::new()?;
        fs::create_dir_all(dir.0.join("www")).map_err(|e| e.to_string())?;
        let echo = harness::websocket::echo_server().map_err(|e| e.to_string())?;
        let mut scene = Scene { dir, nginx: Vec::new(), echo };
        for name in ["one", "two"] {
            let addr = net::free_addr();
            let conf = scene.nginx_conf(name, addr);
            let process = peers::start_nginx(&scene.dir.0, name, &conf)?;
            peers::listening(addr)?;
            scene.nginx.push((addr, process));
        }
        Ok(scene)
    }

    /// Where the servers' files are.
    pub fn www(&self) -> PathBuf {
        self.dir.0.join("www")
    }

    /// The first server's processes.
    pub fn victim(&self) -> Vec<u32> {
        probe::family(self.nginx[0].1.id())
    }

    /// Starts a proxy with the quickstart's configuration, the lines of `replaced` exchanged.
    pub fn start(&self, program: &Path, name: &str, replaced: &[(&str, &str)]) -> Result<Running, String> {
        let addr = net::free_addr();
        let file = crate::sh::root().join("examples/quickstart.cfg");
        let mut text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let route = "    use_backend echo if { path /ws }\n    default_backend app\n";
        let one = self.nginx[0].0.to_string();
        let two = self.nginx[1].0.to_string();
        let bind = format!("bind {addr}");
        let ours = [
            ("bind :8080", &*bind),
            ("127.0.0.1:8001", &one),
            ("127.0.0.1:8002", &two),
            ("    default_backend app\n", route),
        ];
        for (from, to) in ours.iter().chain(replaced) {
            if !text.contains(from) {
                return Err(format!("{}: no '{}'", file.display(), from.trim()));
            }
            text = text.replace(from, to);
        }
        text.push_str(&format!("\nbackend echo\n    server echo {}\n", self.echo));
        let process = peers::start_haproxy(program, &self.dir.0, name, &text)?;
        peers::listening(addr).map_err(|why| format!("{name}: {why}\n{}", process.said()))?;
        Ok(Running { addr, _process: process })
    }

    fn nginx_conf(&self, name: &str, addr: SocketAddr) -> String {
        let main = peers::nginx_main(&self.dir.0, name);
        let dir = self.dir.0.display();
        format!(
            "{main}http {{\n  access_log off;\n  sendfile on;\n  keepalive_requests 1000000000;\n  client_max_body_size 0;\n\
             \x20 client_body_temp_path {dir}/body-{name};\n  default_type text/plain;\n\
             \x20 server {{ listen {addr}; root {dir}/www;\n    dav_methods PUT;\n\
             \x20   location = /tiny {{ return 200 \"ok\\n\"; }} }}\n}}\n"
        )
    }
}
