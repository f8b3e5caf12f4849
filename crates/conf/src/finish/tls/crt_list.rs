//! Files that list certificates, their options and the names that they are for (manual 5.1, `crt-list`).

use super::certs::{self, Many, Named};
use super::{path, span, stores};
use crate::build::BindB;
use crate::compile::Run;
use crate::cx::Lead;
use crate::options;
use crate::sections::line::{Head, context};
use crate::spec::{CertLoad, CertUse, CrtLine, CrtList};
use diag::{Diagnostic, Severity};
use syntax::Word;

/// Reads a list and finds what it names.
pub fn read(run: &mut Run<'_>, list: &mut CrtList, lead: &str) {
    let full = path(run, None, &list.path, list.at);
    let bytes = match run.world.read(&full) {
        Ok(bytes) => bytes,
        Err(why) => {
            let text = format!("{lead}'crt-list' : cannot open file '{}' : {why}.", certs::show(&full));
            run.diags.push(Diagnostic::alert(span(list.at), text).manual("5.1"));
            return;
        }
    };
    for (number, text) in bytes.split_inclusive(|c| *c == b'\n').enumerate() {
        let number = u32::try_from(number + 1).unwrap_or(u32::MAX);
        let whole = text.strip_suffix(b"\n");
        let place = format!("{lead}'crt-list' : parsing [{}:{number}] : ", certs::show(&full));
        let content = whole.unwrap_or(text).trim_ascii();
        if content.is_empty() || content.starts_with(b"#") {
            continue;
        }
        if whole.is_none() {
            tell(run, list, Severity::Alert, &format!("{place}missing LF on the last line, it may have been cut off."));
            continue;
        }
        if let Some(mut line) = one(run, list, content, number, &place) {
            find(run, &mut line, &place);
            list.lines.push(line);
        }
    }
    list.path = full.into();
}

fn tell(run: &mut Run<'_>, list: &CrtList, severity: Severity, text: &str) {
    run.diags.push(Diagnostic::new(severity, text.to_owned()).at(span(list.at)).manual("5.1"));
}

/// `<crtfile> [\[<option> ...\]] [[!]<filter> ...]`.
fn one(run: &mut Run<'_>, list: &CrtList, content: &[u8], number: u32, place: &str) -> Option<CrtLine> {
    let parts = match split(content) {
        Ok(parts) => parts,
        Err(why) => {
            tell(run, list, Severity::Alert, &format!("{place}{why}."));
            return None;
        }
    };
    if parts.late {
        let text = format!("{place}filters can't stand between the file's name and the options.");
        tell(run, list, Severity::Warning, &text);
    }
    let mut line = CrtLine {
        line: number,
        cert: CertUse { name: parts.name.into(), at: list.at, is_default: false, found: Vec::new() },
        load: CertLoad { at: list.at, ..CertLoad::default() },
        conf: Default::default(),
        filters: parts.filters.into_iter().map(Box::from).collect(),
    };
    let at = span(list.at);
    let word = |text: &[u8]| Word { text: text.into(), span: at, quoted: false, expanded: true };
    let words: Vec<Word> = core::iter::once(parts.name).chain(parts.options).map(word).collect();
    let mut bind = BindB::default();
    let head = Head { words: &words, said: Default::default(), name: "crt-list", used: 1, manual: "5.1" };
    let mut cx = context(run.tools(), list.at.line, &head, ("frontend", ""));
    cx.lead = Lead::Text(place);
    options::of_certificate(&mut cx, 0, &mut bind, &mut line.load);
    line.conf = bind.tls.conf;
    Some(line)
}

/// Finds what a line of a list, or of `ssl-f-use`, names.
pub fn find(run: &mut Run<'_>, line: &mut CrtLine, lead: &str) {
    let crt_base = run.tls.spec.crt_base.clone();
    stores::place_files(run, &mut line.load, crt_base.as_deref(), None, lead);
    let by = Named { lead, many: Many::Bundle, key: line.load.key.as_deref() };
    certs::find(run, &mut line.cert, by);
    let conf = &mut line.conf;
    let files = [("ca-file", &mut conf.ca_file), ("ca-verify-file", &mut conf.ca_verify_file)];
    for (keyword, file) in files.into_iter().chain([("crl-file", &mut conf.crl_file)]) {
        if let Some(file) = file {
            certs::find_cas(run, file, keyword, lead);
        }
    }
}

/// The parts of a line.
#[derive(PartialEq, Eq, Debug)]
struct Parts<'a> {
    name: &'a [u8],
    options: Vec<&'a [u8]>,
    filters: Vec<&'a [u8]>,
    /// Filters stood before the options.
    late: bool,
}

/// Splits a line at its blanks and brackets. As in the reference what begins with an open bracket ends with the line.
fn split(content: &[u8]) -> Result<Parts<'_>, String> {
    let mut parts = Parts { name: &[], options: Vec::new(), filters: Vec::new(), late: false };
    let mut inside = false;
    let mut closed = false;
    for mut word in content.split(|c| matches!(c, b' ' | b'\t')).filter(|word| !word.is_empty()) {
        if parts.name.is_empty() {
            parts.name = word;
            continue;
        }
        if let Some(rest) = word.strip_prefix(b"[") {
            if inside || closed {
                return Err("'[' is there twice".to_owned());
            }
            parts.late = !parts.filters.is_empty();
            inside = true;
            word = rest;
        }
        let close = word.iter().position(|c| *c == b']');
        if let Some(close) = close {
            if !inside {
                return Err("missing '['".to_owned());
            }
            inside = false;
            closed = true;
            push(&mut parts.options, &word[..close]);
            push(&mut parts.filters, &word[close + 1..]);
        } else if inside {
            push(&mut parts.options, word);
        } else {
            push(&mut parts.filters, word);
        }
    }
    Ok(parts)
}

fn push<'a>(words: &mut Vec<&'a [u8]>, word: &'a [u8]) {
    if !word.is_empty() {
        words.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let show = |words: &[&[u8]]| words.iter().map(|w| String::from_utf8_lossy(w)).collect::<Vec<_>>().join(",");
        for (line, want) in [
            ("a.pem", "a.pem||"),
            ("a.pem *.x !b.x", "a.pem||*.x,!b.x"),
            ("a.pem [alpn h2,http/1.1] x", "a.pem|alpn,h2,http/1.1|x"),
            ("a.pem\t[ alpn h2 ]", "a.pem|alpn,h2|"),
            ("a.pem []", "a.pem||"),
            ("a.pem [alpn h2", "a.pem|alpn,h2|"),
            ("a.pem [alpn h2]x", "a.pem|alpn,h2|x"),
            ("a.pem x [alpn h2]", "a.pem|alpn,h2|x late"),
            ("a.pem alpn h2]", "missing '['"),
            ("a.pem [a] [b]", "'[' is there twice"),
        ] {
            let got = match split(line.as_bytes()) {
                Ok(p) => {
                    let late = if p.late { " late" } else { "" };
                    format!("{}|{}|{}{late}", show(&[p.name]), show(&p.options), show(&p.filters))
                }
                Err(why) => why,
            };
            assert_eq!(got, want, "{line}");
        }
    }
}
