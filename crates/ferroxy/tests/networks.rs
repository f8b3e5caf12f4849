//! Network namespaces, interfaces, foreign addresses, redirection, Multipath TCP: on networks of the test's own, since
//! none of it may disturb the machine's. All of it needs root and `ip`; a test that can't run says so.

use harness::net::free_addr;
use harness::proxy::TempDir;
use harness::{Answer, Conn, Origin, Proxy, Setup, haproxy, wait};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags, open};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use socket2::{Domain, Protocol, Socket, Type};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

const FERROXY: &str = env!("CARGO_BIN_EXE_ferroxy");

fn both() -> Vec<PathBuf> {
    let mut programs = vec![PathBuf::from(FERROXY)];
    programs.extend(haproxy());
    programs
}

/// A network namespace, removed when dropped.
struct Net {
    name: String,
    fd: OwnedFd,
}

impl Net {
    /// One with nothing but a loopback. `None`, and said, where that isn't permitted.
    fn new() -> Option<Net> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("frx-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        if !succeeds("ip", &["netns", "add", &name]) {
            println!("skipped: no network namespaces here");
            return None;
        }
        let path = format!("/var/run/netns/{name}");
        let fd = open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).expect("just made");
        let net = Net { name, fd };
        net.ip("link set lo up");
        Some(net)
    }

    /// Two, `10.9.0.1` on `veth0` and `10.9.0.2` on `veth1`, with a cable between them.
    fn pair() -> Option<(Net, Net)> {
        let (one, two) = (Net::new()?, Net::new()?);
        one.ip(&format!("link add veth0 type veth peer name veth1 netns {}", two.name));
        for (net, link, addr) in [(&one, "veth0", "10.9.0.1/24"), (&two, "veth1", "10.9.0.2/24")] {
            net.ip(&format!("addr add {addr} dev {link}"));
            net.ip(&format!("link set {link} up"));
        }
        Some((one, two))
    }

    /// `ip -n THIS args`.
    fn ip(&self, args: &str) {
        let args: Vec<&str> = ["-n", &self.name].into_iter().chain(args.split(' ')).collect();
        assert!(succeeds("ip", &args), "ip {}", args.join(" "));
    }

    /// Runs `f` inside. The sockets that it makes stay there.
    fn run<T: Send>(&self, f: impl FnOnce() -> T + Send) -> T {
        std::thread::scope(|scope| {
            let inside = scope.spawn(|| {
                move_into_link_name_space(self.fd.as_fd(), Some(LinkNameSpaceType::Network)).expect("root may");
                f()
            });
            inside.join().expect("no panic")
        })
    }

    fn connect(&self, to: &str) -> std::io::Result<Conn> {
        let to: SocketAddr = to.parse().expect("an address");
        self.run(|| Conn::connect(to, None))
    }

    /// A connection to what has just been started there.
    fn reach(&self, to: &str, proxy: &Proxy) -> Conn {
        let conn = wait::until(wait::LIMIT, || self.connect(to).ok());
        conn.unwrap_or_else(|| panic!("nothing listens at {to}; the program said: {}", proxy.said()))
    }

    /// A counter of this network's `/proc/net/netstat`.
    fn counter(&self, name: &str) -> u64 {
        let text = self.run(|| std::fs::read_to_string("/proc/thread-self/net/netstat").expect("readable"));
        let lines: Vec<&str> = text.lines().collect();
        let pairs = lines.chunks_exact(2).flat_map(|two| two[0].split(' ').zip(two[1].split(' ')));
        pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        succeeds("ip", &["netns", "del", &self.name]);
    }
}

fn succeeds(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// An HTTP proxy whose `bind` and `server` lines are these.
fn start(bin: &Path, bind: &str, server: &str) -> Proxy {
    const CONFIG: &str = "
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 5s
frontend web
    bind {{bind}}
    default_backend app
backend app
    option forwardfor
    server s {{server}}
";
    Setup::new(bin, CONFIG).set("bind", bind).set("server", server).start().expect("it starts")
}

/// One request; the answer's status.
fn get(conn: &mut Conn) -> String {
    conn.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("send");
    let head = conn.take_head().unwrap_or_else(|got| panic!("{:?}", String::from_utf8_lossy(&got)));
    String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned()
}

fn origin() -> Origin {
    Origin::start(|_| Answer::ok("")).expect("an origin")
}

#[test]
fn listening_in_a_namespace() {
    let Some(net) = Net::new() else { return };
    let origin = origin();
    for bin in both() {
        let proxy = start(&bin, &format!("127.0.0.1:8080 namespace {}", net.name), &origin.addr().to_string());
        let mut conn = net.reach("127.0.0.1:8080", &proxy);
        assert_eq!(get(&mut conn), "200", "the server is outside: {}", bin.display());
    }
}

#[test]
fn servers_in_a_namespace() {
    let Some(net) = Net::new() else { return };
    for bin in both() {
        let listener = net.run(|| TcpListener::bind("127.0.0.1:0").expect("bind"));
        let server = format!("{} namespace {}", listener.local_addr().expect("bound"), net.name);
        let addr = free_addr();
        let proxy = start(&bin, &addr.to_string(), &server);
        proxy.wait_listening(addr).expect("it listens");
        let mut client = Conn::connect(addr, None).expect("connect");
        client.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("send");
        let mut server = Conn::over(listener.accept().expect("the proxy comes").0).expect("a server");
        server.take_head().expect("a request");
        server.send(b"HTTP/1.1 204 No Content\r\n\r\n").expect("send");
        assert!(client.take_head().expect("an answer").starts_with(b"HTTP/1.1 204 "), "{}", bin.display());
    }
}

#[test]
fn namespaces_that_are_not_there() {
    let setup = |bind: &str, server: &str| {
        let config = format!("listen l\n    bind {bind}\n    server s {server}\n");
        Setup::new(Path::new(FERROXY), &config).run().expect("it ends")
    };
    let outside = free_addr().to_string();
    for (bind, server) in
        [("127.0.0.1:0 namespace no-such", "127.0.0.1:1"), (&*outside, "127.0.0.1:1 namespace no-such")]
    {
        let ended = setup(bind, server);
        assert!(ended.status.code() == Some(1) && ended.said.contains("no-such"), "{bind} {server}: {}", ended.said);
    }
}

#[test]
fn addresses_of_others() {
    let Some(net) = Net::new() else { return };
    let origin = origin();
    for bin in both() {
        let bind = format!("192.0.2.7:8080 namespace {}", net.name);
        let mut refused = start(&bin, &bind, &origin.addr().to_string());
        assert!(refused.wait_exit(wait::LIMIT).is_some_and(|status| !status.success()), "{}", bin.display());
        assert!(refused.said().contains("cannot bind socket"), "{}", refused.said());
        let proxy = start(&bin, &format!("{bind} transparent"), &origin.addr().to_string());
        // Packets for the address reach the socket once they are routed here, as a firewall's rules would do.
        net.ip("route add local 192.0.2.0/24 dev lo");
        let mut conn = net.reach("192.0.2.7:8080", &proxy);
        assert_eq!(get(&mut conn), "200", "{}", bin.display());
        net.ip("route del local 192.0.2.0/24 dev lo");
    }
}

#[test]
fn connections_in_the_name_of_clients() {
    let Some(net) = Net::new() else { return };
    net.ip("route add local 192.0.2.0/24 dev lo");
    let config = |server: SocketAddr| {
        format!(
            "127.0.0.1:8080 namespace {0}\n    mode tcp\n    source 192.0.2.9 usesrc clientip\n    server s {server} namespace {0}",
            net.name
        )
    };
    for bin in both() {
        let listener = net.run(|| TcpListener::bind("127.0.0.1:0").expect("bind"));
        let config = format!(
            "defaults\n    timeout client 10s\n    timeout server 10s\n    timeout connect 5s\nlisten l\n    bind {}\n",
            config(listener.local_addr().expect("bound"))
        );
        let proxy = Setup::new(&bin, &config).start().expect("it starts");
        let from = "192.0.2.33".parse().expect("an address");
        let connect = || net.run(|| Conn::connect("127.0.0.1:8080".parse().expect("an address"), Some(from)).ok());
        let _client = wait::until(wait::LIMIT, connect).unwrap_or_else(|| panic!("{}", proxy.said()));
        let (_, peer) = listener.accept().expect("the proxy comes");
        assert_eq!(peer.ip(), from, "{}", bin.display());
    }
}

#[test]
fn one_interface_only() {
    let Some((here, there)) = Net::pair() else { return };
    let origin = origin();
    for bin in both() {
        let bind = format!("*:8080 interface veth0 namespace {}", here.name);
        let proxy = start(&bin, &bind, &origin.addr().to_string());
        let mut conn = there.reach("10.9.0.1:8080", &proxy);
        assert_eq!(get(&mut conn), "200", "{}", bin.display());
        assert!(here.connect("127.0.0.1:8080").is_err(), "that is another interface: {}", bin.display());
    }
    let bind = format!("*:8080 interface no-such namespace {}", here.name);
    let mut refused = start(Path::new(FERROXY), &bind, &origin.addr().to_string());
    assert!(refused.wait_exit(wait::LIMIT).is_some_and(|status| status.code() == Some(1)));
    assert!(refused.said().contains("cannot bind listener to device"), "{}", refused.said());
}

/// The destination is where the client wanted to go, not where a firewall sent it (manual 7.3.3, `dst`), also in the PROXY
/// header for a server.
#[test]
fn destinations_before_a_redirection() {
    let Some((here, there)) = Net::pair() else { return };
    let rules = TempDir::new().expect("temporary directory");
    let file = rules.0.join("rules");
    let text = "table ip nat {\n chain pre {\n  type nat hook prerouting priority -100;\n  tcp dport 80 redirect to :8080\n }\n}\n";
    std::fs::write(&file, text).expect("write");
    if !succeeds("ip", &["netns", "exec", &here.name, "nft", "-f", &file.display().to_string()]) {
        return println!("skipped: no nft here, or a kernel without NAT");
    }
    let v4 = both().into_iter().map(|bin| (bin, "10.9.0.1:8080", "TCP4 10.9.0.2 10.9.0.1"));
    // 2.6 doesn't look on a socket that carries both families.
    let mapped = (PathBuf::from(FERROXY), ":::8080 v4v6", "TCP6 ::ffff:10.9.0.2 ::ffff:10.9.0.1");
    for (bin, addr, addresses) in v4.chain([mapped]) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
        let server = format!("{} send-proxy", listener.local_addr().expect("bound"));
        let proxy = start(&bin, &format!("{addr} namespace {}", here.name), &server);
        for port in [80, 8080] {
            let mut client = there.reach(&format!("10.9.0.1:{port}"), &proxy);
            let from = client.local_addr().expect("connected").port();
            client.send(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("send");
            let mut server = Conn::over(listener.accept().expect("the proxy comes").0).expect("a server");
            let line = server.take_line().expect("a PROXY header");
            let wanted = format!("PROXY {addresses} {from} {port}\r\n");
            assert_eq!(String::from_utf8_lossy(&line), wanted, "{}", bin.display());
        }
    }
}

#[test]
fn multipath_tcp() {
    let mptcp = || Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::MPTCP));
    let Some(net) = Net::new() else { return };
    if mptcp().is_err() {
        return println!("skipped: no Multipath TCP in this kernel");
    }
    let listener = net.run(|| {
        let socket = mptcp().expect("as above");
        let any: SocketAddr = "127.0.0.1:0".parse().expect("an address");
        socket.bind(&any.into()).expect("bind");
        socket.listen(16).expect("listen");
        TcpListener::from(socket)
    });
    let bind = format!("mptcp@127.0.0.1:8080 namespace {}", net.name);
    let server = format!("mptcp4@{} namespace {}", listener.local_addr().expect("bound"), net.name);
    let proxy = start(Path::new(FERROXY), &bind, &server);
    drop(net.reach("127.0.0.1:8080", &proxy));
    assert_eq!(net.counter("MPCapableSYNRX"), 0, "a plain client is served as well");
    let mut client = net.run(|| {
        let socket = mptcp().expect("as above");
        let to: SocketAddr = "127.0.0.1:8080".parse().expect("an address");
        socket.connect(&to.into()).expect("connect");
        Conn::over(socket.into()).expect("a client")
    });
    client.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("send");
    let mut server = Conn::over(listener.accept().expect("the proxy comes").0).expect("a server");
    server.take_head().expect("a request");
    server.send(b"HTTP/1.1 204 No Content\r\n\r\n").expect("send");
    assert!(client.take_head().expect("an answer").starts_with(b"HTTP/1.1 204 "));
    assert_eq!(net.counter("MPCapableACKRX"), 2, "both connections are Multipath TCP to their ends");
    assert_eq!(net.counter("MPCapableFallbackACK"), 0);
}
