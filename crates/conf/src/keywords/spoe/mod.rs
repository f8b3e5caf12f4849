//! Keywords of the sections in a file of the Stream Processing Offload Engine (SPOE.txt, 2.2 to 2.4).

pub mod agent;
pub mod group;
pub mod message;

use crate::build::SpoeNames;
use crate::cx::Cx;

/// Adds the names on a line, each of which may stand once.
fn names(cx: &mut Cx<'_>, into: &mut SpoeNames) {
    for i in 0..cx.len() {
        if !into.add(cx.text(i), cx.span(i)) {
            let text = format!(": '{}' is already there.", cx.show(i));
            return cx.alert(i, text);
        }
    }
}
