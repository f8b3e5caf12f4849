//! A `Buf` under any order of operations holds exactly what a plain `Vec` holds.
#![no_main]

use base::Buf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|script: &[u8]| {
    let mut buf = Buf::unpooled(64);
    let mut model: Vec<u8> = Vec::new();
    for step in script.chunks_exact(2) {
        let n = usize::from(step[1]) % 80;
        let bytes = vec![step[1]; n];
        match step[0] % 6 {
            0 => {
                if buf.push(&bytes) {
                    model.extend_from_slice(&bytes);
                }
            }
            1 => {
                if buf.push_front(&bytes) {
                    model.splice(0..0, bytes);
                }
            }
            2 => {
                let n = n.min(buf.len());
                buf.consume(n);
                model.drain(..n);
            }
            3 => {
                let n = n.min(buf.len());
                buf.truncate(n);
                model.truncate(n);
            }
            4 => buf.compact(),
            _ => {
                buf.clear();
                model.clear();
            }
        }
        assert_eq!(buf.data(), &model[..]);
        assert!(buf.headroom() + buf.len() + buf.room() <= buf.capacity());
    }
});
