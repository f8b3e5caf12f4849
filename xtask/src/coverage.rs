//! Which of the reference's keywords are built.

use crate::sh;

/// The program itself is an example of `conf`, which holds the registry.
pub fn run(args: &[String]) -> Result<(), String> {
    sh::run(sh::cargo().args(["run", "--quiet", "--locked", "-p", "conf", "--example", "coverage", "--"]).args(args))
}
