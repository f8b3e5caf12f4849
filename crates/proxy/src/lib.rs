//! The data path: connections are accepted, streams run through them, records of them are kept.
//!
//! What it is not: a protocol (codecs are below), the configuration language (`conf`), or operation (`admin`,
//! `process`), which only call in here.

pub mod counters;
pub mod log;
