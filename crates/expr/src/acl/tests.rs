//! ACLs and conditions as a whole, over facts of a made-up request.

use super::*;
use crate::env::View;
use crate::outside::{Lookup, NoOutside};
use crate::place::Place;
use crate::testing::Facts;

fn words(line: &str) -> Vec<&[u8]> {
    line.split(' ').map(str::as_bytes).collect()
}

const REQUEST: &str =
    "GET /static/img/a.png?x=1 HTTP/1.1\nHost: www.Example.com\nX-L: a, b ,c\nX-L: d\nX-N: 1, 20\nCookie: k=v";

/// `want` is what the condition says of the request, or the error's text.
#[track_caller]
fn check(cond: &str, want: &str) {
    check_with(cond, &[], want);
}

#[track_caller]
fn check_with(cond: &str, acls: &[&str], want: &str) {
    let mut known = Acls::new();
    for line in acls {
        known.declare(&words(line), &mut Files).unwrap_or_else(|e| panic!("{line}: {}", e.text));
    }
    let got = match Cond::compile(&words(cond), &known, &mut Files) {
        Ok(cond) => Facts::of(REQUEST).with(|env| format!("{:?}", cond.eval(env))),
        Err(e) => format!("{}:{}+{} {}", e.word, e.off, e.len, e.text),
    };
    assert_eq!(got, want, "{cond}");
}

struct Files;

impl Outside for Files {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        match path {
            "exact.lst" => Ok(b"# comment\n\n  \twww.example.com\n #x\r\nwww.Example.com\r\n".to_vec()),
            "lower.lst" => Ok(b"www.example.com\n".to_vec()),
            "map.lst" => Ok(b"www.Example.com backend1\n# c\n  other  b2\n".to_vec()),
            "nets.lst" => Ok(b"10.0.0.0/8\n192.168.1\n".to_vec()),
            "bad.lst" => Ok(b"10.0.0.0/8\nnonsense:\n".to_vec()),
            _ => Err("No such file or directory".to_owned()),
        }
    }

    fn resolve4(&mut self, host: &str) -> Option<Vec<core::net::Ipv4Addr>> {
        (host == "client.example").then(|| vec![core::net::Ipv4Addr::new(10, 1, 2, 3)])
    }

    fn find(&mut self, kind: crate::NameKind, name: &[u8]) -> Lookup {
        match name {
            b"known" => Lookup::At(3),
            b"" => Lookup::Later,
            _ => Lookup::Unknown(format!("unable to find {kind:?} '{}'", show(name))),
        }
    }
}

#[test]
fn matching_methods() {
    check("if { path /static/img/a.png }", "Yes");
    check("if { path /static }", "No");
    check("if { path_beg /img /static }", "Yes");
    check("if { path_beg -i /STATIC }", "Yes");
    check("if { path_beg /STATIC }", "No");
    check("if { path_end .gif .png }", "Yes");
    check("if { path_sub tic/im }", "Yes");
    check("if { path_dir img }", "Yes");
    check("if { path_dir im }", "No");
    check("if { path_len 17:17 }", "Yes");
    check("if { path_len lt 17 }", "No");
    check("if { path_reg ^/static/.*\\.png$ }", "Yes");
    check("if { path_reg -i ^/STATIC }", "Yes");
    check("if { path -m found }", "Yes");
    check("if { path -m dir static }", "Yes");
    check("if { path_beg -m end .png }", "Yes");
    check("if { path,lower -m beg /sta }", "Yes");
    check("if { path_beg,lower /sta }", "No");
    check("if { hdr_dom(host) -i example.com }", "Yes");
    check("if { hdr_dom(host) -i xample.com }", "No");
    check("if { hdr(host) www.example.com }", "No");
    check("if { hdr(host) -i www.example.com }", "Yes");
    check("if { path,length 17 }", "Yes");
}

#[test]
fn numbers_addresses_and_methods() {
    check("if { src 10.0.0.0/8 }", "Yes");
    check("if { src 11.0.0.0/8 192.168.1.1 }", "No");
    check("if { src client.example }", "Yes");
    check("if { src -n client.example }", "4:0+14 'client.example' is not a valid IPv4 or IPv6 address");
    check("if { src nowhere.example }", "3:0+15 could not resolve address 'nowhere.example'");
    check("if { dst_port 443 80 }", "Yes");
    check("if { dst_port gt 80 }", "No");
    check("if { dst_port 1:100 }", "Yes");
    check("if { dst_port -m str 80 }", "Yes");
    check("if { method GET HEAD }", "Yes");
    check("if { method get }", "No");
    check("if { method -i get }", "Yes");
    check("if METH_GET", "Yes");
    check("if METH_POST", "No");
    check("if HTTP_1.1 HTTP", "Yes");
    check("if HTTP_URL_ABS", "No");
    check("if LOCALHOST", "No");
    check("if { hdr_cnt(x-l) 4 }", "Yes");
    check("if { hdr_val(x-n) 20 }", "Yes");
    check("if { hdr_val(x-n) 2 }", "No");
    check("if { int(5) -m bool }", "Yes");
    check("if { str(0) -m bool }", "No");
    check("if { bin(4869) -m bin 4869 }", "Yes");
    check("if { bin(0a000001) -m ip 10.0.0.0/8 }", "Yes");
}

#[test]
fn every_occurrence_is_tried() {
    check("if { hdr(x-l) a }", "Yes");
    check("if { hdr(x-l) c }", "Yes");
    check("if { hdr(x-l) d }", "Yes");
    check("if { hdr(x-l,1) b }", "No");
    check("if { hdr(x-l,2) b }", "Yes");
    check("if { hdr(x-l,-2) c }", "Yes");
    check("if { req.fhdr(x-l) c }", "No");
    check("if { req.fhdr(x-l) d }", "Yes");
    check("if { hdr(none) -m found }", "No");
    check("if !{ hdr(none) -m found }", "Yes");
    check("if { hdr(x-l),upper B }", "Yes");
}

#[test]
fn files_and_flags() {
    check("if { hdr(host) -f exact.lst }", "Yes");
    check("if { hdr(host) -f lower.lst }", "No");
    check("if { hdr(host) -i -f lower.lst }", "Yes");
    check("if { hdr(host) -f lower.lst -i other }", "No");
    check("if { hdr(host) -M -f map.lst }", "Yes");
    check("if { hdr(host) -f file@exact.lst }", "Yes");
    check("if { src -f nets.lst }", "Yes");
    check("if { hdr(host) -u 42 -i www.example.com }", "Yes");
    check("if { path -- -i }", "No");
    check("if { hdr(host) -f none.lst }", "4:0+8 failed to open pattern file <none.lst> : No such file or directory");
    check("if { src -f bad.lst }", "4:0+7 'nonsense:' is not a valid IPv4 or IPv6 address at line 2 of file 'bad.lst'");
    check("if { path -f exact.lst -m beg }", "5:0+2 '-m' must only be specified before patterns and files");
    check("if { path -m beg -m end }", "5:0+2 only one explicit matching method is allowed");
    check("if { path -m foo }", "4:0+3 unknown matching method 'foo'");
    check("if { path -m }", "3:0+2 missing argument behind '-m'");
    check(
        "if { int(-5) -5 }",
        "3:0+2 '-5' is not a valid ACL option. Please use '--' before any pattern beginning with a '-'",
    );
    check("if { int(-5) -- -5 }", "Yes");
    check("if { path -u x }", "4:0+0 the argument of '-u' must be a number");
    check("if { path -f virt@x }", "No");
    check("if { path -f opt@nowhere.lst -f file@exact.lst }", "No");
}

#[test]
fn combinations() {
    let acls = ["a always_true", "b always_false", "multi path_beg /nope", "multi path_end .png"];
    for (cond, want) in [
        ("if a", "Yes"),
        ("unless a", "No"),
        ("if a b", "No"),
        ("if a !b", "Yes"),
        ("if a ! b", "Yes"),
        ("if !!a", "Yes"),
        ("if b or a", "Yes"),
        ("if b a or !b a", "Yes"),
        ("if b || b", "No"),
        ("unless b || b", "Yes"),
        ("if multi", "Yes"),
        ("if TRUE !FALSE", "Yes"),
        ("if a { path_beg /static } !{ path_beg /img }", "Yes"),
    ] {
        check_with(cond, &acls, want);
    }
}

#[test]
fn errors_say_where() {
    check("if", "0:0+0 missing condition");
    check("when x", "0:0+0 expected 'if' or 'unless'");
    check("if nope", "1:0+4 no such ACL : 'nope'");
    check("if TRUE !nope", "2:1+4 no such ACL : 'nope'");
    check("if TRUE or", "2:0+0 missing ACL name at the end of the condition");
    check("if or TRUE", "1:0+2 missing ACL name before the operator");
    check("if TRUE !", "2:0+0 missing ACL name at the end of the condition");
    check("if { path_beg /x", "1:0+1 missing closing '}' in condition");
    check("if { }", "2:0+0 missing fetch method in ACL expression ''");
    check("if { foo bar }", "2:0+3 unknown fetch method 'foo' in ACL expression 'foo'");
    check("if { path,foo bar }", "2:5+3 unknown converter 'foo' in ACL expression 'path,foo'");
    check("if { hdr(host bar }", "2:8+0 fetch method 'hdr' : expected ')' in ACL expression 'hdr(host'");
    check(
        "if { bin(61) x }",
        "2:0+7 matching method must be specified first (using '-m') when using a sample fetch of this type ('bin')",
    );
    check("if { src -m bool }", "2:0+3 matching method 'bool' cannot be used with fetch keyword 'src' of type 'addr'");
    check("if { dst_port abc }", "3:0+3 'abc' is not a number");
    check("if { path_reg ( }", "3:0+1 regex '(' is invalid (error=missing closing parenthesis, erroffset=1)");
    check(
        "if { bin(61),add(1) 5 }",
        "2:8+3 converter 'add' cannot be applied: it takes type 'sint', not 'bin' in ACL expression 'bin(61),add(1)'",
    );
}

#[test]
fn names() {
    let mut acls = Acls::new();
    let mut declare = |line: &str| acls.declare(&words(line), &mut NoOutside).map_err(|e| (e.word, e.off, e.text));
    assert_eq!(declare("a-b_c.d:9 always_true"), Ok(Vec::new()));
    let bad = "character '@' is not permitted in acl name 'a@b'".to_owned();
    assert_eq!(declare("a@b always_true"), Err((0, 1, bad)));
    assert_eq!(declare("x nope"), Err((1, 0, "unknown fetch method 'nope' in ACL expression 'nope'".to_owned())));
    assert_eq!(declare("x").map_err(|e| e.0), Err(0));
    let e = Cond::compile(&words("if a-b"), &acls, &mut NoOutside).unwrap_err();
    assert!(e.candidates.iter().any(|c| c == "a-b_c.d:9") && e.candidates.iter().any(|c| c == "METH_GET"));
}

#[test]
fn what_has_not_come_yet_is_waited_for() {
    let check = |cond: &str, want: Tri, want_last: Tri| {
        let cond = Cond::compile(&words(cond), &Acls::new(), &mut NoOutside).unwrap();
        let facts = Facts::of(REQUEST);
        facts.with(|env| {
            let mut env = Env { request: View::Pending, last: false, ..*env };
            assert_eq!(cond.eval(&env), want, "{cond:?}");
            env.last = true;
            assert_eq!(cond.eval(&env), want_last, "{cond:?}");
        });
    };
    check("if { path_beg / }", Tri::Wait, Tri::No);
    check("if !{ path_beg / }", Tri::Wait, Tri::Yes);
    check("unless { path_beg / }", Tri::Wait, Tri::Yes);
    check("if { path_beg / } FALSE", Tri::No, Tri::No);
    check("if { path_beg / } or TRUE", Tri::Yes, Tri::Yes);
    check("if { path_beg / } or FALSE", Tri::Wait, Tri::No);
    check("if { path_beg / } TRUE", Tri::Wait, Tri::No);
    check("if WAIT_END", Tri::Wait, Tri::Yes);
    check("if METH_GET", Tri::Wait, Tri::No);
}

#[test]
fn places_are_checked() {
    let cond = |line: &str| Cond::compile(&words(line), &Acls::new(), &mut NoOutside).unwrap();
    assert_eq!(cond("if { path_beg / } { src 1.1 }").misplaced(Place::UseBackend), []);
    let found = cond("if { status 200 }").misplaced(Place::UseBackend);
    assert_eq!(found, [Misplaced { acl: String::new(), fetch: "status", never: true }]);
    assert!(cond("if { path / }").places().has(Place::BeHttpReq));
    assert!(!cond("if { path / } { status 5 }").places().has(Place::BeHttpReq));
}

#[test]
fn a_test_without_patterns_is_odd() {
    let odd = |line: &str| Test::compile(&words(line), &mut Files).unwrap().warning().is_some();
    assert!(odd("path") && odd("int(5)") && odd("src -n") && odd("path_beg -i"));
    for fine in
        ["path --", "path -m found", "always_true", "path /", "path -f exact.lst", "dst_port eq", "int(5) -m bool"]
    {
        assert!(!odd(fine), "{fine}");
    }
}

#[test]
fn equal_when_the_words_and_files_are() {
    let cond = |line: &str| Cond::compile(&words(line), &Acls::new(), &mut Files).unwrap();
    assert_eq!(cond("if { path_beg /a /b }"), cond("if { path_beg /a /b }"));
    assert_ne!(cond("if { path_beg /a /b }"), cond("if { path_beg /a }"));
    assert_ne!(cond("if { path_beg /a }"), cond("unless { path_beg /a }"));
}

#[test]
fn names_have_to_exist() {
    check("if { be_conn(known) gt 5 }", "No");
    check("if { be_conn gt 5 }", "Yes");
    check("if { be_conn() gt 5 }", "Yes");
    check(
        "if { be_conn(none) gt 5 }",
        "2:8+4 unable to find Backend 'none' referenced in arg 1 of fetch method 'be_conn' in ACL expression 'be_conn(none)'",
    );
    check(
        "if { sc_conn_cnt gt 5 }",
        "2:11+0 fetch method 'sc_conn_cnt' : expected type 'integer' at position 1, but got nothing in ACL expression 'sc_conn_cnt'",
    );
}

#[test]
fn what_is_unbuilt_is_told_once() {
    let told =
        |u: &[Unbuilt]| u.iter().map(|u| format!("{}@{}:{}", u.name, u.word, u.off)).collect::<Vec<_>>().join(" ");
    let mut acls = Acls::new();
    assert_eq!(told(&acls.declare(&words("a sc_http_req_cnt(0)"), &mut Files).unwrap()), "sc_http_req_cnt@1:0");
    let cond = |text: &str, acls: &Acls| told(Cond::compile(&words(text), acls, &mut Files).unwrap().unbuilt());
    assert_eq!(
        cond("if a !{ path,x509_v_err_str -m str / } or { sc_key(0) -m str x }", &acls),
        "x509_v_err_str@3:5 sc_key@10:0"
    );
    assert_eq!(cond("if a { path / } METH_GET", &acls), "");
}
