//! Section `acme` (manual 12.8): where certificates are renewed, and how.

use super::{Kind, Name};
use crate::cx::{Cx, KEYWORD};
use crate::keyword::Gate;
use crate::keywords;
use crate::spec::{Acme, Challenge};

pub static KIND: Kind<Acme> = Kind {
    word: "acme",
    name: Name::Any,
    since: "3.2",
    doc: "Where certificates are renewed, and how.",
    manual: "12.8",
    gate: Gate::Experimental,
    keywords: keywords::acme::ITEMS,
    ..Kind::plain(open, close)
};

fn open(cx: &mut Cx<'_>) -> Option<Acme> {
    if cx.is_empty() {
        cx.alert(KEYWORD, "expects a name.");
        return None;
    }
    Some(Acme { name: cx.text(0).into(), at: cx.at(0), ..Acme::default() })
}

/// What the section lacks, and what doesn't go together.
fn close(cx: &mut Cx<'_>, acme: Acme) {
    if acme.directory.is_none() {
        cx.alert(KEYWORD, format!("section '{}' needs a 'directory'.", String::from_utf8_lossy(&acme.name)));
    }
    if acme.ready.is_some() && acme.challenge == Challenge::Http01 {
        cx.alert(KEYWORD, ": 'challenge-ready' needs challenge 'dns-01' or 'dns-persist-01'.");
    }
    cx.parts.made.acmes.push(acme);
}
