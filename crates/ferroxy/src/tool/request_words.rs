//! A request as options on a command line.

use super::args::Args;
use super::ask::{Asked, Question};
use core::net::{IpAddr, SocketAddr};
use http::Method;
use std::io::Read;
use tools::request::Message;

/// What a server answers unless somebody says otherwise.
const PLAIN_ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
/// So much of a body is shown.
const SHOWN_BODY: usize = 1024;

/// A question whose frontend may still have to be found.
pub struct RequestWords {
    pub frontend: Option<String>,
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub request: Vec<u8>,
    pub response: Option<Vec<u8>>,
}

impl RequestWords {
    /// Reads the options of a command. The error is ready to be said.
    pub fn of(args: &Args) -> Result<RequestWords, String> {
        let request = match args.value("--request") {
            Some(file) => read(file)?,
            None => request(&args.words(), args.all("-H"), args.value("--body").unwrap_or_default())?,
        };
        Ok(RequestWords {
            frontend: args.value("--frontend").map(str::to_owned),
            from: address(args.value("--from").unwrap_or("127.0.0.1"), 40_000)?,
            to: address(args.value("--to").unwrap_or("127.0.0.1"), 80)?,
            request,
            response: args.value("--response").map(read).transpose()?,
        })
    }

    /// Finds the frontend and checks the messages.
    pub fn resolve(self, asked: &Asked) -> Result<Question, String> {
        if self.from.is_ipv4() != self.to.is_ipv4() {
            return Err("both addresses must be of one family".to_owned());
        }
        let frontend = match &self.frontend {
            Some(name) => {
                let known = asked.frontends().find(|known| known == name);
                known.ok_or_else(|| format!("there is no frontend '{name}' that listens and speaks HTTP"))?
            }
            None => asked
                .listening_on(self.to)
                .or_else(|| asked.frontends().next())
                .ok_or("there is no frontend that listens and speaks HTTP")?,
        };
        // What a proxy refuses is worth a question as well.
        let method = Message::request(&self.request).map_or(Method::Get, |m| m.head.method().unwrap_or(Method::Get));
        Ok(Question {
            frontend: frontend.into(),
            from: self.from,
            to: self.to,
            method,
            request: self.request,
            response: self.response.map_or_else(|| Ok(PLAIN_ANSWER.to_vec()), |text| answer(&text))?,
        })
    }
}

/// `[METHOD] TARGET`, fields and a body as a request.
pub fn request<'a>(words: &str, fields: impl Iterator<Item = &'a str>, body: &str) -> Result<Vec<u8>, String> {
    let (method, target) = match words.split_whitespace().collect::<Vec<_>>()[..] {
        [target] => (if body.is_empty() { "GET" } else { "POST" }, target),
        [method, target] => (method, target),
        _ => return Err("a request is needed, such as 'GET /path'".to_owned()),
    };
    let mut text = format!("{method} {target} HTTP/1.1\r\n");
    let (mut has_host, mut has_length) = (false, false);
    for field in fields {
        let (name, value) = field.split_once(':').ok_or_else(|| format!("'{field}' is no header field"))?;
        has_host |= name.eq_ignore_ascii_case("host");
        has_length |= name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding");
        text += &format!("{name}: {}\r\n", value.trim());
    }
    if !has_host {
        text += "host: localhost\r\n";
    }
    if !body.is_empty() && !has_length {
        text += &format!("content-length: {}\r\n", body.len());
    }
    Ok(format!("{text}\r\n{body}").into_bytes())
}

/// A response as somebody has written it, as it is sent: with a length.
pub fn answer(text: &[u8]) -> Result<Vec<u8>, String> {
    let Message { mut head, body } = Message::response(text)?;
    head.remove_name(b"transfer-encoding");
    let internal = |_| "the response is too large".to_owned();
    head.set(b"content-length", body.len().to_string().as_bytes()).map_err(internal)?;
    let mut out = base::Buf::unpooled(head.size());
    head.serialise_h1(&mut out, http::SerialOpts::default()).map_err(|_| "the response is too large".to_owned())?;
    Ok([out.data(), &body].concat())
}

/// A file's content, or stdin's.
pub fn read(file: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let done = match file {
        "-" => std::io::stdin().read_to_end(&mut bytes).map(drop),
        path => std::fs::read(path).map(|content| bytes = content),
    };
    done.map(|()| bytes).map_err(|error| format!("{file}: {error}"))
}

/// An address with or without a port.
pub fn address(text: &str, port: u16) -> Result<SocketAddr, String> {
    let with_port = text.parse::<SocketAddr>();
    let ip = || text.trim_matches(['[', ']']).parse::<IpAddr>().map(|ip| SocketAddr::new(ip, port));
    with_port.or_else(|_| ip()).map_err(|_| format!("'{text}' is no address"))
}

/// A body for people, cut where it is long.
pub fn shown(body: &[u8]) -> String {
    let head = body[..body.len().min(SHOWN_BODY)].escape_ascii();
    if body.len() > SHOWN_BODY { format!("{head}… ({} bytes)", body.len()) } else { head.to_string() }
}
