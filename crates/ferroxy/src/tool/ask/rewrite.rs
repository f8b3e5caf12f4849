//! The configuration as it runs while it is asked: the same rules, other sockets.

use base::Addr;
use conf::spec::{Bind, LogSpec, Mode, Proxy, SendProxy, Server, ServerAddr, ServerPort, Spec};
use core::net::SocketAddr;
use diag::Files;
use std::sync::Arc;

/// Nothing of the outside world is left in it.
pub fn for_questions(mut spec: Spec, tag: &str) -> Spec {
    spec.global.logs = LogSpec::default();
    for proxy in spec.proxies.iter_mut().map(Arc::make_mut) {
        let askable = is_askable(proxy);
        proxy.logs = LogSpec::default();
        let listener = super::listener_name(tag, &proxy.name);
        if let Some(front) = &mut proxy.front {
            let first = front.binds.first().cloned();
            front.binds = first.filter(|_| askable).map(|bind| ours(bind, listener)).into_iter().collect();
        }
        if let Some(back) = &mut proxy.back {
            back.servers.iter_mut().map(Arc::make_mut).for_each(|server| captured(server, super::server_name(tag)));
        }
    }
    spec
}

/// Frontends that take HTTP requests from outside.
pub fn askable(spec: &Spec) -> impl Iterator<Item = &Proxy> {
    spec.proxies.iter().map(|proxy| &**proxy).filter(|proxy| is_askable(proxy))
}

fn is_askable(proxy: &Proxy) -> bool {
    proxy.mode == Mode::Http && !proxy.disabled && proxy.front.as_ref().is_some_and(|front| !front.binds.is_empty())
}

/// The frontend that listens on an address, going by the text of its `bind` line. The sockets themselves are ours by now.
pub fn listening_on<'s>(spec: &'s Spec, files: &Files, to: SocketAddr) -> Option<&'s str> {
    let port = format!(":{}", to.port());
    let exact = to.to_string();
    let binds = |proxy: &Proxy| -> Vec<Bind> { proxy.front.iter().flat_map(|front| front.binds.clone()).collect() };
    let said = |bind: &Bind| {
        let id = files.ids().nth(bind.at.file as usize)?;
        let line = files.slice(files.line_span(id, bind.at.line)?);
        Some(String::from_utf8_lossy(line).split_whitespace().nth(1).unwrap_or_default().to_owned())
    };
    let listens = |proxy: &&Proxy, fits: &dyn Fn(&str) -> bool| {
        binds(proxy).iter().filter_map(&said).any(|addrs| addrs.split(',').any(fits))
    };
    let wildcard =
        |addr: &str| addr.strip_suffix(&port).is_some_and(|host| matches!(host, "" | "*" | "0.0.0.0" | "[::]" | "::"));
    let found = askable(spec).find(|proxy| listens(proxy, &|addr| addr == exact));
    found.or_else(|| askable(spec).find(|proxy| listens(proxy, &wildcard))).map(|proxy| &*proxy.name)
}

/// Our listener, with the name and number of the line that it stands for.
fn ours(mut bind: Bind, name: Vec<u8>) -> Bind {
    bind.addr = Addr::Abns { name: name.into(), padded: false };
    let opts = std::mem::take(&mut bind.opts);
    bind.opts.name = opts.name;
    bind.opts.id = opts.id;
    bind.opts.label = opts.label;
    bind.opts.accept_proxy = true;
    bind
}

/// A server that is one of ours, and always there.
fn captured(server: &mut Server, name: Vec<u8>) {
    server.addr = ServerAddr {
        addr: Addr::Abns { name: name.into(), padded: false },
        host: None,
        unresolved: false,
        port: ServerPort::Fixed,
    };
    server.check = None;
    server.agent = None;
    server.track = None;
    server.tls = None;
    server.proto = None;
    server.source = None;
    server.socks4 = None;
    server.namespace = None;
    server.send_proxy = SendProxy::No;
}
