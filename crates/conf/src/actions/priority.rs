//! What comes before what (manual 4.4).

use super::{Act, Stages};
use rules::Action;

pub static SET_NICE: Act = Act {
    name: "set-nice",
    stages: Stages::of("---XXXX-"),
    done: Stages::of("---XXXX-"),
    args: "a number from -1024 to 1024",
    doc: "Says how much this stream lets others go first.",
    ..Act::plain(|rule| i16::try_from(rule.int(-1024, 1024)?).ok().map(Action::SetNice))
};

pub static SET_PRIORITY_CLASS: Act = Act {
    name: "set-priority-class",
    stages: Stages::of("---X-X--"),
    done: Stages::of("---X-X--"),
    args: "<expr>",
    since: "1.9",
    doc: "Says in which class of a server's queue the request waits.",
    ..Act::plain(|rule| rule.expr().map(Action::SetPriorityClass))
};

pub static SET_PRIORITY_OFFSET: Act = Act {
    name: "set-priority-offset",
    stages: Stages::of("---X-X--"),
    done: Stages::of("---X-X--"),
    args: "<expr>",
    since: "1.9",
    doc: "Moves the request within its class of a server's queue.",
    ..Act::plain(|rule| rule.expr().map(Action::SetPriorityOffset))
};
