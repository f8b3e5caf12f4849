//! How fetches ask for facts: one line a fetch.

use crate::env::Env;
use crate::expr::Got;
use crate::facts::{Endpoint, Number, Text};
use crate::val::Val;

/// A number of the exchange.
pub(super) fn number<'a>(env: &'a Env<'a>, of: Number) -> Got<'a> {
    Got::opt(env.facts.and_then(|facts| facts.number(of)).map(Val::Int))
}

/// The same, 0 where there is none: what limits that aren't set show.
pub(super) fn number_or_0<'a>(env: &'a Env<'a>, of: Number) -> Got<'a> {
    Got::opt(env.facts.map(|facts| Val::Int(facts.number(of).unwrap_or(0))))
}

/// A number of the exchange that says yes or no.
pub(super) fn truth<'a>(env: &'a Env<'a>, of: Number) -> Got<'a> {
    Got::opt(env.facts.and_then(|facts| facts.number(of)).map(|n| Val::Bool(n != 0)))
}

/// A text of the exchange.
pub(super) fn text<'a>(env: &'a Env<'a>, of: Text) -> Got<'a> {
    Got::opt(env.facts.and_then(|facts| facts.text(of)).map(Val::Str))
}

/// The address of an end.
pub(super) fn address<'a>(env: &'a Env<'a>, of: Endpoint) -> Got<'a> {
    Got::opt(env.facts.and_then(|facts| facts.endpoint(of)).map(|sa| Val::ip(sa.ip())))
}

/// The port of an end.
pub(super) fn port<'a>(env: &'a Env<'a>, of: Endpoint) -> Got<'a> {
    Got::opt(env.facts.and_then(|facts| facts.endpoint(of)).map(|sa| Val::Int(i64::from(sa.port()))))
}

/// Whether the address of an end is one of this host's.
pub(super) fn is_local<'a>(env: &'a Env<'a>, of: Endpoint) -> Got<'a> {
    let local = env.facts.and_then(|facts| facts.is_local(facts.endpoint(of)?.ip()));
    Got::opt(local.map(Val::Bool))
}
