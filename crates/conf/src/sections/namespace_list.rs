//! Section `namespace_list`: network namespaces that are opened at the start, while they can be reached (manual 5.1,
//! `namespace`). It may appear several times.

use super::simple;
use crate::compile::Run;
use syntax::Section;

pub fn read(run: &mut Run<'_>, section: &Section) {
    let mut namespaces = core::mem::take(&mut run.namespaces);
    simple::read(run, section, ("namespace_list", "5.1"), |index| &index.namespaces, &mut namespaces);
    run.namespaces = namespaces;
}
