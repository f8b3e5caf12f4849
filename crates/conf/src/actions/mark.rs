//! Marks and types of service on the packets of a connection (manual 4.4).

use super::{Act, RuleCx, Stages};
use rules::Action;
use rules::action::Side;

pub static SET_FC_MARK: Act = Act {
    since: "3.0",
    ..front("set-fc-mark", "<mark> | <expr>", "Marks packets to the client.", |rule| mark(rule, Side::Front))
};
pub static SET_FC_TOS: Act = Act {
    since: "3.0",
    ..front("set-fc-tos", "<tos> | <expr>", "Sets the type of service of packets to the client.", |rule| {
        tos(rule, Side::Front)
    })
};
pub static SET_MARK: Act =
    front("set-mark", "<mark>", "The old name of 'set-fc-mark'.", |rule| mark(rule, Side::Front));
pub static SET_TOS: Act = front("set-tos", "<tos>", "The old name of 'set-fc-tos'.", |rule| tos(rule, Side::Front));
pub static SET_BC_MARK: Act = Act {
    since: "3.0",
    stages: Stages::of("---X-X--"),
    done: Stages::of("---X-X--"),
    ..front("set-bc-mark", "<mark> | <expr>", "Marks packets to the server.", |rule| mark(rule, Side::Back))
};
pub static SET_BC_TOS: Act = Act {
    since: "3.0",
    stages: Stages::of("---X-X--"),
    done: Stages::of("---X-X--"),
    ..front("set-bc-tos", "<tos> | <expr>", "Sets the type of service of packets to the server.", |rule| {
        tos(rule, Side::Back)
    })
};

const fn front(
    name: &'static str,
    args: &'static str,
    doc: &'static str,
    parse: fn(&mut RuleCx<'_, '_>) -> Option<Action>,
) -> Act {
    Act { name, stages: Stages::of("-XXXXXX-"), done: Stages::of("-XXXXXX-"), args, doc, ..Act::plain(parse) }
}

fn mark(rule: &mut RuleCx<'_, '_>, side: Side) -> Option<Action> {
    Some(Action::SetMark(side, rule.num_or_expr(u64::from(u32::MAX))?))
}

fn tos(rule: &mut RuleCx<'_, '_>, side: Side) -> Option<Action> {
    Some(Action::SetTos(side, rule.num_or_expr(255)?))
}
