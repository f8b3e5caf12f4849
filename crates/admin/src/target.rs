//! What commands are about: a frontend, a backend, a server, by name.

use crate::reply::Reply;
use base::ix::{PxIx, SrvIx};
use proxy::plan::{Back, Front, Plan};
use std::sync::Arc;

/// The place of a proxy, by name or `#number` or number.
pub fn proxy(plan: &Plan, name: &str) -> Option<PxIx> {
    let place = plan.spec.proxies.iter().position(|proxy| &*proxy.name == name);
    let by_number = || {
        let id: u32 = name.strip_prefix('#').unwrap_or(name).parse().ok()?;
        plan.proxies.iter().position(|proxy| proxy.id == id)
    };
    place.or_else(by_number).map(PxIx::from)
}

/// A frontend, or the client side of a listen.
pub fn frontend(plan: &Plan, name: &str) -> Result<Arc<Front>, Reply> {
    if name.is_empty() {
        return Err(Reply::error("A frontend name is expected."));
    }
    let front = proxy(plan, name).and_then(|px| plan.proxies[px.at()].front.clone());
    front.ok_or_else(|| Reply::error("No such frontend."))
}

/// A backend, or the server side of a listen.
pub fn backend(plan: &Plan, name: &str) -> Option<Arc<Back>> {
    proxy(plan, name).and_then(|px| plan.proxies[px.at()].back.clone())
}

/// A server, as `backend/server`.
pub fn server(plan: &Plan, path: &str) -> Result<(Arc<Back>, SrvIx), Reply> {
    let Some((back, server)) = path.split_once('/').filter(|(_, server)| !server.is_empty()) else {
        return Err(Reply::error("Require 'backend/server'."));
    };
    let back = backend(plan, back).ok_or_else(|| Reply::error("No such backend."))?;
    let by_name = back.servers.iter().position(|known| &*known.live.name == server).map(SrvIx::from);
    let by_number = || {
        let id: u32 = server.strip_prefix('#')?.parse().ok()?;
        (0..back.servers.len()).map(SrvIx::from).find(|ix| back.server_id(*ix) == id)
    };
    let ix = by_name.or_else(by_number).ok_or_else(|| Reply::error("No such server."))?;
    Ok((back, ix))
}
