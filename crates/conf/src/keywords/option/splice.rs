//! Moving data inside the kernel.

use super::{on, switch};
use crate::build::ProxyB;
use crate::keyword::{Keyword, Places};

pub static SPLICE_AUTO: Keyword<ProxyB> =
    switch("option splice-auto", Places::ALL, "Splices in both directions where it helps.", |cx, proxy| {
        proxy.opts.splice_auto = on(cx)
    });

pub static SPLICE_REQUEST: Keyword<ProxyB> =
    switch("option splice-request", Places::ALL, "Splices requests wherever possible.", |cx, proxy| {
        proxy.opts.splice_request = on(cx)
    });

pub static SPLICE_RESPONSE: Keyword<ProxyB> =
    switch("option splice-response", Places::ALL, "Splices responses wherever possible.", |cx, proxy| {
        proxy.opts.splice_response = on(cx)
    });
