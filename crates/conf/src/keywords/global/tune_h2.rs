//! HTTP/2.

use super::shape::{ANY, MOST, number, parsed, put_choice, put_long_size, put_number, size};
use crate::build::GlobalB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Status};
use crate::spec::{H2LogErrors, RunQueueLoad};

pub static BE_GLITCHES: Keyword<GlobalB> = Keyword {
    name: "tune.h2.be.glitches-threshold",
    since: "3.0",
    doc: "Oddities after which a server's HTTP/2 connection is closed; 0 for never.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.be.glitches_threshold))
};

pub static FE_GLITCHES: Keyword<GlobalB> = Keyword {
    name: "tune.h2.fe.glitches-threshold",
    since: "3.0",
    doc: "Oddities after which a client's HTTP/2 connection is closed; 0 for never.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.fe.glitches_threshold))
};

pub static BE_WINDOW: Keyword<GlobalB> = Keyword {
    name: "tune.h2.be.initial-window-size",
    since: "2.7",
    doc: "Bytes of a stream that a server may send ahead.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.be.initial_window_size))
};

pub static FE_WINDOW: Keyword<GlobalB> = Keyword {
    name: "tune.h2.fe.initial-window-size",
    since: "2.7",
    doc: "Bytes of a stream that a client may send ahead.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.fe.initial_window_size))
};

pub static WINDOW: Keyword<GlobalB> = Keyword {
    name: "tune.h2.initial-window-size",
    since: "1.8",
    doc: "Bytes of a stream that a peer may send ahead, where neither side says its own.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.initial_window_size))
};

pub static BE_STREAMS: Keyword<GlobalB> = Keyword {
    name: "tune.h2.be.max-concurrent-streams",
    since: "2.7",
    doc: "Most requests at a time on a connection to a server.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.be.max_concurrent_streams))
};

pub static FE_STREAMS: Keyword<GlobalB> = Keyword {
    name: "tune.h2.fe.max-concurrent-streams",
    since: "2.7",
    doc: "Most requests at a time on a client's connection, and how load lowers it.",
    manual: "3.2",
    status: Status::Working,
    ..parsed(Arity::between(1, 5, "<number> [rq-load <number>|auto|ignore] [min <number>]"), |cx, global| {
        let h2 = &mut global.spec.tune.h2;
        put_number(cx, ANY, &mut h2.fe.max_concurrent_streams);
        for i in (1..cx.len()).step_by(2) {
            match cx.text(i) {
                b"rq-load" => {
                    h2.fe_load = rq_load(cx, i + 1).unwrap_or(h2.fe_load);
                    if h2.fe_load != RunQueueLoad::Ignore {
                        cx.not_yet(i, "rq-load");
                    }
                }
                b"min" => h2.fe_min_streams = cx.uint(i + 1, 1, MOST).unwrap_or(h2.fe_min_streams),
                _ => {
                    let got = cx.show(i);
                    return cx.alert(i, format!("knows 'rq-load' and 'min' here, not '{got}'."));
                }
            }
        }
    })
};

fn rq_load(cx: &mut Cx<'_>, i: usize) -> Option<RunQueueLoad> {
    match cx.text(i) {
        b"auto" => Some(RunQueueLoad::Auto),
        b"ignore" => Some(RunQueueLoad::Ignore),
        _ => cx.uint(i, 0, MOST).map(RunQueueLoad::Number),
    }
}

pub static STREAMS: Keyword<GlobalB> = Keyword {
    name: "tune.h2.max-concurrent-streams",
    since: "1.8",
    doc: "Most requests at a time on a connection, where neither side says its own; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.max_concurrent_streams))
};

pub static BE_FRAMES: Keyword<GlobalB> = Keyword {
    name: "tune.h2.be.max-frames-at-once",
    since: "3.2",
    doc: "Most frames of a server's connection that are read in a row; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.be.max_frames_at_once))
};

pub static FE_FRAMES: Keyword<GlobalB> = Keyword {
    name: "tune.h2.fe.max-frames-at-once",
    since: "3.2",
    doc: "Most frames of a client's connection that are read in a row; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.fe.max_frames_at_once))
};

pub static FE_RST: Keyword<GlobalB> = Keyword {
    name: "tune.h2.fe.max-rst-at-once",
    since: "3.2",
    doc: "Most RST_STREAM frames of a client that are read in a row; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.fe_max_rst_at_once))
};

pub static FE_TOTAL: Keyword<GlobalB> = Keyword {
    name: "tune.h2.fe.max-total-streams",
    since: "2.9",
    doc: "Requests after which a client's connection is closed gracefully; 0 for never.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.h2.fe_max_total_streams))
};

pub static BE_RXBUF: Keyword<GlobalB> = Keyword {
    name: "tune.h2.be.rxbuf",
    since: "3.1",
    doc: "Bytes that a connection to a server may buffer for all its streams.",
    manual: "3.2",
    status: Status::Working,
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.h2.be.rxbuf))
};

pub static FE_RXBUF: Keyword<GlobalB> = Keyword {
    name: "tune.h2.fe.rxbuf",
    since: "3.1",
    doc: "Bytes that a client's connection may buffer for all its streams.",
    manual: "3.2",
    status: Status::Working,
    ..size(|cx, global| put_long_size(cx, &mut global.spec.tune.h2.fe.rxbuf))
};

pub static HEADER_TABLE: Keyword<GlobalB> = Keyword {
    name: "tune.h2.header-table-size",
    since: "1.8",
    doc: "Size of the table that header fields are compressed with.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, 4096..=65536, &mut global.spec.tune.h2.header_table_size))
};

pub static FRAME_SIZE: Keyword<GlobalB> = Keyword {
    name: "tune.h2.max-frame-size",
    since: "2.1",
    doc: "Largest frame that peers may send.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, 16384..=16_777_215, &mut global.spec.tune.h2.max_frame_size))
};

pub static LOG_ERRORS: Keyword<GlobalB> = Keyword {
    name: "tune.h2.log-errors",
    since: "3.3",
    doc: "Which errors of the protocol are logged.",
    manual: "3.2",
    status: Status::Working,
    ..parsed(Arity::exactly(1, "'none', 'connection' or 'stream'"), |cx, global| {
        let choices =
            [("none", H2LogErrors::None), ("connection", H2LogErrors::Connection), ("stream", H2LogErrors::Stream)];
        put_choice(cx, &choices, &mut global.spec.tune.h2.log_errors);
    })
};
