//! The process's own HTTP client.

use super::shape::{ANY, number, parsed, put_choice, put_number, put_switch, put_time, switch, time};
use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword};
use crate::paths;

pub static RESOLVERS_DISABLED: Keyword<GlobalB> = Keyword {
    name: "httpclient.resolvers.disabled",
    since: "2.7",
    doc: "Whether the HTTP client never resolves names.",
    manual: "3.4",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.httpclient.resolvers_disabled))
};

pub static RESOLVERS_ID: Keyword<GlobalB> = Keyword {
    name: "httpclient.resolvers.id",
    since: "2.6",
    doc: "Section 'resolvers' by which the HTTP client resolves names.",
    manual: "3.4",
    ..parsed(Arity::exactly(1, "the name of a section 'resolvers'"), |cx, global| {
        global.spec.httpclient.resolvers_id = cx.string(0);
    })
};

pub static RESOLVERS_PREFER: Keyword<GlobalB> = Keyword {
    name: "httpclient.resolvers.prefer",
    since: "2.6",
    doc: "Family of addresses that the HTTP client likes better.",
    manual: "3.4",
    ..parsed(Arity::exactly(1, "'ipv4' or 'ipv6'"), |cx, global| {
        put_choice(cx, &[("ipv4", true), ("ipv6", false)], &mut global.spec.httpclient.prefer_ipv4);
    })
};

pub static RETRIES: Keyword<GlobalB> = Keyword {
    name: "httpclient.retries",
    since: "2.8",
    doc: "How often the HTTP client tries again.",
    manual: "3.4",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.httpclient.retries))
};

pub static CA_FILE: Keyword<GlobalB> = Keyword {
    name: "httpclient.ssl.ca-file",
    since: "2.6",
    doc: "Authorities by which the HTTP client verifies servers.",
    manual: "3.4",
    ..parsed(Arity::exactly(1, "a file, a directory or '@system-ca'"), |cx, global| {
        if cx.text(0).first() == Some(&b'@') {
            global.spec.httpclient.ca_file = cx.bytes(0);
            return;
        }
        let path = match &global.spec.tls.ca_base {
            Some(base) if cx.text(0).first() != Some(&b'/') => paths::under(base, cx.text(0)),
            _ => cx.path(0),
        };
        match cx.world.read(&path).map(|_| ()).or_else(|why| cx.world.dir(&path).map(|_| ()).map_err(|_| why)) {
            Ok(()) => global.spec.httpclient.ca_file = Some(path.into()),
            Err(why) => {
                let path = String::from_utf8_lossy(&path).into_owned();
                cx.alert(0, format!(": can't open '{path}' ({why})."));
            }
        }
    })
};

pub static VERIFY: Keyword<GlobalB> = Keyword {
    name: "httpclient.ssl.verify",
    since: "2.6",
    doc: "Whether the HTTP client verifies servers' certificates.",
    manual: "3.4",
    ..parsed(Arity::exactly(1, "'none' or 'required'"), |cx, global| {
        put_choice(cx, &[("none", Some(false)), ("required", Some(true))], &mut global.spec.httpclient.verify);
    })
};

pub static TIMEOUT_CONNECT: Keyword<GlobalB> = Keyword {
    name: "httpclient.timeout.connect",
    since: "2.8",
    doc: "How long the HTTP client waits for a connection.",
    manual: "3.4",
    ..time(|cx, global| put_time(cx, &mut global.spec.httpclient.timeout_connect))
};
