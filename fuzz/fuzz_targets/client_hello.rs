//! A TLS client's first message: no input makes the parser panic, cuts never change its mind, and all that it shows lies
//! within the message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::Parsed;
use wire::client_hello::{extension, parse};

fuzz_target!(|data: &[u8]| {
    let whole = parse(data);
    for cut in 0..data.len().min(300) {
        match parse(&data[..cut]) {
            Parsed::More { total } => assert!(total > cut),
            early => assert_eq!(early, whole),
        }
    }
    let Parsed::Done { consumed, info } = whole else { return };
    assert!(consumed <= data.len());
    let lists = [info.cipher_suites(), info.server_name(), info.supported_groups(), info.signature_algorithms()];
    let shown: usize = lists.into_iter().flatten().map(<[u8]>::len).sum();
    assert!(shown <= 4 * data.len());
    assert!(info.protocols().map(|name| 1 + name.len()).sum::<usize>() <= data.len());
    assert!(4 * info.key_shares().count() <= data.len());
    let _ = (info.extension(extension::SESSION_TICKET), info.has_extensions());
});
