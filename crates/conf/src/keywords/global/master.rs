//! What matters to a master process only. There is none yet: see the command line's `-W`.

use super::shape::{ANY, number, put_number};
use crate::build::GlobalB;
use crate::cx::KEYWORD;
use crate::keyword::{Arity, Keyword};

pub static MASTER_WORKER: Keyword<GlobalB> = Keyword {
    name: "master-worker",
    args: Arity::between(0, 1, "'no-exit-on-failure'"),
    since: "1.8",
    doc: "Whether the master outlives a worker that crashed.",
    manual: "3.1",
    ..Keyword::plain(|cx, global| match cx.text(0) {
        b"no-exit-on-failure" => {
            global.spec.master.outlives_workers = true;
            cx.not_yet(KEYWORD, "master-worker no-exit-on-failure");
        }
        b"" => {
            let help = "the command line chooses this mode: -W, or -Ws under systemd".to_owned();
            cx.alert_help(KEYWORD, "is not supported any more without 'no-exit-on-failure'.", help);
        }
        _ => {
            let got = cx.show(0);
            cx.alert(0, format!("knows 'no-exit-on-failure' only, not '{got}'."));
        }
    })
};

pub static MAX_RELOADS: Keyword<GlobalB> = Keyword {
    name: "mworker-max-reloads",
    since: "1.9",
    doc: "Reloads that a worker may survive.",
    manual: "3.1",
    ..number(|cx, global| put_number(cx, ANY, &mut global.spec.master.max_reloads))
};
