//! What went wrong, where, and how to say it: loaded files, spans, diagnostics, and their two renderings.
//!
//! What it is not: a reader of files or of the language. Sources come in as bytes that somebody else loaded,
//! and it never decides whether something is an error.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod distance;
pub mod files;
pub mod one_line;
pub mod report;
pub mod sink;
pub mod terminal;

pub use distance::{closest, distance};
pub use files::{FileId, Files, Span};
pub use one_line::{OneLine, excerpt};
pub use report::{Diagnostic, Frame, Severity};
pub use sink::Diagnostics;
