//! Section `traces` (manual 12.1): what is traced from the start. It may appear several times; a later line goes
//! before an earlier one.

use super::simple;
use crate::compile::Run;
use syntax::Section;

pub fn read(run: &mut Run<'_>, section: &Section) {
    let mut traces = core::mem::take(&mut run.traces);
    simple::read(run, section, ("traces", "12.1"), |index| &index.traces, &mut traces);
    run.traces = traces;
}
