//! Forwarding without copies.

use super::shape::{put_switch, switch};
use crate::build::GlobalB;
use crate::keyword::{Keyword, Reload};

/// Here the only way to forward without a copy is splicing.
pub static DISABLE_FAST_FORWARD: Keyword<GlobalB> = Keyword {
    name: "tune.disable-fast-forward",
    since: "2.8",
    doc: "Takes all data through buffers, at its pace.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.zero_copy.fast_forward == b.tune.zero_copy.fast_forward),
    ..Keyword::plain(|_, global| {
        global.spec.tune.zero_copy.fast_forward = false;
        global.spec.nosplice = true;
    })
};

pub static DISABLE: Keyword<GlobalB> = Keyword {
    name: "tune.disable-zero-copy-forwarding",
    since: "2.9",
    doc: "Takes all data through buffers.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.zero_copy.any == b.tune.zero_copy.any),
    ..Keyword::plain(|_, global| {
        global.spec.tune.zero_copy.any = false;
        global.spec.nosplice = true;
    })
};

pub static APPLET: Keyword<GlobalB> = Keyword {
    name: "tune.applet.zero-copy-forwarding",
    since: "3.0",
    doc: "Whether what the process itself answers is forwarded without a copy.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.zero_copy.applet))
};

pub static H1_RECV: Keyword<GlobalB> = Keyword {
    name: "tune.h1.zero-copy-fwd-recv",
    since: "2.9",
    doc: "Whether what comes by HTTP/1 is forwarded without a copy.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.zero_copy.h1_recv))
};

pub static H1_SEND: Keyword<GlobalB> = Keyword {
    name: "tune.h1.zero-copy-fwd-send",
    since: "2.9",
    doc: "Whether what leaves by HTTP/1 is forwarded without a copy.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.zero_copy.h1_send))
};

pub static H2_SEND: Keyword<GlobalB> = Keyword {
    name: "tune.h2.zero-copy-fwd-send",
    since: "2.9",
    doc: "Whether what leaves by HTTP/2 is forwarded without a copy.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.zero_copy.h2_send))
};

pub static PASS_THROUGH: Keyword<GlobalB> = Keyword {
    name: "tune.pt.zero-copy-forwarding",
    since: "2.9",
    doc: "Whether connections in TCP mode are forwarded without a copy.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.zero_copy.pass_through))
};

pub static QUIC_SEND: Keyword<GlobalB> = Keyword {
    name: "tune.quic.zero-copy-fwd-send",
    since: "2.9",
    doc: "Whether what leaves by QUIC is forwarded without a copy.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.zero_copy.quic_send))
};
