//! `disabled`, `enabled`.

use crate::build::ProxyB;
use crate::keyword::Keyword;

pub static DISABLED: Keyword<ProxyB> = Keyword {
    name: "disabled",
    doc: "Reads the section but starts nothing of it.",
    manual: "4.2",
    ..Keyword::plain(|_, proxy| proxy.disabled = true)
};

pub static ENABLED: Keyword<ProxyB> = Keyword {
    name: "enabled",
    doc: "Undoes 'disabled' of a defaults section.",
    manual: "4.2",
    ..Keyword::plain(|_, proxy| proxy.disabled = false)
};
