//! `ocsp-update.*`: fresh proofs that certificates aren't revoked.

use super::shape::{MOST, number, parsed, put_number, put_switch, switch};
use crate::addr::{self, Want};
use crate::build::GlobalB;
use crate::compile::Run;
use crate::keyword::{Arity, Keyword};
use diag::Diagnostic;

pub static DISABLE: Keyword<GlobalB> = Keyword {
    name: "ocsp-update.disable",
    since: "2.9",
    doc: "Whether no answer of an OCSP responder is ever asked for.",
    manual: "3.1",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.ocsp_update.disabled))
};

pub static HTTPPROXY: Keyword<GlobalB> = Keyword {
    name: "ocsp-update.httpproxy",
    since: "3.0",
    doc: "HTTP proxy through which OCSP responders are asked.",
    manual: "3.1",
    ..parsed(Arity::exactly(1, "<address>[:port]"), |cx, global| {
        let want = Want { port_zero: false, offset: false, ..Want::SERVER };
        let parsed = addr::parse(&cx.address_text(0), want).and_then(|parsed| match parsed.port() {
            0 if parsed.is_ip() => parsed.resolve(80, cx.world),
            port if parsed.is_ip() => parsed.resolve(port, cx.world),
            _ => Err("an IP address or a name is wanted.".to_owned()),
        });
        match parsed {
            Ok(addr) => global.spec.ocsp_update.http_proxy = Some(addr),
            Err(why) => cx.alert(0, format!(": {why}")),
        }
    })
};

pub static MAXDELAY: Keyword<GlobalB> = Keyword {
    name: "ocsp-update.maxdelay",
    since: "3.0",
    doc: "Most seconds between two updates of a certificate.",
    manual: "3.1",
    ..number(|cx, global| {
        put_number(cx, 1..=MOST, &mut global.spec.ocsp_update.max_delay_s);
        global.ocsp_delay = Some(cx.span(0));
    })
};

pub static MINDELAY: Keyword<GlobalB> = Keyword {
    name: "ocsp-update.mindelay",
    since: "3.0",
    doc: "Fewest seconds between two updates of a certificate.",
    manual: "3.1",
    ..number(|cx, global| {
        put_number(cx, 1..=MOST, &mut global.spec.ocsp_update.min_delay_s);
        global.ocsp_delay = Some(cx.span(0));
    })
};

pub static TUNE_MAXDELAY: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.ocsp-update.maxdelay",
    since: "2.8",
    doc: "The same as 'ocsp-update.maxdelay' by its former name.",
    ..MAXDELAY
};

pub static TUNE_MINDELAY: Keyword<GlobalB> = Keyword {
    name: "tune.ssl.ocsp-update.mindelay",
    since: "2.8",
    doc: "The same as 'ocsp-update.mindelay' by its former name.",
    ..MINDELAY
};

pub static MODE: Keyword<GlobalB> = Keyword {
    name: "ocsp-update.mode",
    since: "3.0",
    doc: "Whether certificates that don't say are kept fresh.",
    manual: "3.1",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.ocsp_update.on))
};

/// Checks that the delays fit each other, in whatever order they were said.
pub fn check(run: &mut Run<'_>) {
    let ocsp = &run.global.spec.ocsp_update;
    if ocsp.max_delay_s < ocsp.min_delay_s {
        let text = format!(
            "'ocsp-update.maxdelay' ({} s) must be greater than 'ocsp-update.mindelay' ({} s).",
            ocsp.max_delay_s, ocsp.min_delay_s
        );
        let at = run.global.ocsp_delay.unwrap_or_default();
        run.diags.push(Diagnostic::alert(at, text).manual("3.1"));
    }
}
