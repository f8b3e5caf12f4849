//! One figure of the statistics, and the forms that it is shown in (management guide 9.1, 9.2).

use std::borrow::Cow;
use std::fmt::Write;

/// A column. The four tags are origin, nature, scope and persistence, as 9.2 lists them.
pub struct Field<T> {
    pub name: &'static str,
    pub tags: &'static str,
    pub doc: &'static str,
    /// [`Value::None`] where the figure has no meaning for this object.
    pub get: for<'a> fn(&'a T) -> Value<'a>,
}

/// A figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value<'a> {
    None,
    U32(u32),
    S32(i32),
    U64(u64),
    Str(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// A text.
    pub fn str(text: impl Into<Cow<'a, str>>) -> Value<'a> {
        Value::Str(text.into())
    }

    /// Seconds, which have to fit.
    pub fn secs(s: u64) -> Value<'a> {
        Value::U32(u32::try_from(s).unwrap_or(u32::MAX))
    }

    /// The name of its type.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::None | Value::Str(_) => "str",
            Value::U32(_) => "u32",
            Value::S32(_) => "s32",
            Value::U64(_) => "u64",
        }
    }

    /// Writes it as it is.
    pub fn plain(&self, out: &mut String) {
        // Writing to a String can't fail.
        let _ = match self {
            Value::None => Ok(()),
            Value::U32(n) => write!(out, "{n}"),
            Value::S32(n) => write!(out, "{n}"),
            Value::U64(n) => write!(out, "{n}"),
            Value::Str(text) => out.write_str(text),
        };
    }

    /// Writes it as a CSV field: quoted where it would be ambiguous, on one line.
    pub fn csv(&self, out: &mut String) {
        let Value::Str(text) = self else { return self.plain(out) };
        if !text.contains([',', '"', '\n', '\r']) {
            out.push_str(text);
            return;
        }
        out.push('"');
        for c in text.chars() {
            match c {
                '"' => out.push_str("\"\""),
                '\n' | '\r' => out.push(' '),
                _ => out.push(c),
            }
        }
        out.push('"');
    }

    fn json(&self, out: &mut String) {
        match self {
            Value::Str(text) => json_string(text, out),
            _ => self.plain(out),
        }
    }
}

/// `tags:type:value`, and the description if wanted. No line feed.
pub fn typed<T>(field: &Field<T>, value: &Value<'_>, desc: bool, out: &mut String) {
    let _ = write!(out, "{}:{}:", field.tags, value.kind());
    let start = out.len();
    value.plain(out);
    one_line(out, start);
    if desc {
        let _ = write!(out, ":\"{}\"", field.doc);
    }
}

/// The part of a JSON object that all forms have: position, name, tags, value, and the closing brace.
pub fn json<T>(pos: usize, field: &Field<T>, value: &Value<'_>, out: &mut String) {
    let mut tags = field.tags.chars();
    let (origin, nature, scope) = (tags.next(), tags.next(), tags.next());
    let _ = write!(
        out,
        "\"field\":{{\"pos\":{pos},\"name\":\"{}\"}},\"processNum\":1,\"tags\":{{\"origin\":\"{}\",\"nature\":\"{}\",\"scope\":\"{}\"}},\"value\":{{\"type\":\"{}\",\"value\":",
        field.name,
        origin.map_or("", origin_word),
        nature.map_or("", nature_word),
        scope.map_or("", scope_word),
        value.kind()
    );
    value.json(out);
    out.push_str("}}");
}

/// Text from `start` on must not end the line: an empty line ends the answer.
pub fn one_line(out: &mut String, start: usize) {
    if out[start..].contains(['\n', '\r']) {
        let text = out.split_off(start).replace(['\n', '\r'], " ");
        out.push_str(&text);
    }
}

fn json_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn origin_word(tag: char) -> &'static str {
    match tag {
        'S' => "Status",
        'K' => "Key",
        'C' => "Config",
        'P' => "Product",
        _ => "Metric",
    }
}

fn nature_word(tag: char) -> &'static str {
    match tag {
        'A' => "Age",
        'a' => "Avg",
        'C' => "Counter",
        'D' => "Duration",
        'L' => "Limit",
        'M' => "Max",
        'm' => "Min",
        'N' => "Name",
        'O' => "Output",
        'R' => "Rate",
        'T' => "Date",
        _ => "Gauge",
    }
}

fn scope_word(tag: char) -> &'static str {
    match tag {
        'C' => "Cluster",
        'S' => "Service",
        's' => "System",
        _ => "Process",
    }
}

/// Tests over a whole table: names are there once, tags are legal, each field is described.
#[cfg(test)]
pub fn check_table<T>(fields: &[Field<T>]) {
    let mut names = std::collections::HashSet::new();
    for field in fields {
        assert!(names.insert(field.name), "{} stands there twice", field.name);
        let tags: Vec<char> = field.tags.chars().collect();
        let legal = ["MSKCP", "AaCDGLMmNORT", "CPSs", "VP"];
        assert_eq!(tags.len(), legal.len(), "{}", field.name);
        assert!(tags.iter().zip(legal).all(|(tag, legal)| legal.contains(*tag)), "{}: {}", field.name, field.tags);
        assert!(!field.doc.is_empty() && !field.doc.contains(['"', '\n']), "{}", field.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_only_what_is_ambiguous() {
        for (text, expected) in [
            ("UP 1/3", "UP 1/3"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two lines\""),
            ("", ""),
        ] {
            let mut out = String::new();
            Value::str(text).csv(&mut out);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn json_escapes() {
        let field: Field<()> = Field { name: "f", tags: "SGPV", doc: "x", get: |()| Value::None };
        let mut out = String::new();
        json(3, &field, &Value::str("a\"\\\u{1}é"), &mut out);
        assert_eq!(
            out,
            r#""field":{"pos":3,"name":"f"},"processNum":1,"tags":{"origin":"Status","nature":"Gauge","scope":"Process"},"value":{"type":"str","value":"a\"\\\u0001é"}}"#
        );
    }

    #[test]
    fn typed_stays_on_its_line() {
        let field: Field<()> = Field { name: "f", tags: "MGPV", doc: "why", get: |()| Value::None };
        let mut out = String::new();
        typed(&field, &Value::str("a\n\nb"), true, &mut out);
        assert_eq!(out, "MGPV:str:a  b:\"why\"");
    }
}
