//! NetScaler's client IP insertion: no input makes the parser panic, and cuts never change its mind.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::{Parsed, netscaler_cip};

const LIMIT: usize = 4096;
const MAGIC: u32 = 0x1234_5678;

fuzz_target!(|data: &[u8]| {
    let whole = netscaler_cip::parse(data, MAGIC, LIMIT);
    for cut in 0..data.len().min(300) {
        match netscaler_cip::parse(&data[..cut], MAGIC, LIMIT) {
            Parsed::More { total } => assert!(total > cut && total <= LIMIT.max(12)),
            early => assert_eq!(early, whole),
        }
    }
    if let Parsed::Done { consumed, .. } = whole {
        assert!(consumed <= data.len() && consumed <= LIMIT);
    }
});
