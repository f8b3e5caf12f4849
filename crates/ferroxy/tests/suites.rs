//! The harness's suites against the built binary: the same text that Debian's haproxy passes.

use harness::Pace;

#[test]
fn suites() {
    check(Pace::AsWritten);
}

#[test]
fn suites_byte_by_byte() {
    check(Pace::Dribble);
}

fn check(pace: Pace) {
    let bin = harness::program(env!("CARGO_BIN_EXE_ferroxy"));
    harness::run_suites(&bin, &harness::suites(), pace).assert_passed();
}
