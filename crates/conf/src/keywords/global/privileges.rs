//! What the process may do, and with whom it shares a secret.

use super::shape::{parsed, put_once, put_switch, switch};
use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword, Reload};
use crate::spec::{Capability, ExternalCheck};

pub static CLUSTER_SECRET: Keyword<GlobalB> = Keyword {
    name: "cluster-secret",
    since: "2.5",
    doc: "Secret that the nodes of a cluster share.",
    manual: "3.1",
    ..parsed(Arity::exactly(1, "a secret"), |cx, global| {
        let secret = cx.bytes(0);
        put_once(cx, &mut global.spec.cluster_secret, secret);
    })
};

pub static EXTERNAL_CHECK: Keyword<GlobalB> = Keyword {
    name: "external-check",
    since: "1.6",
    doc: "Allows programs to be run as health checks.",
    manual: "3.1",
    ..parsed(Arity::between(0, 1, "'preserve-env'"), |cx, global| {
        let allowed = match cx.len() {
            0 => Some(ExternalCheck::Allowed),
            _ => cx.one_of(0, &[("preserve-env", ExternalCheck::WithEnvironment)]),
        };
        global.spec.external_check = allowed.unwrap_or(global.spec.external_check);
    })
};

static CAPABILITIES: &[(&str, Capability)] = &[
    ("cap_net_admin", Capability::NetAdmin),
    ("cap_net_bind_service", Capability::NetBindService),
    ("cap_net_raw", Capability::NetRaw),
    ("cap_sys_admin", Capability::SysAdmin),
];

pub static SETCAP: Keyword<GlobalB> = Keyword {
    name: "setcap",
    since: "2.9",
    doc: "Rights that survive the change of user.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.setcap == b.setcap),
    ..parsed(Arity::exactly(1, "names of capabilities with commas between them"), |cx, global| {
        let mut set = Vec::new();
        for name in cx.text(0).split(|c| *c == b',') {
            match CAPABILITIES.iter().find(|(known, _)| known.as_bytes() == name) {
                Some((_, capability)) if set.contains(capability) => {}
                Some((_, capability)) => set.push(*capability),
                None => {
                    let known: Vec<&str> = CAPABILITIES.iter().map(|(name, _)| *name).collect();
                    let got = String::from_utf8_lossy(name).into_owned();
                    return cx.alert(0, format!("knows {}, not '{got}'.", known.join(", ")));
                }
            }
        }
        global.spec.setcap = set;
    })
};

pub static REJECT_PRIVILEGED_TCP: Keyword<GlobalB> = Keyword {
    name: "harden.reject-privileged-ports.tcp",
    since: "2.7",
    doc: "Whether clients that come from a port below 1024 are turned away.",
    manual: "3.1",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.reject_privileged_tcp))
};

pub static REJECT_PRIVILEGED_QUIC: Keyword<GlobalB> = Keyword {
    name: "harden.reject-privileged-ports.quic",
    since: "2.7",
    doc: "The same for clients that speak QUIC.",
    manual: "3.1",
    ..switch(|cx, global| put_switch(cx, &mut global.spec.reject_privileged_quic))
};
