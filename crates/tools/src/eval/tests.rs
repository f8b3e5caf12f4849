use super::*;
use crate::request::Message;
use base::WallClock;
use expr::{NoOutside, Process};

fn exchange() -> Exchange {
    let request = b"GET /api/x?a=1 HTTP/1.1\nHost: Example.com\nAccept: text/html, text/plain\n\n";
    Exchange {
        request: Message::request(request).expect("valid"),
        response: None,
        from: "192.0.2.7:1234".parse().expect("an address"),
        to: "192.0.2.1:80".parse().expect("an address"),
        frontend: "web".into(),
        wall: WallClock { us: 1_795_360_490_316_789 },
        process: Process::default(),
    }
}

fn check(text: &str, want: &[(&str, &str)]) {
    let question = Question { text: text.as_bytes(), proxy: None, place: Place::FeHttpReq };
    let said = eval(&question, &exchange(), &mut NoOutside).expect("valid");
    let got: Vec<(&str, &str)> = said
        .lines()
        .map(|line| {
            let (left, right) = line.trim().split_once("  ").unwrap_or((line, ""));
            (left.trim(), right.trim())
        })
        .collect();
    assert_eq!(got, want, "{text}:\n{said}");
}

#[test]
fn expressions_show_each_part_and_casts() {
    check(
        "req.hdr(host),lower",
        &[("req.hdr(host)", "str \"Example.com\""), ("lower", "str \"example.com\""), ("=>", "str \"example.com\"")],
    );
    check(
        "src,ipmask(24),length",
        &[
            ("src", "ipv4 192.0.2.7"),
            ("ipmask(24)", "ipv4 192.0.2.0"),
            ("(cast)", "str \"192.0.2.0\""),
            ("length", "sint 9"),
            ("=>", "sint 9"),
        ],
    );
    check("req.hdr(x-none),lower", &[("req.hdr(x-none)", "nothing"), ("=>", "nothing")]);
    check(
        "res.hdr(x)",
        &[
            ("note:", "'res.hdr' isn't available in a frontend http-request header rule"),
            ("res.hdr(x)", "nothing"),
            ("=>", "nothing"),
        ],
    );
}

#[test]
fn conditions_show_what_each_test_saw() {
    check(
        "{ path_beg /api } !{ hdr(accept) -m sub json }",
        &[
            ("{ }", "yes"),
            ("path_beg /api", "yes"),
            ("saw", "str \"/api/x\""),
            ("!{ }", "no"),
            ("hdr(accept) -m sub json", "no"),
            ("saw", "str \"text/html\""),
            ("saw", "str \"text/plain\""),
            ("=> if", "yes"),
        ],
    );
    check(
        "unless METH_POST or { src 10.0.0.0/8 }",
        &[
            ("METH_POST", "no"),
            ("method POST", "no"),
            ("saw", "meth \"GET\""),
            ("or", ""),
            ("{ }", "no"),
            ("src 10.0.0.0/8", "no"),
            ("saw", "ipv4 192.0.2.7"),
            ("=> unless", "yes"),
        ],
    );
}

#[test]
fn what_is_neither_is_told_as_both() {
    let question = Question { text: b"req.cokie(host)", proxy: None, place: Place::FeHttpReq };
    let said = eval(&question, &exchange(), &mut NoOutside).expect_err("there is no such fetch");
    assert!(said.contains("not an expression: unknown fetch method 'req.cokie' (did you mean 'req.cook'?)"), "{said}");
    assert!(said.contains("not a condition: "), "{said}");
}
