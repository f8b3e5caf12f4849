//! TLS with real peers: curl and OpenSSL's client before the program, and the program itself as a server behind it.

use harness::logs::Sink;
use harness::{Answer, Origin, Proxy, Setup, UdpSink};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const CONFIG: &str = "
defaults
    mode http
    log {{log}} local0
    option httplog
    timeout client 5s
    timeout server 5s
    timeout connect 5s
    retries 0
frontend web
    bind \"fd@${web}\" ssl crt {{certs}}/a.pem crt {{certs}}/b.pem
    use_backend wrong if { path /wrong }
    default_backend inner
frontend asks
    bind \"fd@${asks}\" ssl crt {{certs}}/a.pem ca-file {{certs}}/ca.pem verify required strict-sni
    default_backend plain
backend inner
    server s 127.0.0.1:{{second.port}} ssl verify required ca-file {{certs}}/ca.pem
backend wrong
    server s 127.0.0.1:{{second.port}} ssl verify required ca-file {{certs}}/other.pem
backend plain
    server s {{origin}}
frontend second
    no log
    bind \"fd@${second}\" ssl crt {{certs}}/a.pem
    default_backend plain
";

/// Certificates of one test, gone when dropped.
struct Certs(PathBuf);

impl Certs {
    fn new(test: &str) -> Certs {
        let dir = std::env::temp_dir().join(format!("ferroxy-tls-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a directory");
        let certs = Certs(dir);
        let (ca, other) = (authority("ca"), authority("other"));
        certs.write("ca.pem", &ca.pem());
        certs.write("other.pem", &other.pem());
        for (name, issuer) in [("a", &ca), ("b", &ca), ("client", &ca), ("stranger", &other)] {
            let mut params = CertificateParams::new(vec![format!("{name}.example")]).expect("a name");
            params.distinguished_name = rcgen::DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, name);
            let key = KeyPair::generate().expect("a key");
            let cert = params.signed_by(&key, issuer).expect("a certificate");
            certs.write(&format!("{name}.pem"), &(cert.pem() + &key.serialize_pem()));
            certs.write(&format!("{name}.crt"), &cert.pem());
        }
        certs
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.0.join(name), content).expect("write");
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Certs {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a CA")
}

fn bin() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ferroxy"))
}

/// The program, an origin that says what it was sent, and where the log goes.
fn start(certs: &Certs) -> (Proxy, UdpSink, Origin) {
    let origin = Origin::start(|request| {
        let body = request.windows(4).position(|w| w == b"\r\n\r\n").map_or(0, |at| request.len() - at - 4);
        if body > 0 { Answer::ok(&body.to_string()) } else { Answer::ok(&"0123456789".repeat(300_000)) }
    })
    .expect("an origin");
    let log = UdpSink::new().expect("a log");
    let setup = Setup::new(bin(), CONFIG).set("certs", certs.0.display()).set("log", log.addr());
    let proxy = setup.set("origin", origin.addr()).start().expect("it starts");
    (proxy, log, origin)
}

/// Asks by curl for a host at one of the program's sockets.
fn curl(proxy: &Proxy, certs: &Certs, socket: &str, url: &str, args: &[&str]) -> Output {
    let host = url.split('/').next().unwrap_or_default();
    let port = proxy.addr(socket).port();
    let mut command = Command::new("curl");
    command.args(["-sS", "--max-time", "10", "--cacert", &certs.path("ca.pem")]);
    command.args(["--resolve", &format!("{host}:{port}:127.0.0.1")]).args(args);
    command.arg(format!("https://{}", url.replacen(host, &format!("{host}:{port}"), 1))).output().expect("curl runs")
}

fn ends(log: &mut UdpSink, with: &str) {
    let line = log.line().expect("a line");
    let line = String::from_utf8_lossy(&line).into_owned();
    assert!(line.ends_with(with), "{line}");
}

#[test]
fn bytes_both_ways_over_tls_on_both_sides() {
    let certs = Certs::new("both");
    let (proxy, _log, _origin) = start(&certs);
    let versions: [&[&str]; 2] = [&["--tlsv1.3"], &["--tls-max", "1.2"]];
    for version in versions {
        let down = curl(&proxy, &certs, "web", "a.example/", version);
        assert!(down.status.success(), "{}", String::from_utf8_lossy(&down.stderr));
        assert!(down.stdout == "0123456789".repeat(300_000).as_bytes(), "{} bytes", down.stdout.len());
        certs.write("upload", &"x".repeat(50_000));
        let data = format!("@{}", certs.path("upload"));
        let up = curl(&proxy, &certs, "web", "a.example/", &[version, &["--data-binary", &data]].concat());
        assert_eq!(String::from_utf8_lossy(&up.stdout), "50000");
    }
}

#[test]
fn servers_must_be_who_they_are_asked_to_be() {
    let certs = Certs::new("servers");
    let (proxy, mut log, _origin) = start(&certs);
    let code = ["-o", "/dev/null", "-w", "%{http_code}"];
    // The server behind is asked for the request's host, and only has `a.example`.
    let wrong_name = curl(&proxy, &certs, "web", "b.example/", &code);
    assert_eq!(wrong_name.stdout, b"503");
    let line = String::from_utf8_lossy(&log.line().expect("a line")).into_owned();
    assert!(line.contains(" web~ inner/s ") && line.contains(" 503 214 - - SC-- "), "{line}");
    let wrong_ca = curl(&proxy, &certs, "web", "a.example/wrong", &code);
    assert_eq!(wrong_ca.stdout, b"503");
}

#[test]
fn clients_show_certificates() {
    let certs = Certs::new("clients");
    let (proxy, mut log, _origin) = start(&certs);
    let with = |name: &str| vec!["-o".to_owned(), "/dev/null".to_owned(), "--cert".to_owned(), certs.path(name)];
    let ask = |host: &str, args: Vec<String>| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        curl(&proxy, &certs, "asks", &format!("{host}/"), &args).status.success()
    };
    assert!(ask("a.example", with("client.pem")));
    ends(&mut log, "\"GET / HTTP/1.1\"");
    assert!(!ask("a.example", Vec::new()));
    ends(&mut log, "asks/1: SSL handshake failure");
    assert!(!ask("a.example", with("stranger.pem")));
    ends(&mut log, "asks/1: SSL client certificate not trusted");
    assert!(!ask("b.example", with("client.pem")), "strict-sni");
    ends(&mut log, "asks/1: SSL handshake failure");
}

#[test]
fn sessions_are_resumed_by_ticket_and_by_number() {
    let certs = Certs::new("resume");
    let (proxy, _log, _origin) = start(&certs);
    let session = certs.path("session");
    let cases: &[&[&str]] = &[&["-tls1_3"], &["-tls1_2"], &["-tls1_2", "-no_ticket"]];
    for args in cases {
        let run = |more: &[&str]| {
            let to = proxy.addr("web").to_string();
            let mut command = Command::new("openssl");
            command.args(["s_client", "-connect", &to, "-servername", "a.example", "-ign_eof"]).args(*args).args(more);
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
            let mut child = command.spawn().expect("openssl runs");
            let request = b"GET /x HTTP/1.1\r\nhost: a.example\r\nconnection: close\r\n\r\n";
            child.stdin.take().expect("piped").write_all(request).expect("write");
            String::from_utf8_lossy(&child.wait_with_output().expect("it ends").stdout).into_owned()
        };
        let first = run(&["-sess_out", &session]);
        assert!(first.contains("\nNew, TLSv1."), "{args:?}: {}", &first[..first.len().min(3000)]);
        let second = run(&["-sess_in", &session]);
        assert!(second.contains("\nReused, TLSv1."), "{args:?}");
    }
}

#[test]
fn what_is_no_hello_gets_an_alert() {
    let certs = Certs::new("garbage");
    let (proxy, mut log, _origin) = start(&certs);
    for bytes in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[22, 3, 1, 0, 4, 1, 0, 0, 0]] {
        let mut stream = TcpStream::connect(proxy.addr("web")).expect("connect");
        stream.write_all(bytes).expect("write");
        let mut answer = Vec::new();
        // The end may be a reset, since what was sent isn't read to its end.
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer.first(), Some(&21), "an alert");
        ends(&mut log, "web/1: SSL handshake failure");
    }
    drop(TcpStream::connect(proxy.addr("web")).expect("connect"));
    ends(&mut log, "web/1: Connection closed during SSL handshake");
}

#[test]
fn bad_certificates_stop_the_start() {
    let certs = Certs::new("bad");
    let (a, b) = (std::fs::read_to_string(certs.path("a.pem")), std::fs::read_to_string(certs.path("b.pem")));
    let (a, b) = (a.expect("read"), b.expect("read"));
    let cut = |text: &str| text.find("-----BEGIN PRIVATE").expect("a key");
    certs.write("mismatch.pem", &format!("{}{}", &a[..cut(&a)], &b[cut(&b)..]));
    certs.write("soup.pem", &a.replace("-----END CERTIFICATE-----\n", "!\n-----END CERTIFICATE-----\n"));
    certs.write("empty.pem", "");
    let cases = [
        ("mismatch.pem", "", "inconsistencies between private key and certificate loaded"),
        ("soup.pem", "", "soup.pem"),
        ("empty.pem", "", "unable to load certificate from file"),
        ("a.pem", "force-tlsv10", "only versions below TLSv1.2 are allowed"),
        ("a.pem", "ciphers foo force-tlsv12", "unable to set SSL cipher list to 'foo'"),
        ("a.pem", "ciphers AES256-SHA force-tlsv12", "none of the ciphers"),
        ("a.pem", "curves P-999", "unable to set SSL curves list to 'P-999'"),
    ];
    for (file, options, want) in cases {
        let config = "
defaults
    mode http
    timeout client 5s
frontend f
    bind \"fd@${web}\" ssl crt {{file}} {{options}}
";
        let setup = Setup::new(bin(), config).set("file", certs.path(file)).set("options", options);
        let ended = setup.run().expect("it ends");
        assert!(!ended.status.success() && ended.said.contains(want), "{file} {options}: {}", ended.said);
    }
}
