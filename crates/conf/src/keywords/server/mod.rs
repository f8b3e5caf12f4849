//! Options of `server` and `default-server` lines (manual 5.2).

use crate::build::ServerB;
use crate::keyword::Keyword;

mod address;
mod check;
mod limits;
mod name;
mod pool;
mod proxy_header;
mod source;
mod state;
mod tcp;

pub static ITEMS: &[&Keyword<ServerB>] = &[
    &address::INIT_ADDR,
    &check::ADDR,
    &check::CHECK,
    &check::CHECK_SEND_PROXY,
    &check::DOWNINTER,
    &check::FALL,
    &check::FASTINTER,
    &check::INTER,
    &check::NO_CHECK,
    &check::NO_CHECK_SEND_PROXY,
    &check::PORT,
    &check::RISE,
    &limits::MAXCONN,
    &limits::MAXQUEUE,
    &limits::MINCONN,
    &limits::SLOWSTART,
    &limits::WEIGHT,
    &name::GUID,
    &name::ID,
    &pool::MAX_REUSE,
    &pool::POOL_LOW_CONN,
    &pool::POOL_MAX_CONN,
    &pool::POOL_PURGE_DELAY,
    &proxy_header::NO_SEND_PROXY,
    &proxy_header::NO_SEND_PROXY_V2,
    &proxy_header::SEND_PROXY,
    &proxy_header::SEND_PROXY_V2,
    &source::SOURCE,
    &source::USESRC,
    &state::BACKUP,
    &state::DISABLED,
    &state::ENABLED,
    &state::NO_BACKUP,
    &tcp::CC,
    &tcp::NAMESPACE,
    &tcp::NO_TFO,
    &tcp::TCP_UT,
    &tcp::TFO,
];
