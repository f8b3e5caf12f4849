//! PROXY protocol version 1: no input makes the parser panic, cuts never change its mind, and what it
//! understood is written and read back as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::{Parsed, proxy_v1};

fuzz_target!(|data: &[u8]| {
    let whole = proxy_v1::parse(data);
    for cut in 0..data.len().min(proxy_v1::MAX_LINE + 1) {
        match proxy_v1::parse(&data[..cut]) {
            Parsed::More { total } => assert!(total > cut && total <= proxy_v1::MAX_LINE),
            early => assert_eq!(early, whole),
        }
    }
    if let Parsed::Done { consumed, info } = whole {
        assert!(consumed <= data.len() && consumed <= proxy_v1::MAX_LINE);
        let mut line = Vec::new();
        proxy_v1::encode(&info, &mut line);
        assert_eq!(proxy_v1::parse(&line), Parsed::Done { consumed: line.len(), info });
    }
});
