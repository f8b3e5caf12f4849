//! The data path: connections are accepted, streams run through them, records of them are kept.
//!
//! What it is not: a protocol (codecs are below), the configuration language (`conf`), or operation (`admin`,
//! `process`), which only call in here.

mod answer;
pub mod cards;
mod check;
mod clear;
pub mod control;
pub mod counters;
mod early;
mod end;
mod facts;
mod handshake;
pub mod health;
mod http1;
mod http2;
mod idle;
pub mod invalid;
pub mod link;
pub mod listener;
pub mod live;
pub mod log;
pub mod plan;
pub mod preset;
mod queue;
pub mod rate_limit;
mod rules;
mod secure;
mod send;
mod session;
pub mod stats;
mod stream;
mod tcp;
mod tunnel;
pub mod watch;
pub mod worker;

pub use control::{Control, start, start_here};
pub use link::{LinkError, Staged, link};
pub use secure::check as check_tls;
pub use worker::{Shared, Worker};
