//! `show backend`.

use crate::command::{Call, Command};
use crate::reply::{Lines, Reply};
use conf::spec::CliLevel;

pub static COMMAND: Command = Command {
    words: &["show", "backend"],
    usage: "show backend",
    level: CliLevel::User,
    doc: "names of the backends",
    run,
};

fn run(call: &mut Call<'_>) -> Reply {
    let plan = call.serving.control.plan();
    let places = 0..plan.proxies.len();
    Reply::Pieces(Box::new(Lines::new("# name\n".to_owned(), places, move |at, out| {
        if plan.proxies[at].back.is_some() {
            out.push_str(&plan.spec.proxies[at].name);
            out.push('\n');
        }
    })))
}
