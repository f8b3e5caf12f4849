//! Counters of stick tables, by what is tracked or by the client's address (manual 7.3.3).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("sc1_clr_gpc", "integer[,table]", Int, Places::STREAM_OR_CLI, "a general counter, set to 0, of what sc1 tracks"),
    f("sc_clr_gpc", "integer,integer[,table]", Int, Places::STREAM_OR_CLI, "a general counter, set to 0, of what is tracked"),
    f("sc_get_gpc", "integer,integer[,table]", Int, Places::STREAM_OR_CLI, "a general counter of what is tracked"),
    f("sc_get_gpt", "integer,integer[,table]", Int, Places::STREAM_OR_CLI, "a general tag of what is tracked"),
    f("sc_gpc_rate", "integer,integer[,table]", Int, Places::STREAM_OR_CLI, "a general counter's rate of what is tracked"),
    f("sc_inc_gpc", "integer,integer[,table]", Int, Places::STREAM_OR_CLI, "a general counter, increased, of what is tracked"),
    f("sc_key", "integer", Any, Places::STREAM_OR_CLI, "the key that is tracked"),
    f("sc0_key", "", Any, Places::STREAM_OR_CLI, "the key that sc0 tracks"),
    f("sc1_key", "", Any, Places::STREAM_OR_CLI, "the key that sc1 tracks"),
    f("sc2_key", "", Any, Places::STREAM_OR_CLI, "the key that sc2 tracks"),
    f("sc_tracked", "integer[,table]", Bool, Places::STREAM_OR_CLI, "true if this counter tracks something"),
    f("sc0_tracked", "[table]", Bool, Places::STREAM_OR_CLI, "true if sc0 tracks something"),
    f("sc1_tracked", "[table]", Bool, Places::STREAM_OR_CLI, "true if sc1 tracks something"),
    f("sc2_tracked", "[table]", Bool, Places::STREAM_OR_CLI, "true if sc2 tracks something"),
    f("sc_trackers", "integer[,table]", Int, Places::STREAM_OR_CLI, "how many streams track the same key"),
    f("sc0_trackers", "[table]", Int, Places::STREAM_OR_CLI, "how many streams track the same key as sc0"),
    f("sc1_trackers", "[table]", Int, Places::STREAM_OR_CLI, "how many streams track the same key as sc1"),
    f("sc2_trackers", "[table]", Int, Places::STREAM_OR_CLI, "how many streams track the same key as sc2"),
    f("src_clr_gpc", "integer,table", Int, Places::CONNECTION, "a general counter, set to 0, of the client's address"),
    f("src_get_gpc", "integer,table", Int, Places::CONNECTION, "a general counter of the client's address"),
    f("src_get_gpt", "integer,table", Int, Places::CONNECTION, "a general tag of the client's address"),
    f("src_gpc_rate", "integer,table", Int, Places::CONNECTION, "a general counter's rate of the client's address"),
    f("src_inc_gpc", "integer,table", Int, Places::CONNECTION, "a general counter, increased, of the client's address"),
    f("src_updt_conn_cnt", "table", Int, Places::CONNECTION, "the connections of the client's address, counting this one"),
    f("table_avl", "table", Int, Places::STREAM_OR_CLI, "free entries of a table"),
    f("table_cnt", "table", Int, Places::STREAM_OR_CLI, "used entries of a table"),
];

/// Each counter as `sc_`, `sc0_`, `sc1_`, `sc2_` and `src_`.
macro_rules! counters {
    ($($name:literal $places:ident $doc:literal,)*) => {
        pub static SC: &[Fetch] = &[$(
            f(concat!("sc_", $name), "integer[,table]", Int, Places::$places, concat!($doc, " of what is tracked")),
            f(concat!("sc0_", $name), "[table]", Int, Places::$places, concat!($doc, " of what sc0 tracks")),
            f(concat!("sc1_", $name), "[table]", Int, Places::$places, concat!($doc, " of what sc1 tracks")),
            f(concat!("sc2_", $name), "[table]", Int, Places::$places, concat!($doc, " of what sc2 tracks")),
        )*];
        pub static SRC: &[Fetch] = &[$(
            f(concat!("src_", $name), "table", Int, Places::CONNECTION, concat!($doc, " of the client's address")),
        )*];
    };
}

counters! {
    "bytes_in_rate" STREAM_OR_CLI "the rate of bytes from the client",
    "bytes_out_rate" STREAM_OR_CLI "the rate of bytes to the client",
    "clr_gpc0" STREAM_OR_CLI "general counter 0, set to 0,",
    "clr_gpc1" STREAM_OR_CLI "general counter 1, set to 0,",
    "conn_cnt" STREAM_OR_CLI "connections so far",
    "conn_cur" STREAM_OR_CLI "open connections",
    "conn_rate" STREAM_OR_CLI "the rate of connections",
    "get_gpc0" STREAM_OR_CLI "general counter 0",
    "get_gpc1" STREAM_OR_CLI "general counter 1",
    "get_gpt0" STREAM_OR_CLI "general tag 0",
    "glitch_cnt" STREAM_OR_CLI "protocol oddities so far",
    "glitch_rate" STREAM_OR_CLI "the rate of protocol oddities",
    "gpc0_rate" STREAM_OR_CLI "the rate of general counter 0",
    "gpc1_rate" STREAM_OR_CLI "the rate of general counter 1",
    "http_err_cnt" STREAM_OR_CLI "HTTP errors of the client so far",
    "http_err_rate" STREAM_OR_CLI "the rate of HTTP errors of the client",
    "http_fail_cnt" STREAM_OR_CLI "HTTP failures of the server so far",
    "http_fail_rate" STREAM_OR_CLI "the rate of HTTP failures of the server",
    "http_req_cnt" STREAM_OR_CLI "HTTP requests so far",
    "http_req_rate" STREAM_OR_CLI "the rate of HTTP requests",
    "inc_gpc0" STREAM_OR_CLI "general counter 0, increased,",
    "inc_gpc1" STREAM_OR_CLI "general counter 1, increased,",
    "kbytes_in" CONNECTION "kilobytes from the client",
    "kbytes_out" CONNECTION "kilobytes to the client",
    "sess_cnt" STREAM_OR_CLI "sessions so far",
    "sess_rate" STREAM_OR_CLI "the rate of sessions",
}
