//! Servers that lines of other places name: `track`, and `bind rhttp@backend/server`.

use super::Names;
use crate::addr::Host;
use crate::build::{ProxyB, ServerB};
use crate::compile::Run;
use crate::spec::{InitState, ReverseBind};
use base::ix::{PxIx, SrvIx};
use diag::{Diagnostic, Span};
use std::collections::HashMap;

/// A proxy and its server, by number.
type Spot = (usize, usize);

/// Finds the servers that are named, and puts their numbers where their names are.
pub fn resolve(run: &mut Run<'_>, names: &Names, proxies: &mut [Box<ProxyB>]) {
    let tracks = find_tracked(run, names, proxies);
    judge_chains(run, proxies, &tracks);
    for ((proxy, server), (of, target)) in tracks {
        proxies[proxy].servers[server].spec.track = Some((PxIx::from(of), SrvIx::from(target)));
    }
    reverse_binds(run, names, proxies);
}

/// Which server each tracking one tracks.
fn find_tracked(run: &mut Run<'_>, names: &Names, proxies: &[Box<ProxyB>]) -> HashMap<Spot, Spot> {
    let mut tracks = HashMap::new();
    for (at, proxy) in proxies.iter().enumerate().filter(|(_, proxy)| !proxy.disabled) {
        for (number, server) in proxy.servers.iter().enumerate() {
            let Some(track) = &server.track else { continue };
            let found = match track.name.iter().position(|c| *c == b'/') {
                Some(slash) => spot(names, proxies, &track.name[..slash], &track.name[slash + 1..]),
                None => in_proxy(proxies, at, &track.name),
            };
            match found {
                Ok(found) => {
                    tracks.insert((at, number), found);
                }
                Err(missing) => {
                    let text = format!("unable to find required {missing} for tracking.");
                    alert(run, proxy, server, track.span, &text);
                }
            }
            if server.check {
                alert(run, proxy, server, track.span, "unable to enable checks and tracking at the same time!");
            }
            if server.spec.init_state != InitState::None {
                alert(run, proxy, server, track.span, "'init-state' has no place where another server is tracked.");
            }
        }
    }
    tracks
}

fn spot(names: &Names, proxies: &[Box<ProxyB>], proxy: &[u8], server: &[u8]) -> Result<Spot, String> {
    let name = core::str::from_utf8(proxy).unwrap_or_default();
    match names.get(name).filter(|known| known.is_back) {
        Some(known) => in_proxy(proxies, known.index.at(), server),
        None => Err(format!("proxy '{}'", String::from_utf8_lossy(proxy))),
    }
}

fn in_proxy(proxies: &[Box<ProxyB>], at: usize, server: &[u8]) -> Result<Spot, String> {
    let name = core::str::from_utf8(server).unwrap_or_default();
    match proxies[at].server_at(name) {
        Some(found) => Ok((at, found)),
        None => Err(format!("server '{}'", String::from_utf8_lossy(server))),
    }
}

/// Where a chain of tracking servers leads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leads {
    /// To a server that is checked.
    Well,
    /// To this one, which isn't.
    Unchecked(Spot),
    /// Nowhere.
    Round,
}

/// Checks that each chain ends at a server that is checked. Each server is visited once.
fn judge_chains(run: &mut Run<'_>, proxies: &[Box<ProxyB>], tracks: &HashMap<Spot, Spot>) {
    let mut known: HashMap<Spot, Leads> = HashMap::new();
    let mut starts: Vec<&Spot> = tracks.keys().collect();
    starts.sort_unstable();
    for start in starts {
        let mut path = Vec::new();
        let mut at = *start;
        let leads = loop {
            if let Some(leads) = known.get(&at) {
                break *leads;
            }
            let Some(next) = tracks.get(&at) else {
                let server = &proxies[at.0].servers[at.1];
                let well = server.check || server.agent || server.track.is_some();
                break if well { Leads::Well } else { Leads::Unchecked(at) };
            };
            path.push(at);
            // Until the end is known, whoever comes by again has gone round.
            known.insert(at, Leads::Round);
            at = *next;
        };
        known.extend(path.into_iter().map(|spot| (spot, leads)));
        let (proxy, server) = (&proxies[start.0], &proxies[start.0].servers[start.1]);
        let span = server.track.as_ref().map_or(server.span, |track| track.span);
        let name = |spot: Spot| format!("{}/{}", proxies[spot.0].name, proxies[spot.0].servers[spot.1].spec.name);
        match leads {
            Leads::Well => {}
            Leads::Unchecked(end) => {
                let text = format!(
                    "unable to use {} for tracking as it does not have any check nor agent enabled.",
                    name(end)
                );
                alert(run, proxy, server, span, &text);
            }
            Leads::Round => {
                let text = format!("unable to track {} as the chain leads back to itself.", name(tracks[start]));
                alert(run, proxy, server, span, &text);
            }
        }
    }
}

fn alert(run: &mut Run<'_>, proxy: &ProxyB, server: &ServerB, span: Span, text: &str) {
    let text = format!("'server {}/{}' : {text}", proxy.name, server.spec.name);
    run.diags.push(Diagnostic::alert(span, text).manual("5.2"));
}

/// Finds the servers of reverse `bind` lines.
fn reverse_binds(run: &mut Run<'_>, names: &Names, proxies: &mut [Box<ProxyB>]) {
    for at in 0..proxies.len() {
        for number in 0..proxies[at].binds.len() {
            let line = &proxies[at].binds[number];
            let reverse = line.addrs.iter().find_map(|parsed| match &parsed.host {
                Host::Reverse(name) => Some(name),
                _ => None,
            });
            let Some(name) = reverse else { continue };
            let parts = name.iter().position(|c| *c == b'/');
            let found = match parts {
                Some(slash) => spot(names, proxies, &name[..slash], &name[slash + 1..]),
                None => Err(format!("server '{}' (as '<backend>/<server>')", String::from_utf8_lossy(name))),
            };
            match found {
                Ok((backend, server)) => {
                    let connections = line.bind.nbconn.map_or(1, |(n, _)| n);
                    let (backend, server) = (PxIx::from(backend), SrvIx::from(server));
                    proxies[at].binds[number].bind.opts.reverse = Some(ReverseBind { backend, server, connections });
                }
                Err(missing) => {
                    let text = format!("'bind' : unable to find required {missing} for reverse HTTP.");
                    run.diags.push(Diagnostic::alert(line.span, text).manual("4.2"));
                }
            }
        }
    }
}
