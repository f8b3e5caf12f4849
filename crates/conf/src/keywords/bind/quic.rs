//! QUIC. Other sockets ignore these.

use super::later;
use crate::build::BindB;
use crate::keyword::{Arity, Keyword};
use crate::keywords::mux;

pub static QUIC_CC_ALGO: Keyword<BindB> =
    later("quic-cc-algo", mux::CC, "2.6", "Congestion control algorithm.", |cx, bind| {
        if let Some(cc) = mux::quic_cc(cx) {
            bind.opts.quic_opts.cc = cc;
        }
    });

pub static QUIC_FORCE_RETRY: Keyword<BindB> =
    later("quic-force-retry", Arity::NONE, "2.6", "Clients must prove their address first.", |_, bind| {
        bind.opts.quic_opts.force_retry = true;
    });

pub static QUIC_SOCKET: Keyword<BindB> = later(
    "quic-socket",
    Arity::exactly(1, "'connection' or 'listener'"),
    "2.8",
    "Whether each connection has a socket of its own.",
    |cx, bind| {
        if let Some(shared) = cx.one_of(0, &[("connection", false), ("listener", true)]) {
            bind.opts.quic_opts.shared_socket = shared;
        }
    },
);
