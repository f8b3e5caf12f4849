//! Stick tables, asked for the value as their key (manual 7.3.1).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("in_table", "table", Any, Bool, "true if a table has the key"),
    c("table_bytes_in_rate", "table", Any, Int, "the rate of bytes from the client of the key in a table"),
    c("table_bytes_out_rate", "table", Any, Int, "the rate of bytes to the client of the key in a table"),
    c("table_clr_gpc", "integer,table", Any, Int, "a general counter, set to 0, of the key in a table"),
    c("table_clr_gpc0", "table", Any, Int, "general counter 0, set to 0, of the key in a table"),
    c("table_clr_gpc1", "table", Any, Int, "general counter 1, set to 0, of the key in a table"),
    c("table_conn_cnt", "table", Any, Int, "connections so far of the key in a table"),
    c("table_conn_cur", "table", Any, Int, "open connections of the key in a table"),
    c("table_conn_rate", "table", Any, Int, "the rate of connections of the key in a table"),
    c("table_expire", "table[,integer]", Any, Int, "how long the entry will live, in ms, of the key in a table"),
    c("table_glitch_cnt", "table", Any, Int, "protocol oddities so far of the key in a table"),
    c("table_glitch_rate", "table", Any, Int, "the rate of protocol oddities of the key in a table"),
    c("table_gpc", "integer,table", Any, Int, "a general counter of the key in a table"),
    c("table_gpc0", "table", Any, Int, "general counter 0 of the key in a table"),
    c("table_gpc0_rate", "table", Any, Int, "the rate of general counter 0 of the key in a table"),
    c("table_gpc1", "table", Any, Int, "general counter 1 of the key in a table"),
    c("table_gpc1_rate", "table", Any, Int, "the rate of general counter 1 of the key in a table"),
    c("table_gpc_rate", "integer,table", Any, Int, "a general counter's rate of the key in a table"),
    c("table_gpt", "integer,table", Any, Int, "a general tag of the key in a table"),
    c("table_gpt0", "table", Any, Int, "general tag 0 of the key in a table"),
    c("table_http_err_cnt", "table", Any, Int, "HTTP errors of the client so far of the key in a table"),
    c("table_http_err_rate", "table", Any, Int, "the rate of HTTP errors of the client of the key in a table"),
    c("table_http_fail_cnt", "table", Any, Int, "HTTP failures of the server so far of the key in a table"),
    c("table_http_fail_rate", "table", Any, Int, "the rate of HTTP failures of the server of the key in a table"),
    c("table_http_req_cnt", "table", Any, Int, "HTTP requests so far of the key in a table"),
    c("table_http_req_rate", "table", Any, Int, "the rate of HTTP requests of the key in a table"),
    c("table_idle", "table[,integer]", Any, Int, "how long the entry has been idle, in ms, of the key in a table"),
    c("table_inc_gpc", "integer,table", Any, Int, "a general counter, increased, of the key in a table"),
    c("table_inc_gpc0", "table", Any, Int, "general counter 0, increased, of the key in a table"),
    c("table_inc_gpc1", "table", Any, Int, "general counter 1, increased, of the key in a table"),
    c("table_kbytes_in", "table", Any, Int, "kilobytes from the client of the key in a table"),
    c("table_kbytes_out", "table", Any, Int, "kilobytes to the client of the key in a table"),
    c("table_server_id", "table", Any, Int, "the id of the server that is stuck to of the key in a table"),
    c("table_sess_cnt", "table", Any, Int, "sessions so far of the key in a table"),
    c("table_sess_rate", "table", Any, Int, "the rate of sessions of the key in a table"),
    c("table_trackers", "table", Any, Int, "how many streams track the entry of the key in a table"),
];
