//! What part a server plays.

use crate::build::ServerB;
use crate::keyword::Keyword;

pub static BACKUP: Keyword<ServerB> = Keyword {
    name: "backup",
    doc: "Used only when no other server is up.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.spec.backup = true)
};

pub static NO_BACKUP: Keyword<ServerB> = Keyword {
    name: "no-backup",
    since: "1.8",
    doc: "Undoes 'backup'.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.spec.backup = false)
};

pub static DISABLED: Keyword<ServerB> = Keyword {
    name: "disabled",
    doc: "Starts in maintenance.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.spec.disabled = true)
};

pub static ENABLED: Keyword<ServerB> = Keyword {
    name: "enabled",
    since: "1.8",
    doc: "Undoes 'disabled'.",
    manual: "5.2",
    ..Keyword::plain(|_, server| server.spec.disabled = false)
};
