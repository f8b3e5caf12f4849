//! Addresses, and what goes with the packets of a connection (manual 4.4).

use super::doing::{Doing, Verdict};
use super::limits::number_of;
use crate::answer::Stop;
use crate::counters::Ctr;
use crate::stream::{Cause, Fail};
use base::Tick;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use expr::{Expr, Peer, Type, Val};
use rules::Step;
use rules::action::{AddressPart, Num, Side};

/// `set-src`, `set-src-port`, `set-dst`, `set-dst-port`: for this request alone. What isn't an address changes nothing.
pub fn set_address(doing: &mut Doing<'_>, part: AddressPart, value: &Expr) -> Step<Verdict> {
    let old = match part {
        AddressPart::Src | AddressPart::SrcPort => doing.client.src.ip(),
        AddressPart::Dst | AddressPart::DstPort => doing.client.dst(),
    };
    let new = match part {
        AddressPart::Src | AddressPart::Dst => {
            ip_of(doing, value).map(|ip| SocketAddr::new(ip, old.map_or(0, |sa| sa.port())))
        }
        AddressPart::SrcPort | AddressPart::DstPort => port_of(doing, value)
            .map(|port| SocketAddr::new(old.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |sa| sa.ip()), port)),
    };
    let Some(new) = new else { return Step::Next };
    let known = (doing.client.src, doing.client.known_dst());
    doing.x.addresses.get_or_insert_with(|| Box::new(known));
    match part {
        AddressPart::Src | AddressPart::SrcPort => doing.client.src = Peer::Ip(new),
        AddressPart::Dst | AddressPart::DstPort => doing.client.set_dst(new),
    }
    Step::Next
}

fn ip_of(doing: &Doing<'_>, value: &Expr) -> Option<IpAddr> {
    doing.eval(value, |value, env| match value?.cast(Type::Addr, env.scratch)? {
        Val::Ip4(ip) => Some(IpAddr::V4(ip)),
        Val::Ip6(ip) => Some(IpAddr::V6(ip)),
        _ => None,
    })
}

fn port_of(doing: &Doing<'_>, value: &Expr) -> Option<u16> {
    doing.eval(value, |value, env| match value?.cast(Type::Int, env.scratch)? {
        Val::Int(n) => u16::try_from(n).ok(),
        _ => None,
    })
}

/// `set-fc-mark`, `set-bc-mark`: netfilter's mark. Without the right to set it nothing is marked.
pub fn set_mark(doing: &mut Doing<'_>, side: Side, mark: &Num) -> Step<Verdict> {
    let Some(mark) = number_of(doing, mark).and_then(|mark| u32::try_from(mark).ok()) else { return Step::Next };
    match side {
        Side::Front => {
            let _ = doing.client.stream.set_mark(mark);
        }
        Side::Back => doing.x.limits.get_or_insert_default().server_mark = Some(mark),
    }
    Step::Next
}

/// `set-fc-tos`, `set-bc-tos`: the type of service.
pub fn set_tos(doing: &mut Doing<'_>, side: Side, tos: &Num) -> Step<Verdict> {
    let Some(tos) = number_of(doing, tos).and_then(|tos| u8::try_from(tos).ok()) else { return Step::Next };
    match side {
        Side::Front => {
            let _ = doing.client.stream.set_tos(tos);
        }
        Side::Back => doing.x.limits.get_or_insert_default().server_tos = Some(tos),
    }
    Step::Next
}

/// `silent-drop`: the client isn't told that its connection is gone.
pub fn vanish(doing: &mut Doing<'_>, ttl: Option<u8>) -> Step<Verdict> {
    let response = doing.at.stage.is_response();
    doing.count_here(if response { Ctr::DeniedResponses } else { Ctr::DeniedRequests });
    doing.client.stream.vanish(ttl);
    if !response {
        // The request's analysis isn't complete: its time doesn't count, as observed.
        doing.x.times.request = Tick::NONE;
    }
    Step::Final(Verdict::Stop(Stop::Fail(Fail::silent(Cause::Proxy, doing.at.when()))))
}
