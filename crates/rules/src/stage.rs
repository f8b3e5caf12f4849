//! The rule sets that a configuration can have (manual 4.3).

/// A rule set, in the order in which a stream comes to them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Stage {
    /// `quic-initial`.
    QuicInitial,
    /// `tcp-request connection`.
    TcpReqConn,
    /// `tcp-request session`.
    TcpReqSess,
    /// `tcp-request content`.
    TcpReqCont,
    /// `http-request`.
    HttpReq,
    /// `tcp-response content`.
    TcpResCont,
    /// `http-response`.
    HttpRes,
    /// `http-after-response`.
    HttpAfterRes,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Stage; 8] = [
        Stage::QuicInitial,
        Stage::TcpReqConn,
        Stage::TcpReqSess,
        Stage::TcpReqCont,
        Stage::HttpReq,
        Stage::TcpResCont,
        Stage::HttpRes,
        Stage::HttpAfterRes,
    ];

    /// The keyword of its lines.
    pub fn keyword(self) -> &'static str {
        match self {
            Stage::QuicInitial => "quic-initial",
            Stage::TcpReqConn => "tcp-request connection",
            Stage::TcpReqSess => "tcp-request session",
            Stage::TcpReqCont => "tcp-request content",
            Stage::HttpReq => "http-request",
            Stage::TcpResCont => "tcp-response content",
            Stage::HttpRes => "http-response",
            Stage::HttpAfterRes => "http-after-response",
        }
    }

    /// Whether its rules see HTTP messages, and exist in HTTP mode only.
    pub fn is_http(self) -> bool {
        matches!(self, Stage::HttpReq | Stage::HttpRes | Stage::HttpAfterRes)
    }

    /// Whether it looks at what the server sent.
    pub fn is_response(self) -> bool {
        matches!(self, Stage::TcpResCont | Stage::HttpRes | Stage::HttpAfterRes)
    }
}
