//! Whether what a TCP client sends is an HTTP request: rules of TCP mode may look at one (manual 4.2, `tcp-request
//! content`).

use crate::session::Client;
use base::Buf;
use expr::View;
use h1::{Progress, RequestParser};
use http::Head;

/// What is known of it.
#[derive(Default)]
pub enum Sniffer {
    /// Nobody has looked yet, or nothing has come.
    #[default]
    New,
    /// Valid so far.
    Partial(Box<RequestParser>),
    /// A request's head, parsed from a copy.
    Request(Box<Head>),
    /// It isn't HTTP.
    Foreign,
}

impl Sniffer {
    /// Looks at all that has come. What was looked at before isn't parsed again.
    pub fn look(&mut self, client: &Client, data: &[u8]) {
        if data.is_empty() || matches!(self, Sniffer::Request(_) | Sniffer::Foreign) {
            return;
        }
        let mut parser = match std::mem::take(self) {
            Sniffer::Partial(parser) => parser,
            _ => Box::new(RequestParser::new(&client.worker.heads)),
        };
        let opts = &client.front.h1;
        *self = match parser.parse(data, opts) {
            Ok(Progress::Need) => Sniffer::Partial(parser),
            // The bytes themselves go to the server as they came: the head has its own.
            Ok(Progress::Done) => match parser.finish(Buf::from_bytes(data), opts) {
                Some((head, _)) => Sniffer::Request(Box::new(head)),
                None => Sniffer::Foreign,
            },
            Err(_) => Sniffer::Foreign,
        };
    }

    /// The request as rules see it.
    pub fn view(&self) -> View<'_> {
        match self {
            Sniffer::New | Sniffer::Partial(_) => View::Pending,
            Sniffer::Request(head) => View::Ready(head),
            Sniffer::Foreign => View::Absent,
        }
    }
}
