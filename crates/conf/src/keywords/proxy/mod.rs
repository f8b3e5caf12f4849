//! Keywords of `defaults`, `frontend`, `listen` and `backend` (manual 4.2).

use crate::build::ProxyB;
use crate::keyword::Keyword;

mod acl;
mod balance;
pub mod bind;
mod capture;
mod compression;
mod conditional;
mod cookie;
mod email;
pub mod errorfile;
mod errorloc;
mod external_check;
pub mod filter;
mod filter_sequence;
mod gone;
pub mod gone_rules;
mod hash;
mod http_error;
mod http_reuse;
mod limits;
pub mod log;
mod log_format;
mod log_steps;
mod mode;
mod monitor;
pub mod name;
mod origin;
mod persist;
mod redirect;
mod retry_on;
mod routing;
mod rule_sets;
pub mod server;
mod servers;
pub mod source;
mod ssl_f_use;
mod state;
mod state_file;
mod stick;
pub mod stick_table;
mod tcpka;
mod unique_id;

pub static ITEMS: &[&Keyword<ProxyB>] = &[
    &acl::ACL,
    &balance::BALANCE,
    &bind::BIND,
    &capture::CAPTURE_COOKIE,
    &capture::CAPTURE_REQUEST,
    &capture::CAPTURE_RESPONSE,
    &capture::DECLARE_CAPTURE,
    &conditional::FORCE_BE_SWITCH,
    &conditional::FORCE_PERSIST,
    &conditional::IGNORE_PERSIST,
    &conditional::MONITOR_FAIL,
    &conditional::USE_SERVER,
    &filter::FILTER,
    &filter_sequence::FILTER_SEQUENCE,
    &http_error::ERRORFILES,
    &http_error::HTTP_ERROR,
    &redirect::REDIRECT,
    &rule_sets::HTTP_AFTER_RESPONSE,
    &rule_sets::HTTP_REQUEST,
    &rule_sets::HTTP_RESPONSE,
    &rule_sets::QUIC_INITIAL,
    &rule_sets::TCP_REQUEST_CONNECTION,
    &rule_sets::TCP_REQUEST_CONTENT,
    &rule_sets::TCP_REQUEST_INSPECT_DELAY,
    &rule_sets::TCP_REQUEST_SESSION,
    &rule_sets::TCP_RESPONSE_CONTENT,
    &rule_sets::TCP_RESPONSE_INSPECT_DELAY,
    &stick::STICK_MATCH,
    &stick::STICK_ON,
    &stick::STICK_STORE_REQUEST,
    &stick::STICK_STORE_RESPONSE,
    &unique_id::UNIQUE_ID_FORMAT,
    &unique_id::UNIQUE_ID_HEADER,
    &compression::ALGO,
    &compression::ALGO_REQ,
    &compression::ALGO_RES,
    &compression::DIRECTION,
    &compression::MINSIZE_REQ,
    &compression::MINSIZE_RES,
    &compression::OFFLOAD,
    &compression::TYPE,
    &compression::TYPE_REQ,
    &compression::TYPE_RES,
    &cookie::COOKIE,
    &cookie::DYNAMIC_COOKIE_KEY,
    &email::FROM,
    &email::LEVEL,
    &email::MAILERS,
    &email::MYHOSTNAME,
    &email::TO,
    &errorfile::ERRORFILE,
    &errorloc::ERRORLOC,
    &errorloc::ERRORLOC302,
    &errorloc::ERRORLOC303,
    &external_check::COMMAND,
    &external_check::PATH,
    &gone::APPSESSION,
    &gone::BLOCK,
    &gone::DISPATCH,
    &gone::GRACE,
    &gone::MONITOR_NET,
    &gone::REDISPATCH,
    &gone::TRANSPARENT,
    &gone::USESRC,
    &hash::HASH_BALANCE_FACTOR,
    &hash::HASH_PRESERVE_AFFINITY,
    &hash::HASH_TYPE,
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
    &log_format::LOG_FORMAT_SD,
    &log_steps::LOG_STEPS,
    &mode::MODE,
    &monitor::MONITOR_URI,
    &name::DESCRIPTION,
    &name::GUID,
    &name::ID,
    &persist::PERSIST,
    &retry_on::RETRY_ON,
    &routing::DEFAULT_BACKEND,
    &routing::USE_BACKEND,
    &server::DEFAULT_SERVER,
    &server::SERVER,
    &server::SERVER_TEMPLATE,
    &servers::BE_UNPUBLISHED,
    &servers::HTTP_SEND_NAME_HEADER,
    &servers::MAX_KEEP_ALIVE_QUEUE,
    &servers::MAX_SESSION_SRV_CONNS,
    &servers::USE_FCGI_APP,
    &source::SOURCE,
    &ssl_f_use::SSL_F_USE,
    &state::DISABLED,
    &state::ENABLED,
    &state_file::LOAD,
    &state_file::NAME,
    &stick_table::STICK_TABLE,
    &tcpka::CLIENT_COUNT,
    &tcpka::CLIENT_IDLE,
    &tcpka::CLIENT_INTERVAL,
    &tcpka::SERVER_COUNT,
    &tcpka::SERVER_IDLE,
    &tcpka::SERVER_INTERVAL,
];
