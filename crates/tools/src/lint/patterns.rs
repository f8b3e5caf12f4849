//! Patterns that cost more, or match less, than meant.

use super::model::{Model, begins};
use super::{Found, Rule};
use syntax::Word;

pub static REGEX_FOR_A_PREFIX: Rule = Rule {
    name: "regex-for-a-prefix",
    why: "a regular expression without special characters is a slow way to compare text",
    fix: "use the '_beg', '_end', '_sub' or exact form",
    check: regex_for_a_prefix,
};

fn regex_for_a_prefix(model: &Model<'_>, found: &mut Found<'_>) {
    for (criterion, patterns) in expressions(model) {
        let name = criterion.show();
        let Some(name) = name.split('(').next().and_then(|name| name.strip_suffix("_reg")) else { continue };
        // What stands in a file isn't looked at here.
        let flags = patterns.iter().take_while(|word| word.text.starts_with(b"-")).count();
        if patterns[..flags].iter().any(|flag| flag.is("-f")) {
            continue;
        }
        for pattern in &patterns[flags..] {
            if let Some(form) = plain_form(&pattern.text) {
                let what = format_args!("'{}' needs no regular expression: '{name}{form}' does it", pattern.show());
                found.push(pattern.span, what);
            }
        }
    }
}

/// The form of matching that does what a pattern without special characters does.
fn plain_form(pattern: &[u8]) -> Option<&'static str> {
    let (start, rest) = pattern.strip_prefix(b"^").map_or((false, pattern), |rest| (true, rest));
    let (end, rest) = rest.strip_suffix(b"$").map_or((false, rest), |rest| (true, rest));
    let plain =
        !rest.is_empty() && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/_-=&%,:;@ ".contains(byte));
    plain.then_some(match (start, end) {
        (true, true) => "",
        (true, false) => "_beg",
        (false, true) => "_end",
        (false, false) => "_sub",
    })
}

pub static CASE_OF_HOST: Rule = Rule {
    name: "case-of-host",
    why: "host names mean the same in upper and lower case, and clients may send either",
    fix: "add '-i'",
    check: case_of_host,
};

fn case_of_host(model: &Model<'_>, found: &mut Found<'_>) {
    const HOSTS: [&str; 6] =
        ["hdr(host)", "req.hdr(host)", "hdr_beg(host)", "hdr_end(host)", "hdr_dom(host)", "hdr_sub(host)"];
    for (criterion, patterns) in expressions(model) {
        let lower = criterion.show().to_ascii_lowercase();
        if !HOSTS.contains(&&*lower) {
            continue;
        }
        let flags = patterns.iter().take_while(|word| word.text.starts_with(b"-"));
        let is_plain = flags.clone().all(|word| !word.is("-i") && !word.is("-f") && !word.is("-m"));
        if is_plain && patterns.iter().any(|word| word.text.iter().any(u8::is_ascii_alphabetic)) {
            found.push(criterion.span, format_args!("'{}' is compared with regard to case", criterion.show()));
        }
    }
}

/// The criteria of all ACLs and anonymous conditions, each with the words behind it.
fn expressions<'a>(model: &Model<'a>) -> Vec<(&'a Word, &'a [Word])> {
    let mut all = Vec::new();
    for line in model.sections.iter().flat_map(|one| &one.section.lines) {
        if begins(line, &["acl"]) {
            if let Some(criterion) = line.words.get(2) {
                all.push((criterion, &line.words[3..]));
            }
            continue;
        }
        for (at, word) in line.words.iter().enumerate().filter(|(_, word)| word.is("{") || word.is("!{")) {
            if let (true, Some(criterion)) = (!word.quoted, line.words.get(at + 1)) {
                let rest = &line.words[at + 2..];
                let end = rest.iter().position(|word| word.is("}")).unwrap_or(rest.len());
                all.push((criterion, &rest[..end]));
            }
        }
    }
    all
}
