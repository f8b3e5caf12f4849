//! Actions on header fields (manual 4.4).

use super::{Act, RuleCx, Stages};
use expr::Regex;
use rules::Action;
use rules::action::{BinHeaders, Header, NameHow, NameMatch, Rewrite};

pub static ADD_HEADER: Act = Act {
    name: "add-header",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    args: "<name> <fmt>",
    doc: "Adds a header field.",
    ..Act::plain(|rule| header(rule).map(Action::AddHeader))
};

pub static SET_HEADER: Act = Act {
    name: "set-header",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    args: "<name> <fmt>",
    doc: "Replaces a header field by one of this value.",
    ..Act::plain(|rule| header(rule).map(Action::SetHeader))
};

pub static EARLY_HINT: Act = Act {
    name: "early-hint",
    stages: Stages::of("-----X--"),
    done: Stages::of("-----X--"),
    args: "<name> <fmt>",
    since: "1.9",
    doc: "Adds a field to a 103 answer that is sent before the real one.",
    ..Act::plain(|rule| header(rule).map(Action::EarlyHint))
};

fn header(rule: &mut RuleCx<'_, '_>) -> Option<Header> {
    rule.needs_all(2)?;
    Some(Header { name: rule.bytes()?, value: rule.format()? })
}

pub static DEL_HEADER: Act = Act {
    name: "del-header",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    args: "<name> [-m <method>]",
    doc: "Removes header fields.",
    ..Act::plain(|rule| {
        let name = rule.bytes()?;
        let how = how(rule, true)?;
        let matched = match how {
            Some(how) => NameMatch::Text(name, how),
            None => {
                // Names of header fields don't distinguish cases.
                let regex = rule.cx.regex(1, true)?;
                NameMatch::Regex(regex)
            }
        };
        Some(Action::DelHeader(matched))
    })
};

pub static DEL_HEADERS_BIN: Act = Act {
    name: "del-headers-bin",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    args: "<expr> [-m <method>]",
    since: "3.3",
    doc: "Removes the header fields that a string of names lists.",
    ..Act::plain(|rule| {
        let names = rule.expr()?;
        let how = how(rule, false)?.unwrap_or(NameHow::Exact);
        Some(Action::DelHeadersBin { names, how })
    })
};

/// `-m` and a method; the inner `None` is a regular expression.
fn how(rule: &mut RuleCx<'_, '_>, regex: bool) -> Option<Option<NameHow>> {
    if !rule.takes("-m") {
        return Some(Some(NameHow::Exact));
    }
    rule.needs()?;
    rule.at += 1;
    let methods = [
        ("str", Some(NameHow::Exact)),
        ("beg", Some(NameHow::Begin)),
        ("end", Some(NameHow::End)),
        ("sub", Some(NameHow::Within)),
        ("reg", None),
    ];
    rule.cx.one_of(rule.at - 1, if regex { &methods } else { &methods[..4] })
}

pub static REPLACE_HEADER: Act = Act {
    name: "replace-header",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    args: "<name> <match-regex> <replace-fmt>",
    doc: "Rewrites the values of a header field that match.",
    ..Act::plain(|rule| rewrite(rule).map(Action::ReplaceHeader))
};

pub static REPLACE_VALUE: Act = Act {
    name: "replace-value",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    args: "<name> <match-regex> <replace-fmt>",
    doc: "Rewrites each value of a header field's list that matches.",
    ..Act::plain(|rule| rewrite(rule).map(Action::ReplaceValue))
};

fn rewrite(rule: &mut RuleCx<'_, '_>) -> Option<Rewrite> {
    rule.needs_all(3)?;
    let name = rule.bytes()?;
    let regex: Option<Regex> = rule.regex();
    let format = rule.format();
    Some(Rewrite { name, regex: regex?, format: format? })
}

pub static ADD_HEADERS_BIN: Act = Act {
    name: "add-headers-bin",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    args: "<expr> [prefix <str>]",
    since: "3.3",
    doc: "Adds the header fields of a string that holds names and values.",
    ..Act::plain(|rule| bin(rule).map(Action::AddHeadersBin))
};

pub static SET_HEADERS_BIN: Act = Act {
    name: "set-headers-bin",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    args: "<expr> [prefix <str>]",
    since: "3.3",
    doc: "Replaces header fields by those of a string that holds names and values.",
    ..Act::plain(|rule| bin(rule).map(Action::SetHeadersBin))
};

fn bin(rule: &mut RuleCx<'_, '_>) -> Option<BinHeaders> {
    let fields = rule.expr()?;
    let prefix = if rule.takes("prefix") { Some(rule.bytes()?) } else { None };
    Some(BinHeaders { fields, prefix })
}
