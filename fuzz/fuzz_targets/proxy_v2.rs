//! PROXY protocol version 2: no input makes the parser panic, cuts never change its mind, and what it
//! understood is written and read back as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::proxied::Proxied;
use wire::{Parsed, proxy_v2};

const LIMIT: usize = 4096;

fuzz_target!(|data: &[u8]| {
    let whole = proxy_v2::parse(data, LIMIT);
    for cut in 0..data.len().min(300) {
        match proxy_v2::parse(&data[..cut], LIMIT) {
            Parsed::More { total } => assert!(total > cut && total <= LIMIT),
            early => assert_eq!(early, whole),
        }
    }
    let Parsed::Done { consumed, info } = whole else { return };
    assert!(consumed <= data.len() && consumed <= LIMIT);
    let read: usize = info.tlvs.into_iter().map(|(_, value)| 3 + value.len()).sum();
    assert_eq!(read, info.tlvs.bytes().len());
    if let Some(ssl) = info.tlvs.ssl() {
        let _ = ssl.tlvs.into_iter().count();
    }
    // The checksum of the original doesn't fit the rewritten header.
    let tlvs: Vec<_> = info.tlvs.into_iter().filter(|(kind, _)| *kind != proxy_v2::tlv::CRC32C).collect();
    let extra = proxy_v2::Extra { further: &tlvs, crc32c: true, ..Default::default() };
    let mut out = Vec::new();
    if proxy_v2::encode(&info.proxied, &extra, &mut out).is_ok() && info.proxied != Proxied::Own {
        match proxy_v2::parse(&out, 2 * LIMIT) {
            Parsed::Done { consumed, info: again } => {
                assert_eq!((consumed, again.proxied), (out.len(), info.proxied));
            }
            other => panic!("{other:?}"),
        }
    }
});
