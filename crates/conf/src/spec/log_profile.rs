//! Section `log-profile` (manual 8.3.5).

use super::{At, Sourced};
use std::collections::BTreeMap;

/// How a log target's lines are built, where it differs from the proxy's way.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LogProfile {
    pub name: Box<[u8]>,
    pub at: At,
    /// `log-tag`.
    pub tag: Option<Box<[u8]>>,
    pub steps: BTreeMap<LogStep, LogStepForm>,
}

/// When a line is logged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LogStep {
    Accept,
    Request,
    Connect,
    Response,
    Close,
    Error,
    /// All that nothing else is said about.
    Any,
    /// Where action `do-log` stands, from here on.
    QuicInit,
    TcpReqConn,
    TcpReqSess,
    TcpReqCont,
    TcpResCont,
    HttpReq,
    HttpRes,
    HttpAfterRes,
}

impl LogStep {
    /// Every step, by its name.
    pub const NAMED: &[(&str, LogStep)] = &[
        ("accept", LogStep::Accept),
        ("request", LogStep::Request),
        ("connect", LogStep::Connect),
        ("response", LogStep::Response),
        ("close", LogStep::Close),
        ("error", LogStep::Error),
        ("any", LogStep::Any),
        ("quic-init", LogStep::QuicInit),
        ("tcp-req-conn", LogStep::TcpReqConn),
        ("tcp-req-sess", LogStep::TcpReqSess),
        ("tcp-req-cont", LogStep::TcpReqCont),
        ("tcp-res-cont", LogStep::TcpResCont),
        ("http-req", LogStep::HttpReq),
        ("http-res", LogStep::HttpRes),
        ("http-after-res", LogStep::HttpAfterRes),
    ];
}

/// What is logged at one step.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct LogStepForm {
    /// Nothing is logged.
    pub drop: bool,
    pub format: Option<Sourced>,
    /// Structured data of RFC 5424.
    pub sd: Option<Sourced>,
}
