//! Section `http-errors` (manual 12.4): responses that proxies import with `errorfiles`.

use super::Kind;
use crate::build::HttpErrorsB;
use crate::compile::Run;
use crate::finish::{End, errorfiles};
use crate::keywords;
use crate::spec::HttpErrors;
use std::collections::BTreeMap;

pub static KIND: Kind<HttpErrorsB> = Kind {
    word: "http-errors",
    since: "2.2",
    doc: "Responses for errors, to be imported by proxies.",
    manual: "12.4",
    keywords: keywords::http_errors::ITEMS,
    finish,
    ..Kind::plain(
        |cx| Some(HttpErrorsB { name: cx.text(0).into(), at: cx.at(0), files: BTreeMap::new() }),
        |cx, section| cx.parts.http_errors.push(section),
    )
};

fn finish(run: &mut Run<'_>, finished: &End) {
    for section in core::mem::take(&mut run.parts.http_errors) {
        let mut files = BTreeMap::new();
        for (status, file) in section.files {
            errorfiles::check(run, &file, finished.global.tune.bufsize as usize);
            files.insert(status, file.content);
        }
        run.parts.made.http_errors.push(HttpErrors { name: section.name, at: section.at, files });
    }
}
