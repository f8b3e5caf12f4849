//! Findings for other programs: one JSON object for a run.

use diag::{Diagnostic, Diagnostics, Files, Severity, Span};
use serde_json::{Value, json};

/// What was found, as one object: `diagnostics` in the order of the files, and how many `errors`, `warnings` and
/// `unsupported` there are. A line and a column count from 1, a column in bytes; `end_column` is the first one behind.
pub fn json(files: &Files, found: &Diagnostics) -> Value {
    let said = found.iter().map(|one| object(files, one, word(one.severity)));
    let unbuilt = found.unbuilt().iter().map(|one| object(files, one, "unsupported"));
    json!({
        "diagnostics": said.chain(unbuilt).collect::<Vec<Value>>(),
        "errors": found.count(Severity::Alert),
        "warnings": found.count(Severity::Complaint) + found.count(Severity::Warning),
        "unsupported": found.unbuilt().len(),
    })
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Alert => "error",
        Severity::Complaint | Severity::Warning => "warning",
        Severity::Notice => "notice",
        Severity::Diag => "remark",
        Severity::Info => "info",
    }
}

fn object(files: &Files, one: &Diagnostic, severity: &str) -> Value {
    let mut value = json!({ "severity": severity, "message": one.message });
    if let Some(span) = one.span {
        value["place"] = place(files, span);
    }
    if let Some(label) = &one.label {
        value["label"] = json!(label);
    }
    if !one.help.is_empty() {
        value["help"] = json!(one.help);
    }
    if !one.also.is_empty() {
        let also = one.also.iter().map(|(span, text)| json!({ "message": text, "place": place(files, *span) }));
        value["also"] = also.collect();
    }
    if let Some(section) = one.manual {
        value["manual"] = json!(section);
    }
    value
}

fn place(files: &Files, span: Span) -> Value {
    let (line, column) = files.line_col(span);
    let (end_line, end_column) = files.line_col(Span::new(span.file, span.end, span.end));
    json!({
        "file": files.name(span.file), "line": line, "column": column, "end_line": end_line, "end_column": end_column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_said() {
        let mut files = Files::new();
        let id = files.add("a.cfg", "global\n  foo bar\n");
        let mut found = Diagnostics::new();
        let span = Span::new(id, 9, 12);
        found.push(Diagnostic::alert(span, "no \"foo\"").help("drop it").also(Span::new(id, 0, 6), "here").manual("3"));
        found.push(Diagnostic::new(Severity::Warning, "hm"));
        found.push_unbuilt(Diagnostic::alert(span, "'foo' is not supported yet"));
        let place = json!({ "file": "a.cfg", "line": 2, "column": 3, "end_line": 2, "end_column": 6 });
        let first = json!({ "file": "a.cfg", "line": 1, "column": 1, "end_line": 1, "end_column": 7 });
        let want = json!({
            "diagnostics": [
                { "severity": "error", "message": "no \"foo\"", "place": place, "help": ["drop it"],
                  "also": [{ "message": "here", "place": first }], "manual": "3" },
                { "severity": "warning", "message": "hm" },
                { "severity": "unsupported", "message": "'foo' is not supported yet", "place": place },
            ],
            "errors": 1, "warnings": 1, "unsupported": 1,
        });
        assert_eq!(json(&files, &found), want);
    }
}
