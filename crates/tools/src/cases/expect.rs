//! What can be expected of a request.

use crate::request::Message;
use http::Head;

/// One expectation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expect {
    /// The backend that it comes to.
    Backend(String),
    /// The server, one of several.
    Server(Vec<String>),
    /// The status of the final response.
    Status(u16),
    /// The connection is closed without an answer.
    Closed,
    /// A header field of the response, with its value unless any will do.
    Field(String, Option<String>),
    NoField(String),
    /// The response's body.
    Body(String),
    /// The request line that the server gets.
    SentLine(String),
    /// A header field that the server gets.
    Sent(String, Option<String>),
    NotSent(String),
    /// The body that the server gets.
    SentBody(String),
}

/// What became of a request.
pub struct Outcome {
    pub backend: Option<String>,
    pub server: Option<String>,
    pub sent: Option<Message>,
    pub answer: Option<Message>,
}

impl Expect {
    /// Reads what stands behind `expect`.
    pub fn parse(text: &str) -> Result<Expect, String> {
        let (word, rest) = text.split_once(char::is_whitespace).map_or((text, ""), |(w, r)| (w, r.trim()));
        if word == "closed" {
            return if rest.is_empty() { Ok(Expect::Closed) } else { Err("'closed' takes no value".to_owned()) };
        }
        let named = || match rest.split_once(':') {
            Some((name, value)) => (name.trim().to_lowercase(), Some(value.trim().to_owned())),
            None => (rest.to_lowercase(), None),
        };
        let expect = match word {
            "backend" => Expect::Backend(rest.to_owned()),
            "server" => Expect::Server(rest.split('|').map(|name| name.trim().to_owned()).collect()),
            "status" if rest.is_empty() => return Err("'status' needs a value".to_owned()),
            "status" => Expect::Status(rest.parse().map_err(|_| format!("'{rest}' is no status"))?),
            "field" => {
                let (name, value) = named();
                Expect::Field(name, value)
            }
            "no-field" => Expect::NoField(rest.to_lowercase()),
            "body" => Expect::Body(rest.to_owned()),
            "sent-line" => Expect::SentLine(rest.to_owned()),
            "sent" => {
                let (name, value) = named();
                Expect::Sent(name, value)
            }
            "no-sent" => Expect::NotSent(rest.to_lowercase()),
            "sent-body" => Expect::SentBody(rest.to_owned()),
            _ => return Err(format!("unknown expectation '{word}'")),
        };
        if rest.is_empty() { Err(format!("'{word}' needs a value")) } else { Ok(expect) }
    }

    /// Whether it holds; otherwise what was there instead.
    pub fn check(&self, outcome: &Outcome) -> Result<(), String> {
        let (sent, answer) = (outcome.sent.as_ref(), outcome.answer.as_ref());
        match self {
            Expect::Backend(name) => same("backend", name, outcome.backend.as_deref()),
            Expect::Server(names) => match &outcome.server {
                Some(server) if names.contains(server) => Ok(()),
                other => same("server", &names.join("|"), other.as_deref()),
            },
            Expect::Status(status) => {
                let got = answer.and_then(|m| m.head.status()).map(|got| got.to_string());
                same("status", &status.to_string(), got.as_deref())
            }
            Expect::Closed => match answer {
                None => Ok(()),
                Some(m) => Err(format!("expected no answer, got status {}", m.head.status().unwrap_or(0))),
            },
            Expect::Field(name, value) => field("field", answer, name, value.as_deref()),
            Expect::NoField(name) => no_field("field", answer, name),
            Expect::Body(text) => same("body", text, answer.map(body).as_deref()),
            Expect::SentLine(line) => same("line sent", line, sent.map(|m| start_line(&m.head)).as_deref()),
            Expect::Sent(name, value) => field("field sent", sent, name, value.as_deref()),
            Expect::NotSent(name) => no_field("field sent", sent, name),
            Expect::SentBody(text) => same("body sent", text, sent.map(body).as_deref()),
        }
    }
}

fn same(what: &str, want: &str, got: Option<&str>) -> Result<(), String> {
    match got {
        Some(got) if got == want => Ok(()),
        Some(got) => Err(format!("{what}: expected '{want}', got '{got}'")),
        None => Err(format!("{what}: expected '{want}', there is none")),
    }
}

fn field(what: &str, message: Option<&Message>, name: &str, want: Option<&str>) -> Result<(), String> {
    let message = message.ok_or(format!("{what}: expected '{name}', there is no message"))?;
    let values: Vec<String> =
        message.head.find_name(name.as_bytes()).map(|f| String::from_utf8_lossy(f.value).into_owned()).collect();
    match want {
        None if values.is_empty() => Err(format!("{what}: expected '{name}', there is none")),
        Some(want) if !values.iter().any(|value| value == want) => {
            let got =
                if values.is_empty() { "there is none".to_owned() } else { format!("got '{}'", values.join("', '")) };
            Err(format!("{what}: expected '{name}: {want}', {got}"))
        }
        _ => Ok(()),
    }
}

fn no_field(what: &str, message: Option<&Message>, name: &str) -> Result<(), String> {
    let message = message.ok_or(format!("{what}: there is no message"))?;
    match message.head.first_by_name(name.as_bytes()) {
        None => Ok(()),
        Some(value) => Err(format!("{what}: expected no '{name}', got '{}'", value.escape_ascii())),
    }
}

fn body(message: &Message) -> String {
    String::from_utf8_lossy(&message.body).into_owned()
}

fn start_line(head: &Head) -> String {
    crate::request::lines(head).lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome() -> Outcome {
        Outcome {
            backend: Some("api".to_owned()),
            server: Some("a2".to_owned()),
            sent: Some(Message::request(b"POST /x HTTP/1.1\nhost: h\nx-a: 1\nx-a: 2\n\nbody").expect("valid")),
            answer: Some(Message::response(b"HTTP/1.1 404 Not Found\nserver: s\n\nno").expect("valid")),
        }
    }

    #[test]
    fn what_holds_and_what_does_not() {
        for (text, why) in [
            ("backend api", ""),
            ("backend app", "backend: expected 'app', got 'api'"),
            ("server a1|a2", ""),
            ("server a1", "server: expected 'a1', got 'a2'"),
            ("status 404", ""),
            ("status 200", "status: expected '200', got '404'"),
            ("closed", "expected no answer, got status 404"),
            ("field Server: s", ""),
            ("field server", ""),
            ("field server: t", "field: expected 'server: t', got 's'"),
            ("field via", "field: expected 'via', there is none"),
            ("no-field via", ""),
            ("no-field server", "field: expected no 'server', got 's'"),
            ("body no", ""),
            ("sent-line POST /x HTTP/1.1", ""),
            ("sent x-a: 2", ""),
            ("sent x-a: 3", "field sent: expected 'x-a: 3', got '1', '2'"),
            ("no-sent cookie", ""),
            ("no-sent host", "field sent: expected no 'host', got 'h'"),
            ("sent-body body", ""),
        ] {
            let got = Expect::parse(text).expect(text).check(&outcome());
            assert_eq!(got.err().unwrap_or_default(), why, "{text}");
        }
        let nothing = Outcome { backend: None, server: None, sent: None, answer: None };
        assert_eq!(Expect::Closed.check(&nothing), Ok(()));
        assert_eq!(Expect::NotSent("a".to_owned()).check(&nothing), Err("field sent: there is no message".to_owned()));
        for text in ["status x", "status", "closed now", "nothing a", "field"] {
            assert!(Expect::parse(text).is_err(), "{text}");
        }
    }
}
