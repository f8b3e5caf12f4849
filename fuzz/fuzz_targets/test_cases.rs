//! A file of test cases, as `ferroxy test` reads it: whatever it holds is read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tools::cases::Cases;

fuzz_target!(|text: &str| {
    match Cases::parse(text) {
        Ok(cases) => assert!(cases.cases.iter().all(|case| !case.expects.is_empty())),
        Err(why) => assert!(!why.is_empty()),
    }
});
