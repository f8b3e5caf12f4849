//! Remarks for diagnostic mode (`-dD`): what is legal, changes nothing of the outcome, and is seldom meant.

use crate::build::ProxyB;
use crate::build::ServerB;
use crate::compile::Run;
use diag::{Diagnostic, Span};
use std::collections::HashMap;
use syntax::Section;

/// Sections `global` behind others: what was read before may have used a value that they change.
pub fn order(run: &mut Run<'_>, sections: &[Section]) {
    let is_global = |section: &&Section| &*section.keyword.text == b"global";
    for section in sections.iter().skip_while(is_global).filter(is_global) {
        let text = "'global' stands behind other sections; which of them sees what it says isn't specified.";
        run.diags.push(Diagnostic::diag(section.keyword.span, text).manual("3"));
    }
}

/// A proxy's servers that nothing chooses, or that a cookie can't tell apart.
pub fn servers(run: &mut Run<'_>, proxy: &ProxyB, lines: &[Box<ServerB>]) {
    let mut cookies: HashMap<&[u8], Span> = HashMap::new();
    for line in lines {
        let server = format!("'server {}/{}'", proxy.name, line.spec.name);
        if line.spec.weight == 0 {
            let text = format!("{server} : configured with a weight of 0, it's never chosen by load balancing.");
            run.diags.push(Diagnostic::diag(line.span, text).manual("5.2"));
        }
        let Some(cookie) = line.spec.cookie.as_deref().filter(|_| !line.spec.backup) else { continue };
        if let Some(before) = cookies.get(cookie) {
            let text =
                format!("{server} : an earlier server has the same cookie value; persistence can't tell them apart.");
            run.diags.push(Diagnostic::diag(line.span, text).also(*before, "the first one").manual("5.2"));
        } else {
            cookies.insert(cookie, line.span);
        }
    }
}
