//! Name servers: said one by one, or taken from the system's own list.

use crate::addr::{Host, Want};
use crate::build::{NameServerB, ResolversB, ServerB};
use crate::cx::{Cx, KEYWORD, Lead};
use crate::keyword::{Arity, Keyword, Places};
use crate::options;
use crate::spec::At;
use base::{Addr, SockKind};
use core::net::{IpAddr, SocketAddr};
use diag::Span;

pub static NAMESERVER: Keyword<ResolversB> = Keyword {
    name: "nameserver",
    args: Arity::at_least(2, "<name> and <addr>:<port>"),
    since: "1.6",
    doc: "A name server; over UDP unless the address says TCP.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| {
        let Some(name) = cx.proxy_name(0) else { return };
        let Some(parsed) = cx.address(1, Want::NAMESERVER) else { return };
        if !is_new(cx, section, &name, cx.span(0), None) {
            return;
        }
        let (at, span) = (cx.at(0), cx.span(0));
        let mut server = ServerB { span, ..ServerB::default() };
        (server.spec.name, server.spec.at) = (name.clone(), at);
        cx.lead = Lead::Server(cx.text(0));
        options::read(cx, 2, |index| &index.server, Places::SERVER_ONLY, &mut server);
        cx.lead = Lead::None;
        if parsed.kind == SockKind::Stream || matches!(parsed.host, Host::SockPair(_)) {
            server.addr = Some(parsed);
            section.nameservers.push(NameServerB::Stream(Box::new(server)));
            return;
        }
        match parsed.resolve(parsed.port(), cx.world) {
            Ok(addr) => section.nameservers.push(NameServerB::Dgram { name, at, addr }),
            Err(why) => cx.alert(1, format!(": {why}")),
        }
    })
};

pub static PARSE_RESOLV_CONF: Keyword<ResolversB> = Keyword {
    name: "parse-resolv-conf",
    since: "1.8",
    doc: "Adds the name servers of the system's own list.",
    manual: "5.3.2",
    ..Keyword::plain(|cx, section| {
        let content = match cx.world.read(RESOLV_CONF.as_bytes()) {
            Ok(content) => content,
            Err(why) => return cx.alert(KEYWORD, format!(": failed to open {RESOLV_CONF} ({why}).")),
        };
        for (line, number) in content.split(|c| *c == b'\n').zip(1..) {
            one_of_system(cx, section, line, number);
        }
    })
};

/// Where the system keeps its list (resolv.conf(5)).
const RESOLV_CONF: &str = "/etc/resolv.conf";
/// Name servers of that list have no port of their own (RFC 1035 4.2).
const DNS_PORT: u16 = 53;

fn one_of_system(cx: &mut Cx<'_>, section: &mut ResolversB, line: &[u8], number: u32) {
    let Some(rest) = line.strip_prefix(b"nameserver") else { return };
    if rest.first().is_some_and(|c| !c.is_ascii_whitespace()) {
        return;
    }
    let text =
        String::from_utf8_lossy(rest.split(|c| matches!(c, b'#' | b';')).next().unwrap_or_default()).into_owned();
    let Some(address) = text.split_ascii_whitespace().next() else {
        return cx.warn(KEYWORD, format!(": [{RESOLV_CONF}:{number}] : the address is missing."));
    };
    let Ok(ip) = address.parse::<IpAddr>() else {
        return cx.warn(KEYWORD, format!(": [{RESOLV_CONF}:{number}] : '{address}' is no address, it is left out."));
    };
    let name: Box<str> = address.into();
    let (at, span) = (cx.at(KEYWORD), cx.span(KEYWORD));
    if is_new(cx, section, &name, span, Some(number)) {
        let addr = Addr::Ip(SocketAddr::new(ip, DNS_PORT));
        section.nameservers.push(NameServerB::Dgram { name, at: At { ..at }, addr });
    }
}

/// Enters a name. A second one is refused, or left out if it comes from line `system` of the system's list.
fn is_new(cx: &mut Cx<'_>, section: &mut ResolversB, name: &str, span: Span, system: Option<u32>) -> bool {
    let Some(before) = section.names.get(name) else {
        section.names.insert(name.into(), span);
        return true;
    };
    let place = format!("{}:{}", cx.files.name(before.file), cx.files.line(*before));
    match system {
        Some(number) => {
            cx.warn(
                KEYWORD,
                format!(": [{RESOLV_CONF}:{number}] : '{name}' is there already ({place}), it is left out."),
            );
        }
        None => {
            cx.alert_also(0, format!(": the name '{name}' is already used at {place}."), *before, "used here");
        }
    }
    false
}
