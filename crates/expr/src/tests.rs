//! Expressions as a whole, over facts of a made-up exchange.

use proptest::prelude::*;

use crate::args::NameKind;
use crate::env::{Env, View};
use crate::expr::{Cursor, Expr, Got};
use crate::outside::{Lookup, NoOutside, Outside};
use crate::place::Place;
use crate::testing::{Bytes, Facts};
use crate::val::{Type, Val};

const REQUEST: &str = "GET http://www.Ex.com/a/b?x=1 HTTP/1.0\nHost: www.Ex.com\nX-L: a, b ,c\nX-L: d\nX-E:\nX-Q: \"a,b\", c\nX-Ip: 1.2.3.4:80, [::1], junk, 5.6.7.8\nX-N: 12ab,-3";

#[track_caller]
fn check(text: &str, want: &str) {
    check_in(&Facts::of(REQUEST), text, want);
}

/// `want` is the value as text, `-` for none, or the error.
#[track_caller]
fn check_in(facts: &Facts, text: &str, want: &str) {
    assert_eq!(facts.with(|env| show(text, env)), want, "{text}");
}

fn show(text: &str, env: &Env<'_>) -> String {
    match Expr::compile(text.as_bytes(), &mut Files) {
        Err(e) => format!("{}+{} {}", e.off, e.len, e.text),
        Ok(expr) => match expr.eval(env) {
            Got::Val { v, .. } => {
                assert!(v.kind().casts_to(expr.out()), "{text}: {v:?} is no {:?}", expr.out());
                match v.cast(Type::Str, env.scratch) {
                    Some(Val::Str(s)) => String::from_utf8_lossy(s).into_owned(),
                    other => format!("{other:?}"),
                }
            }
            Got::Absent => "-".to_owned(),
            Got::Wait => "wait".to_owned(),
        },
    }
}

#[test]
fn constants() {
    check("always_true", "1");
    check("always_false", "0");
    check("int(-5)", "-5");
    check("bool(true)", "1");
    check("bool(0)", "0");
    check("bool(x)", "4+3 invalid args in fetch method 'bool' : Expects 'true', 'false', '0' or '1'");
    check("str(a b)", "a b");
    check("str()", "");
    check("meth(PUT)", "PUT");
    check("ipv4(1.2.3.4)", "1.2.3.4");
    check("ipv4(1.2.3)", "5+5 fetch method 'ipv4' : failed to parse '1.2.3' as type 'IPv4 address' at position 1");
    check("ipv6(::1)", "::1");
    check("bin(6869)", "hi");
    check("bin(686)", "3+5 invalid args in fetch method 'bin' : '686' is not an even number of hexadecimal digits");
}

// Measured with Debian's haproxy 2.6.
#[test]
fn request_line() {
    check("path", "/a/b");
    check("pathq", "/a/b?x=1");
    check("url", "http://www.Ex.com/a/b?x=1");
    check("query", "x=1");
    check("query(with_qm)", "?x=1");
    check("query(foo)", "5+5 invalid args in fetch method 'query' : unexpected option, expected 'with_qm'");
    check("base", "www.Ex.com/a/b");
    check("baseq", "www.Ex.com/a/b?x=1");
    check("method", "GET");
    check("req.ver", "1.0");
    check("req.proto_http", "1");
    for (request, path, query, base) in [
        ("OPTIONS * HTTP/1.0\nHost: h", "-", "-", "h"),
        ("CONNECT h:443 HTTP/1.1\nHost: h:443", "-", "-", "h:443"),
        ("GET http://h HTTP/1.0\nHost: h", "-", "-", "h"),
        ("GET /a? HTTP/1.0", "/a", "", "/a"),
        ("GET /a?b?c HTTP/1.0\nHost:", "/a", "b?c", "/a"),
    ] {
        let facts = Facts::of(request);
        check_in(&facts, "path", path);
        check_in(&facts, "query", query);
        check_in(&facts, "base", base);
    }
    check_in(&Facts::of("GET /a? HTTP/1.0"), "query(with_qm)", "");
}

// Measured with Debian's haproxy 2.6.
#[test]
fn header_fields() {
    check("hdr(x-l)", "d");
    check("hdr(X-L,1)", "a");
    check("hdr(x-l,2)", "b");
    check("hdr(x-l,4)", "d");
    check("hdr(x-l,5)", "-");
    check("hdr(x-l,-2)", "c");
    check("hdr(x-l,-4)", "a");
    check("hdr(x-l,-5)", "-");
    check("hdr(x-l,0)", "d");
    check("hdr(x-l,-11)", "3+9 invalid args in fetch method 'hdr' : positional index must be >= -10");
    check("req.fhdr(x-l,1)", "a, b ,c");
    check("req.fhdr(x-l)", "d");
    check("req.fhdr(x-l,-2)", "a, b ,c");
    check("hdr_cnt(x-l)", "4");
    check("req.fhdr_cnt(x-l)", "2");
    check("hdr_cnt(x-e)", "1");
    check("hdr_cnt(none)", "0");
    check("hdr(x-e)", "");
    check("hdr(none)", "-");
    check("hdr(x-q,1)", "\"a,b\"");
    check("hdr_cnt(x-q)", "2");
    check("req.fhdr_cnt", "7");
    check("req.hdr_val(x-n,1)", "12");
    check("hdr_val(x-n)", "-3");
    check("hdr_ip(x-ip,1)", "1.2.3.4");
    check("hdr_ip(x-ip,2)", "::1");
    check("hdr_ip(x-ip,3)", "-");
    check("hdr_ip(x-ip)", "5.6.7.8");
    check("hdr(,2)", "3+4 invalid args in fetch method 'hdr' : cannot use a positional index without a header name");
}

#[test]
fn responses() {
    let facts = Facts::of(REQUEST).answered(404, "Server: x\nVary: a,b");
    check_in(&facts, "status", "404");
    check_in(&facts, "res.hdr(vary)", "b");
    check_in(&facts, "hdr(vary)", "b");
    check_in(&facts, "hdr(x-l)", "-");
    check_in(&facts, "res.hdr_cnt(vary)", "2");
    check_in(&facts, "res.fhdr(vary)", "a,b");
    check_in(&facts, "res.ver", "1.1");
    check_in(&facts, "method", "GET");
    check("status", "-");
}

#[test]
fn connection_and_process() {
    check("src", "10.1.2.3");
    check("src_port", "4567");
    check("dst", "10.9.9.9");
    check("dst_port", "80");
    check("fe_name", "fe");
    check("fe_id", "2");
    check("so_id", "1");
    check("so_name", "-");
    check("be_name", "be");
    check("srv_name", "s1");
    check("pid", "77");
    check("hostname", "node1");
    check("date", "1795360490");
    check("date(-10)", "1795360480");
    check("date(0,ms)", "1795360490316");
    check("date(0,us)", "1795360490316789");
    check("date(0,x)", "4+5 invalid args in fetch method 'date' : unexpected unit, expected 's', 'ms' or 'us'");
    check("wait_end", "1");
}

#[test]
fn converters() {
    check("hdr(host),lower", "www.ex.com");
    check("hdr(host),upper,length", "10");
    check("src,lower", "10.1.2.3");
    check("int(5),add(3),mul(2)", "16");
    check("int(5),sub(7),neg", "2");
    check("int(7),div(2),mod(2)", "1");
    check("int(7),div(0)", "9223372036854775807");
    check("int(7),mod(0)", "0");
    check("int(9223372036854775807),add(1)", "9223372036854775807");
    check("int(-9223372036854775808),div(-1)", "9223372036854775807");
    check("int(-9223372036854775808),mod(-1)", "0");
    check("int(-9223372036854775808),neg", "9223372036854775807");
    check("int(12),and(10),or(1),xor(3)", "10");
    check("int(5),cpl", "-6");
    check("int(0),not", "1");
    check("int(4),even", "1");
    check("int(4),odd", "0");
    check("str(12abc),add(1)", "13");
    check("src,add(1)", "167838212");
    check("always_true,add(1)", "2");
    check("none", "0+4 unknown fetch method 'none'");
    check("path,none", "5+4 unknown converter 'none'");
    check("path,", "5+0 missing converter name");
    check("path x", "4+2 unexpected ' x' behind the expression");
    check("ipv6(::1),add(1)", "10+3 converter 'add' cannot be applied: it takes type 'sint', not 'ipv6'");
    check("hdr(none),lower", "-");
}

#[test]
fn occurrences_come_in_order_and_end() {
    let all = |text: &str| {
        let expr = Expr::compile(text.as_bytes(), &mut NoOutside).unwrap();
        Facts::of(REQUEST).with(|env| {
            let (mut cursor, mut out) = (Cursor::every(), Vec::new());
            while let Got::Val { v, more } = expr.next(env, &mut cursor) {
                let Some(Val::Str(s)) = v.cast(Type::Str, env.scratch) else { panic!("{v:?}") };
                out.push(String::from_utf8_lossy(s).into_owned());
                if !more {
                    break;
                }
            }
            out.join("|")
        })
    };
    assert_eq!(all("hdr(x-l)"), "a|b|c|d");
    assert_eq!(all("req.fhdr(x-l)"), "a, b ,c|d");
    assert_eq!(all("hdr(x-l,2)"), "b");
    assert_eq!(all("hdr(x-q)"), "\"a,b\"|c");
    assert_eq!(all("hdr_ip(x-ip)"), "1.2.3.4|::1|5.6.7.8");
    assert_eq!(all("hdr(none)"), "");
    assert_eq!(all("path"), "/a/b");
}

#[test]
fn what_has_not_come_yet_is_waited_for() {
    Facts::of(REQUEST).with(|env| {
        let pending = Env { request: View::Pending, last: false, place: Place::FeTcpReq, ..*env };
        for text in ["path", "hdr(host)", "method", "query", "req.ver", "hdr_cnt(x)", "wait_end", "base,lower"] {
            assert_eq!(show(text, &pending), "wait", "{text}");
            assert_ne!(show(text, &Env { last: true, ..pending }), "wait", "{text}");
        }
        assert_eq!(show("src", &pending), "10.1.2.3");
    });
}

#[test]
fn items_are_well_formed() {
    let fetches = crate::fetch::items().map(|f| (f.name, f.doc));
    let convs = crate::conv::items().map(|c| (c.name, c.doc));
    for items in [fetches.collect::<Vec<_>>(), convs.collect()] {
        let mut names: Vec<&str> = items.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|w| w[0] != w[1]), "{names:?}");
        for (name, doc) in items {
            assert!(!doc.is_empty() && doc.len() < 100, "{name}");
        }
    }
}

/// Class, places, name, and arguments with types of everything that the reference registers.
const CATALOGUE: &str = include_str!("../../../xtask/catalogue/expr.tsv");

#[test]
fn the_registry_has_what_the_reference_has() {
    let fetches = crate::fetch::items()
        .map(|f| format!("fetch\t{}\t{}\t{} {}", f.places.columns(), f.name, f.args.text(), f.out.name()));
    let convs = crate::conv::items()
        .map(|c| format!("converter\t\t{}\t{} {}=>{}", c.name, c.args.text(), c.input.name(), c.out.name()));
    let acls = crate::acl::ITEMS.iter().map(|k| format!("acl\t\t{}\t{} -m {}", k.name, k.fetch, k.matcher.word()));
    let mut here: Vec<String> = fetches.chain(convs).chain(acls).collect();
    let mut there: Vec<&str> = CATALOGUE.lines().filter(|l| !l.starts_with('#')).collect();
    here.sort_unstable();
    there.sort_unstable();
    let differ: Vec<String> = here.iter().filter(|l| !there.contains(&&***l)).cloned().collect();
    assert_eq!(differ, Vec::<String>::new(), "not in the catalogue");
    assert_eq!((here.len(), there.len()), (562 + 208 + 77, 562 + 208 + 77));
}

#[test]
fn what_is_unbuilt_compiles_and_is_told() {
    let told = |text: &str| {
        let expr = Expr::compile(text.as_bytes(), &mut NoOutside).unwrap();
        expr.unbuilt().map(|u| format!("{}@{}", u.name, u.off)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(told("path,lower"), "");
    assert_eq!(told("sc_key(0),lower,x509_v_err_str"), "sc_key@0 x509_v_err_str@16");
    check("ssl_fc_sni(x)", "11+1 fetch method 'ssl_fc_sni' : expected ')' before 'x'");
    check("ssl_c_der,add(1)", "10+3 converter 'add' cannot be applied: it takes type 'sint', not 'bin'");
}

/// Expressions and what they give; `suites/README.md` tells the format.
const SUITES: [&str; 9] = [
    include_str!("../suites/converters.tsv"),
    include_str!("../suites/more.tsv"),
    include_str!("../suites/requests.tsv"),
    include_str!("../suites/structured.tsv"),
    include_str!("../suites/crypto.tsv"),
    include_str!("../suites/maps.tsv"),
    include_str!("../suites/responses.tsv"),
    include_str!("../suites/facts.tsv"),
    include_str!("../suites/buffers.tsv"),
];

#[test]
fn suites() {
    let mut failed = Vec::new();
    for suite in SUITES {
        let mut facts = Facts::of("GET / HTTP/1.1");
        for line in suite.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if let Some(rest) = line.strip_prefix(['>', '<', ':']) {
                facts = set(facts, line.as_bytes()[0], rest.trim_start());
                continue;
            }
            let mut columns = line.split('\t');
            let (expr, want) = (columns.next().unwrap(), columns.next().unwrap_or_else(|| panic!("{line}")));
            let got = facts.with(|env| match expr.strip_prefix('*') {
                Some(expr) => show_all(expr, env),
                None => show(expr, env),
            });
            let right = match want.strip_prefix('!') {
                Some(error) => got.contains(error) && Expr::compile(expr.as_bytes(), &mut Files).is_err(),
                None => got == want,
            };
            if !right {
                failed.push(format!("{expr}\t{got}, not {want}"));
            }
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

/// What a line of a suite says about the exchange.
fn set(facts: Facts, mark: u8, text: &str) -> Facts {
    let lines = text.replace("\\n", "\n");
    match mark {
        b'>' => return Facts::of(&lines),
        b'<' => {
            let (status, fields) = lines.split_once('\n').unwrap_or((&lines, ""));
            return facts.answered(status.parse().unwrap(), fields);
        }
        _ => {}
    }
    let mut facts = facts;
    let (key, value) = text.split_once(' ').unwrap_or((text, ""));
    let bytes = || {
        let (announced, parts) = value.split_once('|').unwrap();
        Some(Bytes { parts: parts.split('|').map(unescape).collect(), announced: announced.trim().parse().ok() })
    };
    match key {
        "body" => facts.bodies[0] = bytes(),
        "response-body" => facts.bodies[1] = bytes(),
        "raw" => facts.raw[0] = bytes(),
        "response-raw" => facts.raw[1] = bytes(),
        "more" => facts.waits = true,
        "early" => facts.told.is_early = true,
        "tcp" => facts.request = None,
        "place" => facts.place = *Place::ALL.iter().find(|p| p.name() == value).unwrap(),
        other => panic!("{other}"),
    }
    facts
}

/// `\xNN` is a byte.
fn unescape(text: &str) -> Vec<u8> {
    let mut pieces = text.split("\\x");
    let mut out = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        out.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        out.extend_from_slice(&piece.as_bytes()[2..]);
    }
    out
}

/// Every value that an ACL would try, and how they end.
fn show_all(text: &str, env: &Env<'_>) -> String {
    let expr = Expr::compile(text.as_bytes(), &mut Files).unwrap();
    let (mut cursor, mut out) = (Cursor::every(), Vec::new());
    loop {
        match expr.next(env, &mut cursor) {
            Got::Val { v, more } => {
                let Some(Val::Str(s)) = v.cast(Type::Str, env.scratch) else { panic!("{v:?}") };
                out.push(String::from_utf8_lossy(s).into_owned());
                if !more {
                    return out.join("|");
                }
            }
            Got::Absent => return (out.join("|") + "|-").trim_start_matches('|').to_owned(),
            Got::Wait => return (out.join("|") + "|wait").trim_start_matches('|').to_owned(),
        }
    }
}

/// The names in an expression: the fetch, then the converters.
fn names_of(text: &str) -> Vec<String> {
    let (mut out, mut name, mut inside, mut quote) = (Vec::new(), String::new(), false, None);
    for c in text.trim_start_matches('*').chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') if inside => quote = Some(c),
            (None, '(') => inside = true,
            (None, ')') => inside = false,
            (None, ',') if !inside => out.push(core::mem::take(&mut name)),
            (None, c) if !inside => name.push(c),
            _ => {}
        }
    }
    out.push(name);
    out
}

/// Each fetch and converter that works has at least three cases in the suites. Those of TLS need a handshake
/// (`crates/ferroxy/tests/tls.rs`).
#[test]
fn everything_that_works_has_three_cases() {
    let mut cases: std::collections::HashMap<(bool, String), usize> = Default::default();
    for line in SUITES.iter().flat_map(|s| s.lines()).filter(|l| !l.is_empty() && !l.starts_with(['#', '>', '<', ':']))
    {
        for (i, name) in names_of(line.split('\t').next().unwrap()).into_iter().enumerate() {
            *cases.entry((i == 0, name)).or_default() += 1;
        }
    }
    let few = |is_fetch: bool, name: &str| cases.get(&(is_fetch, name.to_owned())).is_none_or(|n| *n < 3);
    let fetches = crate::fetch::items()
        .filter(|f| f.fun.is_some() && !f.name.starts_with("ssl_") && few(true, f.name))
        .map(|f| f.name);
    let convs = crate::conv::items().filter(|c| c.fun.is_some() && few(false, c.name)).map(|c| c.name);
    let lacking: Vec<&str> = fetches.chain(convs).collect();
    assert!(lacking.is_empty(), "fewer than three cases: {}", lacking.join(" "));
}

/// The files beside the suites.
struct Files;

impl Outside for Files {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        let files: [(&str, &[u8]); 15] = [
            ("keys/ES256.pem", include_bytes!("../suites/keys/ES256.pem")),
            ("keys/ES384.pem", include_bytes!("../suites/keys/ES384.pem")),
            ("keys/ES512.pem", include_bytes!("../suites/keys/ES512.pem")),
            ("keys/rsa.pem", include_bytes!("../suites/keys/rsa.pem")),
            ("keys/rsa1.pem", include_bytes!("../suites/keys/rsa1.pem")),
            ("maps/addresses.map", include_bytes!("../suites/maps/addresses.map")),
            ("maps/ints.map", include_bytes!("../suites/maps/ints.map")),
            ("maps/intips.map", include_bytes!("../suites/maps/intips.map")),
            ("maps/netints.map", include_bytes!("../suites/maps/netints.map")),
            ("maps/netips.map", include_bytes!("../suites/maps/netips.map")),
            ("maps/groups.map", include_bytes!("../suites/maps/groups.map")),
            ("maps/nets.map", include_bytes!("../suites/maps/nets.map")),
            ("maps/numbers.map", include_bytes!("../suites/maps/numbers.map")),
            ("maps/ranges.map", include_bytes!("../suites/maps/ranges.map")),
            ("maps/text.map", include_bytes!("../suites/maps/text.map")),
        ];
        let found = files.iter().find(|(name, _)| *name == path);
        found.map(|(_, content)| content.to_vec()).ok_or_else(|| "No such file or directory".to_owned())
    }

    fn resolve4(&mut self, _: &str) -> Option<Vec<core::net::Ipv4Addr>> {
        None
    }

    fn find(&mut self, _: NameKind, _: &[u8]) -> Lookup {
        Lookup::Later
    }
}

/// The expressions of the suites that compile.
fn suite_exprs() -> Vec<Expr> {
    let lines = SUITES.iter().flat_map(|s| s.lines()).filter(|l| !l.starts_with(['#', '>', '<', ':']));
    let exprs = lines.filter_map(|l| Expr::compile(l.split('\t').next()?.as_bytes(), &mut Files).ok());
    exprs.filter(Expr::has_convs).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever bytes come: no panic, and a value of the type that was promised. Half of the inputs are the suites' own with
    /// a few bytes changed, so that they get far into what parses them.
    #[test]
    fn converters_take_any_bytes(
        noise in prop::collection::vec(any::<u8>(), 0..80),
        at in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        own: bool,
    ) {
        thread_local!(static EXPRS: Vec<Expr> = suite_exprs());
        EXPRS.with(|exprs| {
            let facts = Facts::of("GET / HTTP/1.1");
            for expr in exprs {
                facts.with(|env| {
                    let mut bytes = noise.clone();
                    if own && let Some(input) = expr.input(env).and_then(|v| v.bytes()) {
                        bytes = input.to_vec();
                        let end = cut.index(bytes.len() + 1);
                        bytes.truncate(bytes.len() - end / 4);
                        if !bytes.is_empty() {
                            let at = at.index(bytes.len());
                            bytes.iter_mut().skip(at).zip(noise.iter().take(3)).for_each(|(b, n)| *b = *n);
                        }
                    }
                    let Some(bytes) = env.scratch.copy(&bytes) else { return };
                    for input in [Val::Bin(bytes), Val::Str(bytes), Val::Int(bytes.len() as i64 - 9)] {
                        if let Some(v) = expr.convert(input, env) {
                            assert!(v.kind().casts_to(expr.out()), "{expr:?}: {v:?}");
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn fetches_take_any_field(value in "[ -~]{0,60}", target in "/[!-~&&[^#]]{0,40}") {
        let fetches = [
            "req.cook(a)", "req.cook", "req.cook_cnt", "req.cook_val(a)", "req.cook_names", "http_auth_user", "http_auth_pass",
            "http_auth_type", "http_auth_bearer", "urlp(a)", "urlp", "urlp(a,;)", "urlp_val(a,/,i)", "url_ip", "url_port",
            "base32", "url32+src", "req.hdrs", "req.hdrs_bin", "req.hdr_names", "hdr_ip(cookie,1)", "hdr_val(cookie)",
        ];
        let facts = Facts::of(&format!("GET {target} HTTP/1.1\nHost: h\nCookie: {value}\nAuthorization: {value}"));
        for text in fetches {
            let expr = Expr::compile(text.as_bytes(), &mut NoOutside).unwrap();
            facts.with(|env| {
                let mut cursor = Cursor::every();
                let mut left = 1000;
                while let Got::Val { v, more: true } = expr.next(env, &mut cursor) {
                    assert!(v.kind().casts_to(expr.out()));
                    left -= 1;
                    assert!(left > 0, "{text} never ends");
                }
            });
        }
    }
}
