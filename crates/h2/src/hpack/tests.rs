//! RFC 7541 appendix C, and a case for each MUST of the RFC that a decoder or encoder can break.

use core::ops::Range;

use http::HdrId;
use proptest::prelude::*;

use super::{Decoded, Decoder, Encoder, FieldId, HpackError, Pseudo, Sink};

/// Collects everything, up to a number of fields.
#[derive(Default)]
struct All {
    arena: Vec<u8>,
    fields: Vec<(Range<usize>, Range<usize>, FieldId, bool)>,
    max: Option<usize>,
}

impl Sink for All {
    fn arena(&mut self) -> &mut Vec<u8> {
        &mut self.arena
    }

    fn is_full(&self) -> bool {
        self.max.is_some_and(|max| self.fields.len() >= max)
    }

    fn field(&mut self, f: Decoded) {
        self.fields.push((f.name, f.value, f.id, f.name_ok && f.value_ok));
    }
}

impl All {
    fn text(&self) -> Vec<String> {
        let s = |r: &Range<usize>| String::from_utf8_lossy(&self.arena[r.clone()]).into_owned();
        self.fields.iter().map(|(n, v, ..)| format!("{}: {}", s(n), s(v))).collect()
    }
}

fn decode(decoder: &mut Decoder, block: &[u8]) -> Result<Vec<String>, HpackError> {
    let mut all = All::default();
    decoder.decode(block, &mut all).map(|()| all.text())
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|d| (d[0] * 16 + d[1]) as u8).collect()
}

fn table(decoder: &Decoder) -> (Vec<String>, usize) {
    let s = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    let entries = (0..decoder.table.len()).filter_map(|i| decoder.table.get(i));
    (entries.map(|e| format!("{}: {}", s(e.name), s(e.value))).collect(), decoder.table.size())
}

/// C.2: one field each.
#[test]
fn single_fields() {
    for (block, field, size) in [
        ("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header", 55),
        ("040c2f73616d706c652f70617468", ":path: /sample/path", 0),
        ("100870617373776f726406736563726574", "password: secret", 0),
        ("82", ":method: GET", 0),
    ] {
        let mut decoder = Decoder::new();
        assert_eq!(decode(&mut decoder, &hex(block)), Ok(vec![field.to_owned()]));
        assert_eq!(table(&decoder).1, size, "{field}");
    }
}

const REQUESTS: [&[&str]; 3] = [
    &[":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
    &[":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"],
    &[
        ":method: GET",
        ":scheme: https",
        ":path: /index.html",
        ":authority: www.example.com",
        "custom-key: custom-value",
    ],
];

const RESPONSES: [&[&str]; 3] = [
    &[
        ":status: 302",
        "cache-control: private",
        "date: Mon, 21 Oct 2013 20:13:21 GMT",
        "location: https://www.example.com",
    ],
    &[
        ":status: 307",
        "cache-control: private",
        "date: Mon, 21 Oct 2013 20:13:21 GMT",
        "location: https://www.example.com",
    ],
    &[
        ":status: 200",
        "cache-control: private",
        "date: Mon, 21 Oct 2013 20:13:22 GMT",
        "location: https://www.example.com",
        "content-encoding: gzip",
        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
    ],
];

fn sequence(max: usize, blocks: [&str; 3], want: [&[&str]; 3], tables: [(&[&str], usize); 3]) {
    let mut decoder = Decoder::new();
    decoder.table.set_max(max);
    for ((block, fields), (entries, size)) in blocks.iter().zip(want).zip(tables) {
        assert_eq!(decode(&mut decoder, &hex(block)).unwrap(), fields);
        assert_eq!(table(&decoder), (entries.iter().map(|e| e.to_string()).collect(), size));
    }
}

const REQUEST_TABLES: [(&[&str], usize); 3] = [
    (&[":authority: www.example.com"], 57),
    (&["cache-control: no-cache", ":authority: www.example.com"], 110),
    (&["custom-key: custom-value", "cache-control: no-cache", ":authority: www.example.com"], 164),
];

const RESPONSE_TABLES: [(&[&str], usize); 3] = [
    (
        &[
            "location: https://www.example.com",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "cache-control: private",
            ":status: 302",
        ],
        222,
    ),
    (
        &[
            ":status: 307",
            "location: https://www.example.com",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "cache-control: private",
        ],
        222,
    ),
    (
        &[
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
            "content-encoding: gzip",
            "date: Mon, 21 Oct 2013 20:13:22 GMT",
        ],
        215,
    ),
];

/// C.3 and C.4.
#[test]
fn requests() {
    let plain = [
        "828684410f7777772e6578616d706c652e636f6d",
        "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ];
    let huffman = [
        "828684418cf1e3c2e5f23a6ba0ab90f4ff",
        "828684be5886a8eb10649cbf",
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ];
    sequence(4096, plain, REQUESTS, REQUEST_TABLES);
    sequence(4096, huffman, REQUESTS, REQUEST_TABLES);
}

/// C.5 and C.6, with a table of 256 bytes.
#[test]
fn responses() {
    let plain = [
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54\
         6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
        "4803333037c1c0bf",
        "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738\
         666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d3336\
         30303b2076657273696f6e3d31",
    ];
    let huffman = [
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad1718\
         63c78f0b97c8e9ae82ae43d3",
        "4883640effc1c0bf",
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b3\
         35dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    ];
    sequence(256, plain, RESPONSES, RESPONSE_TABLES);
    sequence(256, huffman, RESPONSES, RESPONSE_TABLES);
}

/// What a decoder must refuse, by section.
#[test]
fn refused_blocks() {
    for (section, block, want) in [
        ("2.3.3: an index beyond the tables", "be", HpackError::Index),
        ("2.3.3, 6.1: index 0", "80", HpackError::Index),
        ("2.3.3: a name beyond the tables", "7e0161", HpackError::Index),
        ("4.2: an update behind a field", "8220", HpackError::TableSize),
        ("4.2, 6.3: a size above the limit", "3fe21f", HpackError::TableSize),
        ("5.1: an integer that overflows", "ffffffffffff7f", HpackError::Integer),
        ("5.1: a cut integer", "ff80", HpackError::Truncated),
        ("5.2: a string longer than the block", "0003616263", HpackError::Truncated),
        ("5.2: padding longer than seven bits", "000161821fff", HpackError::Huffman),
        ("5.2: padding that isn't the end mark's", "0001618118", HpackError::Huffman),
        ("5.2: the end mark", "00016184ffffffff", HpackError::Huffman),
        ("6.2: a field without a value", "000161", HpackError::Truncated),
        ("6.2: a field without a name", "40", HpackError::Truncated),
    ] {
        assert_eq!(decode(&mut Decoder::new(), &hex(block)), Err(want), "{section}");
    }
    assert_eq!(decode(&mut Decoder::new(), &hex("3fe11f82")).map(|f| f.len()), Ok(1), "6.3: the limit itself");
    assert_eq!(decode(&mut Decoder::new(), &hex("203fe11f82")).map(|f| f.len()), Ok(1), "4.2: two updates");
}

/// 4.2: after the limit was lowered, the next block begins with an update.
#[test]
fn a_lowered_limit_must_be_followed() {
    let mut decoder = Decoder::new();
    decoder.set_limit(100);
    assert_eq!(decode(&mut decoder, &hex("82")), Err(HpackError::TableSize));
    let mut decoder = Decoder::new();
    decoder.set_limit(100);
    assert_eq!(decode(&mut decoder, &hex("3f4582")).map(|f| f.len()), Ok(1));
    assert_eq!(decode(&mut decoder, &hex("82")).map(|f| f.len()), Ok(1));
    let mut decoder = Decoder::new();
    decoder.set_limit(65_536);
    assert_eq!(decode(&mut decoder, &hex("82")).map(|f| f.len()), Ok(1), "a raised one need not");
}

/// 4.4: an entry that is larger than the table empties it and is no error.
#[test]
fn entries_larger_than_the_table() {
    let mut decoder = Decoder::new();
    let mut block = hex("3f0140016101624000");
    block.truncate(block.len() - 2);
    assert!(decode(&mut decoder, &block).is_ok());
    let mut large = vec![0x40, 1, b'x', 0x7f, 0x80, 0x7e];
    large.resize(6 + 127 + 16_128, b'y');
    assert!(decode(&mut decoder, &large).is_ok());
    assert_eq!(table(&decoder), (vec![], 0));
}

/// A name taken from an entry that its own insertion pushes out (4.4).
#[test]
fn a_name_may_outlive_its_entry() {
    let mut decoder = Decoder::new();
    decoder.table.set_max(50);
    assert!(decode(&mut decoder, &hex("400a637573746f6d2d6b65790131")).is_ok());
    assert_eq!(decode(&mut decoder, &hex("7e0132be")).unwrap(), ["custom-key: 2", "custom-key: 2"]);
}

/// A full sink costs nothing, and the table stays right.
#[test]
fn a_full_sink_only_keeps_the_table() {
    let mut decoder = Decoder::new();
    let mut big = vec![0x40, 1, b'x', 0x7f, 0xa1, 0x1e];
    big.resize(6 + 127 + 0x21 + 30 * 128, b'y');
    assert!(decode(&mut decoder, &big).is_ok());
    let mut bomb = vec![0xbe; 16_000];
    bomb.extend(hex("400161016240016301643f"));
    bomb.pop();
    let mut all = All { max: Some(2), ..All::default() };
    assert_eq!(decoder.decode(&bomb, &mut all), Ok(()));
    assert!(all.arena.len() < 10_000, "{}", all.arena.len());
    assert_eq!(table(&decoder).0, ["c: d", "a: b"]);
}

/// What repeats costs a byte from the third time on, credentials never go into a table.
#[test]
fn the_encoder_indexes_what_repeats() {
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
    let mut lens = Vec::new();
    for n in 0..4 {
        let mut block = Vec::new();
        encoder.begin(&mut block);
        encoder.status(200, &mut block);
        encoder.field(HdrId::ContentType, b"content-type", b"text/html; charset=utf-8", &mut block);
        encoder.field(HdrId::Other, b"x-id", format!("{n}").as_bytes(), &mut block);
        encoder.field(HdrId::Authorization, b"authorization", b"Basic c2VjcmV0OnNlY3JldA==", &mut block);
        lens.push(block.len());
        let fields = decode(&mut decoder, &block).unwrap();
        assert_eq!(fields[1..3], ["content-type: text/html; charset=utf-8".to_owned(), format!("x-id: {n}")]);
        assert_eq!(block.windows(2).filter(|w| *w == [0x1f, 0x08]).count(), 1, "never indexed");
    }
    assert!(lens[2] + 15 < lens[0], "{lens:?}");
    assert_eq!(table(&decoder).0, ["content-type: text/html; charset=utf-8"]);
}

/// Section 4.2: changes of the table's size are told in the next block, the smallest first.
#[test]
fn the_encoder_follows_the_peers_limit() {
    let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
    let send = |encoder: &mut Encoder, decoder: &mut Decoder| {
        let mut block = Vec::new();
        encoder.begin(&mut block);
        for _ in 0..2 {
            encoder.field(HdrId::Server, b"server", b"ferroxy", &mut block);
        }
        assert_eq!(decode(decoder, &block).map(|f| f.len()), Ok(2));
        block
    };
    send(&mut encoder, &mut decoder);
    assert_eq!(table(&decoder).0.len(), 1);
    encoder.set_limit(0);
    encoder.set_limit(1 << 20);
    let block = send(&mut encoder, &mut decoder);
    assert_eq!(block[..4], [0x20, 0x3f, 0xe1, 0x1f], "0, then the most that we use");
    encoder.set_limit(0);
    decoder.set_limit(0);
    send(&mut encoder, &mut decoder);
    assert_eq!(table(&decoder).0.len(), 0);
}

/// RFC 9113 section 8.2.1.
#[test]
fn what_may_stand_in_fields() {
    let ok = |name: &[u8], value: &[u8]| {
        let (mut block, mut all) = (vec![0x40, name.len() as u8], All::default());
        block.extend_from_slice(name);
        block.push(value.len() as u8);
        block.extend_from_slice(value);
        // Once as it comes, once from the table.
        block.push(0xbe);
        Decoder::new().decode(&block, &mut all).unwrap();
        assert_eq!(all.fields[0].3, all.fields[1].3);
        all.fields[0].3
    };
    assert!(ok(b"x-a", b"b c\td\x80\xff") && ok(b"a", b"") && ok(b":path", b"/"));
    for (name, value) in [
        (&b"X"[..], &b"a"[..]),
        (b"x y", b"a"),
        (b"x:", b"a"),
        (b"", b"a"),
        (b"\x80", b"a"),
        (b":other", b"a"),
        (b":", b"a"),
        (b"x", b"a\0"),
        (b"x", b"a\rb"),
        (b"x", b"a\nb"),
        (b"x", b" a"),
        (b"x", b"a\t"),
    ] {
        assert!(!ok(name, value), "{name:?} {value:?}");
    }
    assert_eq!(FieldId::of(b":protocol"), FieldId::Pseudo(Pseudo::Protocol));
}

proptest! {
    /// Whatever is encoded comes back, over many blocks and changing limits, and both tables stay alike.
    #[test]
    fn round_trips(
        blocks in prop::collection::vec(
            (prop::collection::vec(("[a-e]{1,3}", "[ -~]{0,40}"), 0..12), prop::option::of(0usize..5000)),
            1..12,
        )
    ) {
        let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
        for (fields, limit) in blocks {
            if let Some(limit) = limit {
                encoder.set_limit(limit);
                decoder.set_limit(limit);
            }
            let mut block = Vec::new();
            encoder.begin(&mut block);
            for (name, value) in &fields {
                encoder.field(HdrId::of(name.as_bytes()), name.as_bytes(), value.as_bytes(), &mut block);
            }
            let want: Vec<String> = fields.iter().map(|(n, v)| format!("{n}: {v}")).collect();
            prop_assert_eq!(decode(&mut decoder, &block), Ok(want));
        }
    }

    /// Arbitrary bytes: no panic, and the output stays within what the sink wants.
    #[test]
    fn arbitrary_blocks(block in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut all = All { max: Some(20), ..All::default() };
        let _ = Decoder::new().decode(&block, &mut all);
        prop_assert!(all.fields.len() <= 20);
    }
}
