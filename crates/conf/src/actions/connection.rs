//! Actions on the client's connection (manual 4.4).

use super::{Act, RuleCx, Stages};
use crate::build::SectionKind;
use crate::keyword::Gate;
use crate::spec::ProxyKind;
use rules::Action;

pub static EXPECT_PROXY: Act = Act {
    name: "expect-proxy",
    stages: Stages::of("-X------"),
    done: Stages::of("-X------"),
    args: "'layer4'",
    doc: "Waits for a PROXY protocol header.",
    ..Act::plain(|rule| layer4(rule).map(|()| Action::ExpectProxy))
};

pub static EXPECT_NETSCALER_CIP: Act = Act {
    name: "expect-netscaler-cip",
    stages: Stages::of("-X------"),
    done: Stages::of("-X------"),
    args: "'layer4'",
    doc: "Waits for a NetScaler client IP header.",
    ..Act::plain(|rule| layer4(rule).map(|()| Action::ExpectNetscalerCip))
};

fn layer4(rule: &mut RuleCx<'_, '_>) -> Option<()> {
    rule.needs()?;
    rule.at += 1;
    rule.cx.one_of(rule.at - 1, &[("layer4", ())])
}

pub static SWITCH_MODE: Act = Act {
    name: "switch-mode",
    stages: Stages::of("---X----"),
    done: Stages::of("---X----"),
    args: "http [proto <name>]",
    since: "2.4",
    doc: "Goes on in HTTP mode.",
    ..Act::plain(|rule| {
        if rule.proxy.kind == SectionKind::Proxy(ProxyKind::Backend) {
            let name = rule.proxy.name.clone();
            rule.cx.alert(0, format!(": proxy '{name}' has no frontend capability."));
            return None;
        }
        rule.needs()?;
        rule.at += 1;
        rule.cx.one_of(rule.at - 1, &[("http", ())])?;
        let proto = if rule.takes("proto") { Some(proto(rule)?) } else { None };
        rule.proxy.own.switches_mode = true;
        Some(Action::SwitchMode { proto })
    })
};

/// A protocol that a connection can be upgraded to.
fn proto(rule: &mut RuleCx<'_, '_>) -> Option<Box<str>> {
    rule.needs()?;
    rule.at += 1;
    let proto = rule.cx.one_of(rule.at - 1, &[("h1", "h1"), ("h2", "h2")])?;
    if proto == "h2" {
        rule.cx.not_yet(rule.at - 1, "switch-mode http proto h2");
    }
    Some(proto.into())
}

pub static ATTACH_SRV: Act = Act {
    name: "attach-srv",
    stages: Stages::of("--X-----"),
    args: "<srv> [name <expr>]",
    since: "2.9",
    doc: "Makes the connection an idle one of a server.",
    gate: Gate::Experimental,
    ..Act::plain(|rule| {
        let server = rule.text()?;
        if !server.contains('/') {
            rule.cx.alert(1, format!("expects <backend>/<server>, not '{server}'."));
            return None;
        }
        let name = if rule.takes("name") { Some(rule.expr()?) } else { None };
        Some(Action::AttachSrv { server, name })
    })
};
