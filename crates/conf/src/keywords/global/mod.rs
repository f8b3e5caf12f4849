//! Keywords of section `global` (manual 3).

use crate::build::GlobalB;
use crate::keyword::Keyword;

mod about;
mod checks;
mod env;
mod h1;
mod identity;
mod life;
mod limits;
mod logs;
mod reading;
mod sockets;
mod stats;
mod tune_buffers;
mod tune_http;
mod tune_pools;
mod tune_sockets;

pub static ITEMS: &[&Keyword<GlobalB>] = &[
    &about::DESCRIPTION,
    &about::LOCALPEER,
    &about::NODE,
    &checks::SPREAD_CHECKS,
    &env::PRESETENV,
    &env::RESETENV,
    &env::SETENV,
    &env::UNSETENV,
    &h1::H1_CASE_ADJUST,
    &h1::H1_CASE_ADJUST_FILE,
    &h1::H1_KEEP_OPEN,
    &identity::CHROOT,
    &identity::GID,
    &identity::GROUP,
    &identity::UID,
    &identity::USER,
    &life::CLOSE_SPREAD_TIME,
    &life::DAEMON,
    &life::GRACE,
    &life::HARD_STOP_AFTER,
    &life::INSECURE_FORK_WANTED,
    &life::INSECURE_SETUID_WANTED,
    &life::NBTHREAD,
    &life::PIDFILE,
    &life::QUIET,
    &life::SET_DUMPABLE,
    &life::ZERO_WARNING,
    &limits::FD_HARD_LIMIT,
    &limits::MAXCONN,
    &limits::MAXCONNRATE,
    &limits::MAXPIPES,
    &limits::MAXSESSRATE,
    &limits::STRICT_LIMITS,
    &limits::ULIMIT_N,
    &logs::LOG,
    &logs::LOG_SEND_HOSTNAME,
    &logs::LOG_TAG,
    &reading::DEFAULT_PATH,
    &reading::EXPOSE_DEPRECATED,
    &reading::EXPOSE_EXPERIMENTAL,
    &sockets::NOREUSEPORT,
    &sockets::NOSPLICE,
    &sockets::UNIX_BIND,
    &stats::MAXCONN,
    &stats::SOCKET,
    &stats::TIMEOUT,
    &tune_buffers::BUFFERS_LIMIT,
    &tune_buffers::BUFSIZE,
    &tune_buffers::MAXREWRITE,
    &tune_buffers::PIPESIZE,
    &tune_http::H1_BE_GLITCHES,
    &tune_http::H1_FE_GLITCHES,
    &tune_http::LOGURILEN,
    &tune_http::MAXHDR,
    &tune_pools::HIGH_FD_RATIO,
    &tune_pools::IDLE_POOL_SHARED,
    &tune_pools::LOW_FD_RATIO,
    &tune_sockets::DEFAULT_SHARDS,
    &tune_sockets::MAXACCEPT,
    &tune_sockets::MAXPOLLEVENTS,
    &tune_sockets::MULTI_QUEUE,
    &tune_sockets::RCVBUF_CLIENT,
    &tune_sockets::RCVBUF_SERVER,
    &tune_sockets::SNDBUF_CLIENT,
    &tune_sockets::SNDBUF_SERVER,
];
