//! What a file of the Stream Processing Offload Engine says about one engine (SPOE.txt, 2).

use super::{At, LogSpec, Sourced};
use base::Ms;

/// An engine: its agent, and the messages and groups that the agent handles. Places count in that file.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Spoe {
    /// What the `filter` line calls it; without a name there, the agent's.
    pub engine: Box<[u8]>,
    pub file: Box<[u8]>,
    pub agent: SpoeAgent,
    pub messages: Vec<SpoeMessage>,
    pub groups: Vec<SpoeGroup>,
}

/// `spoe-agent`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SpoeAgent {
    pub name: Box<[u8]>,
    pub at: At,
    /// `use-backend`: where the agent's servers are.
    pub backend: Box<str>,
    pub logs: LogSpec,
    /// Largest frame in bytes; `None`: as large as fits a buffer.
    pub max_frame_size: Option<u32>,
    /// `timeout processing`: for all messages of an event.
    pub timeout_processing: Option<Ms>,
    /// `option var-prefix`; the agent's name if not said.
    pub var_prefix: Box<[u8]>,
    /// `register-var-names`: variables that the agent may create, without scope and prefix.
    pub var_names: Vec<Box<[u8]>>,
    /// `option set-on-error`, `set-process-time`, `set-total-time`: variables without scope and prefix.
    pub set_on_error: Option<Box<[u8]>>,
    pub set_process_time: Option<Box<[u8]>>,
    pub set_total_time: Option<Box<[u8]>>,
    pub pipelining: bool,
    pub dontlog_normal: bool,
    pub continue_on_error: bool,
    /// `option force-set-var`: the agent may create any variable.
    pub force_set_var: bool,
}

/// `spoe-message`, one that the agent handles.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SpoeMessage {
    pub name: Box<[u8]>,
    pub at: At,
    /// `acl` lines of the message, which no other sees.
    pub acls: Vec<Sourced>,
    pub args: Vec<SpoeArg>,
    /// When it is sent. A message without is sent by its group only.
    pub event: Option<SpoeEvent>,
    pub cond: Option<Sourced>,
    /// Whether the agent's `messages` names it; otherwise a group's does.
    pub on_event: bool,
}

/// One of `args`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SpoeArg {
    /// Empty for one without a name.
    pub name: Box<[u8]>,
    pub expr: Sourced,
}

/// `spoe-group`, one that the agent handles.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SpoeGroup {
    pub name: Box<[u8]>,
    pub at: At,
    /// Which of [`Spoe::messages`].
    pub messages: Vec<u32>,
}

/// `event`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SpoeEvent {
    ClientSession,
    ServerSession,
    FrontendTcpRequest,
    BackendTcpRequest,
    TcpResponse,
    FrontendHttpRequest,
    BackendHttpRequest,
    HttpResponse,
}

impl SpoeEvent {
    /// Every event by its name.
    pub const NAMED: &[(&str, SpoeEvent)] = &[
        ("on-client-session", SpoeEvent::ClientSession),
        ("on-server-session", SpoeEvent::ServerSession),
        ("on-frontend-tcp-request", SpoeEvent::FrontendTcpRequest),
        ("on-backend-tcp-request", SpoeEvent::BackendTcpRequest),
        ("on-tcp-response", SpoeEvent::TcpResponse),
        ("on-frontend-http-request", SpoeEvent::FrontendHttpRequest),
        ("on-backend-http-request", SpoeEvent::BackendHttpRequest),
        ("on-http-response", SpoeEvent::HttpResponse),
    ];
}
