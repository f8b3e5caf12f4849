//! Actions on the connections themselves: their addresses, marks and ends (manual 4.4).

use super::doing::{Doing, Verdict};
use crate::answer::Stop;
use crate::counters::Ctr;
use crate::stream::{Cause, Fail, Stage as When};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use expr::{Expr, Peer, Type, Val};
use rules::action::{AddressPart, Num, Side};
use rules::{Stage, Step};

/// `silent-drop`: the client keeps a connection that is no longer here.
pub fn silent_drop(doing: &mut Doing<'_>, ttl: Option<u8>) -> Step<Verdict> {
    match doing.at.stage {
        // A response's rules count nothing but the response, those of a connection count as a request's: as observed.
        stage if stage.is_response() => doing.count_here(Ctr::DeniedResponses),
        Stage::HttpReq => doing.count_here(Ctr::DeniedRequests),
        _ => doing.client.count(Ctr::DeniedRequests),
    }
    doing.client.stream.vanish(ttl);
    if !doing.at.stage.is_response() {
        doing.x.times.request = base::Tick::NONE;
    }
    Step::Final(Verdict::Stop(Stop::Fail(Fail::silent(Cause::Proxy, When::Request))))
}

/// `expect-proxy layer4`.
pub fn expect_proxy(doing: &mut Doing<'_>) -> Step<Verdict> {
    doing.client.extra.get_or_insert_default().expects.proxy = true;
    Step::Next
}

/// `expect-netscaler-cip layer4`.
pub fn expect_netscaler(doing: &mut Doing<'_>) -> Step<Verdict> {
    doing.client.extra.get_or_insert_default().expects.netscaler = true;
    Step::Next
}

/// `set-src`, `set-src-port`, `set-dst`, `set-dst-port`. Without a value of the right type nothing changes.
pub fn set_address(doing: &mut Doing<'_>, part: AddressPart, value: &Expr) -> Step<Verdict> {
    let is_src = matches!(part, AddressPart::Src | AddressPart::SrcPort);
    let old = if is_src { doing.client.src.ip() } else { doing.client.dst() };
    let new = doing.eval(value, |value, env| {
        let value = value?;
        Some(match part {
            AddressPart::Src | AddressPart::Dst => SocketAddr::new(ip(value, env)?, old.map_or(0, |sa| sa.port())),
            AddressPart::SrcPort | AddressPart::DstPort => {
                let Val::Int(port) = value.cast(Type::Int, env.scratch)? else { return None };
                // More than a port holds is cut to its lower bits, as observed.
                SocketAddr::new(old.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |sa| sa.ip()), port as u16)
            }
        })
    });
    match new {
        None => {}
        Some(new) => {
            if !matches!(doing.at.stage, Stage::TcpReqConn | Stage::TcpReqSess) {
                // What a stream's rules set is the stream's: the next request of the connection knows nothing of it.
                let original = (doing.client.src, doing.client.known_dst());
                doing.x.tuning().addresses.get_or_insert(original);
            }
            if is_src { doing.client.src = Peer::Ip(new) } else { doing.client.set_dst(Some(new)) }
        }
    }
    Step::Next
}

fn ip(value: Val<'_>, env: &expr::Env<'_>) -> Option<IpAddr> {
    match value.cast(Type::Addr, env.scratch)? {
        Val::Ip4(ip) => Some(IpAddr::V4(ip)),
        Val::Ip6(ip) => Some(IpAddr::V6(ip)),
        _ => None,
    }
}

/// `set-fc-mark`, `set-bc-mark`. What the system refuses isn't an error, as observed.
pub fn set_mark(doing: &mut Doing<'_>, side: Side, mark: &Num) -> Step<Verdict> {
    if let Some(mark) = number(doing, mark).and_then(|mark| u32::try_from(mark).ok()) {
        match side {
            Side::Front => drop(doing.client.stream.set_mark(mark)),
            Side::Back => doing.x.tuning().mark = Some(mark),
        }
    }
    Step::Next
}

/// `set-fc-tos`, `set-bc-tos`.
pub fn set_tos(doing: &mut Doing<'_>, side: Side, tos: &Num) -> Step<Verdict> {
    if let Some(tos) = number(doing, tos).and_then(|tos| u8::try_from(tos).ok()) {
        match side {
            Side::Front => drop(doing.client.stream.set_tos(tos)),
            Side::Back => doing.x.tuning().tos = Some(tos),
        }
    }
    Step::Next
}

/// A number that is known, or found now.
pub fn number(doing: &Doing<'_>, number: &Num) -> Option<i64> {
    match number {
        Num::Const(number) => i64::try_from(*number).ok(),
        Num::Expr(expr) => doing.eval(expr, |value, env| match value?.cast(Type::Int, env.scratch)? {
            Val::Int(number) => Some(number),
            _ => None,
        }),
    }
}
