//! Health checks.

use super::{later, now};
use crate::addr::{self, Want};
use crate::build::{Mention, ServerB};
use crate::keyword::{Arity, Keyword};
use crate::keywords::mux;

pub static CHECK: Keyword<ServerB> = Keyword {
    name: "check",
    doc: "Checks the server's health.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.check = true)
};

pub static NO_CHECK: Keyword<ServerB> = Keyword {
    name: "no-check",
    since: "1.8",
    doc: "Undoes 'check'.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.check = false)
};

pub static ADDR: Keyword<ServerB> = Keyword {
    name: "addr",
    args: Arity::exactly(1, "<ipv4|ipv6>"),
    doc: "Address that checks go to, if not the server's.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| match addr::parse(&cx.address_text(0), Want::CHECK) {
        Ok(parsed) => {
            if parsed.port() != 0 {
                server.check_opts.port = Some(parsed.port());
            }
            match parsed.resolve(parsed.port(), cx.world) {
                Ok(addr) => server.check_opts.addr = Some(addr),
                Err(why) => cx.alert(0, format!(": {why}")),
            }
        }
        Err(why) => cx.alert(0, format!(": {why}.")),
    })
};

pub static PORT: Keyword<ServerB> = Keyword {
    name: "port",
    args: Arity::exactly(1, "<port>"),
    doc: "Port that checks go to, if not the server's.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(port) = cx.uint(0, 1, 65535) {
            server.check_opts.port = u16::try_from(port).ok();
        }
    })
};

pub static INTER: Keyword<ServerB> = Keyword {
    name: "inter",
    args: Arity::exactly(1, "<delay>"),
    doc: "Time between two checks.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(ms) = cx.time(0, 1) {
            server.check_opts.inter = ms;
        }
    })
};

pub static FASTINTER: Keyword<ServerB> = Keyword {
    name: "fastinter",
    args: Arity::exactly(1, "<delay>"),
    doc: "Time between two checks while the state is about to change.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(ms) = cx.time(0, 1) {
            server.check_opts.fastinter = Some(ms);
        }
    })
};

pub static DOWNINTER: Keyword<ServerB> = Keyword {
    name: "downinter",
    args: Arity::exactly(1, "<delay>"),
    doc: "Time between two checks while the server is down.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(ms) = cx.time(0, 1) {
            server.check_opts.downinter = Some(ms);
        }
    })
};

pub static RISE: Keyword<ServerB> = Keyword {
    name: "rise",
    args: Arity::exactly(1, "<count>"),
    doc: "Good checks in a row that bring a server up.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(n) = cx.uint(0, 1, i32::MAX as u32) {
            server.check_opts.rise = n;
        }
    })
};

pub static FALL: Keyword<ServerB> = Keyword {
    name: "fall",
    args: Arity::exactly(1, "<count>"),
    doc: "Bad checks in a row that take a server down.",
    manual: "5.2",
    ..Keyword::plain(|cx, server| {
        if let Some(n) = cx.uint(0, 1, i32::MAX as u32) {
            server.check_opts.fall = n;
        }
    })
};

pub static CHECK_SEND_PROXY: Keyword<ServerB> = Keyword {
    name: "check-send-proxy",
    since: "1.5",
    doc: "Begins checks with a PROXY protocol header.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.check_opts.send_proxy = true)
};

pub static NO_CHECK_SEND_PROXY: Keyword<ServerB> = Keyword {
    name: "no-check-send-proxy",
    since: "1.8",
    doc: "Undoes 'check-send-proxy'.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.check_opts.send_proxy = false)
};

pub static CHECK_PROTO: Keyword<ServerB> =
    later("check-proto", mux::NAME, "2.2", "What checks speak.", |cx, server| {
        if let Some(mux) = mux::mux(cx) {
            server.check_opts.proto = Some(mux);
        }
    });

pub static CHECK_REUSE_POOL: Keyword<ServerB> =
    later("check-reuse-pool", Arity::NONE, "3.2", "Idle connections serve for checks.", |_, server| {
        server.check_opts.reuse_pool = true;
    });

pub static NO_CHECK_REUSE_POOL: Keyword<ServerB> =
    now("no-check-reuse-pool", Arity::NONE, "3.2", "Undoes 'check-reuse-pool'.", |_, server| {
        server.check_opts.reuse_pool = false;
    });

pub static CHECK_POOL_CONN_NAME: Keyword<ServerB> =
    later("check-pool-conn-name", Arity::exactly(1, "<name>"), "3.2", "Name of such a connection.", |cx, server| {
        server.check_opts.pool_conn_name = cx.string(0);
    });

pub static CHECK_VIA_SOCKS4: Keyword<ServerB> =
    later("check-via-socks4", Arity::NONE, "2.0", "Checks go through 'socks4' as well.", |_, server| {
        server.check_opts.via_socks4 = true;
    });

pub static HEALTHCHECK: Keyword<ServerB> =
    later("healthcheck", Arity::exactly(1, "<name>"), "3.3", "Section that says how to check.", |cx, server| {
        let name: Box<[u8]> = cx.text(0).into();
        server.healthcheck = Some(Mention { name: name.clone(), span: cx.span(0) });
        server.spec.healthcheck = Some(name);
    });
