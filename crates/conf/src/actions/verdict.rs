//! Actions that end a rule set without an answer (manual 4.4).

use super::{Act, Stages};
use rules::Action;

pub static ACCEPT: Act = Act {
    name: "accept",
    stages: Stages::of("XXXXX---"),
    done: Stages::of("-XXXX---"),
    doc: "Looks at no further rule of the set and goes on.",
    ..Act::plain(|_| Some(Action::Accept))
};

pub static ALLOW: Act = Act {
    name: "allow",
    stages: Stages::of("-----XXX"),
    done: Stages::of("-----XXX"),
    doc: "Looks at no further rule of the set and goes on.",
    is_final: true,
    ..Act::plain(|_| Some(Action::Accept))
};

pub static REJECT: Act = Act {
    name: "reject",
    stages: Stages::of("XXXXXX--"),
    done: Stages::of("-XXXXX--"),
    doc: "Closes the connection without an answer.",
    ..Act::plain(|_| Some(Action::Reject))
};

pub static CLOSE: Act = Act {
    name: "close",
    stages: Stages::of("----X---"),
    done: Stages::of("----X---"),
    doc: "Closes the connection to the server.",
    ..Act::plain(|_| Some(Action::Close))
};

pub static DGRAM_DROP: Act = Act {
    name: "dgram-drop",
    stages: Stages::of("X-------"),
    since: "3.1",
    doc: "Ignores the packet.",
    ..Act::plain(|_| Some(Action::DgramDrop))
};

pub static SEND_RETRY: Act = Act {
    name: "send-retry",
    stages: Stages::of("X-------"),
    since: "3.1",
    doc: "Makes the client prove its address with a Retry packet.",
    ..Act::plain(|_| Some(Action::SendRetry))
};

pub static SILENT_DROP: Act = Act {
    name: "silent-drop",
    stages: Stages::of("-XXXXXX-"),
    done: Stages::of("-XXXXXX-"),
    args: "[rst-ttl <ttl>]",
    doc: "Forgets the connection without telling the client.",
    ..Act::plain(|rule| {
        let ttl = if rule.takes("rst-ttl") { Some(rule.int(1, 255)?) } else { None };
        Some(Action::SilentDrop(ttl.and_then(|ttl| u8::try_from(ttl).ok())))
    })
};
