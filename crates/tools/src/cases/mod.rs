//! Files of requests with expectations: unit tests of a configuration (`ferroxy test`).
//!
//! ```text
//! config proxy.cfg
//!
//! test the API has servers of its own
//!     request GET /api/x
//!     field Host: example.com
//!     from 192.0.2.7
//!     expect backend api
//!     expect sent x-forwarded-for: 192.0.2.7
//!     expect status 200
//! ```

mod expect;

pub use expect::{Expect, Outcome};

/// A file of cases.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cases {
    /// The configuration's files, as written.
    pub configs: Vec<String>,
    pub cases: Vec<Case>,
}

/// One request and what must become of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Case {
    pub name: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// `METHOD TARGET`.
    pub request: String,
    /// Header fields, `name: value`.
    pub fields: Vec<String>,
    pub body: String,
    pub from: Option<String>,
    pub to: Option<String>,
    pub frontend: Option<String>,
    /// What the server answers: a status, and header fields behind it.
    pub answer: Option<String>,
    pub answer_fields: Vec<String>,
    pub expects: Vec<(usize, Expect)>,
}

impl Cases {
    /// Reads a file. The error names the line and is ready to be said.
    pub fn parse(text: &str) -> Result<Cases, String> {
        let mut cases = Cases::default();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (word, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(w, r)| (w, r.trim()));
            cases.line(at + 1, word, rest).map_err(|why| format!("line {}: {why}", at + 1))?;
        }
        match cases.cases.iter().find(|case| case.request.is_empty() || case.expects.is_empty()) {
            Some(case) => Err(format!("line {}: a test needs a 'request' and an 'expect'", case.line)),
            None if cases.cases.is_empty() => Err("there is no 'test'".to_owned()),
            None => Ok(cases),
        }
    }

    fn line(&mut self, at: usize, word: &str, rest: &str) -> Result<(), String> {
        if rest.is_empty() {
            return Err(format!("'{word}' needs a value"));
        }
        match word {
            "config" => self.configs.push(rest.to_owned()),
            "test" => self.cases.push(Case { name: rest.to_owned(), line: at, ..Case::default() }),
            _ => {
                self.cases.last_mut().ok_or(format!("'{word}' stands before the first 'test'"))?.line(at, word, rest)?
            }
        }
        Ok(())
    }
}

impl Case {
    fn line(&mut self, at: usize, word: &str, rest: &str) -> Result<(), String> {
        let once = |slot: &mut Option<String>| match slot.replace(rest.to_owned()) {
            None => Ok(()),
            Some(_) => Err(format!("'{word}' stands twice")),
        };
        match word {
            "request" => self.request = rest.to_owned(),
            "field" => self.fields.push(rest.to_owned()),
            "body" => self.body = rest.to_owned(),
            "from" => once(&mut self.from)?,
            "to" => once(&mut self.to)?,
            "frontend" => once(&mut self.frontend)?,
            "answer" => once(&mut self.answer)?,
            "answer-field" => self.answer_fields.push(rest.to_owned()),
            "expect" => self.expects.push((at, Expect::parse(rest)?)),
            _ => {
                let known = ["request", "field", "body", "from", "to", "frontend", "answer", "answer-field", "expect"];
                let near = diag::closest(word.as_bytes(), known).map(|near| format!(" (did you mean '{near}'?)"));
                return Err(format!("unknown word '{word}'{}", near.unwrap_or_default()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_or_told_why_not() {
        let text = "config a.cfg\n# words\ntest one\n  request GET /\n  field A: b\n  expect status 200\n";
        let cases = Cases::parse(text).expect("right");
        assert_eq!((cases.configs.len(), cases.cases.len()), (1, 1));
        assert_eq!(cases.cases[0].expects, [(6, Expect::Status(200))]);
        for (text, why) in [
            ("", "there is no 'test'"),
            ("request GET /", "line 1: 'request' stands before the first 'test'"),
            ("test a\nexpect status 200", "line 1: a test needs a 'request' and an 'expect'"),
            ("test a\nrequest GET /\nexpect status", "line 3: 'status' needs a value"),
            ("test a\nreqest GET /", "line 2: unknown word 'reqest' (did you mean 'request'?)"),
            ("test a\nfrom 1.1.1.1\nfrom 1.1.1.1", "line 3: 'from' stands twice"),
            ("test", "line 1: 'test' needs a value"),
        ] {
            assert_eq!(Cases::parse(text).expect_err(text), why);
        }
    }
}
