//! HTTP as a whole: header name case, unsafe transfer codings, what broken peers need.

use crate::build::GlobalB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword, Prefix, Reload, Said};
use crate::spec::CasePair;

pub static H1_CASE_ADJUST: Keyword<GlobalB> = Keyword {
    name: "h1-case-adjust",
    args: Arity::exactly(2, "<from> and <to>"),
    since: "2.1",
    doc: "Case that a header name gets for bogus HTTP/1 peers.",
    manual: "3.1",
    reload: Reload::NewProcess(|a, b| a.h1_case_adjust == b.h1_case_adjust),
    ..Keyword::plain(|cx, global| {
        let (from, to) = (cx.text(0), cx.text(1));
        match pair_fits(from, to) {
            Err(why) => cx.alert(1, why),
            Ok(()) if global.case_adjust.contains_key(from) => {
                let from = cx.show(0);
                cx.alert(0, format!(": '{from}' is there already."));
            }
            Ok(()) => {
                global.case_adjust.insert(from.into(), to.into());
            }
        }
    })
};

pub static H1_CASE_ADJUST_FILE: Keyword<GlobalB> = Keyword {
    name: "h1-case-adjust-file",
    args: Arity::exactly(1, "a file name"),
    since: "2.1",
    doc: "File of header names with the case that they get for bogus HTTP/1 peers.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        let path = cx.path(0);
        match cx.world.read(&path) {
            Ok(content) => global.case_file = lines(cx, &content),
            Err(why) => cx.alert(0, format!(": can't read '{}' ({why}).", String::from_utf8_lossy(&path))),
        }
    })
};

pub static H1_KEEP_OPEN: Keyword<GlobalB> = Keyword {
    name: "h1-do-not-close-on-insecure-transfer-encoding",
    since: "3.1",
    doc: "Keeps the connection after a message with both Content-Length and Transfer-Encoding.",
    manual: "3.1",
    ..Keyword::plain(|_, global| global.spec.h1_keep_open_on_insecure_te = true)
};

pub static H1_ACCEPT_PAYLOAD: Keyword<GlobalB> = Keyword {
    name: "h1-accept-payload-with-any-method",
    since: "2.6",
    doc: "Takes HTTP/1.0 requests with a body whatever their method.",
    manual: "3.1",
    ..Keyword::plain(|_, global| global.spec.h1_accept_payload_with_any_method = true)
};

pub static H2_HIDE_WEBSOCKETS: Keyword<GlobalB> = Keyword {
    name: "h2-workaround-bogus-websocket-clients",
    prefix: Prefix::No,
    since: "2.4",
    doc: "Doesn't offer WebSockets over HTTP/2 to clients.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| {
        global.spec.h2_hide_websockets = cx.said != Said::No;
    })
};

/// Checks that two names differ in case only, and that the first is in lower case.
fn pair_fits(from: &[u8], to: &[u8]) -> Result<(), &'static str> {
    if from.is_empty() || from.iter().any(u8::is_ascii_uppercase) {
        return Err("expects the first name in lower case.");
    }
    if !from.eq_ignore_ascii_case(to) {
        return Err("expects names that differ in their case only.");
    }
    Ok(())
}

/// The pairs of a file, two names a line.
fn lines(cx: &mut Cx<'_>, content: &[u8]) -> Vec<CasePair> {
    let mut pairs = Vec::new();
    for (number, line) in content.split(|c| *c == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() || line[0] == b'#' {
            continue;
        }
        let mut words = line.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty());
        let (from, to) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let fits = match words.next() {
            Some(_) => Err("expects two names."),
            None => pair_fits(from, to),
        };
        match fits {
            Ok(()) => pairs.push((from.into(), to.into())),
            Err(why) => cx.alert(0, format!(": line {} of the file {why}", number + 1)),
        }
    }
    pairs
}
