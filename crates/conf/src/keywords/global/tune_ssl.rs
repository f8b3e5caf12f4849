//! TLS: caches, records, and what is remembered of a handshake.

use super::shape::{ANY, MOST, flag, number, parsed, put_choice, put_number, put_switch, switch};
use crate::build::GlobalB;
use crate::cx::{Cx, KEYWORD};
use crate::keyword::{Arity, Keyword, Reload, Status};

pub static CACHESIZE: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.cachesize",
    since: "1.5",
    doc: "Blocks of the cache of TLS sessions; 0 for no cache.",
    manual: "3.2",
    reload: Reload::NewProcess(|a, b| a.tune.tls.cachesize == b.tune.tls.cachesize),
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.tls.cachesize))
};

pub static CAPTURE_BUFFER: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.capture-buffer-size",
    since: "2.5",
    doc: "Bytes of a client's hello that are kept for fetches; 0 for none.",
    manual: "3.2",
    ..number(put_capture)
};

pub static CAPTURE_CIPHERLIST: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.capture-cipherlist-size",
    since: "1.8",
    doc: "The same by its former name.",
    manual: "3.2",
    ..number(|cx, global| {
        cx.warn(KEYWORD, "is deprecated: it's called 'tune.ssl.capture-buffer-size' now.");
        put_capture(cx, global);
    })
};

fn put_capture(cx: &mut Cx<'_>, global: &mut GlobalB) {
    let slot = &mut global.spec.tune.tls.capture_buffer_size;
    if *slot > 0 {
        cx.alert(KEYWORD, "is there already.");
    } else {
        put_number(cx, ANY, slot);
    }
}

pub static CERTIFICATE_COMPRESSION: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.certificate-compression",
    since: "3.3",
    doc: "Whether certificates may be compressed (RFC 8879).",
    manual: "3.2",
    ..parsed(Arity::exactly(1, "'auto' or 'off'"), |cx, global| {
        put_choice(cx, &[("auto", true), ("off", false)], &mut global.spec.tune.tls.certificate_compression);
    })
};

pub static DEFAULT_DH_PARAM: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.default-dh-param",
    since: "1.5",
    doc: "Largest size of Diffie-Hellman parameters, in bits.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, 1024..=MOST, &mut global.spec.tune.tls.default_dh_param))
};

pub static FORCE_PRIVATE_CACHE: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.force-private-cache",
    since: "1.5",
    doc: "Keeps TLS sessions from other processes.",
    manual: "3.2",
    ..flag(|_, global| global.spec.tune.tls.force_private_cache = true)
};

pub static HARD_MAXRECORD: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.hard-maxrecord",
    since: "2.7",
    doc: "Most bytes of a TLS record at any time; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.tls.hard_maxrecord))
};

pub static KEYLOG: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.keylog",
    since: "2.2",
    doc: "Keeps the secrets of TLS sessions for fetches.",
    manual: "3.2",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.tune.tls.keylog))
};

pub static KEYUPDATE_RATE: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.keyupdate-rate-limit",
    since: "3.4",
    doc: "Key updates a second that a connection survives; 0 for no limit.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.tls.keyupdate_rate_limit))
};

pub static LIFETIME: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.lifetime",
    since: "1.5",
    doc: "How long a TLS session may be resumed, in seconds.",
    manual: "3.2",
    status: Status::Working,
    ..parsed(Arity::exactly(1, "a time (in seconds unless a unit follows)"), |cx, global| {
        if let Some(seconds) = cx.seconds(0) {
            global.spec.tune.tls.lifetime_s = seconds;
        }
    })
};

pub static MAXRECORD: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.maxrecord",
    since: "1.5",
    doc: "Most bytes of a TLS record at the beginning of a transfer; 0 for no limit.",
    manual: "3.2",
    status: Status::Working,
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.tls.maxrecord))
};

pub static CTX_CACHE: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.ssl-ctx-cache-size",
    since: "1.6",
    doc: "How many certificates that were generated are kept.",
    manual: "3.2",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.tune.tls.ctx_cache_size))
};
