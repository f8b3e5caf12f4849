//! The PROXY protocol towards the server.

use crate::build::ServerB;
use crate::keyword::Keyword;
use crate::spec::SendProxy;

pub static SEND_PROXY: Keyword<ServerB> = Keyword {
    name: "send-proxy",
    since: "1.5",
    doc: "Begins connections with a PROXY protocol header of version 1.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.spec.send_proxy = SendProxy::V1)
};

pub static SEND_PROXY_V2: Keyword<ServerB> = Keyword {
    name: "send-proxy-v2",
    since: "1.5",
    doc: "Begins connections with a PROXY protocol header of version 2.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.spec.send_proxy = SendProxy::V2)
};

pub static NO_SEND_PROXY: Keyword<ServerB> = Keyword {
    name: "no-send-proxy",
    since: "1.8",
    doc: "Undoes 'send-proxy'.",
    manual: "5.2",
    ..Keyword::plain(|_, server| {
        if server.spec.send_proxy == SendProxy::V1 {
            server.spec.send_proxy = SendProxy::No;
        }
    })
};

pub static NO_SEND_PROXY_V2: Keyword<ServerB> = Keyword {
    name: "no-send-proxy-v2",
    since: "1.8",
    doc: "Undoes 'send-proxy-v2'.",
    manual: "5.2",
    ..Keyword::plain(|_, server| {
        if server.spec.send_proxy == SendProxy::V2 {
            server.spec.send_proxy = SendProxy::No;
        }
    })
};
