//! `reload`: the configuration is read again and put into force inside this process.

use crate::command::Command;
use crate::reply::Reply;
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["reload"],
    usage: "reload",
    level: CliLevel::Admin,
    doc: "reads the configuration again; nothing changes if it is wrong",
    run: |_| Reply::Reload,
};
