//! The answers that are built in: what a client gets where the configuration names no `errorfile`.
//!
//! The bytes are those that HAProxy 2.6 sends, oddities included, since people match on them; the codes that 2.6
//! hasn't got have the same form. A page exists twice: as bytes for a client whose request couldn't be parsed, and
//! as the parts of a [`Head`] for all other cases, where rules may still change it.

use crate::{EditError, HdrId, Head, Version};

/// A built-in answer.
#[derive(Debug)]
pub struct Page {
    /// The status code.
    pub status: u16,
    /// The reason phrase.
    pub reason: &'static str,
    /// The body, in HTML.
    pub body: &'static str,
    /// The connection is closed behind it, whatever the request said.
    pub closes: bool,
    /// The whole message for an HTTP/1 client whose request couldn't be parsed.
    pub raw: &'static str,
    /// The whole message for all other HTTP/1 clients, without a `connection` field.
    pub wire: &'static str,
}

macro_rules! page {
    ($status:literal, $reason:literal, $len:literal, $text:literal $(, $close:literal)?) => {
        Page {
            status: $status,
            reason: $reason,
            body: concat!("<html><body><h1>", $status, " ", $reason, "</h1>\n", $text, "\n</body></html>\n"),
            closes: concat!($($close)?).len() > 0,
            raw: concat!(
                "HTTP/1.1 ", $status, " ", $reason, "\r\nContent-length: ", $len, "\r\nCache-Control: no-cache\r\n",
                $($close,)? "Content-Type: text/html\r\n\r\n<html><body><h1>", $status, " ", $reason, "</h1>\n",
                $text, "\n</body></html>\n",
            ),
            wire: concat!(
                "HTTP/1.1 ", $status, " ", $reason, "\r\ncontent-length: ", $len, "\r\ncache-control: no-cache\r\n",
                "content-type: text/html\r\n\r\n<html><body><h1>", $status, " ", $reason, "</h1>\n", $text,
                "\n</body></html>\n",
            ),
        }
    };
}

static PAGES: &[Page] = &[
    page!(200, "OK", 58, "Service ready."),
    page!(400, "Bad request", 90, "Your browser sent an invalid request.", "Connection: close\r\n"),
    page!(401, "Unauthorized", 112, "You need a valid user and password to access this content."),
    page!(403, "Forbidden", 93, "Request forbidden by administrative rules."),
    page!(404, "Not Found", 83, "The resource could not be found."),
    page!(
        405,
        "Method Not Allowed",
        146,
        "A request was made of a resource using a request method not supported by that resource"
    ),
    page!(407, "Unauthorized", 112, "You need a valid user and password to access this content."),
    page!(
        408,
        "Request Time-out",
        110,
        "Your browser didn't send a complete request in time.",
        "Connection: close\r\n"
    ),
    page!(410, "Gone", 114, "The resource is no longer available and will not be available again."),
    page!(413, "Payload Too Large", 106, "The request entity exceeds the maximum allowed."),
    page!(414, "URI Too Long", 94, "The requested target exceeds the limits."),
    page!(421, "Misdirected Request", 104, "Request sent to a non-authoritative server."),
    page!(422, "Unprocessable Content", 116, "The server cannot process the contained instructions."),
    page!(425, "Too Early", 80, "Your browser sent early data."),
    page!(429, "Too Many Requests", 117, "You have sent too many requests in a given amount of time."),
    page!(
        431,
        "Request Header Fields Too Large",
        117,
        "The fields of the request exceed the limits.",
        "Connection: close\r\n"
    ),
    page!(500, "Internal Server Error", 97, "An internal server error occurred."),
    page!(
        501,
        "Not Implemented",
        136,
        ".The server does not support the functionality required to fulfill the request."
    ),
    page!(502, "Bad Gateway", 107, "The server returned an invalid or incomplete response."),
    page!(503, "Service Unavailable", 107, "No server is available to handle this request."),
    page!(504, "Gateway Time-out", 92, "The server didn't respond in time."),
];

/// The built-in answer of a status code, if there is one.
pub fn page(status: u16) -> Option<&'static Page> {
    PAGES.iter().find(|p| p.status == status)
}

/// All built-in answers, by rising status.
pub fn all() -> &'static [Page] {
    PAGES
}

impl Page {
    /// The answer's head, its fields in the order that 2.6 sends them. `limit`: see [`Head::limit`].
    pub fn head(&self, limit: usize) -> Result<Head, EditError> {
        let mut head = Head::response(self.status, Version::HTTP_1_1, limit)?;
        head.set_reason(self.reason.as_bytes())?;
        head.add_id(HdrId::ContentLength, self.body.len().to_string().as_bytes())?;
        head.add_id(HdrId::CacheControl, b"no-cache")?;
        head.add_id(HdrId::ContentType, b"text/html")?;
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_right_and_codes_rise() {
        for page in PAGES {
            let (head, body) = page.raw.split_once("\r\n\r\n").unwrap();
            assert_eq!(body, page.body);
            let length = format!("\r\nContent-length: {}\r\n", body.len());
            assert!(head.contains(&length), "{}: {} bytes", page.status, body.len());
            let mut out = base::Buf::unpooled(1024);
            page.head(1024).unwrap().serialise_h1(&mut out, crate::SerialOpts::default()).unwrap();
            assert!(out.push(body.as_bytes()));
            assert_eq!(std::str::from_utf8(out.data()).unwrap(), page.wire);
        }
        assert!(PAGES.windows(2).all(|w| w[0].status < w[1].status));
        assert!(page(200).is_some() && page(402).is_none());
    }

    #[test]
    fn as_observed() {
        let want = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 107\r\ncache-control: no-cache\r\n\
                    content-type: text/html\r\n\r\n<html><body><h1>503 Service Unavailable</h1>\n\
                    No server is available to handle this request.\n</body></html>\n";
        assert_eq!(page(503).unwrap().wire, want);
        let want = "HTTP/1.1 400 Bad request\r\nContent-length: 90\r\nCache-Control: no-cache\r\n\
                    Connection: close\r\nContent-Type: text/html\r\n\r\n<html><body><h1>400 Bad request</h1>\n\
                    Your browser sent an invalid request.\n</body></html>\n";
        assert_eq!(page(400).unwrap().raw, want);
        assert!(page(400).unwrap().closes && !page(403).unwrap().closes);
    }
}
