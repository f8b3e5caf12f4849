//! What formats write. Lines marked «measured» are what Debian's haproxy 2.6 wrote for the same exchange.

use base::WallClock;

use super::*;
use crate::env::View;
use crate::outside::NoOutside;
use crate::place::Place;
use crate::record::{Captures, Origin, Peer, RequestText, ServerName, Timers};
use crate::testing::Facts;

const LONG: usize = 1024;

fn record<'a>() -> Record<'a> {
    Record {
        origin: Origin::TxnClose,
        http: true,
        accept_date: WallClock { us: 1_795_361_185_865_123 },
        request_date: WallClock { us: 1_795_361_185_866_000 },
        utc_offset_s: 3600,
        timers: Timers { handshake: 0, idle: 0, request: 10, queue: 0, connect: 30, response: 69, total: 109 },
        status: 200,
        bytes_out: 2750,
        bytes_in: 64,
        client: Peer::Ip("127.0.0.1:50432".parse().unwrap()),
        frontend_addr: Some("127.0.0.1:18510".parse().unwrap()),
        frontend: "fe",
        backend: "be",
        server: ServerName::Name("s1"),
        actconn: 1,
        feconn: 2,
        beconn: 3,
        srvconn: 4,
        retries: 0,
        srv_queue: 5,
        be_queue: 6,
        request: RequestText::Line { method: b"GET", uri: b"/a\"b?x=1", version: b"HTTP/1.1" },
        hostname: "vm",
        pid: 0x1699,
        request_counter: 10,
        log_counter: 7,
        listener: "l1",
        listener_id: 9,
        ..Record::default()
    }
}

fn written(format: &LogFormat, record: &Record<'_>, max: usize) -> String {
    let facts = Facts::of("GET /p?q HTTP/1.1\nHost: www.Ex.com\nX-C: a\tb\x7f\"]c\\");
    let mut out = b"<30>".to_vec();
    facts.with(|env| {
        // When a log line is written the heads are gone.
        let request = if format.purpose == Use::Http { env.request } else { View::Absent };
        format.format(&Env { request, ..*env }, record, &mut Dates::new(), max, &mut out);
    });
    String::from_utf8(out.split_off(4)).unwrap()
}

#[track_caller]
fn check_in(purpose: Use, place: Place, record: &Record<'_>, text: &str, want: &str) {
    let got = match LogFormat::compile(text.as_bytes(), purpose, place, record.http, &mut NoOutside) {
        Ok(format) => written(&format, record, LONG),
        Err(e) => format!("{}+{} {}", e.off, e.len, e.text),
    };
    assert_eq!(got, want, "{text}");
}

#[track_caller]
fn check(text: &str, want: &str) {
    check_in(Use::Log, Place::Log, &record(), text, want);
}

#[track_caller]
fn check_of(record: &Record<'_>, text: &str, want: &str) {
    check_in(Use::Log, Place::Log, record, text, want);
}

#[track_caller]
fn check_http(text: &str, want: &str) {
    check_in(Use::Http, Place::FeHttpReq, &record(), text, want);
}

// Measured.
#[test]
fn spaces_and_percents() {
    check("  a   b  ", "a b ");
    check("%{+Q}o %{-Q}ci - %b %ac", "127.0.0.1 - \"be\" 1");
    check("a %hr %hs  b", "a b");
    check("%hr %hs %b", "be");
    check("%% %%b", "% %b");
    check("%b%b %b", "bebe be");
    check("%b- x%b-y %b_x", "be- xbe-y be_x");
    check("%.b %-b", ".b -b");
    check("%o%b", "be");
    check("%{Q}o %b", "be");
    check("%(name)b %(n:sint)ac %(:str)[int(5)]", "be 1 5");
}

// Measured, but for expressions with control characters (manual 8.6).
#[test]
fn quotes_and_escapes() {
    check("%CC|%CS|%{+Q}CC", "-|-|\"\"");
    check("%ID|%{+Q}ID", "-|\"\"");
    check("%si %sp %bi %bp", "- - - -");
    check("%{+Q}si %{+Q}sp", "\"\" \"\"");
    check("%r", "GET /a#22b?x=1 HTTP/1.1");
    check("%{+Q}r|%{+E}r", "\"GET /a#22b?x=1 HTTP/1.1\"|GET /a#22b?x=1 HTTP/1.1");
    check("%{+Q}ci %{+Q}cp %{+X,+Q}ci", "\"127.0.0.1\" 50432 7F000001");
    check("%{+Q}ts %{+Q}tsc %{+Q}rc %{+Q}B %{+Q}ac", "-- ---- 0 2750 1");
    check("%{+Q,+X}o %{-X}ci %ci %rt", "\"127.0.0.1\" 7F000001 000A");
    check("%{+X}o %cp %Ts %rt %pid %fi:%fp %B %ST %Tt", "C500 6B0309A1 000A 1699 7F000001:484E 2750 200 109");
    check("%[str()] x|%{+Q}[str()]", "- x|\"\"");
    check("%[str(\"a b\")]", "a b");
    check("%{+E}[str('a]b\"')]|%{+Q,+E}[str('a]b\"')]", "a\\]b\\\"|\"a\\]b\\\"\"");
    check("%{+Q}[int(5)] %{+X}[int(255)] %{+X}[src]", "\"5\" 255 10.1.2.3");
    check("%[str(\"a\tb\x7f{|}#\")]", "a#09b#7F{|}#");
    check("%{+bin}o%[bin(6109)]%{-bin}[bin(09)]", "a\t\t");
}

// Measured.
#[test]
fn captured_fields() {
    let mut req = Captures::new(3);
    req.set(0, b"a\"b\\c]d{e|f}g#h\xe9\ti", 40);
    req.set(2, b"host", 1);
    let res = Captures::new(1);
    let record = Record { req_captures: Some(&req), res_captures: Some(&res), ..record() };
    let check = |text: &str, want: &str| check_of(&record, text, want);
    check("%hr|%hs", "{a#22b\\c]d#7Be#7Cf#7Dg#23h#E9#09i||h}|{}");
    check("%hrl|%hsl", "a#22b\\c]d#7Be#7Cf#7Dg#23h#E9#09i - h|-");
    check("%{+Q}hs|%{+Q}hrl %{+Q}hsl", "\"{}\"|\"a#22b\\c]d#7Be#7Cf#7Dg#23h#E9#09i\" \"\" \"h\" \"\"");
    check("%{+E}hr", "{a#22b\\\\c\\]d#7Be#7Cf#7Dg#23h#E9#09i||h}");
    check("%{+E}hrl", "a#22b\\\\c\\]d#7Be#7Cf#7Dg#23h#E9#09i - h");
}

#[test]
fn every_alias() {
    check(
        "%T|%Tl|%Ts|%t|%ms",
        "22/Nov/2026:15:26:25 +0000|22/Nov/2026:16:26:25 +0100|1795361185|22/Nov/2026:16:26:25.865|865",
    );
    check("%tr|%trg|%trl", "22/Nov/2026:16:26:25.866|22/Nov/2026:15:26:25 +0000|22/Nov/2026:16:26:25 +0100");
    check("%Th %Ti %TR %Tq %Tw %Tc %Tr %Td %Ta %Tt %Tu", "0 0 10 10 0 30 69 0 109 109 109");
    check("%ST %B %U %ts %tsc %rc %lc %rt", "200 2750 64 -- ---- 0 7 10");
    check("%ac/%fc/%bc/%sc/%rc %sq/%bq", "1/2/3/4/0 5/6");
    check("%H|%f|%ft|%b|%s|%pid|%OG", "vm|fe|fe|be|s1|5785|txn_close");
    check("%HM %HP %HPO %HQ %HU %HV", "GET /a#22b /a#22b ?x=1 /a#22b?x=1 HTTP/1.1");
    check("%ci:%cp %fi:%fp %sslv %sslc", "127.0.0.1:50432 127.0.0.1:18510 - -");
    let names: Vec<String> = ITEMS.iter().map(|a| format!("%{}", a.name)).collect();
    assert_eq!(names.len(), 64, "65 in the catalogue, %o writes nothing");
    for (i, name) in names.iter().enumerate() {
        assert!(!names[..i].contains(name) && !ITEMS[i].doc.is_empty(), "{name}");
        assert!(LogFormat::compile(name.as_bytes(), Use::Log, Place::Log, true, &mut NoOutside).is_ok(), "{name}");
    }
}

// Measured.
#[test]
fn targets_of_each_form() {
    let check = |uri: &str, want: &str| {
        let request = RequestText::Line { method: b"M", uri: uri.as_bytes(), version: b"HTTP/1.0" };
        check_of(&Record { request, ..record() }, "%HP|%HPO|%HQ|%HU|%r", want);
    };
    check("http://h/p?q", "http://h/p|/p|?q|http://h/p?q|M http://h/p?q HTTP/1.0");
    check("*", "*|-|-|*|M * HTTP/1.0");
    check("h:443", "h:443|-|-|h:443|M h:443 HTTP/1.0");
    check("http://h", "http://h|-|-|http://h|M http://h HTTP/1.0");
    check("/x?", "/x|/x|?|/x?|M /x? HTTP/1.0");
}

// Measured.
#[test]
fn exchanges_that_fail() {
    let bad = Record {
        http: true,
        status: 400,
        term: *b"CR",
        request: RequestText::Bad,
        frontend: "f0",
        backend: "f0",
        timers: Timers { idle: 0, total: 1001, ..Timers::default() },
        ..Record::default()
    };
    check_of(
        &bad,
        "r=[%r] HM=[%HM] HQ=[%HQ] HV=[%HV] [%{+Q}r] %ST %B %U %tsc %Th %Ti %TR %Tq %Tw %Tc %Tr %Td %Ta %Tt %Tu %s %b",
        "r=[<BADREQ>] HM=[<BADREQ>] HQ=[<BADREQ>] HV=[<BADREQ>] [\"<BADREQ>\"] 400 0 0 CR-- \
         0 0 -1 -1 -1 -1 -1 -1 1001 1001 1001 <NOSRV> f0",
    );
    check_of(&bad, "%[method]|%[req.ver]", "-|-");
    check_of(&Record { http: true, ..Record::default() }, "%ST", "-1");
    check_of(&Record::default(), "%ST %tsc %hr %s", "0 ---- <NOSRV>");
    let retried = Record { retries: 2, redispatched: true, ..record() };
    check_of(&retried, "%rc", "+2");
    let stats = Record { server: ServerName::Stats, frontend_tls: true, ..record() };
    check_of(&stats, "%s %ft %{+Q}ft", "<STATS> fe~ \"fe~\"");
    let early = Record { partial: true, timers: Timers { total: 0, ..record().timers }, bytes_out: 61, ..record() };
    check_of(&early, "%Ta %B %U Tt=%Tt Tu=%Tu Td=%Td", "+0 +61 64 Tt=+0 Tu=+0 Td=0");
    let local = Record { client: Peer::Unix, frontend_addr: None, ..record() };
    check_of(&local, "%ci:%cp", "unix:9");
    check_of(&Record { client: Peer::None, ..record() }, "%ci:%cp", "-:-");
}

// Measured, but for dates and counts.
#[test]
fn standard_formats() {
    let check = |which: Standard, record: &Record<'_>, want: &str| {
        assert_eq!(written(&LogFormat::standard(which), record, LONG), want);
    };
    let http = "127.0.0.1:50432 [22/Nov/2026:16:26:25.866] fe be/s1 10/0/30/69/109 200 2750 - - ---- 1/2/3/4/0 5/6 ";
    check(Standard::Http, &record(), &format!("{http}\"GET /a#22b?x=1 HTTP/1.1\""));
    let (req, res) = (Captures::new(2), Captures::new(1));
    let captures = Record { req_captures: Some(&req), res_captures: Some(&res), ..record() };
    check(Standard::Http, &captures, &format!("{http}{{|}} {{}} \"GET /a#22b?x=1 HTTP/1.1\""));
    check(
        Standard::HttpClf,
        &record(),
        "127.0.0.1 - - [22/Nov/2026:15:26:25 +0000] \"GET /a#22b?x=1 HTTP/1.1\" 200 2750 \"\" \"\" 50432 865 \"fe\" \"be\" \
         \"s1\" 10 0 30 69 109 ---- 1 2 3 4 0 5 6 \"\" \"\" ",
    );
    let tcp = Record { http: false, ..record() };
    check(Standard::Tcp, &tcp, "127.0.0.1:50432 [22/Nov/2026:16:26:25.865] fe be/s1 0/30/109 2750 -- 1/2/3/4/0 5/6");
    check(
        Standard::TcpClf,
        &tcp,
        "127.0.0.1 - - [22/Nov/2026:15:26:25 +0000] \"TCP \" 000 2750 \"\" \"\" 50432 865 fe be s1 0 0 30 109 64 ---- \
         1 2 3 4 0 5 6 \"\" \"\" ",
    );
    check(Standard::Connect, &record(), "Connect from 127.0.0.1:50432 to 127.0.0.1:18510 (fe/HTTP)");
    check(Standard::Connect, &tcp, "Connect from 127.0.0.1:50432 to 127.0.0.1:18510 (fe/TCP)");
    let failed = Record { error: "Connection error during SSL handshake", ..tcp };
    check(
        Standard::Error,
        &failed,
        "127.0.0.1:50432 [22/Nov/2026:16:26:25.865] fe/l1: Connection error during SSL handshake",
    );
}

// Measured: spaces stay, what is missing is nothing, and expressions are never in quotes.
#[test]
fn in_header_fields() {
    check_http("a  b   %CC   %b  c", "a  b      be  c");
    check_http("[%CC] [%si] [%ID] [%hr] [%{+Q}CC] [%{+Q}[hdr(none)]]", "[] [] [] [] [\"\"] []");
    check_http("%{+E}[str(a]b)] %{+X}ci %{+Q}[hdr(host)]", "a\\]b 7F000001 www.Ex.com");
    check_http("%[path]x%[hdr(none)]y", "/pxy");
    check_http("%[str(\"a\nb\")]", "a%0Ab");
}

#[test]
fn refuses() {
    check("%", "0+1 truncated line after '%'");
    check("%b%", "2+1 truncated line after '%'");
    let text = "no such format alias 'zz'. If you wanted to emit the '%' character verbatim, you need to use '%%'";
    check("a %zz", &format!("3+2 {text}"));
    check("%{+Q}", "0+5 parse argument modifier without variable name near '%{+Q}'");
    check("%{+Q}%", "0+5 parse argument modifier without variable name near '%{+Q}'");
    check("%{+Q", "1+3 truncated line after '+Q'");
    check("%{+W}b", "2+2 unknown log-format flag 'W'");
    check("%(a", "1+2 missing ')' behind the item's name".replace("1+2", "1+1").as_str());
    check("%(a:b)b", "4+1 unexpected output type 'b', expected 'str', 'sint' or 'bool'");
    check("%[", "2+0 failed to parse sample expression <> : missing fetch method");
    check("%[foo] x", "2+3 failed to parse sample expression <foo> : unknown fetch method 'foo'");
    check("%[src,foo]", "6+3 failed to parse sample expression <src,foo> : unknown converter 'foo'");
    check("%[src", "5+0 missing ']' after 'src'");
    check("%[path]", "2+4 sample fetch <path> may not be reliably used here: it is not available in 'logs'");
    check(
        "%mode",
        "1+4 no such format alias 'mode'. If you wanted to emit the '%' character verbatim, you need to use '%%'",
    );
    let tcp = Record { http: false, ..record() };
    check_of(&tcp, "%r", "1+1 format alias 'r' is reserved for HTTP mode");
    check_of(&tcp, "%Ta", "1+2 format alias 'Ta' is reserved for HTTP mode");
    let e = LogFormat::compile(b"%cj", Use::Log, Place::Log, true, &mut NoOutside).unwrap_err();
    assert!(e.candidates.iter().any(|c| c == "ci"));
}

#[test]
fn lines_are_cut_at_their_limit() {
    let format = LogFormat::standard(Standard::Http);
    let whole = written(&format, &record(), LONG);
    for max in 0..=whole.len() + 1 {
        assert_eq!(written(&format, &record(), max), whole[..max.min(whole.len())]);
    }
}

#[test]
fn needs_are_the_union() {
    let needs =
        |text: &str| LogFormat::compile(text.as_bytes(), Use::Log, Place::Log, true, &mut NoOutside).unwrap().needs();
    assert_eq!(needs("%ci %B %[src]"), Needs::NONE);
    assert!(needs("%HM").request_line && needs("%[method]").request_line && needs("%[req.ver]").request_line);
    let both = needs("%hr %CC %bi %ID %sslv");
    assert!(both.req_captures && both.cookies && both.server_addrs && both.unique_id && both.tls);
    assert!(!both.res_captures && !both.request_line);
}
