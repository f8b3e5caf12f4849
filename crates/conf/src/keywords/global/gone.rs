//! Keywords that were documented once, and those of things that this program is built without.

use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword, Prefix, Status};

/// A keyword that is always refused, with the reason.
const fn refused(name: &'static str, doc: &'static str, manual: &'static str, status: Status) -> Keyword<GlobalB> {
    Keyword {
        name,
        args: Arity::at_least(0, "anything"),
        prefix: Prefix::NoDefault,
        doc,
        manual,
        status,
        ..Keyword::plain(|_, _| {})
    }
}

const fn gone(name: &'static str, doc: &'static str, advice: &'static str) -> Keyword<GlobalB> {
    refused(name, doc, "3", Status::Gone(advice))
}

pub static NBPROC: Keyword<GlobalB> = gone("nbproc", "Number of processes.", "threads do the same: see 'nbthread'");
pub static BIND_PROCESS: Keyword<GlobalB> =
    gone("stats bind-process", "Processes of the runtime API.", "there is one process: remove the line");
pub static CHKSIZE: Keyword<GlobalB> =
    gone("tune.chksize", "Size of the buffers of checks.", "checks have buffers of 'tune.bufsize'");
pub static NO_QUIC: Keyword<GlobalB> = gone("no-quic", "Switches QUIC off.", "use 'tune.quic.listen off'");

const fn quic(name: &'static str, advice: &'static str) -> Keyword<GlobalB> {
    gone(name, "A setting of QUIC by its former name.", advice)
}

pub static QUIC_BE_IDLE: Keyword<GlobalB> =
    quic("tune.quic.backend.max-idle-timeout", "use 'tune.quic.be.max-idle-timeout'");
pub static QUIC_FE_IDLE: Keyword<GlobalB> =
    quic("tune.quic.frontend.max-idle-timeout", "use 'tune.quic.fe.max-idle-timeout'");
pub static QUIC_FE_STREAMS: Keyword<GlobalB> =
    quic("tune.quic.frontend.max-streams-bidi", "use 'tune.quic.fe.stream.max-concurrent'");
pub static QUIC_FE_GLITCHES: Keyword<GlobalB> =
    quic("tune.quic.frontend.glitches-threshold", "use 'tune.quic.fe.sec.glitches-threshold'");
pub static QUIC_FE_DATA: Keyword<GlobalB> = quic("tune.quic.frontend.max-data-size", "use 'tune.quic.fe.stream.rxbuf'");
pub static QUIC_FE_RATIO: Keyword<GlobalB> =
    quic("tune.quic.frontend.stream-data-ratio", "use 'tune.quic.fe.stream.data-ratio'");
pub static QUIC_FE_TX_MEM: Keyword<GlobalB> = quic("tune.quic.frontend.max-tx-mem", "use 'tune.quic.mem.tx-max'");
pub static QUIC_FE_WINDOW: Keyword<GlobalB> =
    quic("tune.quic.frontend.default-max-window-size", "use 'tune.quic.fe.cc.max-win-size'");
pub static QUIC_FE_BUFFERS: Keyword<GlobalB> =
    quic("tune.quic.frontend.conn-tx-buffers.limit", "use 'tune.quic.fe.cc.max-win-size'");
pub static QUIC_HYSTART: Keyword<GlobalB> = quic("tune.quic.cc-hystart", "use 'tune.quic.fe.cc.hystart'");
pub static QUIC_CUBIC: Keyword<GlobalB> =
    quic("tune.quic.cc.cubic.min-losses", "use 'tune.quic.fe.cc.cubic-min-losses'");
pub static QUIC_PACING: Keyword<GlobalB> = quic("tune.quic.disable-tx-pacing", "use 'tune.quic.fe.tx.pacing off'");
pub static QUIC_GSO: Keyword<GlobalB> = quic("tune.quic.disable-udp-gso", "use 'tune.quic.fe.tx.udp-gso off'");
pub static QUIC_FRAME_LOSS: Keyword<GlobalB> = quic("tune.quic.max-frame-loss", "use 'tune.quic.fe.cc.max-frame-loss'");
pub static QUIC_REORDER: Keyword<GlobalB> = quic("tune.quic.reorder-ratio", "use 'tune.quic.fe.cc.reorder-ratio'");
pub static QUIC_RETRY: Keyword<GlobalB> = quic("tune.quic.retry-threshold", "use 'tune.quic.fe.sec.retry-threshold'");
pub static QUIC_SOCKET_OWNER: Keyword<GlobalB> =
    quic("tune.quic.socket-owner", "use 'tune.quic.fe.sock-per-conn default-on' or 'force-off'");

const fn openssl(name: &'static str, doc: &'static str, manual: &'static str) -> Keyword<GlobalB> {
    refused(name, doc, manual, Status::Absent("it belongs to OpenSSL, and TLS is done without that library here"))
}

pub static SSL_ENGINE: Keyword<GlobalB> = openssl("ssl-engine", "Engine of OpenSSL.", "3.2");
pub static SSL_MODE_ASYNC: Keyword<GlobalB> =
    openssl("ssl-mode-async", "Lets engines of OpenSSL work asynchronously.", "3.2");
pub static SSL_PROPQUERY: Keyword<GlobalB> = openssl("ssl-propquery", "Choice among providers of OpenSSL.", "3.1");
pub static SSL_PROVIDER: Keyword<GlobalB> = openssl("ssl-provider", "Provider of OpenSSL.", "3.1");
pub static SSL_PROVIDER_PATH: Keyword<GlobalB> =
    openssl("ssl-provider-path", "Directory of providers of OpenSSL.", "3.1");

const fn vendor(name: &'static str) -> Keyword<GlobalB> {
    let why = "it belongs to a vendor's device detection, which isn't built in";
    refused(name, "A setting of a vendor's device detection.", "3.1", Status::Absent(why))
}

/// 51Degrees, DeviceAtlas and WURFL.
pub static VENDORS: [Keyword<GlobalB>; 18] = [
    vendor("51degrees-allow-unmatched"),
    vendor("51degrees-cache-size"),
    vendor("51degrees-data-file"),
    vendor("51degrees-difference"),
    vendor("51degrees-drift"),
    vendor("51degrees-property-name-list"),
    vendor("51degrees-property-separator"),
    vendor("51degrees-use-performance-graph"),
    vendor("51degrees-use-predictive-graph"),
    vendor("deviceatlas-json-file"),
    vendor("deviceatlas-log-level"),
    vendor("deviceatlas-properties-cookie"),
    vendor("deviceatlas-separator"),
    vendor("wurfl-cache-size"),
    vendor("wurfl-data-file"),
    vendor("wurfl-information-list"),
    vendor("wurfl-information-list-separator"),
    vendor("wurfl-patch-file"),
];
