//! From the syntax tree to the Spec: sections, keywords, defaults and cross references. Reports every error of a
//! run, never only the first.
//!
//! What it is not: it opens no file or socket itself. The outside world comes in as a trait, so that the formatter,
//! the linter and tests run without one.

pub mod spec;
