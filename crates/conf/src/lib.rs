//! From the syntax tree to the Spec: sections, keywords, defaults and cross references. Reports every error of a
//! run, never only the first.
//!
//! What it is not: it opens no file or socket itself. The outside world comes in as a trait, so that the formatter,
//! the linter and tests run without one. And it acts on nothing: a keyword here has a parser, its doer is elsewhere.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod actions;
pub mod addr;
mod addr_env;
pub mod build;
mod cached;
mod compile;
pub mod cx;
mod finish;
pub mod keyword;
pub mod keywords;
pub mod lang;
pub mod listing;
mod options;
pub mod outside;
pub mod parts;
mod paths;
mod reload;
pub mod rulelang;
pub mod sections;
pub mod spec;
pub mod spoe;
pub mod state_file;

pub use compile::compile;
pub use lang::{LANG, Lang};
pub use outside::{LocalPeer, MemOutside, Outside};
pub use sections::is_section;
