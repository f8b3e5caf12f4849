//! What helps people write configurations: the formatter and its siblings. All of them work on the tree of `syntax`
//! and the registry of `conf`, so that they know the same language as the proxy.
//!
//! What it is not: it opens no file, terminal or socket. Texts come in, texts and findings go out.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod cases;
pub mod eval;
pub mod fmt;
pub mod lint;
pub mod lsp;
pub mod migrate;
pub mod report;
pub mod request;
