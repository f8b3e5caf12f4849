//! The binary as its callers see it: exit codes, messages, signals, daemon. Where Debian's haproxy does the same, the
//! same expectations run against it.

use harness::net::{free_addr, own_ip};
use harness::proxy::TempDir;
use harness::{Proxy, Setup, haproxy, wait};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const FERROXY: &str = env!("CARGO_BIN_EXE_ferroxy");

/// Without the timeouts there would be warnings.
const DEFAULTS: &str = "
defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
";

/// Ours, and the peer if it is installed.
fn both() -> Vec<PathBuf> {
    let mut programs = vec![PathBuf::from(FERROXY)];
    programs.extend(haproxy());
    programs
}

/// What a program did that ran to its end: code, stdout, stderr. In the texts its number is `PID`, its path `EXE`;
/// what it says of its version is left out.
fn run(bin: &Path, dir: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let child = Command::new(bin)
        .args(args)
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let pid = child.id();
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let text = text.replace(&format!("({pid})"), "(PID)").replace(&bin.display().to_string(), "EXE");
        let lines = text.lines().filter(|line| !line.starts_with("[NOTICE]   (PID) : haproxy version is "));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Runs the programs on `config` in a directory of their own and compares.
fn check(programs: &[PathBuf], config: &str, args: &[&str], code: i32, stdout: &str, stderr: &str) {
    let dir = TempDir::new().expect("temporary directory");
    fs::write(dir.0.join("a.cfg"), config).expect("write");
    let intro = if stderr.contains("[ALERT]") || stderr.contains("[WARNING]") {
        "[NOTICE]   (PID) : path to executable is EXE\n"
    } else {
        ""
    };
    for bin in programs {
        let got = run(bin, &dir.0, args);
        assert_eq!(got, (Some(code), stdout.to_owned(), format!("{intro}{stderr}")), "{} {args:?}", bin.display());
    }
}

fn ours() -> Vec<PathBuf> {
    vec![FERROXY.into()]
}

#[test]
fn checking_a_configuration() {
    let good = format!("{DEFAULTS}frontend f\n    bind {}\n", free_addr());
    check(&ours(), &good, &["-c", "-f", "a.cfg"], 0, "", "");
    check(&both(), &good, &["-c", "-V", "-f", "a.cfg"], 0, "Configuration file is valid\n", "");
    check(&both(), &good, &["-c", "-q", "-f", "a.cfg"], 0, "", "");
    check(
        &both(),
        &format!("global\n    quiet\n{good}"),
        &["-V", "-c", "--", "a.cfg"],
        0,
        "Configuration file is valid\n",
        "",
    );
    let bad = format!("global\n    foo\n{good}    bar\n");
    let errors = "\
[ALERT]    (PID) : config : parsing [a.cfg:2] : unknown keyword 'foo' in 'global' section
[ALERT]    (PID) : config : parsing [a.cfg:11] : unknown keyword 'bar' in 'frontend' section
[ALERT]    (PID) : config : Error(s) found in configuration file : a.cfg
[ALERT]    (PID) : config : Fatal errors found in configuration.
";
    check(&both(), &bad, &["-c", "-f", "a.cfg"], 1, "", errors);
    check(&both(), &bad, &["-db", "-f", "a.cfg"], 1, "", errors);
    check(&both(), &bad, &["-q", "-c", "-f", "a.cfg"], 1, "", "");
    check(&both(), &bad.replace("foo", "quiet"), &["-c", "-f", "a.cfg"], 1, "", "");
    let idle = "Configuration file has no error but will not start (no listener) => exit(2).\n";
    check(&both(), "global\n", &["-c", "-f", "a.cfg"], 2, idle, "");
    check(
        &both(),
        "",
        &["-c", "-f", "gone.cfg"],
        1,
        "",
        "[ALERT]    (PID) : config : Cannot open configuration file/directory gone.cfg : No such file or directory\n",
    );
    check(
        &both(),
        &good,
        &["-C", "/nonexistent", "-c", "-f", "a.cfg"],
        1,
        "",
        "[ALERT]    (PID) : Could not change to directory /nonexistent : No such file or directory\n",
    );
}

/// A configuration for the reference may use more than is built: it is right, and yet it can't be run.
#[test]
fn what_is_not_built_passes_a_check_only() {
    let config = format!(
        "global\n    set-dumpable libs\n{DEFAULTS}listen l\n    bind {}\n    server s 127.0.0.1:80 namespace *\n",
        free_addr()
    );
    let refused = "\
[ALERT]    (PID) : config : parsing [a.cfg:2] : 'set-dumpable libs' is not supported yet
[ALERT]    (PID) : config : parsing [a.cfg:11] : 'server l/s' : 'namespace *' is not supported yet
[ALERT]    (PID) : config : Error(s) found in configuration file : a.cfg
[ALERT]    (PID) : config : Fatal errors found in configuration.
";
    check(&ours(), &config, &["-c", "-V", "-f", "a.cfg"], 0, "Configuration file is valid\n", "");
    check(&ours(), &config, &["-c", "-dW", "-f", "a.cfg"], 0, "", "");
    check(&ours(), &config, &["-db", "-f", "a.cfg"], 1, "", refused);
    check(&ours(), &config, &["-D", "-f", "a.cfg"], 1, "", refused);
    // Being unbuilt doesn't excuse what is wrong.
    let wrong = config.replace("set-dumpable libs", "set-dumpable nonsense");
    let dir = TempDir::new().expect("temporary directory");
    fs::write(dir.0.join("a.cfg"), wrong).expect("write");
    let (code, _, err) = run(Path::new(FERROXY), &dir.0, &["-c", "-f", "a.cfg"]);
    assert!(code == Some(1) && err.contains("[a.cfg:2]") && !err.contains("not supported yet"), "{err}");
}

#[test]
fn warnings_may_be_fatal() {
    let config = format!("{DEFAULTS}frontend f\n    bind {}\n.warning \"careful\"\n", free_addr());
    let warning = "[WARNING]  (PID) : config : parsing [a.cfg:9]: 'careful'.\n";
    let fatal = "[ALERT]    (PID) : config : Some warnings were found and 'zero-warning' is set. Aborting.\n";
    check(
        &both(),
        &config,
        &["-c", "-V", "-f", "a.cfg"],
        0,
        "Warnings were found.\nConfiguration file is valid\n",
        warning,
    );
    check(&both(), &config, &["-c", "-dW", "-f", "a.cfg"], 1, "", &format!("{warning}{fatal}"));
    let config = format!("global\n    zero-warning\n{config}");
    let warning = warning.replace(":9]", ":11]");
    check(&both(), &config, &["-db", "-f", "a.cfg"], 1, "", &format!("{warning}{fatal}"));
}

#[test]
fn conditions() {
    for (condition, code) in [("version_atleast(2.6)", 0), ("version_atleast(99)", 1), ("", 1), ("feature(THREAD)", 0)]
    {
        check(&both(), "", &["-cc", condition], code, "", "");
    }
    let why = "[ALERT]    (PID) : config : Failed to evaluate condition: unparsable conditional expression 'foo('\n";
    check(&both(), "", &["-cc", "foo("], 2, "", why);
}

#[test]
fn versions_and_usage() {
    let dir = TempDir::new().expect("temporary directory");
    let (code, out, _) = run(Path::new(FERROXY), &dir.0, &["-q", "-vv", "-nonsense"]);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("HAProxy version 3.5-"), "{out}");
    assert!(out.contains("\n  TARGET  = linux-glibc\n") && out.contains("\nFeature list : "), "{out}");
    let (code, out, _) = run(Path::new(FERROXY), &dir.0, &[]);
    assert!(code == Some(1) && out.contains("Usage: EXE ") && out.contains("  -f <file|directory>"), "{out}");
    assert!(out.contains("\nCommands:\n  demo "), "{out}");
    let (code, _, err) = run(Path::new(FERROXY), &dir.0, &["nonsense"]);
    assert!(code == Some(1) && err.contains("there is no command 'nonsense'"), "{err}");
    let (code, _, err) = run(Path::new(FERROXY), &dir.0, &["-f", "a.cfg", "-Ws"]);
    assert!(code == Some(1) && err.contains("option '-Ws' is not supported yet"), "{err}");
}

#[test]
fn the_name_haproxy() {
    let dir = TempDir::new().expect("temporary directory");
    let link = dir.0.join("haproxy");
    std::os::unix::fs::symlink(FERROXY, &link).expect("link");
    let (code, out, _) = run(&link, &dir.0, &["-v"]);
    assert!(code == Some(0) && out.starts_with("HAProxy version 3.5-"), "{out}");
    let (code, _, err) = run(&link, &dir.0, &["demo"]);
    assert!(code == Some(1) && err.contains("unexpected argument 'demo'"), "there it is no command: {err}");
}

#[test]
fn sockets_in_use() {
    let taken = TcpListener::bind((own_ip(), 0)).expect("bind");
    let addr = taken.local_addr().expect("bound");
    let config =
        format!("{DEFAULTS}frontend f\n    bind {}\n    bind {addr}\nlisten g\n    bind {addr}\n", free_addr());
    let errors = format!(
        "\
[ALERT]    (PID) : Binding [a.cfg:9] for frontend f: cannot bind socket (Address already in use) for [{addr}]
[ALERT]    (PID) : Binding [a.cfg:11] for proxy g: cannot bind socket (Address already in use) for [{addr}]
[ALERT]    (PID) : [EXE.main()] Some protocols failed to start their listeners! Exiting.
"
    );
    check(&both(), &config, &["-db", "-f", "a.cfg"], 1, "", &errors);
    check(&both(), &config, &["-db", "-q", "-f", "a.cfg"], 1, "", "");
    let nothing =
        "[ALERT]    (PID) : [EXE.main()] No enabled listener found (check for 'bind' directives) ! Exiting.\n";
    check(&both(), "global\n", &["-db", "-f", "a.cfg"], 1, "", nothing);
}

#[test]
fn starts_that_fail_late() {
    let frontend = format!("{DEFAULTS}frontend f\n    bind {}\n", free_addr());
    for (global, args, why) in [
        ("chroot /nonexistent", &["-db", "-f", "a.cfg"][..], "Cannot chroot(/nonexistent)."),
        ("pidfile /nonexistent/pid", &["-D", "-f", "a.cfg"], "Cannot create pidfile /nonexistent/pid"),
        ("ulimit-n 2000000000", &["-db", "-f", "a.cfg"], "Cannot raise FD limit to 2000000000, limit is "),
    ] {
        let dir = TempDir::new().expect("temporary directory");
        fs::write(dir.0.join("a.cfg"), format!("global\n    {global}\n{frontend}")).expect("write");
        let (code, _, err) = run(Path::new(FERROXY), &dir.0, args);
        assert!(code == Some(1) && err.contains(&format!("[EXE.main()] {why}")), "{global}: {err}");
    }
}

const RELAY: &str = r#"
global
    nbthread 2
    hard-stop-after 500ms
defaults
    mode tcp
    timeout client 60s
    timeout server 60s
    timeout connect 5s
frontend f
    bind "fd@${f}"
    default_backend b
backend b
    server s {{server}}
listen l
    bind "fd@${l}"
    server s {{server}} backup
"#;

fn relay(bin: &Path) -> (Proxy, TcpListener) {
    let server = TcpListener::bind((own_ip(), 0)).expect("bind");
    let setup = Setup::new(bin, RELAY).set("server", server.local_addr().expect("bound"));
    (setup.start().expect("start"), server)
}

/// A connection through the proxy: so it has started for good.
fn connect(proxy: &Proxy, server: &TcpListener) -> (TcpStream, TcpStream) {
    let client = TcpStream::connect(proxy.addr("f")).expect("connect");
    server.set_nonblocking(true).expect("non-blocking");
    let served = wait::until(wait::LIMIT, || server.accept().ok());
    let (served, _) =
        served.unwrap_or_else(|| panic!("nothing arrives at the server; the program said: {}", proxy.said()));
    (client, served)
}

fn says(proxy: &Proxy, what: &str) {
    let found = wait::until(wait::LIMIT, || proxy.said().contains(what).then_some(()));
    assert!(found.is_some(), "never said: {what}\n{}", proxy.said());
}

#[test]
fn hard_stops() {
    for bin in both() {
        for (signal, number) in [(Signal::TERM, 15), (Signal::INT, 2)] {
            let (mut proxy, server) = relay(&bin);
            let _open = connect(&proxy, &server);
            proxy.signal(signal);
            let status = proxy.wait_exit(wait::LIMIT).expect("it ends");
            assert_eq!(status.signal(), Some(number), "{}: {status:?}", bin.display());
        }
    }
}

#[test]
fn soft_stops() {
    for bin in both() {
        let (mut proxy, server) = relay(&bin);
        let open = connect(&proxy, &server);
        proxy.signal(Signal::USR1);
        says(&proxy, "Proxy f stopped (cumulated conns: FE: 1, BE: 0).");
        says(&proxy, "Proxy b stopped (cumulated conns: FE: 0, BE: 1).");
        assert!(proxy.is_running(), "a connection is open");
        drop(open);
        let status = proxy.wait_exit(wait::LIMIT).expect("it ends");
        assert_eq!(status.code(), Some(0), "{}", bin.display());
    }
}

#[test]
fn soft_stops_have_a_limit() {
    for bin in both() {
        let (mut proxy, server) = relay(&bin);
        let _open = connect(&proxy, &server);
        proxy.signal(Signal::USR1);
        let status = proxy.wait_exit(wait::LIMIT).expect("it ends");
        assert_eq!(status.code(), Some(0), "{}", bin.display());
        let said = proxy.said();
        assert!(said.contains("soft-stop running for too long, performing a hard-stop."), "{said}");
        assert!(said.contains("Proxy f hard-stopped (1 remaining conns will be closed)."), "{said}");
    }
}

#[test]
fn states_on_hangup() {
    for bin in both() {
        let (proxy, server) = relay(&bin);
        let _open = connect(&proxy, &server);
        proxy.signal(Signal::HUP);
        says(&proxy, "SIGHUP received, dumping servers states.");
        says(&proxy, "SIGHUP: Proxy f has no servers. Conn: act(FE+BE): 1+0, 0 pend (0 unass), tot(FE+BE): 1+0.");
        says(&proxy, "SIGHUP: Server b/s is UP. Conn: 1 act, 0 pend, 1 tot.");
        says(&proxy, "SIGHUP: Proxy b has 1 active servers and 0 backup servers available. Conn: act(FE+BE): 0+1, ");
        says(&proxy, "SIGHUP: Proxy l is running on backup servers ! Conn: ");
    }
}

#[test]
fn pausing() {
    let (proxy, server) = relay(Path::new(FERROXY));
    let _open = connect(&proxy, &server);
    proxy.signal(Signal::TTOU);
    says(&proxy, "Paused frontend f.");
    says(&proxy, "Paused proxy l.");
    proxy.signal(Signal::TTIN);
    says(&proxy, "Resumed proxy l.");
    let _more = connect(&proxy, &server);
}

#[test]
fn pools_on_quit() {
    let (proxy, server) = relay(Path::new(FERROXY));
    let _open = connect(&proxy, &server);
    proxy.signal(Signal::QUIT);
    says(&proxy, "Dumping pools usage.");
    says(&proxy, "Connections : 1 now, ");
}

/// Whether anything accepts at `addr`.
fn answers(addr: SocketAddr) -> bool {
    TcpStream::connect_timeout(&addr, Duration::from_millis(200)).is_ok()
}

/// A program in the background, killed when dropped.
struct Daemon(Pid);

impl Daemon {
    /// Of the pid file; it has one line.
    fn of(pidfile: &Path) -> Daemon {
        let text = fs::read_to_string(pidfile).expect("the pid file is there once the caller has ended");
        assert_eq!(text.lines().count(), 1, "{text:?}");
        let pid = text.trim().parse().expect("a number");
        Daemon(Pid::from_raw(pid).expect("not zero"))
    }

    fn lives(&self) -> bool {
        let status = fs::read_to_string(format!("/proc/{}/stat", self.0.as_raw_nonzero())).unwrap_or_default();
        test_kill_process(self.0).is_ok() && !status.contains(") Z ")
    }

    fn ends(&self) -> bool {
        wait::until(wait::LIMIT, || (!self.lives()).then_some(())).is_some()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if self.lives() {
            let _ = kill_process(self.0, Signal::KILL);
        }
    }
}

#[test]
fn daemons_are_ready_when_the_caller_ends() {
    for bin in both() {
        let dir = TempDir::new().expect("temporary directory");
        let addr = free_addr();
        fs::write(dir.0.join("a.cfg"), format!("{DEFAULTS}frontend f\n    bind {addr}\n")).expect("write");
        // Its stdout and stderr end with the caller: nobody else holds them open.
        let (code, out, err) = run(&bin, &dir.0, &["-D", "-p", "pid", "-f", "a.cfg"]);
        let daemon = Daemon::of(&dir.0.join("pid"));
        assert_eq!((code, &*out, &*err), (Some(0), "", ""), "{}", bin.display());
        assert!(daemon.lives() && answers(addr));
        kill_process(daemon.0, Signal::TERM).expect("signal");
        assert!(daemon.ends());
    }
}

#[test]
fn daemons_that_fail_tell_their_caller() {
    let taken = TcpListener::bind((own_ip(), 0)).expect("bind");
    let dir = TempDir::new().expect("temporary directory");
    let config = format!("{DEFAULTS}frontend f\n    bind {}\n", taken.local_addr().expect("bound"));
    fs::write(dir.0.join("a.cfg"), config).expect("write");
    for bin in both() {
        let (code, _, err) = run(&bin, &dir.0, &["-D", "-f", "a.cfg"]);
        assert!(code == Some(1) && err.contains("Some protocols failed to start their listeners! Exiting."), "{err}");
    }
}

#[test]
fn taking_over() {
    let dir = TempDir::new().expect("temporary directory");
    let addr = free_addr();
    // Without the option to share a port, the older process must let go of it first.
    let config = format!("global\n    noreuseport\n    nbthread 1\n{DEFAULTS}frontend f\n    bind {addr}\n");
    fs::write(dir.0.join("a.cfg"), &config).expect("write");
    let start = |bin: &Path, pidfile: &str, older: &[&str]| {
        let args = [&["-D", "-p", pidfile, "-f", "a.cfg"][..], older].concat();
        run(bin, &dir.0, &args).0
    };
    for (first, second) in both().iter().zip(both().iter().rev()) {
        assert_eq!(start(first, "one", &[]), Some(0));
        let one = Daemon::of(&dir.0.join("one"));
        let older = one.0.as_raw_nonzero().to_string();
        assert_eq!(start(second, "two", &["-sf", &older]), Some(0), "{} after {}", second.display(), first.display());
        let two = Daemon::of(&dir.0.join("two"));
        assert!(one.ends() && two.lives() && answers(addr));
    }
}

#[test]
fn a_failed_take_over_changes_nothing() {
    let dir = TempDir::new().expect("temporary directory");
    let (addr, taken) = (free_addr(), TcpListener::bind((own_ip(), 0)).expect("bind"));
    let config = format!("global\n    noreuseport\n{DEFAULTS}frontend f\n    bind {addr}\n");
    fs::write(dir.0.join("a.cfg"), &config).expect("write");
    let more = format!("{config}    bind {}\n", taken.local_addr().expect("bound"));
    fs::write(dir.0.join("b.cfg"), more).expect("write");
    let bin = Path::new(FERROXY);
    assert_eq!(run(bin, &dir.0, &["-D", "-p", "one", "-f", "a.cfg"]).0, Some(0));
    let one = Daemon::of(&dir.0.join("one"));
    let older = one.0.as_raw_nonzero().to_string();
    assert_eq!(run(bin, &dir.0, &["-D", "-p", "two", "-f", "b.cfg", "-st", &older]).0, Some(1));
    assert!(one.lives());
    let again = wait::until(wait::LIMIT, || answers(addr).then_some(()));
    assert!(again.is_some(), "the older process listens again");
}

#[test]
fn reloading_in_place() {
    let (mut proxy, server) = relay(Path::new(FERROXY));
    let _open = connect(&proxy, &server);
    let file = proxy.dir().join("proxy.cfg");
    let before = fs::read_to_string(&file).expect("read");
    let addr = free_addr();
    fs::write(&file, format!("{before}listen new\n    bind {addr}\n    server s {addr}\n")).expect("write");
    proxy.signal(Signal::USR2);
    says(&proxy, "Reloaded the configuration.");
    proxy.wait_listening(addr).expect("the new listener");
    let _more = connect(&proxy, &server);
    fs::write(&file, format!("{before}listen new\n    nonsense\n")).expect("write");
    proxy.signal(Signal::USR2);
    says(&proxy, "unknown keyword 'nonsense' in 'listen' section");
    says(&proxy, "The configuration was not reloaded, nothing has changed.");
    assert!(answers(addr), "as before");
    fs::write(&file, format!("{before}    server t {addr} namespace *\n")).expect("write");
    proxy.signal(Signal::USR2);
    says(&proxy, "'server l/t' : 'namespace *' is not supported yet");
    assert!(answers(addr), "as before");
    fs::write(&file, before.replace("nbthread 2", "nbthread 1")).expect("write");
    proxy.signal(Signal::USR2);
    says(&proxy, "the running process can't change 'nbthread'; start a new one instead.");
    assert!(proxy.is_running());
}

#[test]
fn a_jail_and_another_user() {
    // Needs root.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let jail = TempDir::new().expect("temporary directory");
    let config = RELAY.replace(
        "nbthread 2",
        &format!("nbthread 2\n    chroot {}\n    uid 65534\n    gid 65533\n    set-dumpable", jail.0.display()),
    );
    let server = TcpListener::bind((own_ip(), 0)).expect("bind");
    let setup = Setup::new(Path::new(FERROXY), &config).set("server", server.local_addr().expect("bound"));
    let proxy = setup.start().expect("start");
    let _open = connect(&proxy, &server);
    let status = fs::read_to_string(format!("/proc/{}/status", proxy.pid())).expect("running");
    for line in ["Uid:\t65534\t65534\t65534\t65534", "Gid:\t65533\t65533\t65533\t65533", "Groups:\t "] {
        assert!(status.contains(line), "{status}");
    }
    assert_eq!(fs::read_link(format!("/proc/{}/root", proxy.pid())).expect("readable by root"), jail.0);
    assert!(!proxy.said().contains("dumpable"), "{}", proxy.said());
    proxy.signal(Signal::USR2);
    says(&proxy, "the configuration can't be read again: the process is confined to ");
}

#[test]
fn memory_limits_leave_room_to_work() {
    let server = TcpListener::bind((own_ip(), 0)).expect("bind");
    let setup = Setup::new(Path::new(FERROXY), RELAY).set("server", server.local_addr().expect("bound"));
    let proxy = setup.arg("-m").arg("64").start().expect("start");
    let _open = connect(&proxy, &server);
    let limits = fs::read_to_string(format!("/proc/{}/limits", proxy.pid())).expect("running");
    let line = limits.lines().find(|line| line.starts_with("Max address space")).expect("there is one");
    assert!(!line.contains("unlimited"), "{line}");
}

#[test]
fn names_that_do_not_resolve() {
    let config = format!(
        "{DEFAULTS}frontend f\n    bind {}\n    default_backend b\nbackend b\n    server s no-such.invalid:80\n",
        free_addr()
    );
    let dir = TempDir::new().expect("temporary directory");
    fs::write(dir.0.join("a.cfg"), config).expect("write");
    // With -dG only /etc/hosts is asked, so that the test needs no network.
    for (args, code, why) in [
        (&["-c", "-dG", "-f", "a.cfg"][..], 1, "could not resolve address 'no-such.invalid'"),
        (&["-c", "-dG", "-dr", "-f", "a.cfg"], 0, "could not resolve address 'no-such.invalid'"),
        (&["-c", "-dG", "-dr", "-dW", "-f", "a.cfg"], 1, "Some warnings were found and 'zero-warning' is set."),
    ] {
        let (got, _, err) = run(Path::new(FERROXY), &dir.0, args);
        assert!(got == Some(code) && err.contains(why), "{args:?}: {got:?} {err}");
    }
}

#[test]
fn dumps_of_keywords_and_configuration() {
    let good = format!("# a comment\n{DEFAULTS}frontend f # mine\n  bind {}\n", free_addr());
    // Debian's says nothing else about services either.
    let services = "# List of registered service names:\nprometheus-exporter\n";
    check(&both(), &good, &["-dKsvc", "-q", "-c", "-f", "a.cfg"], 0, services, "");
    let bad = format!("{good} foo\n");
    let dir = TempDir::new().expect("temporary directory");
    fs::write(dir.0.join("a.cfg"), &bad).expect("write");
    for bin in both() {
        let (code, stdout, _) = run(&bin, &dir.0, &["-dKsvc", "-c", "-f", "a.cfg"]);
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{}", bin.display());
    }
    fs::write(dir.0.join("a.cfg"), &good).expect("write");
    let (code, shown, _) = run(Path::new(FERROXY), &dir.0, &["-dC", "-q", "-c", "-f", "a.cfg"]);
    assert!(code == Some(0) && shown.starts_with("defaults\n\tmode http\n") && !shown.contains("mine"), "{shown}");
    let (_, hashed, _) = run(Path::new(FERROXY), &dir.0, &["-dC9", "-q", "-c", "-f", "a.cfg"]);
    assert!(hashed.contains("\ttimeout client 5s\n") && !hashed.contains("frontend f"), "{hashed}");
}

#[test]
fn errors_are_explained_on_demand() {
    let dir = TempDir::new().expect("temporary directory");
    fs::write(dir.0.join("a.cfg"), "global\n    maxcon 5\n    nbthread x\n").expect("write");
    let (code, _, plain) = run(Path::new(FERROXY), &dir.0, &["-c", "-f", "a.cfg"]);
    assert!(code == Some(1) && !plain.contains('^'), "{plain}");
    let (code, _, rich) = run(Path::new(FERROXY), &dir.0, &["--explain-errors", "-c", "-f", "a.cfg"]);
    assert_eq!(code, Some(1));
    for part in ["parsing [a.cfg:2] : ", "^^^^^^", "did you mean 'maxconn'?", "configuration manual, section"] {
        assert!(rich.contains(part), "{part}\n{rich}");
    }
}

#[test]
fn diagnostic_mode_shows_remarks() {
    let config = format!("{DEFAULTS}frontend f\n bind {}\nglobal\n maxconn 5\n", free_addr());
    let dir = TempDir::new().expect("temporary directory");
    fs::write(dir.0.join("a.cfg"), config).expect("write");
    for bin in both() {
        let (code, _, quiet) = run(&bin, &dir.0, &["-c", "-f", "a.cfg"]);
        assert_eq!((code, quiet.as_str()), (Some(0), ""), "{}", bin.display());
        let (code, _, said) = run(&bin, &dir.0, &["-dD", "-dW", "-c", "-f", "a.cfg"]);
        assert!(code == Some(0) && said.contains("[DIAG]     (PID) : config : parsing [a.cfg:9] : "), "{said}");
    }
}
