//! Timeouts and retries in force (manual 7.3.2).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("be_connect_timeout", "", Int, Places::BACKEND, "the backend's `timeout connect` in ms"),
    f("be_max_retries", "", Int, Places::BACKEND, "the backend's `retries`"),
    f("be_queue_timeout", "", Int, Places::BACKEND, "the backend's `timeout queue` in ms"),
    f("be_server_timeout", "", Int, Places::BACKEND, "the backend's `timeout server` in ms"),
    f("be_tarpit_timeout", "", Int, Places::BACKEND, "the backend's `timeout tarpit` in ms"),
    f("be_tunnel_timeout", "", Int, Places::BACKEND, "the backend's `timeout tunnel` in ms"),
    f("fe_client_timeout", "", Int, Places::FRONTEND, "the frontend's `timeout client` in ms"),
    f("fe_tarpit_timeout", "", Int, Places::FRONTEND, "the frontend's `timeout tarpit` in ms"),
    f("cur_client_timeout", "", Int, Places::FRONTEND, "the client timeout of this stream in ms"),
    f("cur_connect_timeout", "", Int, Places::BACKEND, "the connect timeout of this stream in ms"),
    f("cur_max_retries", "", Int, Places::BACKEND, "the retries of this stream"),
    f("cur_queue_timeout", "", Int, Places::BACKEND, "the queue timeout of this stream in ms"),
    f("cur_server_timeout", "", Int, Places::BACKEND, "the server timeout of this stream in ms"),
    f("cur_tarpit_timeout", "", Int, Places::CONNECTION, "the tarpit timeout of this stream in ms"),
    f("cur_tunnel_timeout", "", Int, Places::BACKEND, "the tunnel timeout of this stream in ms"),
];
