//! How a backend treats its servers and their connections.

use crate::build::ProxyB;
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword, Places, Status};
use diag::Severity;

pub static BE_UNPUBLISHED: Keyword<ProxyB> = Keyword {
    name: "be-unpublished",
    status: Status::Parsed,
    places: Places::NAMED_BACK,
    since: "3.4",
    doc: "Hides the backend from the rules of others until it is published.",
    manual: "4.2",
    ..Keyword::plain(|_, proxy| proxy.back.unpublished = true)
};

pub static HTTP_SEND_NAME_HEADER: Keyword<ProxyB> = Keyword {
    name: "http-send-name-header",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::exactly(1, "<header>"),
    doc: "Header field that tells a server its name.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let Some(name) = cx.bytes(0) else { return };
        let name = name.to_ascii_lowercase();
        let is_token = |c: &u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(c);
        if !name.iter().all(is_token) {
            let got = cx.show(0);
            return cx.alert(0, format!("expects the name of a header field, not '{got}'."));
        }
        if matches!(&name[..], b"host" | b"content-length" | b"transfer-encoding" | b"connection") {
            let got = cx.show(0);
            return cx.alert(0, format!(": field '{got}' can't be used for this."));
        }
        proxy.back.send_name_header = Some(name.into());
    })
};

pub static MAX_KEEP_ALIVE_QUEUE: Keyword<ProxyB> = Keyword {
    name: "max-keep-alive-queue",
    places: Places::BACK,
    args: Arity::exactly(1, "an integer, -1 for no limit"),
    since: "1.5",
    doc: "Longest queue in which a connection's next request waits for the same server.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let Some(n) = cx.int(0, -1, i64::from(i32::MAX)) else { return };
        proxy.back.max_keep_alive_queue = u32::try_from(n).ok();
        if n >= 0 {
            cx.not_yet(KEYWORD, "max-keep-alive-queue");
        }
    })
};

pub static MAX_SESSION_SRV_CONNS: Keyword<ProxyB> = Keyword {
    name: "max-session-srv-conns",
    status: Status::Parsed,
    places: Places::FRONT,
    args: Arity::exactly(1, "<nb>"),
    since: "1.9",
    doc: "Most idle server connections that a client's session keeps for itself.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some(n) = cx.uint(0, 0, i32::MAX as u32) {
            proxy.front.max_session_srv_conns = Some(n);
        }
    })
};

pub static USE_FCGI_APP: Keyword<ProxyB> = Keyword {
    name: "use-fcgi-app",
    status: Status::Parsed,
    places: Places::NAMED_BACK.or(Places::STRICT),
    args: Arity::exactly(1, "<name>"),
    since: "2.1",
    doc: "FastCGI application that the servers run.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let Some(name) = cx.string(0) else { return };
        if let Some((before, _)) = &proxy.fcgi_app
            && *before != name
        {
            return cx.say(Severity::Alert, 0, "'use-fcgi-app' : a backend has only one application.", None);
        }
        proxy.fcgi_app = Some((name, cx.span(0)));
    })
};
