//! HTTP as every version of it shares it: methods, versions, status codes, targets and authorities, the message
//! head with its fields and edits, dates, WebSocket handshakes and the default error pages.
//!
//! What it is not: a codec. How a head looks on an HTTP/1 wire when it comes in, and where a body ends, is the
//! business of `h1` (and later `h2`, `h3`); only the way out, [`Head::serialise_h1`], lives here because it
//! copies straight out of the head's memory. Nothing here does I/O or reads a clock.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod authority;
mod canned;
mod case;
mod date;
mod edit;
mod fields;
mod hdr;
mod head;
mod list;
mod lower;
mod method;
pub mod normalize;
pub mod pages;
mod serialise;
mod span;
mod status;
mod store;
mod target;
mod token;
mod version;
pub mod websocket;

pub use authority::{Authority, AuthorityError, default_port, same_authority, split_authority};
pub use canned::Canned;
pub use case::{CaseError, CaseMap};
pub use date::{DATE_LEN, HttpDate, format_date};
pub use edit::EditError;
pub use fields::{FieldRef, Fields};
pub use hdr::HdrId;
pub use head::{Draft, Field, FieldFlags, Head, RequestLine, StartLine, StatusLine};
pub use list::{Elements, elements, has_token};
pub use lower::lower;
pub use method::Method;
pub use serialise::{NoRoom, SerialOpts};
pub use span::{Chunk, Span};
pub use status::reason;
pub use store::HeadStore;
pub use target::{Form, Target, TargetError, UriPolicy};
pub use token::{is_name, is_tchar, is_value, trim_ows};
pub use version::Version;
