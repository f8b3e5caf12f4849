use super::*;

#[track_caller]
fn check(pattern: &str, text: &str, want: Option<&[&str]>) {
    let rx = Rx::new(pattern.as_bytes(), false).unwrap();
    let got = rx.captures_at(text.as_bytes(), 0);
    let got =
        got.map(|g| (0..want.map_or(1, <[_]>::len)).map(|n| g.get(n).map_or("-", |m| str(m.as_bytes()))).collect());
    assert_eq!(got, want.map(<[_]>::to_vec), "{pattern} on {text:?}");
    assert_eq!(rx.is_match(text.as_bytes()), want.is_some(), "{pattern} on {text:?}");
}

fn str(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap()
}

#[test]
fn both_engines() {
    check("^[^/:]*://", "http://x", Some(&["http://"]));
    check("^[^/:]*://", "/a://", None);
    check("^/a/(b|c)+/d{2,3}$", "/a/bcb/ddd", Some(&["/a/bcb/ddd", "b"]));
    check("a.c", "a\nc", None);
    check("[]x]", "]", Some(&["]"]));
    check("[a&&b]", "&", Some(&["&"]));
    check("x}", "x}", Some(&["x}"]));
    check("(a)\\1", "xaa", Some(&["aa", "a"]));
    check("(?=.*b)a", "ab", Some(&["a"]));
    check("a++b", "aaab", Some(&["aaab"]));
    check("foo\\Kbar", "foobar", Some(&["bar"]));
    check("(?<n>x)y|z", "xy", Some(&["xy", "x"]));
    check("\\Qa.b\\E", "a.b", Some(&["a.b"]));
    check("(a)|(b)", "b", Some(&["b", "-", "b"]));
}

// PCRE2: `$` matches at the end and before a final newline, nowhere else.
#[test]
fn the_end() {
    check("a$", "a\n", Some(&["a"]));
    check("a$", "a\n\n", None);
    check("a$", "a\nb", None);
    check("a$|a\\n$", "a\n", Some(&["a"]));
    check("a$\\n", "a\n", Some(&["a\n"]));
    check("a\\Z", "b\na\n", Some(&["a"]));
    check("(?:x|$)", "x\ny\n", Some(&["x"]));
    check("b$", "a\nb", Some(&["b"]));
}

#[test]
fn bytes_above_127() {
    let rx = |pattern: &[u8]| Rx::new(pattern, false).unwrap();
    assert!(rx(&[b'a', 0xff]).is_match(&[0xfe, b'a', 0xff]) && !rx(&[b'a', 0xff]).is_match(b"a"));
    assert!(rx(&[b'[', 0xfe, b'-', 0xff, b']', b'+', b'+']).is_match(&[0xfe]));
    assert!(rx(&[b'\\', 0xff, b'+', b'+']).is_match(&[0xff]));
    assert!(rx(&[b'\\', b'Q', 0xff, b'.', b'\\', b'E', b'+', b'+']).is_match(&[0xff, b'.']));
    assert!(!rx(b"\\w").is_match(&[0xe9]) && rx(b"^.$").is_match(&[0xe9]));
    // A letter of several bytes is several bytes.
    assert!(rx("^\u{e9}{2}$".as_bytes()).is_match(&[0xc3, 0xa9, 0xa9]));
    assert_eq!(Rx::new(&[0xff, b'(', b'+', b'+'], false).unwrap_err().offset, 2);
}

#[test]
fn what_is_none_shows_where() {
    for (pattern, text) in [
        ("(", "regex '(' is invalid (error=missing closing parenthesis, erroffset=1)"),
        ("[z", "regex '[z' is invalid (error=missing terminating ] for character class, erroffset=2)"),
        ("a**", "regex 'a**' is invalid (error=quantifier does not follow a repeatable item, erroffset=2)"),
    ] {
        assert_eq!(Rx::new(pattern.as_bytes(), false).unwrap_err().text, text);
    }
}

// Each of these would take years without a limit.
#[test]
fn catastrophes_end() {
    let text = [b"a".repeat(5000), b"b".to_vec()].concat();
    for pattern in
        ["^(a+)+$", "^(?:a|a)*+c(?=x)", "^(?=a)(a|aa)+$", "(a*)*c", "(x+x+)+y", "^(?!c)(a|a|b)*c$", "(.*)*=(.*)*\\1"]
    {
        let rx = Rx::new(pattern.as_bytes(), false).unwrap();
        let newlines = [&text[..], b"\nc\n"].concat();
        for text in [&text, &newlines] {
            assert!(!rx.is_match(text) && rx.captures_at(text, 0).is_none(), "{pattern}");
        }
    }
}

#[test]
fn sets_keep_the_order() {
    let set = |patterns: &[&str]| RxSet::new(patterns.iter().map(|p| (p.as_bytes(), false))).unwrap();
    let all = set(&["^x$", "b(?=c)", "b", "(a)\\1", "c$"]);
    let first = |text: &[u8]| all.first(text, |_| true);
    assert_eq!(
        [first(b"x"), first(b"bc"), first(b"b"), first(b"aa"), first(b"-")],
        [Some(0), Some(1), Some(2), Some(3), None]
    );
    assert_eq!((first(b"\nc\n"), first(b"c\nd"), all.first(b"bc", |i| i > 1)), (Some(4), None, Some(2)));
    assert!(all.is_match(b"c\n") && !all.is_match(b"c\nd") && !all.is_match(b"x\ny"));
    assert!(!set(&[]).is_match(b"") && set(&["a"]).is_match(b"a") && !set(&["(b)\\1"]).is_match(b"b"));
    assert_eq!(RxSet::new([(&b"a"[..], false), (b"(", false)].into_iter()).unwrap_err().0, 1);
    let (upper, lower) = ([(&b"A"[..], true), (b"B", false)], [(&b"a"[..], false), (b"b", true)]);
    assert!(
        RxSet::new(upper.into_iter()).unwrap().is_match(b"a") && !RxSet::new(lower.into_iter()).unwrap().is_match(b"A")
    );
}

/// Patterns and texts of both engines' common ground, and of what lies beside it.
mod same {
    use super::*;

    /// xorshift: the same patterns in every run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, n: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) % n
        }

        fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
            of[self.below(of.len() as u64) as usize]
        }
    }

    const ATOMS: &[&str] = &[
        "a",
        "b",
        "c",
        "A",
        ".",
        "\\d",
        "\\w",
        "\\s",
        "\\D",
        "\\W",
        "\\S",
        "\\.",
        "\\/",
        "-",
        "1",
        "_",
        " ",
        "\\n",
        "\\x41",
        "\\xff",
        "\u{e9}",
        "[a-c]",
        "[^a]",
        "[]a]",
        "[^]b-]",
        "[[:alpha:]]",
        "[[:upper:]c]",
        "[^[:space:]]",
        "[\\w-]",
        "[\\d.]",
        "[\\xe0-\\xff]",
        "[a\\]]",
        "}",
        "]",
        "&&",
        "[&&a]",
        "[a~~b]",
        "[--a]",
        "[\\n]",
        "[^\\n]",
        "\\t",
        "[\\b]",
        "[[:punct:]]",
    ];
    const ASSERTIONS: &[&str] = &["^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z"];
    const ODD: &[&str] = &["\\1", "(?=a)", "(?!b)", "(?<=a)", "\\K", "a++", "(a|)", "\\R", "(?>a|ab)", "{", "{,2}"];
    const COUNTS: &[&str] = &["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}", "{1,}", "{2,3}?"];

    fn pattern(r: &mut Random, depth: u32) -> String {
        let mut out = String::new();
        for branch in 0..=r.below(3) {
            if branch > 0 {
                out.push('|');
            }
            for _ in 0..r.below(5) {
                let atom = match r.below(24) {
                    0..=13 => r.pick(ATOMS).to_owned(),
                    14..=16 => {
                        out.push_str(r.pick(ASSERTIONS));
                        continue;
                    }
                    17 => {
                        out.push_str(r.pick(&["(?i)", "(?s)", "(?-i)", "(?i-s)"]));
                        continue;
                    }
                    18 => r.pick(ODD).to_owned(),
                    _ if depth == 0 => "b".to_owned(),
                    19 => format!("(?:{})", pattern(r, depth - 1)),
                    20 => format!("(?{}:{})", r.pick(&["i", "s", "-i", "is"]), pattern(r, depth - 1)),
                    _ => format!("({})", pattern(r, depth - 1)),
                };
                out.push_str(&atom);
                if r.below(3) == 0 {
                    out.push_str(r.pick(COUNTS));
                }
            }
        }
        out
    }

    fn text(r: &mut Random) -> Vec<u8> {
        const BYTES: &[u8] = b"aaabbbcAB1_-. \n\n\r\t/]}&~\x08\x0b\xff\xe9\xc3\xa9\x00";
        let mut out: Vec<u8> = (0..r.below(12)).map(|_| BYTES[r.below(BYTES.len() as u64) as usize]).collect();
        if r.below(4) == 0 {
            out.push(b'\n');
        }
        out
    }

    // Every pattern that the linear-time engine is given matches the same there, groups included.
    #[test]
    fn ten_thousand_patterns() {
        let mut r = Random(0x2545_f491_4f6c_dd1d);
        let (mut linear, mut total) = (0, 0);
        while total < 10_000 {
            let (source, ignore_case) = (pattern(&mut r, 3), r.below(4) == 0);
            let Ok(pcre) = Pcre::new(source.as_bytes(), ignore_case) else {
                assert!(super::linear(source.as_bytes(), ignore_case).is_none(), "only here: {source}");
                continue;
            };
            total += 1;
            let rx = Rx::new(source.as_bytes(), ignore_case).unwrap();
            linear += usize::from(rx.is_linear());
            for _ in 0..12 {
                let text = text(&mut r);
                let from = r.below(text.len() as u64 + 1) as usize;
                let spans = |g: Option<Groups<'_>>| g.map(|g| g.spans);
                for from in [0, from] {
                    let (got, want) = (spans(rx.captures_at(&text, from)), spans(pcre.captures_at(&text, from)));
                    assert_eq!(got, want, "{source} ({ignore_case}) on {} from {from}", text.escape_ascii());
                }
                assert_eq!(rx.is_match(&text), pcre.is_match(&text), "{source} on {}", text.escape_ascii());
            }
        }
        // The generator makes mostly what both understand, or it would show little.
        assert!(linear > 5000, "{linear}");
    }
}
