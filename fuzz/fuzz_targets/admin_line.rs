//! Lines of the runtime API: there is always a command, words are never lost into the payload's pattern.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let line = admin::line::parse(data);
    assert!(!line.commands.is_empty());
    assert!(line.commands.len() == 1 || line.commands.iter().all(|words| !words.is_empty()));
    assert!(line.payload.as_ref().is_none_or(|pattern| pattern.len() <= 64));
    let bytes: usize = line.commands.iter().flatten().map(String::len).sum();
    // A byte that isn't UTF-8 becomes three.
    assert!(bytes <= 3 * data.len());
});
