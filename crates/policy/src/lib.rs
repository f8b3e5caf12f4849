//! Decisions without I/O: which server gets a connection, whether a server is alive, who waits where and
//! who is retried, which idle connection may be used again.
//!
//! What it is not: anything that opens a connection or reads a clock. Everything takes what happened and
//! `now`, and answers with a decision or a deadline. The proxy crate holds each state behind its own short
//! lock and does what was decided.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod check;
pub mod idle;
pub mod lb;
pub mod queue;
