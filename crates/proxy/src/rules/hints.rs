//! `early-hint`: fields of a 103 (Early Hints) answer (manual 4.4, RFC 8297).

use super::doing::{Doing, Verdict};
use http::{Head, Version};
use rules::Step;
use rules::action::Header;

/// Adds a field to the 103 that is sent once no further hint follows.
pub fn add(doing: &mut Doing<'_>, header: &Header) -> Step<Verdict> {
    // A client of HTTP/1.0 knows no interim answers (RFC 9110 section 15.2).
    if doing.x.asked.is_none_or(|asked| asked.version < Version::HTTP_1_1) {
        return Step::Next;
    }
    let text = doing.text(&header.value);
    let limit = doing.client.front.h1.max_edited;
    let hints = match doing.x.hints.take() {
        Some(hints) => Ok(*hints),
        None => Head::response(103, Version::HTTP_1_1, limit),
    };
    let result = hints.and_then(|mut head| {
        let added = head.add(&header.name, &text);
        doing.x.hints = Some(Box::new(head));
        added
    });
    doing.put_back(text);
    doing.rewritten(result)
}
