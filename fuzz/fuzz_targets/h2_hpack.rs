//! Header blocks: no panic, bounded output, and what is decoded comes back through the encoder.
#![no_main]

use core::ops::Range;
use h2::hpack::{Decoded, Decoder, Encoder, FieldId, Sink};
use libfuzzer_sys::fuzz_target;

const MOST: usize = 64;

#[derive(Default)]
struct All {
    arena: Vec<u8>,
    fields: Vec<(Range<usize>, Range<usize>, FieldId)>,
}

impl Sink for All {
    fn arena(&mut self) -> &mut Vec<u8> {
        &mut self.arena
    }

    fn is_full(&self) -> bool {
        self.fields.len() >= MOST || self.arena.len() > 1 << 16
    }

    fn field(&mut self, f: Decoded) {
        assert!(f.name.end == f.value.start && f.value.end == self.arena.len());
        self.fields.push((f.name, f.value, f.id));
    }
}

fuzz_target!(|data: &[u8]| {
    let [limit, data @ ..] = data else { return };
    let (mut decoder, mut encoder, mut again) = (Decoder::new(), Encoder::new(), Decoder::new());
    encoder.set_limit(usize::from(*limit) * 32);
    again.set_limit(usize::from(*limit) * 32);
    // Several blocks of one connection, each with a length before it.
    let mut rest = data;
    while let [len, more @ ..] = rest {
        let (block, after) = more.split_at(usize::from(*len).min(more.len()));
        rest = after;
        let mut all = All::default();
        if decoder.decode(block, &mut all).is_err() {
            return;
        }
        let mut out = Vec::new();
        encoder.begin(&mut out);
        let headers: Vec<_> = all.fields.iter().filter(|f| matches!(f.2, FieldId::Header(_))).collect();
        for (name, value, id) in &headers {
            let FieldId::Header(id) = id else { continue };
            encoder.field(*id, &all.arena[name.clone()], &all.arena[value.clone()], &mut out);
        }
        let mut back = All::default();
        again.decode(&out, &mut back).expect("our own block");
        assert_eq!(back.fields.len(), headers.len());
        for ((n1, v1, _), (n2, v2, _)) in headers.iter().zip(&back.fields) {
            assert_eq!(all.arena[n1.clone()], back.arena[n2.clone()]);
            assert_eq!(all.arena[v1.clone()], back.arena[v2.clone()]);
        }
    }
});
