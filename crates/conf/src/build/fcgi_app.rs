//! A `fcgi-app` section being read.

use super::Logs;
use crate::spec::FcgiApp;
use diag::Span;
use expr::acl::Acls;

/// One section.
#[derive(Clone, Debug)]
pub struct FcgiAppB {
    /// All but the log targets.
    pub made: FcgiApp,
    pub span: Span,
    pub logs: Logs,
    /// What the `acl` lines declare; no other section sees it.
    pub acls: Acls,
    pub docroot_said: bool,
}
