//! Section `fcgi-app` (manual 10.1.1): a FastCGI application.

use super::Kind;
use crate::build::{FcgiAppB, Logs};
use crate::compile::Run;
use crate::cx::{Cx, KEYWORD};
use crate::finish::{End, logs};
use crate::keywords;
use crate::spec::{FcgiApp, LogSpec};
use diag::{Diagnostic, Frame};
use expr::acl::Acls;
use std::collections::HashSet;

pub static KIND: Kind<FcgiAppB> = Kind {
    word: "fcgi-app",
    since: "2.1",
    doc: "A FastCGI application, which backends use.",
    manual: "10.1.1",
    keywords: keywords::fcgi_app::ITEMS,
    finish,
    ..Kind::plain(open, |cx, section| cx.parts.fcgi_apps.push(section))
};

fn open(cx: &mut Cx<'_>) -> Option<FcgiAppB> {
    let made = FcgiApp {
        name: cx.text(0).into(),
        at: cx.at(0),
        docroot: Box::default(),
        index: None,
        path_info: None,
        acls: Vec::new(),
        rules: Vec::new(),
        stderr: LogSpec::default(),
        get_values: false,
        keep_conn: true,
        multiplex: false,
        max_reqs: 1,
    };
    let span = cx.span(KEYWORD);
    Some(FcgiAppB { made, span, logs: Logs::default(), acls: Acls::new(), docroot_said: false })
}

fn finish(run: &mut Run<'_>, end: &End) {
    for mut section in core::mem::take(&mut run.parts.fcgi_apps) {
        check(run, &section);
        logs::check_targets(run, &end.names, &mut HashSet::new(), &section.logs);
        let send_hostname = end.global.log_send_hostname.is_some();
        section.made.stderr = logs::targets(&section.logs, Some(&end.global.logs), send_hostname);
        run.parts.made.fcgi_apps.push(section.made);
    }
}

fn check(run: &mut Run<'_>, section: &FcgiAppB) {
    let name = String::from_utf8_lossy(&section.made.name).into_owned();
    if !section.docroot_said {
        let text = format!("fcgi-app '{name}' has no 'docroot'.");
        run.diags.push(Diagnostic::alert(section.span, text).framed(Frame::Config).manual("10.1.1"));
    }
    if section.made.max_reqs > 1 && !section.made.multiplex {
        let text = format!("fcgi-app '{name}': 'option max-reqs' has no effect without 'option mpxs-conns'.");
        run.diags.push(Diagnostic::warning(section.span, text).framed(Frame::Config).manual("10.1.1"));
    }
}
