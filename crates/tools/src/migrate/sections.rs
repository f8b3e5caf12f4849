//! Whole sections: names that stand twice, and sections that are gone.

use super::edits::Edits;
use diag::Span;
use std::collections::HashMap;
use syntax::{Section, Tree};

/// Comments `program` sections out. True: the section is dealt with.
pub fn gone(section: &Section, edits: &mut Edits<'_>) -> bool {
    if !section.keyword.is("program") {
        return false;
    }
    edits.set_name("program");
    edits.warn(section.span, "a service manager has to start this program: the section is gone");
    let end = section.lines.last().map_or(section.span, |line| line.span);
    let end = section.lines.last().and_then(|line| line.comment).unwrap_or(end);
    edits.comment_out(Span { end: end.end, ..section.span });
    true
}

/// Tells of proxies that have one name. They can't be renamed here: logs, statistics and scripts know them by it.
pub fn names(tree: &Tree, edits: &mut Edits<'_>) {
    edits.set_name("names");
    let mut seen: HashMap<&[u8], Span> = HashMap::new();
    for section in &tree.sections {
        let is_proxy = matches!(&*section.keyword.text, b"frontend" | b"backend" | b"listen");
        let Some(name) = section.name().filter(|_| is_proxy) else { continue };
        if seen.contains_key(&*name.text) {
            let what = format!("another proxy is called '{}' as well: 3.3 and later refuse that", name.show());
            edits.warn(name.span, &what);
        }
        seen.insert(&name.text, name.span);
    }
}
