use crate::build::{ErrorFile, ProxyB};
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};

pub static ERRORFILE: Keyword<ProxyB> = Keyword {
    name: "errorfile",
    args: Arity::exactly(2, "<status_code> and <file>"),
    doc: "A file to send instead of a page of our own.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if let Some((status, file)) = read(cx) {
            proxy.errorfiles.insert(status, file);
        }
    })
};

/// Reads status and file, the same in section `http-errors`.
pub fn read(cx: &mut Cx<'_>) -> Option<(u16, ErrorFile)> {
    let status = status(cx)?;
    let path = cx.path(1);
    match cx.world.read(&path) {
        Ok(content) => Some((status, ErrorFile { content: content.into(), at: cx.at(1), span: cx.span(1) })),
        Err(why) => {
            let path = String::from_utf8_lossy(&path).into_owned();
            cx.alert(1, format!(": error opening file '{path}' ({why})."));
            None
        }
    }
}

/// The status in argument 0, one of those that have a page.
pub fn status(cx: &mut Cx<'_>) -> Option<u16> {
    let status = core::str::from_utf8(cx.text(0)).ok().and_then(|t| t.parse::<u16>().ok());
    let status = status.filter(|status| STATUSES.contains(status));
    if status.is_none() {
        let got = cx.show(0);
        cx.alert(0, format!(": status code '{got}' not handled."));
    }
    status
}

/// The statuses that have a page (manual 4.2, and 421 and 422, which have one too).
static STATUSES: &[u16] =
    &[200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 414, 421, 422, 425, 429, 431, 500, 501, 502, 503, 504];
