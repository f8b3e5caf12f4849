//! `setenv` and its kin. `syntax::environment` obeys them: for later words when the tree is made, and for addresses when
//! its lines are read. Here their shape is taken for granted, since what is wrong with it was reported.

use crate::build::GlobalB;
use crate::keyword::{Arity, Keyword};

pub static SETENV: Keyword<GlobalB> = Keyword {
    name: "setenv",
    args: Arity::at_least(0, "a name and a value"),
    since: "1.7",
    doc: "Sets an environment variable.",
    manual: "3.1",
    ..Keyword::plain(|_, _| {})
};

pub static PRESETENV: Keyword<GlobalB> = Keyword {
    name: "presetenv",
    args: Arity::at_least(0, "a name and a value"),
    since: "1.7",
    doc: "Sets an environment variable that isn't there yet.",
    manual: "3.1",
    ..Keyword::plain(|_, _| {})
};

pub static RESETENV: Keyword<GlobalB> = Keyword {
    name: "resetenv",
    args: Arity::at_least(0, "names of variables to keep"),
    since: "1.7",
    doc: "Removes all environment variables but these.",
    manual: "3.1",
    ..Keyword::plain(|_, _| {})
};

pub static UNSETENV: Keyword<GlobalB> = Keyword {
    name: "unsetenv",
    args: Arity::at_least(0, "names of variables"),
    since: "1.7",
    doc: "Removes environment variables.",
    manual: "3.1",
    ..Keyword::plain(|_, _| {})
};
