use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Places};

pub static MONITOR_URI: Keyword<ProxyB> = Keyword {
    name: "monitor-uri",
    places: Places::FRONT,
    args: Arity::exactly(1, "an URI"),
    doc: "Target that the proxy answers itself, for health checks of the proxy.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(uri) = cx.bytes(0) {
            proxy.front.monitor_uri = Some(uri);
        }
    })
};
