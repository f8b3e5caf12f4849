//! QUIC: what the process says for all its connections.

use super::shape::{ANY, MOST, number, parsed, put_choice, put_long_size, put_number, put_switch, put_time};
use super::shape::{size, switch, time};
use crate::build::GlobalB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Reload};

pub static BE_CUBIC: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.cc.cubic-min-losses",
    since: "3.3",
    doc: "Lost packets that Cubic takes for congestion, on connections to servers.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 1..=MOST, &mut global.spec.tune.quic.be.cubic_min_losses))
};

pub static FE_CUBIC: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.cc.cubic-min-losses",
    since: "3.3",
    doc: "Lost packets that Cubic takes for congestion, on connections of clients.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 1..=MOST, &mut global.spec.tune.quic.fe.cubic_min_losses))
};

pub static BE_HYSTART: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.cc.hystart",
    since: "3.3",
    doc: "Whether connections to servers start with HyStart++ (RFC 9406).",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.quic.be.hystart))
};

pub static FE_HYSTART: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.cc.hystart",
    since: "3.3",
    doc: "Whether connections of clients start with HyStart++ (RFC 9406).",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.quic.fe.hystart))
};

pub static BE_FRAME_LOSS: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.cc.max-frame-loss",
    since: "3.3",
    doc: "How often one frame may be lost before a connection to a server fails.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.quic.be.max_frame_loss))
};

pub static FE_FRAME_LOSS: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.cc.max-frame-loss",
    since: "3.3",
    doc: "How often one frame may be lost before a client's connection fails.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.quic.fe.max_frame_loss))
};

pub static BE_WINDOW: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.cc.max-win-size",
    since: "3.3",
    doc: "Largest congestion window of a connection to a server.",
    manual: "3.2",
    ..size(|cx, global| window(cx, &mut global.spec.tune.quic.be.max_win_size))
};

pub static FE_WINDOW: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.cc.max-win-size",
    since: "3.3",
    doc: "Largest congestion window of a client's connection.",
    manual: "3.2",
    ..size(|cx, global| window(cx, &mut global.spec.tune.quic.fe.max_win_size))
};

pub static BE_REORDER: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.cc.reorder-ratio",
    since: "3.3",
    doc: "Percentage of the reordering threshold that counts as loss, on connections to servers.",
    manual: "3.2",
    ..percent(|cx, global| put_number(cx, 0..=100, &mut global.spec.tune.quic.be.reorder_ratio_percent))
};

pub static FE_REORDER: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.cc.reorder-ratio",
    since: "3.3",
    doc: "Percentage of the reordering threshold that counts as loss, on connections of clients.",
    manual: "3.2",
    ..percent(|cx, global| put_number(cx, 0..=100, &mut global.spec.tune.quic.fe.reorder_ratio_percent))
};

pub static BE_IDLE: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.max-idle-timeout",
    since: "3.3",
    doc: "How long a connection to a server may be idle; 0 leaves it to the peer.",
    manual: "3.2",
    ..time(|cx, global| put_time(cx, &mut global.spec.tune.quic.be.max_idle_timeout))
};

pub static FE_IDLE: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.max-idle-timeout",
    since: "3.3",
    doc: "How long a client's connection may be idle; 0 leaves it to the peer.",
    manual: "3.2",
    ..time(|cx, global| put_time(cx, &mut global.spec.tune.quic.fe.max_idle_timeout))
};

pub static BE_GLITCHES: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.sec.glitches-threshold",
    since: "3.3",
    doc: "Oddities after which a connection to a server is closed; 0 for never.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.quic.be.glitches_threshold))
};

pub static FE_GLITCHES: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.sec.glitches-threshold",
    since: "3.3",
    doc: "Oddities after which a client's connection is closed; 0 for never.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.quic.fe.glitches_threshold))
};

pub static BE_DATA_RATIO: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.stream.data-ratio",
    since: "3.3",
    doc: "Share of the receive buffer that one stream may take, on connections to servers.",
    manual: "3.2",
    ..percent(|cx, global| put_number(cx, 0..=100, &mut global.spec.tune.quic.be.data_ratio_percent))
};

pub static FE_DATA_RATIO: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.stream.data-ratio",
    since: "3.3",
    doc: "Share of the receive buffer that one stream may take, on connections of clients.",
    manual: "3.2",
    ..percent(|cx, global| put_number(cx, 0..=100, &mut global.spec.tune.quic.fe.data_ratio_percent))
};

pub static BE_STREAMS: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.stream.max-concurrent",
    since: "3.3",
    doc: "Most requests at a time on a connection to a server.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 1..=MOST, &mut global.spec.tune.quic.be.max_concurrent_streams))
};

pub static FE_STREAMS: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.stream.max-concurrent",
    since: "3.3",
    doc: "Most requests at a time on a client's connection.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, 1..=MOST, &mut global.spec.tune.quic.fe.max_concurrent_streams))
};

pub static BE_RXBUF: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.stream.rxbuf",
    since: "3.3",
    doc: "Bytes that a connection to a server may buffer; 0 for what its streams need.",
    manual: "3.2",
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.quic.be.rxbuf))
};

pub static FE_RXBUF: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.stream.rxbuf",
    since: "3.3",
    doc: "Bytes that a client's connection may buffer; 0 for what its streams need.",
    manual: "3.2",
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.quic.fe.rxbuf))
};

pub static BE_PACING: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.tx.pacing",
    since: "3.3",
    doc: "Whether sending is spread over time, on connections to servers.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.quic.be.pacing))
};

pub static FE_PACING: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.tx.pacing",
    since: "3.3",
    doc: "Whether sending is spread over time, on connections of clients.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.quic.fe.pacing))
};

pub static BE_GSO: Keyword<GlobalB> = Keyword {
    name: "tune.quic.be.tx.udp-gso",
    since: "3.3",
    doc: "Whether several datagrams leave in one call, on connections to servers.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.quic.be.udp_gso))
};

pub static FE_GSO: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.tx.udp-gso",
    since: "3.3",
    doc: "Whether several datagrams leave in one call, on connections of clients.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.quic.fe.udp_gso))
};

pub static FE_RETRY: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.sec.retry-threshold",
    since: "3.3",
    doc: "Half-open connections from which on clients must prove their address.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.quic.fe_retry_threshold))
};

pub static FE_SOCKETS: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.sock-per-conn",
    since: "3.3",
    doc: "Whether a client's connection has a socket of its own.",
    manual: "3.2",
    ..parsed(Arity::exactly(1, "'default-on' or 'force-off'"), |cx, global| {
        let choices = [("default-on", true), ("force-off", false)];
        put_choice(cx, &choices, &mut global.spec.tune.quic.fe_sock_per_conn);
    })
};

pub static FE_TOTAL: Keyword<GlobalB> = Keyword {
    name: "tune.quic.fe.stream.max-total",
    since: "3.3",
    doc: "Requests after which a client's connection is closed gracefully; 0 for never.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.quic.fe_max_total_streams))
};

pub static LISTEN: Keyword<GlobalB> = Keyword {
    name: "tune.quic.listen",
    since: "3.3",
    doc: "Whether QUIC sockets of bind lines listen.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.quic.listen))
};

pub static TX_MAX: Keyword<GlobalB> = Keyword {
    name: "tune.quic.mem.tx-max",
    since: "3.3",
    doc: "Most memory for sending of all connections together.",
    manual: "3.2",
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.quic.mem_tx_max))
};

pub static LIMITED: Keyword<GlobalB> = Keyword {
    name: "limited-quic",
    since: "2.9",
    doc: "Takes QUIC even where the TLS library supports it in part only.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.tls.limited_quic == b.tls.limited_quic),
    ..Keyword::plain(|_, global| global.spec.tls.limited_quic = true)
};

const fn percent(parse: fn(&mut Cx<'_>, &mut GlobalB)) -> Keyword<GlobalB> {
    parsed(Arity::exactly(1, "a percentage"), parse)
}

/// A congestion window, between 10 kB and 4 GB.
fn window(cx: &mut Cx<'_>, slot: &mut u64) {
    if let Some(bytes) = cx.long_size(0, 10 << 10, 4 << 30) {
        *slot = bytes;
    }
}
