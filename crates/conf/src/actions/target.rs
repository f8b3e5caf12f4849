//! Actions on the request line and on the status (manual 4.4).

use super::{Act, RuleCx, Stages};
use crate::keyword::Gate;
use rules::Action;
use rules::action::{Normalizer, TargetPart};

pub static SET_METHOD: Act = set("set-method", "Sets the method.", |rule| set_part(rule, TargetPart::Method));
pub static SET_PATH: Act =
    set("set-path", "Sets the path and leaves the query.", |rule| set_part(rule, TargetPart::Path));
pub static SET_PATHQ: Act =
    set("set-pathq", "Sets the path and the query.", |rule| set_part(rule, TargetPart::PathQuery));
pub static SET_QUERY: Act = set("set-query", "Sets the query.", |rule| set_part(rule, TargetPart::Query));
pub static SET_URI: Act = set("set-uri", "Sets the whole target.", |rule| set_part(rule, TargetPart::Uri));

const fn set(name: &'static str, doc: &'static str, parse: fn(&mut RuleCx<'_, '_>) -> Option<Action>) -> Act {
    Act { name, stages: Stages::of("-----X--"), done: Stages::of("-----X--"), args: "<fmt>", doc, ..Act::plain(parse) }
}

fn set_part(rule: &mut RuleCx<'_, '_>, part: TargetPart) -> Option<Action> {
    Some(Action::SetTarget(part, rule.format()?))
}

pub static REPLACE_PATH: Act =
    replace("replace-path", "Rewrites a path that matches.", |rule| replace_part(rule, TargetPart::Path));
pub static REPLACE_PATHQ: Act = replace("replace-pathq", "Rewrites a path with its query that match.", |rule| {
    replace_part(rule, TargetPart::PathQuery)
});
pub static REPLACE_URI: Act =
    replace("replace-uri", "Rewrites a target that matches.", |rule| replace_part(rule, TargetPart::Uri));

const fn replace(name: &'static str, doc: &'static str, parse: fn(&mut RuleCx<'_, '_>) -> Option<Action>) -> Act {
    Act {
        name,
        stages: Stages::of("-----X--"),
        done: Stages::of("-----X--"),
        args: "<match-regex> <replace-fmt>",
        doc,
        ..Act::plain(parse)
    }
}

fn replace_part(rule: &mut RuleCx<'_, '_>, part: TargetPart) -> Option<Action> {
    rule.needs_all(2)?;
    let (regex, format) = (rule.regex(), rule.format());
    Some(Action::ReplaceTarget(part, regex?, format?))
}

pub static NORMALIZE_URI: Act = Act {
    name: "normalize-uri",
    stages: Stages::of("-----X--"),
    done: Stages::of("-----X--"),
    args: "a normalizer",
    since: "2.4",
    doc: "Brings the target into one of the forms that mean the same.",
    gate: Gate::Experimental,
    ..Act::plain(|rule| {
        rule.needs()?;
        rule.at += 1;
        let normalizer = rule.cx.one_of(
            rule.at - 1,
            &[
                ("fragment-encode", Normalizer::FragmentEncode),
                ("fragment-strip", Normalizer::FragmentStrip),
                ("path-merge-slashes", Normalizer::MergeSlashes),
                ("path-strip-dot", Normalizer::StripDot),
                ("path-strip-dotdot", Normalizer::StripDotDot { full: false }),
                ("percent-decode-unreserved", Normalizer::DecodeUnreserved { strict: false }),
                ("percent-to-uppercase", Normalizer::ToUppercase { strict: false }),
                ("query-sort-by-name", Normalizer::SortQuery),
            ],
        )?;
        Some(Action::NormalizeUri(match normalizer {
            Normalizer::StripDotDot { .. } => Normalizer::StripDotDot { full: rule.takes("full") },
            Normalizer::DecodeUnreserved { .. } => Normalizer::DecodeUnreserved { strict: rule.takes("strict") },
            Normalizer::ToUppercase { .. } => Normalizer::ToUppercase { strict: rule.takes("strict") },
            other => other,
        }))
    })
};

pub static SET_STATUS: Act = Act {
    name: "set-status",
    stages: Stages::of("------XX"),
    done: Stages::of("------XX"),
    args: "<status> [reason <str>]",
    doc: "Sets the status of the answer.",
    ..Act::plain(|rule| {
        let status = u16::try_from(rule.int(100, 999)?).ok()?;
        let reason = if rule.takes("reason") { Some(rule.text()?) } else { None };
        Some(Action::SetStatus { status, reason })
    })
};
