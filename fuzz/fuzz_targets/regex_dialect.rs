//! Regular expressions: a pattern that the linear-time engine is given matches the same there as in PCRE2. The first byte
//! says whether case counts, the first line is the pattern, the rest is the text.
#![no_main]

use expr::Regex;
use expr::regex::Pcre;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [flags, rest @ ..] = data else { return };
    let (pattern, text) = rest.split_at(rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()));
    let text = text.get(1..).unwrap_or_default();
    // Searches of long texts by long patterns end at PCRE2's limit, at which nothing can be compared.
    if pattern.len() > 200 || text.len() > 200 {
        return;
    }
    let ignore_case = flags & 1 != 0;
    let pcre = Pcre::new(pattern, ignore_case);
    let ours = Regex::new(pattern, ignore_case);
    assert_eq!(pcre.is_ok(), ours.is_ok(), "{}", pattern.escape_ascii());
    let (Ok(pcre), Ok(ours)) = (pcre, ours) else { return };
    if !ours.is_linear() || pcre.reaches_limit(text) {
        return;
    }
    let spans = |groups: Option<expr::regex::Groups<'_>>| {
        groups.map(|groups| (0..10).map(|n| groups.get(n).map(|m| (m.start(), m.end()))).collect::<Vec<_>>())
    };
    for from in 0..=text.len().min(3) {
        assert_eq!(
            spans(ours.captures_at(text, from)),
            spans(pcre.captures_at(text, from)),
            "{}",
            pattern.escape_ascii()
        );
    }
    assert_eq!(ours.is_match(text), pcre.is_match(text), "{}", pattern.escape_ascii());
});
