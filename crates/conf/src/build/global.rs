//! Section `global` being read.

use super::Logs;
use crate::build::BindLine;
use crate::spec::{CasePair, Global};
use diag::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What all `global` sections say together.
#[derive(Clone, Debug, Default)]
pub struct GlobalB {
    pub spec: Global,
    pub logs: Logs,
    pub unix_bind: UnixBind,
    pub sockets: Vec<BindLine>,
    pub default_path: DefaultPath,
    /// `h1-case-adjust` lines, and the file's pairs, which they precede.
    pub case_adjust: BTreeMap<Box<[u8]>, Box<[u8]>>,
    pub case_file: Vec<CasePair>,
    pub exposed: Exposed,
    /// The first `expose-experimental-directives`.
    pub experimental_at: Option<Span>,
    /// The first program of Lua.
    pub lua_from: Option<Span>,
    /// The last `ocsp-update.…delay`.
    pub ocsp_delay: Option<Span>,
    pub nbthread_at: Option<Span>,
    /// The last `thread-group`.
    pub thread_group_at: Option<Span>,
    pub state_file_at: Option<Span>,
}

/// Which gates are open from here on: `expose-experimental-directives`, `expose-deprecated-directives` (manual 3.1).
#[derive(Clone, Copy, Debug, Default)]
pub struct Exposed {
    pub experimental: bool,
    pub deprecated: bool,
}

/// `unix-bind`: settings for unix sockets of `bind` lines that don't say otherwise.
#[derive(Clone, Debug, Default)]
pub struct UnixBind {
    pub prefix: Box<[u8]>,
    pub mode: Option<u32>,
    pub uid: Option<u32>,
    pub gid: Option<u32>,
}

/// `default-path`: what relative file names start from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum DefaultPath {
    #[default]
    Current,
    Config,
    Parent,
    Origin(Arc<[u8]>),
}
