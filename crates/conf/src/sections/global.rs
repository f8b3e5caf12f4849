//! Section `global` (manual 3). It may appear several times.

use super::line::{self, Head, Tools};
use crate::compile::Run;
use crate::cx::Earlier;
use diag::Diagnostic;
use syntax::{Section, environment};

pub fn read(run: &mut Run<'_>, section: &Section) {
    if let Some(extra) = section.args.first() {
        let text = format!("'global' cannot handle unexpected argument '{}'.", extra.show());
        run.diags.push(Diagnostic::alert(extra.span, text));
    }
    for line in &section.lines {
        // What is wrong with such a line was said when the tree was made.
        environment::obey(&line.words, &mut run.parts.env);
        let (said, words) = line::said(&line.words);
        let Some((keyword, used)) =
            line::find(&run.index.global, words, "global", |word| run.index.home(word), &mut run.diags)
        else {
            continue;
        };
        if !line::prefix_fits(keyword, said, line, &mut run.diags) {
            continue;
        }
        let tools = Tools {
            world: run.world,
            diags: &mut run.diags,
            files: run.files,
            index: run.index,
            parts: &mut run.parts,
            earlier: Earlier { proxies: &run.proxies, names: &run.proxy_names },
            named: &mut run.named,
            default_path: run.global.default_path.clone(),
            exposed: run.global.exposed,
        };
        let head = Head { words, said, name: keyword.name, used, manual: keyword.manual };
        let mut cx = line::context(tools, line.line_no, &head, ("global", ""));
        line::run_parser(&mut cx, keyword, &mut run.global);
    }
}
