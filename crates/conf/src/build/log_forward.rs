//! A `log-forward` section being read.

use super::{BindLine, ProxyB};
use crate::spec::ForwardHost;
use diag::Span;

/// One section.
#[derive(Clone, Debug)]
pub struct LogForwardB {
    /// What has the name, stream sockets, logs and limits.
    pub holder: ProxyB,
    pub span: Span,
    pub dgram_binds: Vec<BindLine>,
    pub host: ForwardHost,
    pub assume_ntf: bool,
    pub dont_parse: bool,
}
