//! Which of the reference's keywords are built: the registries set against the lists in `xtask/catalogue`.
//! `cargo xtask coverage` runs it; it isn't in xtask itself, which must build when these crates don't.

mod lists;
mod report;
mod trial;

fn main() {
    print!("{}", report::markdown(&lists::all()));
}
