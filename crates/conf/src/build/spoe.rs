//! The sections of one engine in a file of the Stream Processing Offload Engine, being read.

use super::Logs;
use crate::spec::{At, Sourced, SpoeArg, SpoeEvent};
use base::Ms;
use diag::Span;
use expr::Places;
use expr::acl::Acls;
use std::collections::HashSet;

/// What one engine has so far.
#[derive(Debug, Default)]
pub struct SpoeB {
    pub agent: Option<SpoeAgentB>,
    pub messages: Vec<SpoeMessageB>,
    pub groups: Vec<SpoeGroupB>,
}

/// A name that another section must have, and where it stands.
pub type SpoeName = (Box<[u8]>, Span);

/// Names, each of them once, in their order.
#[derive(Debug, Default)]
pub struct SpoeNames {
    pub list: Vec<SpoeName>,
    seen: HashSet<Box<[u8]>>,
}

impl SpoeNames {
    /// Adds a name; false: it is there already.
    pub fn add(&mut self, name: &[u8], span: Span) -> bool {
        let is_new = self.seen.insert(name.into());
        if is_new {
            self.list.push((name.into(), span));
        }
        is_new
    }
}

/// `spoe-agent`.
#[derive(Debug, Default)]
pub struct SpoeAgentB {
    pub name: Box<[u8]>,
    pub at: At,
    pub span: Span,
    pub backend: Option<(Box<str>, Span)>,
    pub logs: Logs,
    pub max_frame_size: Option<(u32, Span)>,
    pub timeout_processing: Option<Ms>,
    pub var_prefix: Option<Box<[u8]>>,
    pub var_names: Vec<Box<[u8]>>,
    pub set_on_error: Option<Box<[u8]>>,
    pub set_process_time: Option<Box<[u8]>>,
    pub set_total_time: Option<Box<[u8]>>,
    pub no_pipelining: bool,
    pub dontlog_normal: bool,
    pub continue_on_error: bool,
    pub force_set_var: bool,
    pub messages: SpoeNames,
    pub groups: SpoeNames,
}

/// `spoe-message`.
#[derive(Debug, Default)]
pub struct SpoeMessageB {
    pub name: Box<[u8]>,
    pub at: At,
    pub span: Span,
    pub acls: Vec<Sourced>,
    pub known_acls: Acls,
    pub args: Vec<SpoeArg>,
    /// Where each argument can be evaluated.
    pub arg_places: Vec<(Places, Span)>,
    pub event: Option<(SpoeEvent, Option<Sourced>)>,
}

/// `spoe-group`.
#[derive(Debug, Default)]
pub struct SpoeGroupB {
    pub name: Box<[u8]>,
    pub at: At,
    pub messages: SpoeNames,
}
