//! Sections that are no more than a list of lines with keywords of their own.

use super::line::{self, Head, Tools};
use crate::compile::Run;
use crate::lang::{Index, Table};
use diag::Diagnostic;
use syntax::Section;

/// Reads the lines of a section whose first line has no argument.
pub fn read<B>(
    run: &mut Run<'_>,
    section: &Section,
    (word, manual): (&'static str, &'static str),
    table: fn(&Index) -> &Table<B>,
    into: &mut B,
) {
    if let Some(extra) = section.args.first() {
        let text = format!("'{word}' cannot handle unexpected argument '{}'.", extra.show());
        run.diags.push(Diagnostic::alert(extra.span, text).manual(manual));
    }
    for line in &section.lines {
        let (said, words) = line::said(&line.words);
        let elsewhere = |word: &[u8]| match run.index.global.has(word) {
            true => Some("section 'global'"),
            false => run.index.proxy.has(word).then_some("a proxy section"),
        };
        let Some((keyword, used)) = line::find(table(&run.index), words, word, elsewhere, &mut run.diags) else {
            continue;
        };
        if !line::prefix_fits(keyword, said, line, &mut run.diags) {
            continue;
        }
        let tools = Tools {
            world: run.world,
            diags: &mut run.diags,
            files: run.files,
            index: &run.index,
            default_path: run.global.default_path.clone(),
            exposed: run.global.exposed,
        };
        let head = Head { words, said, name: keyword.name, used, manual: keyword.manual };
        let mut cx = line::context(tools, line, &head, (word, ""));
        line::run_parser(&mut cx, keyword, into);
    }
}
