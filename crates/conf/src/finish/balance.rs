//! Balancing algorithms against the mode.

use super::{End, called};
use crate::build::ProxyB;
use crate::compile::Run;
use crate::spec::{Balance, HashKey, HashMethod, Mode};
use diag::{Diagnostic, Frame};

/// The algorithm of a proxy with servers. One that can't work here becomes round robin.
pub fn finish(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB) -> Balance {
    let balance = proxy.back.balance.clone();
    let log = proxy.mode == Mode::Log;
    if let Some(why) = fault(&balance, proxy, log)
        && end.told.insert((proxy.balance_span, log))
    {
        let text = format!("'balance {}' {why}.", balance.word());
        run.diags.push(Diagnostic::alert(proxy.balance_span, text).manual("4.2"));
    }
    match &balance {
        Balance::Hash(key) if key.needs_http() && !proxy.mode.is_http() => {
            let text = format!(
                "'balance {}' for {} needs 'mode http', round robin is used instead.",
                balance.word(),
                called(proxy)
            );
            run.diags.push(Diagnostic::warning(proxy.balance_span, text).framed(Frame::Config).manual("4.2"));
            Balance::RoundRobin
        }
        _ => balance,
    }
}

/// Why an algorithm is refused.
fn fault(balance: &Balance, proxy: &ProxyB, log: bool) -> Option<&'static str> {
    match balance {
        Balance::RoundRobin | Balance::Random { .. } | Balance::Sticky => None,
        Balance::Hash(HashKey::Log(_)) if !log => Some("can only be used in mode log, use 'balance hash' elsewhere"),
        Balance::Hash(HashKey::Log(_)) => {
            (proxy.back.hash_type.method != HashMethod::MapBased).then_some("needs 'hash-type map-based'")
        }
        Balance::Hash(HashKey::Expr(_)) if log => Some("can't be used in mode log, use 'balance log-hash'"),
        _ => log.then_some("can't be used in mode log"),
    }
}
