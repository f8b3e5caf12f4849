//! Timeouts and retries in force (manual 7.3.3); 0 where none is set.

use crate::facts::{Limit, Number, Side};
use crate::fetch::ask::number_or_0;
use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type;

macro_rules! limit {
    ($name:literal, $places:ident, $doc:literal, $which:ident, $limit:expr) => {
        f($name, "", Type::Int, Places::$places, $doc).does(|_, env, _| number_or_0(env, Number::$which($limit)))
    };
}

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    limit!("be_connect_timeout", BACKEND, "the backend's `timeout connect` in ms", Configured, Limit::Connect),
    limit!("be_max_retries", BACKEND, "the backend's `retries`", Configured, Limit::Retries),
    limit!("be_queue_timeout", BACKEND, "the backend's `timeout queue` in ms", Configured, Limit::Queue),
    limit!("be_server_timeout", BACKEND, "the backend's `timeout server` in ms", Configured, Limit::Server),
    limit!("be_tarpit_timeout", BACKEND, "the backend's `timeout tarpit` in ms", Configured, Limit::Tarpit(Side::Server)),
    limit!("be_tunnel_timeout", BACKEND, "the backend's `timeout tunnel` in ms", Configured, Limit::Tunnel),
    limit!("fe_client_timeout", FRONTEND, "the frontend's `timeout client` in ms", Configured, Limit::Client),
    limit!("fe_tarpit_timeout", FRONTEND, "the frontend's `timeout tarpit` in ms", Configured, Limit::Tarpit(Side::Client)),
    limit!("cur_client_timeout", FRONTEND, "the client timeout of this stream in ms", Current, Limit::Client),
    limit!("cur_connect_timeout", BACKEND, "the connect timeout of this stream in ms", Current, Limit::Connect),
    limit!("cur_max_retries", BACKEND, "the retries of this stream", Current, Limit::Retries),
    limit!("cur_queue_timeout", BACKEND, "the queue timeout of this stream in ms", Current, Limit::Queue),
    limit!("cur_server_timeout", BACKEND, "the server timeout of this stream in ms", Current, Limit::Server),
    limit!("cur_tarpit_timeout", CONNECTION, "the tarpit timeout of this stream in ms", Current, Limit::Tarpit(Side::Server)),
    limit!("cur_tunnel_timeout", BACKEND, "the tunnel timeout of this stream in ms", Current, Limit::Tunnel),
];
