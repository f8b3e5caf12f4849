//! The configuration language (manual 2.1–2.6): lines cut into words, quotes, escapes, environment variables,
//! conditional blocks, and the forms of values.
//!
//! What it is not: it knows no keyword except the names of sections (which the caller gives), the directives
//! that begin with a dot, and the four that change the environment. It reads no file, no environment and no
//! clock. It never fails: whatever comes in, a tree and diagnostics come out.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod args;
pub mod cond;
pub mod env;
pub mod environment;
pub mod facts;
pub mod lexer;
pub mod name;
pub mod parse;
pub mod tree;
pub mod value;
pub mod version;

pub use env::Env;
pub use facts::Facts;
pub use parse::parse;
pub use tree::{Line, Section, Tree, Trivia, TriviaKind, Word};
pub use version::Version;
