//! Every way to match and every flag of ACLs (manual 7.1), each for six requests. What is expected is what Debian's haproxy was
//! seen to do; it is run as well where it is installed.

use harness::proxy::TempDir;
use harness::{Setup, haproxy, wait};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

const FERROXY: &str = env!("CARGO_BIN_EXE_ferroxy");

const FILES: &[(&str, &str)] = &[
    ("exact", "/a/b.png\n"),
    ("empty", "# nothing\n\n"),
    ("subs", "B.P\nzzz\n"),
    ("regs", "^/x\n^/q$\n# c\n"),
    ("dirs", "a\n"),
    ("more", "/q\n  /x/y\n"),
    ("map", "/a/b.png v w\n/q\n"),
    ("nets", "127.0.0.0/8\n"),
    ("lens", "1:3\n8\n"),
];

const REQUESTS: &[(&str, &str)] = &[
    ("GET /a/b.png HTTP/1.1", "host: www.example.com:80\r\nx-list: a,b, c\r\nx-ip: 10.1.2.3\r\ncookie: c=v"),
    ("GET /A/B.PNG?n=5 HTTP/1.1", "host: WWW.Example.COM\r\nx-list: A,B\r\nx-ip: 192.168.1.9\r\ncookie: c=V2"),
    ("POST /q?q=&n=05 HTTP/1.1", "host: q\r\ncontent-length: 0\r\nx-ip: 2001:db8::1"),
    ("GET /x/y?q=b&n=-3 HTTP/1.0", "x-list: ,b\r\nx-ip: ::ffff:10.0.0.1"),
    ("PUT /aa?n=abc HTTP/1.1", "host: example\r\ncontent-length: 0\r\nx-ip: nonsense"),
    ("GET / HTTP/1.1", "host: a.b/example?x\r\nx-ip: 10.0.0.1\r\nx-list: c"),
];

/// An ACL, and for each request whether it matches.
const ACLS: &[(&str, &str)] = &[
    ("path /a/b.png", "x....."),
    ("path -i /A/B.png", "xx...."),
    ("path -m str /a/b.png", "x....."),
    ("path -m beg /a /z", "x...x."),
    ("path_beg -i /A", "xx..x."),
    ("path_beg /A", ".x...."),
    ("path -m end .png .gif", "x....."),
    ("path_end -i .PNG", "xx...."),
    ("path -m sub /b", "x....."),
    ("path_sub B.P", ".x...."),
    ("path_sub -i B.P", "xx...."),
    ("path -m dir a", "x....."),
    ("path_dir a", "x....."),
    ("path_dir /a/", "x....."),
    ("path_dir a/b.png", "x....."),
    ("path_dir b", "......"),
    ("path_dir -i A", "xx...."),
    ("path_len 8", "xx...."),
    ("path_len 1:5", "..xxxx"),
    ("path_len gt 5", "xx...."),
    ("path_len le 8", "xxxxxx"),
    ("path -m len 8 1", "xx...x"),
    (r#"path_reg '^/a/[a-z]+\.png$'"#, "x....."),
    ("path_reg -i ^/A", "xx..x."),
    ("path_reg ^/A", ".x...."),
    ("path_reg ^/(?!a)", ".xxx.x"),
    (r#"path_reg '(?<c>.)\k<c>'"#, "....x."),
    (r#"path -m reg ^/x 'b\.png$'"#, "x..x.."),
    ("path -m found", "xxxxxx"),
    ("url_param(q) -m found", "..xx.."),
    ("url_param(n) -m int 5", ".xx..."),
    ("url_param(n) -m int 1:4 9", "......"),
    ("url_param(n) -m int 5:", ".xx..."),
    ("url_param(n) -m int :5", ".xxxx."),
    ("url_param(n) -m int lt 5", "...xx."),
    ("url_param(n) -m int le 5", ".xxxx."),
    ("url_param(n) -m int gt 5", "......"),
    ("url_param(n) -m int ge 5", ".xx..."),
    ("url_param(n) -m int eq 5 7", ".xx..."),
    ("url_param(n) -m int ge 5 eq 1", ".xx..."),
    ("url_param(n) -m bool", ".xxx.."),
    ("url_param(n),mul(2) 10", ".xx..."),
    ("url_param(n) -m str 5 05", ".xx..."),
    ("hdr(host) -m dom example", "x...xx"),
    ("hdr_dom(host) example", "x...xx"),
    ("hdr_dom(host) -i EXAMPLE", "xx..xx"),
    ("hdr_dom(host) www.example", "x....."),
    ("hdr_dom(host) .example.", "x...xx"),
    ("hdr_dom(host) xample", "......"),
    ("hdr_dom(host) 80", "x....."),
    ("hdr_dom(host) com:80", "x....."),
    ("hdr(host) -m beg www.", "x....."),
    ("hdr_beg(host) -m end com", "......"),
    ("hdr(x-list) b", "x..x.."),
    ("hdr(x-list) -i B", "xx.x.."),
    ("hdr(x-list,2) b", "x..x.."),
    ("hdr(x-list,-1) c", "x....x"),
    ("hdr_cnt(x-list) 3", "x....."),
    ("hdr_cnt(x-list) gt 0", "xx.x.x"),
    ("hdr_len(x-list) 1", "xx.x.x"),
    ("hdr(x-list) -m found", "xx.x.x"),
    ("hdr(x-none) -m found", "......"),
    ("hdr(x-ip) -m ip 10.0.0.0/8", "x..x.x"),
    ("hdr(x-ip) -m ip 10.1", "...x.x"),
    ("hdr(x-ip) -m ip 10.0.0.1 192.168.1/24", "...x.x"),
    ("hdr(x-ip) -m ip 2001:db8::/32", "..x..."),
    ("hdr(x-ip) -m ip ::ffff:10.0.0.0/104", "x..x.x"),
    ("hdr(x-ip) -m ip 10.0.0.1/255.0.0.255", "...x.x"),
    ("src 127.0.0.0/8", "xxxxxx"),
    ("src 127.1", "xxxxxx"),
    ("src -n 10.0.0.0/8 ::1", "......"),
    ("src -m str 127.0.0.1", "xxxxxx"),
    ("src -m found", "xxxxxx"),
    ("dst_port -m len 5", "xxxxxx"),
    ("method GET", "xx.x.x"),
    ("method get", "......"),
    ("method POST PUT", "..x.x."),
    ("method -m str GET", "xx.x.x"),
    ("always_true", "xxxxxx"),
    ("always_false", "......"),
    ("always_true -m int 1", "xxxxxx"),
    ("always_false -m int 0", "xxxxxx"),
    ("int(5) 1:9", "xxxxxx"),
    ("int(-5) lt 0", "xxxxxx"),
    ("int(-5) -- -5", "xxxxxx"),
    ("int(0) -m bool", "......"),
    ("str(abc) -m str abc", "xxxxxx"),
    ("str(abc) -m bin 616263", "xxxxxx"),
    ("bin(616263) -m bin 616263", "xxxxxx"),
    ("bin(616263) -m str abc", "xxxxxx"),
    ("bin(616263) -m beg ab", "xxxxxx"),
    ("bin(616263) -m len 3", "xxxxxx"),
    ("bin(616263) -m sub bc", "xxxxxx"),
    ("str(ABC),lower -m str abc", "xxxxxx"),
    ("str(abc) -i ABC", "xxxxxx"),
    ("str(-i) -- -i", "xxxxxx"),
    ("str(x) -i -i", "......"),
    ("path,lower -m beg /a", "xx..x."),
    ("path_beg,lower /a/b.png", "xx...."),
    ("path -f F/exact", "x....."),
    ("path -i -f F/exact", "xx...."),
    ("path -f F/exact -i other", "x....."),
    ("path -f F/empty -i -f F/exact", "xx...."),
    ("path -m beg -f F/exact", "x....."),
    ("path -m sub -i -f F/subs", "xx...."),
    ("path -m reg -f F/regs", "..xx.."),
    ("path -m dir -f F/dirs", "x....."),
    ("path -f F/exact -f F/more", "x.xx.."),
    ("path -M -f F/map", "x.x..."),
    ("src -f F/nets", "xxxxxx"),
    ("src -n -f F/nets", "xxxxxx"),
    ("path_len -f F/lens", "xxx.xx"),
    ("path -f F/exact /x/y", "x..x.."),
    ("path -u 42 /a/b.png", "x....."),
    ("path_end --", "......"),
    ("url_param(q) -m reg ^$", "..x..."),
    ("url_param(q) -m len 0", "..x..."),
    ("path -m str /a/b.png /q", "x.x..."),
    ("base_beg www.example.com/a", "......"),
    ("base_dom example", "x...xx"),
    ("url_beg /a", "x...x."),
    (r#"url_reg '\?n=5$'"#, ".x...."),
    ("urlp(n) 5", ".x...."),
    ("urlp_reg(n) ^[0-9]$", ".x...."),
    ("cook(c) v", "x....."),
    ("cook_beg(c) V", ".x...."),
    ("cook_beg(c) -i V", "xx...."),
    ("req.ver 1.1", "xxx.xx"),
    ("req_ver 1.1", "xxx.xx"),
    ("path,length 8", "xx...."),
    ("hdr(host),lower,map(F/map) -m str x", "......"),
];

fn config(files: &Path) -> String {
    let mut out = String::from(
        "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\nfrontend web\n bind \"fd@${web}\"\n",
    );
    let dir = files.display();
    for (n, (acl, _)) in ACLS.iter().enumerate() {
        out.push_str(&format!(" acl t{n} {}\n", acl.replace("F/", &format!("{dir}/"))));
    }
    let mut answer = String::new();
    for n in 0..ACLS.len() {
        out.push_str(&format!(" http-request set-var(txn.t{n}) str(x) if t{n}\n"));
        out.push_str(&format!(" http-request set-var(txn.t{n}) str(.) unless t{n}\n"));
        answer.push_str(&format!("%[var(txn.t{n})]"));
    }
    out + &format!(" http-request return status 200 content-type text/plain lf-string {answer}\n")
}

fn body(to: std::net::SocketAddr, line: &str, fields: &str) -> String {
    let mut stream = TcpStream::connect(to).expect("connect");
    stream.set_read_timeout(Some(wait::LIMIT)).expect("timeout");
    write!(stream, "{line}\r\n{fields}\r\nconnection: close\r\n\r\n").expect("write");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split_once("\r\n\r\n").expect("a body").1.to_owned()
}

#[test]
fn each_way_to_match_and_each_flag() {
    let mut programs = vec![PathBuf::from(FERROXY)];
    programs.extend(haproxy());
    for bin in programs {
        let files = TempDir::new().expect("a directory");
        for (name, text) in FILES {
            fs::write(files.0.join(name), text).expect("a file");
        }
        let proxy = Setup::new(&bin, &config(&files.0)).start().expect("it starts");
        let answers: Vec<String> =
            REQUESTS.iter().map(|(line, fields)| body(proxy.addr("web"), line, fields)).collect();
        for (n, (acl, want)) in ACLS.iter().enumerate() {
            let got: String = answers.iter().map(|answer| answer.chars().nth(n).unwrap_or('?')).collect();
            assert_eq!(got, *want, "{acl} of {}", bin.display());
        }
    }
}
