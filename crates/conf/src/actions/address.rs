//! Actions on the addresses of the client's connection (manual 4.4).

use super::{Act, RuleCx, Stages};
use rules::Action;
use rules::action::AddressPart;

pub static SET_DST: Act =
    address("set-dst", "Sets the address that the client connected to.", |rule| set(rule, AddressPart::Dst));
pub static SET_DST_PORT: Act =
    address("set-dst-port", "Sets the port that the client connected to.", |rule| set(rule, AddressPart::DstPort));
pub static SET_SRC: Act = address("set-src", "Sets the client's address.", |rule| set(rule, AddressPart::Src));
pub static SET_SRC_PORT: Act =
    address("set-src-port", "Sets the client's port.", |rule| set(rule, AddressPart::SrcPort));

const fn address(name: &'static str, doc: &'static str, parse: fn(&mut RuleCx<'_, '_>) -> Option<Action>) -> Act {
    Act { name, stages: Stages::of("-XXX-X--"), done: Stages::of("-XXX-X--"), args: "<expr>", doc, ..Act::plain(parse) }
}

fn set(rule: &mut RuleCx<'_, '_>, part: AddressPart) -> Option<Action> {
    Some(Action::SetAddress(part, rule.expr()?))
}
