//! Keywords of section `http-errors` (manual 12.4).

use crate::build::HttpErrorsB;
use crate::keyword::{Arity, Keyword};
use crate::keywords::proxy::errorfile;

pub static ITEMS: &[&Keyword<HttpErrorsB>] = &[&ERRORFILE];

static ERRORFILE: Keyword<HttpErrorsB> = Keyword {
    name: "errorfile",
    args: Arity::exactly(2, "<status_code> and <file>"),
    since: "2.2",
    doc: "A file to send for a status.",
    manual: "12.4",
    ..Keyword::plain(|cx, section| {
        if let Some((status, file)) = errorfile::read(cx) {
            section.files.insert(status, file);
        }
    })
};
