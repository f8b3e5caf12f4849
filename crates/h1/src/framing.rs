//! Where a message's body ends and what its `connection` says (RFC 9112 sections 6 and 9).

use http::{HdrId, Method, Version, elements};

use crate::{Fault, ParseError};

/// How the end of a body is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyLen {
    /// There is no body.
    None,
    /// So many bytes, more than 0.
    Length(u64),
    /// The chunked coding.
    Chunked,
    /// It ends when the peer closes (responses only).
    UntilClose,
}

/// The options in a message's `connection` fields that matter here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ConnTokens {
    /// `close`
    pub close: bool,
    /// `keep-alive`
    pub keep_alive: bool,
    /// `upgrade`
    pub upgrade: bool,
}

/// What a request wants to upgrade to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UpgradeKind {
    /// It doesn't.
    None,
    /// RFC 6455.
    WebSocket,
    /// Some other protocol.
    Other,
}

/// What follows from a request's head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestFraming {
    /// The method, since the response's framing depends on it.
    pub method: Method,
    /// The version that the client speaks.
    pub version: Version,
    /// How the body ends.
    pub body: BodyLen,
    /// The options of `connection`.
    pub tokens: ConnTokens,
    /// What the client asked to switch to.
    pub upgrade: UpgradeKind,
    /// The client waits for 100 (Continue) before it sends the body (RFC 9110 section 10.1.1).
    pub expects_continue: bool,
    /// Both lengths were there, or a transfer coding in HTTP/1.0: the connection must not be used again (RFC 9112
    /// section 6.1). `h1-do-not-close-on-insecure-transfer-encoding` forgives the former.
    pub insecure: bool,
    /// What was accepted only because the configuration says so: glitches, and a reason to capture the message.
    pub violations: Violations,
}

/// What follows from a response's head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResponseFraming {
    /// The version that the server speaks.
    pub version: Version,
    /// The status code.
    pub status: u16,
    /// How the body ends; `None` for interim responses and in a tunnel.
    pub body: BodyLen,
    /// The options of `connection`.
    pub tokens: ConnTokens,
    /// 1xx other than 101: the final response follows on the same connection.
    pub interim: bool,
    /// From here on the connection carries another protocol both ways (101, or 2xx to CONNECT).
    pub tunnel: bool,
    /// As in [`RequestFraming::insecure`].
    pub insecure: bool,
    /// As in [`RequestFraming::violations`].
    pub violations: Violations,
}

/// Violations that `option accept-unsafe-violations-in-http-request` or `-response` let pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Violations {
    /// How many there were.
    pub count: u32,
    /// The first one, with its place.
    pub first: Option<ParseError>,
}

impl Violations {
    pub(crate) fn note(&mut self, fault: Fault, at: usize) {
        self.count = self.count.saturating_add(1);
        self.first.get_or_insert(ParseError { fault, at });
    }
}

impl RequestFraming {
    /// Whether the client's side may carry another request after this one, as far as the request says.
    pub fn keeps_alive(&self) -> bool {
        !self.insecure && keeps_alive(self.version, self.tokens)
    }

    /// Whether this side becomes a tunnel if the server agrees.
    pub fn may_tunnel(&self) -> bool {
        self.method == Method::Connect || self.tokens.upgrade
    }
}

impl ResponseFraming {
    /// Whether the server's side may carry another request after this response, as far as the response says.
    pub fn keeps_alive(&self) -> bool {
        !self.insecure && self.body != BodyLen::UntilClose && !self.tunnel && keeps_alive(self.version, self.tokens)
    }
}

/// RFC 9112 section 9.3.
fn keeps_alive(version: Version, tokens: ConnTokens) -> bool {
    !tokens.close && (version >= Version::HTTP_1_1 || tokens.keep_alive)
}

impl ConnTokens {
    /// Adds the options of one `connection` value.
    pub fn add(&mut self, value: &[u8]) {
        // What nearly all messages say needs no search for commas.
        if value.eq_ignore_ascii_case(b"keep-alive") {
            self.keep_alive = true;
            return;
        }
        for option in elements(value) {
            self.close |= option.eq_ignore_ascii_case(b"close");
            self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
            self.upgrade |= option.eq_ignore_ascii_case(b"upgrade");
        }
    }

    /// The options of all `connection` fields of a head.
    pub fn of(head: &http::Head) -> ConnTokens {
        let mut tokens = ConnTokens::default();
        head.find(HdrId::Connection).for_each(|f| tokens.add(f.value));
        tokens
    }

    /// What a proxied message means: `proxy-connection` says whether connections stay (manual 4.2, `option
    /// http-use-proxy-header`), `connection` whether the protocol is to change.
    pub fn of_proxied(head: &http::Head) -> ConnTokens {
        let mut tokens = ConnTokens::default();
        head.find(HdrId::ProxyConnection).for_each(|f| tokens.add(f.value));
        ConnTokens { upgrade: ConnTokens::of(head).upgrade, ..tokens }
    }
}
