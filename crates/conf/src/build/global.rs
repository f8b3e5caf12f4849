//! Section `global` being read.

use super::Logs;
use crate::build::BindLine;
use crate::spec::Global;

/// What all `global` sections say together.
#[derive(Clone, Debug, Default)]
pub struct GlobalB {
    pub spec: Global,
    pub logs: Logs,
    pub unix_bind: UnixBind,
    pub sockets: Vec<BindLine>,
    pub default_path: DefaultPath,
    /// `uid`/`user` and `gid`/`group` given so far: the first one wins, as in the reference.
    pub uid_given: bool,
    pub gid_given: bool,
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
    Origin(Box<[u8]>),
}
