//! Options of `bind` and `stats socket` lines (manual 5.1).

use crate::build::BindB;
use crate::keyword::Keyword;

mod cli;
mod listen;
mod name;
mod tcp;
pub mod unix;

pub static ITEMS: &[&Keyword<BindB>] = &[
    &cli::LEVEL,
    &cli::SEVERITY_OUTPUT,
    &listen::ACCEPT_PROXY,
    &listen::BACKLOG,
    &listen::MAXCONN,
    &listen::NICE,
    &listen::PROCESS,
    &listen::SHARDS,
    &name::ID,
    &name::NAME,
    &tcp::CC,
    &tcp::DEFER_ACCEPT,
    &tcp::INTERFACE,
    &tcp::MSS,
    &tcp::NAMESPACE,
    &tcp::TCP_UT,
    &tcp::TFO,
    &tcp::TRANSPARENT,
    &tcp::V4V6,
    &tcp::V6ONLY,
    &unix::GID,
    &unix::GROUP,
    &unix::MODE,
    &unix::UID,
    &unix::USER,
];
