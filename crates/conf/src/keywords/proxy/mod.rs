//! Keywords of `defaults`, `frontend`, `listen` and `backend` (manual 4.2).

use crate::build::ProxyB;
use crate::keyword::Keyword;

mod acl;
mod balance;
pub mod bind;
pub mod errorfile;
mod gone;
mod http_reuse;
mod limits;
pub mod log;
mod log_format;
mod mode;
mod monitor;
pub mod name;
mod routing;
pub mod server;
pub mod source;
mod state;

pub static ITEMS: &[&Keyword<ProxyB>] = &[
    &acl::ACL,
    &balance::BALANCE,
    &bind::BIND,
    &errorfile::ERRORFILE,
    &gone::APPSESSION,
    &gone::BLOCK,
    &gone::DISPATCH,
    &gone::TRANSPARENT,
    &gone::USESRC,
    &http_reuse::HTTP_REUSE,
    &limits::BACKLOG,
    &limits::FULLCONN,
    &limits::MAXCONN,
    &limits::RATE_LIMIT_SESSIONS,
    &limits::RETRIES,
    &log::LOG,
    &log::LOG_TAG,
    &log_format::ERROR_LOG_FORMAT,
    &log_format::LOG_FORMAT,
    &mode::MODE,
    &monitor::MONITOR_URI,
    &name::DESCRIPTION,
    &name::GUID,
    &name::ID,
    &routing::DEFAULT_BACKEND,
    &routing::USE_BACKEND,
    &server::DEFAULT_SERVER,
    &server::SERVER,
    &server::SERVER_TEMPLATE,
    &source::SOURCE,
    &state::DISABLED,
    &state::ENABLED,
];
