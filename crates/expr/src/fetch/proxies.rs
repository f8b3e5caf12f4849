//! The proxies' and servers' state and load: connections, queues, rates, weights, limits (manual 7.3.2).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("avg_queue", "backend", Int, Places::STREAM_OR_CLI, "the backend's average queue a server"),
    f("be_conn", "backend", Int, Places::STREAM_OR_CLI, "connections of a backend"),
    f("be_conn_free", "backend", Int, Places::STREAM_OR_CLI, "connections that a backend's servers can still take"),
    f("be_sess_rate", "backend", Int, Places::STREAM_OR_CLI, "new sessions a second of a backend"),
    f("connslots", "backend", Int, Places::STREAM_OR_CLI, "free places of a backend's servers and their queues"),
    f("fe_conn", "frontend", Int, Places::STREAM_OR_CLI, "connections of a frontend"),
    f("fe_req_rate", "frontend", Int, Places::STREAM_OR_CLI, "HTTP requests a second of a frontend"),
    f("fe_sess_rate", "frontend", Int, Places::STREAM_OR_CLI, "new sessions a second of a frontend"),
    f("nbsrv", "backend", Int, Places::STREAM_OR_CLI, "usable servers of a backend"),
    f("queue", "backend", Int, Places::STREAM_OR_CLI, "waiting requests of a backend and its servers"),
    f("server_status", "", Int, Places::RESPONSE_OR_LOG, "the status of the response as the server sent it"),
    f("srv_conn", "server", Int, Places::STREAM_OR_CLI, "connections of a server"),
    f("srv_conn_free", "server", Int, Places::STREAM_OR_CLI, "connections that a server can still take"),
    f("srv_is_up", "server", Bool, Places::STREAM_OR_CLI, "true while a server is up"),
    f("srv_iweight", "server", Int, Places::STREAM_OR_CLI, "a server's first weight"),
    f("srv_queue", "server", Int, Places::STREAM_OR_CLI, "requests that wait for a server"),
    f("srv_sess_rate", "server", Int, Places::STREAM_OR_CLI, "new sessions a second of a server"),
    f("srv_uweight", "server", Int, Places::STREAM_OR_CLI, "a server's weight as the user set it"),
    f("srv_weight", "server", Int, Places::STREAM_OR_CLI, "a server's weight in force"),
    f("dst_conn", "", Int, Places::FRONTEND, "connections of the bind line"),
    f("fe_defbe", "", Str, Places::FRONTEND, "the name of the frontend's default_backend"),
];
