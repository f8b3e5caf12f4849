//! Section `mailers` (manual 12.3): where alerts are mailed.

use super::Kind;
use crate::compile::Run;
use crate::finish::End;
use crate::keywords;
use crate::spec::Mailers;
use diag::{Diagnostic, Frame};

pub static KIND: Kind<Mailers> = Kind {
    word: "mailers",
    since: "1.6",
    doc: "Servers that 'email-alert' mails to.",
    manual: "12.3",
    keywords: keywords::mailers::ITEMS,
    finish,
    ..Kind::plain(
        |cx| {
            let (name, at) = (cx.text(0).into(), cx.at(0));
            Some(Mailers { name, at, timeout: keywords::mailers::TIMEOUT, mailers: Vec::new() })
        },
        |cx, section| cx.parts.made.mailers.push(section),
    )
};

/// Drops what nobody uses.
fn finish(run: &mut Run<'_>, _: &End) {
    let sections = core::mem::take(&mut run.parts.made.mailers);
    for section in sections {
        // After other errors, what would use it may not have been read.
        if run.parts.names.is_used(KIND.word, &section.name) || run.diags.has_alerts() {
            run.parts.made.mailers.push(section);
            continue;
        }
        let text = format!("section 'mailers {}' is dropped: nothing uses it.", String::from_utf8_lossy(&section.name));
        run.diags.push(
            Diagnostic::warning(section.at.span(), text)
                .framed(Frame::Config)
                .help("name it in an 'email-alert mailers' line")
                .manual("12.3"),
        );
    }
}
