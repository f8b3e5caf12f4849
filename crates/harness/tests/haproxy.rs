//! The suites against Debian's haproxy: what they expect is what it does.

use harness::{Pace, Peer, Suite};
use std::path::PathBuf;

#[test]
fn the_reference_passes_every_suite() {
    check(Pace::AsWritten);
}

#[test]
fn the_reference_passes_every_suite_byte_by_byte() {
    check(Pace::Dribble);
}

fn check(pace: Pace) {
    match harness::haproxy() {
        Some(bin) => harness::run_suites(&bin, &all_suites(), pace).assert_passed(),
        None => eprintln!("haproxy isn't installed: nothing to compare with"),
    }
}

#[test]
fn every_suite_can_be_read_for_both_peers() {
    for file in all_suites() {
        for peer in [Peer::Haproxy26, Peer::Ferroxy35] {
            let suite = Suite::load(&file, peer).unwrap();
            for case in &suite.cases {
                assert!(!case.steps.is_empty(), "{}:{}: no steps", suite.name, case.line);
                let open = case.steps.iter().find(|s| s.text.contains("<?"));
                assert!(open.is_none(), "{}: {open:?} isn't filled in", suite.name);
            }
        }
    }
}

fn all_suites() -> Vec<PathBuf> {
    [harness::suites(), harness::later_suites()].concat()
}
