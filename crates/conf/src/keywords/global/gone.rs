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
