//! Section `program`: other programs under the master, gone since 3.3.

use super::{Kind, Name};
use crate::keyword::Status;

pub static KIND: Kind<()> = Kind {
    word: "program",
    name: Name::Any,
    since: "2.0",
    doc: "Once ran other programs beside the workers.",
    manual: "3",
    status: Status::Gone("start the program by the system's own means, such as a systemd unit"),
    ..Kind::plain(|_| None, |_, ()| {})
};
