//! The rule language's values: sample expressions (manual 7.3), ACLs and the conditions made of them (7.1, 7.2,
//! 7.4) and log formats (8.2). Text is compiled once into typed data; evaluating that allocates nothing but
//! what a converter has to build, and that in an arena.
//!
//! What it is not: the rules that use conditions (`rules`), the configuration's keywords (`conf`), or anything
//! that can change the message it looks at. Nothing here does I/O: files and names come through [`Outside`].
//!
//! Every fetch, converter, ACL keyword and log alias is one row of the `ITEMS` slice of its family's file, which its
//! folder names. The rows are all that the reference has; those without a doer yet can be checked and not be run.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod acl;
pub mod args;
pub mod conv;
mod env;
mod error;
mod expr;
mod facts;
pub mod fetch;
pub mod list;
pub mod logfmt;
mod outside;
mod place;
mod record;
pub mod regex;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod val;
pub mod vars;

pub use crate::regex::Rx as Regex;
/// Whether both are the same, in a time that doesn't tell where they differ.
pub fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

pub use args::{Arg, ArgKind, ArgSpec, Args, NameKind, Prepare};
pub use conv::Conv;
pub use env::{Arena, Env, EnvVar, Process, ProxyName, Scratch, Session, Stream, View};
pub use error::{Error, Unbuilt};
pub use expr::{Cursor, Expr, Got, Traced};
pub use facts::{
    BackFigure, DebugSink, Endpoint, Facts, FrontFigure, Limit, Live, Number, ProcessFigure, Received, ServerFigure,
    Side, TcpInfo, Text,
};
pub use fetch::Fetch;
pub use outside::{Lookup, NoOutside, Outside};
pub use place::{Place, Places};
pub use record::{Captures, Needs, Origin, Peer, Record, RequestText, ServerName, Timers};
pub use val::{Type, Val};
