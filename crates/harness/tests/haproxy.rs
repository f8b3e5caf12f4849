//! The suites against Debian's haproxy: what they expect is what it does.

use harness::suite::{Peer, Suite};
use std::path::PathBuf;

#[test]
fn the_reference_passes_every_suite() {
    let Some(bin) = harness::haproxy() else {
        eprintln!("haproxy isn't installed: nothing to compare with");
        return;
    };
    for file in all_suites() {
        let suite = Suite::load(&file, Peer::of(&bin).unwrap()).unwrap();
        let report = harness::run_suite(&bin, &suite);
        println!("{}: {} cases passed", suite.name, report.passed);
        report.assert_passed();
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

fn all_suites() -> impl Iterator<Item = PathBuf> {
    harness::suites().into_iter().chain(harness::later_suites())
}
