//! TLS settings that protect less than they seem to.

use super::model::{Model, begins, find, value};
use super::{Found, Rule};
use syntax::Line;

pub static OLD_TLS: Rule = Rule {
    name: "old-tls",
    why: "versions before TLS 1.2 are broken and were withdrawn (RFC 8996)",
    fix: "set 'ssl-min-ver TLSv1.2' or leave the default",
    check: old_tls,
};

fn old_tls(model: &Model<'_>, found: &mut Found<'_>) {
    const OLD: [&str; 3] = ["SSLv3", "TLSv1.0", "TLSv1.1"];
    const FORCED: [&str; 4] = ["force-sslv3", "force-tlsv10", "force-tlsv11", "no-tlsv12"];
    for line in tls_lines(model) {
        for option in ["ssl-min-ver", "ssl-max-ver"] {
            if let Some(version) = value(line, option).filter(|word| OLD.iter().any(|old| word.is(old))) {
                found.push(version.span, format_args!("{} is let in", version.show()));
            }
        }
        for word in FORCED.iter().filter_map(|name| find(line, name)) {
            found.push(word.span, format_args!("'{}' leaves only versions that are withdrawn, or a gap", word.show()));
        }
    }
}

pub static WEAK_CIPHERS: Rule = Rule {
    name: "weak-ciphers",
    why: "these suites can be broken or don't encrypt at all",
    fix: "leave the default, or take a current list such as Mozilla's",
    check: weak_ciphers,
};

fn weak_ciphers(model: &Model<'_>, found: &mut Found<'_>) {
    const WEAK: [&str; 9] = ["RC4", "3DES", "DES", "NULL", "aNULL", "eNULL", "EXPORT", "EXP", "MD5"];
    let global = model.lines_of("global");
    let options = ["ciphers", "ssl-default-bind-ciphers", "ssl-default-server-ciphers"];
    for line in tls_lines(model).into_iter().chain(global) {
        let Some(list) = options.iter().find_map(|option| value(line, option)) else { continue };
        let text = list.show();
        let is_weak = |suite: &str| suite.split(['-', '+']).any(|part| WEAK.contains(&part));
        let wanted = |suite: &&str| !suite.starts_with(['!', '-']);
        if let Some(suite) = text.split([':', ',']).filter(wanted).find(|suite| is_weak(suite)) {
            found.push(list.span, format_args!("the list lets '{suite}' in"));
        }
    }
}

pub static UNVERIFIED_SERVER: Rule = Rule {
    name: "unverified-server",
    why: "whoever gets between proxy and server can read and change everything",
    fix: "use 'verify required' with a 'ca-file'",
    check: unverified_server,
};

fn unverified_server(model: &Model<'_>, found: &mut Found<'_>) {
    for one in model.backs() {
        let servers = one.section.lines.iter();
        for line in servers.filter(|line| ["server", "server-template"].iter().any(|word| begins(line, &[word]))) {
            let none = value(line, "verify").filter(|word| word.is("none"));
            if let (Some(_), Some(none)) = (find(line, "ssl"), none) {
                found.push(none.span, "the server's certificate isn't looked at");
            }
        }
    }
}

/// Lines that say how TLS is done.
fn tls_lines<'a>(model: &Model<'a>) -> Vec<&'a Line> {
    let all = model.sections.iter().flat_map(|one| &one.section.lines);
    const FIRST: [&str; 6] = [
        "bind",
        "server",
        "server-template",
        "default-server",
        "ssl-default-bind-options",
        "ssl-default-server-options",
    ];
    all.filter(|line| FIRST.iter().any(|word| begins(line, &[word]))).collect()
}
