//! Moving data inside the kernel.

use super::on;
use crate::build::ProxyB;
use crate::keyword::{Keyword, Prefix};

pub static SPLICE_AUTO: Keyword<ProxyB> = Keyword {
    name: "option splice-auto",
    prefix: Prefix::NoDefault,
    doc: "Splices in both directions where it helps.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.opts.splice_auto = on(cx))
};

pub static SPLICE_REQUEST: Keyword<ProxyB> = Keyword {
    name: "option splice-request",
    prefix: Prefix::NoDefault,
    doc: "Splices requests wherever possible.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.opts.splice_request = on(cx))
};

pub static SPLICE_RESPONSE: Keyword<ProxyB> = Keyword {
    name: "option splice-response",
    prefix: Prefix::NoDefault,
    doc: "Splices responses wherever possible.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| proxy.opts.splice_response = on(cx))
};
