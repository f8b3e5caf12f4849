//! Fetches (manual 7.3.2 to 7.3.7): what can be looked at.

mod constant;
mod header;
mod internal;
mod l4;
mod later;
mod message;
mod request;

use crate::args::{ArgSpec, Args, Prepare};
use crate::env::Env;
use crate::expr::{Cursor, Got};
use crate::place::Places;
use crate::record::Needs;
use crate::val::Type;

/// What a fetch does.
pub type Fun = for<'a> fn(&'a Args, &'a Env<'a>, &mut Cursor) -> Got<'a>;

/// One fetch. Aliases are items of their own name in the catalogue, with the same doer and often the same places.
#[derive(Debug)]
pub struct Fetch {
    /// Its name.
    pub name: &'static str,
    /// The arguments that it takes.
    pub args: ArgSpec,
    /// Checks the arguments and brings them into the form that `fun` wants; the error is the reason alone.
    pub prepare: Option<Prepare>,
    /// What it gives.
    pub out: Type,
    /// Where it is legal.
    pub places: Places,
    /// What has to be kept for it until the log line is written.
    pub needs: Needs,
    /// What it looks at, in one line.
    pub doc: &'static str,
    /// The doer.
    pub fun: Fun,
}

/// All fetches.
pub static ITEMS: &[&Fetch] = &[
    &constant::ALWAYS_FALSE,
    &constant::ALWAYS_TRUE,
    &constant::BIN,
    &constant::BOOL,
    &constant::INT,
    &constant::IPV4,
    &constant::IPV6,
    &constant::METH,
    &constant::STR,
    &header::HDR,
    &header::HDR_CNT,
    &header::HDR_IP,
    &header::HDR_VAL,
    &header::REQ_FHDR,
    &header::REQ_FHDR_CNT,
    &header::REQ_HDR,
    &header::REQ_HDR_CNT,
    &header::REQ_HDR_IP,
    &header::REQ_HDR_VAL,
    &header::RES_FHDR,
    &header::RES_FHDR_CNT,
    &header::RES_HDR,
    &header::RES_HDR_CNT,
    &header::RES_HDR_IP,
    &header::RES_HDR_VAL,
    &header::SHDR,
    &header::SHDR_CNT,
    &header::SHDR_IP,
    &header::SHDR_VAL,
    &internal::BE_ID,
    &internal::BE_NAME,
    &internal::DATE,
    &internal::FE_ID,
    &internal::FE_NAME,
    &internal::HOSTNAME,
    &internal::PID,
    &internal::SO_ID,
    &internal::SO_NAME,
    &internal::SRV_ID,
    &internal::SRV_NAME,
    &internal::WAIT_END,
    &l4::DST,
    &l4::DST_PORT,
    &l4::SRC,
    &l4::SRC_PORT,
    &message::REQ_PROTO_HTTP,
    &message::REQ_PROTO_HTTP_OLD,
    &message::REQ_VER,
    &message::REQ_VER_OLD,
    &message::RES_VER,
    &message::RESP_VER,
    &message::STATUS,
    &request::BASE,
    &request::BASEQ,
    &request::METHOD,
    &request::PATH,
    &request::PATHQ,
    &request::QUERY,
    &request::URL,
];

/// The fetch of this name.
pub fn find(name: &[u8]) -> Option<&'static Fetch> {
    ITEMS.iter().copied().find(|f| f.name.as_bytes() == name)
}

/// The names of all fetches.
pub fn names() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().map(|f| f.name)
}

/// Whether the reference has a fetch of this name that isn't built yet.
pub fn is_later(name: &[u8]) -> bool {
    later::NAMES.binary_search_by(|n| n.as_bytes().cmp(name)).is_ok()
}
