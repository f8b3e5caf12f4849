//! `disable server` and `enable server`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use crate::target;
use conf::spec::CliLevel;
use proxy::health::Edit;

pub static DISABLE: Command = Command {
    words: &["disable", "server"],
    usage: "disable server <bk>/<srv>",
    level: CliLevel::Admin,
    doc: "puts a server into maintenance",
    run: |call| change(call, |edit| edit.set_maint()),
};

pub static ENABLE: Command = Command {
    words: &["enable", "server"],
    usage: "enable server <bk>/<srv>",
    level: CliLevel::Admin,
    doc: "takes a server out of maintenance",
    run: |call| change(call, |edit| edit.end_maint()),
};

fn change(call: &mut Call<'_>, edit: fn(Edit<'_>)) -> Reply {
    let control = &call.serving.control;
    match target::server(&control.plan(), call.arg(0)) {
        Ok((back, ix)) => {
            edit(Edit::begin(control.shared(), &back, ix));
            Reply::Done
        }
        Err(reply) => reply,
    }
}
