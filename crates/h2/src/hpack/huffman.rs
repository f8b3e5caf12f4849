//! The Huffman code of RFC 7541 appendix B. It is canonical: the lengths say everything, and the compiler makes the codes
//! and the decoding tables from them.

use super::HpackError;

/// The length in bits of each byte's code, and of the end mark's.
#[rustfmt::skip]
static LENGTHS: [u8; 257] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
    28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7,
    7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21,
    23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24,
    21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

/// The longest code, in bits.
const LONGEST: usize = 30;

/// Codes up to this length are decoded by one look-up.
const FAST_BITS: usize = 9;

struct Tables {
    /// The code of each symbol, at the lower end.
    codes: [u32; 257],
    /// The symbols in the order of their codes.
    symbols: [u16; 257],
    /// By length: the first code, how many there are, and the place of the first one's symbol.
    first: [u32; LONGEST + 1],
    count: [u16; LONGEST + 1],
    place: [u16; LONGEST + 1],
    /// By the next nine bits: symbol and length; length 0 where the code is longer.
    fast: [(u8, u8); 1 << FAST_BITS],
}

static TABLES: Tables = tables();

const fn tables() -> Tables {
    let mut t = Tables {
        codes: [0; 257],
        symbols: [0; 257],
        first: [0; LONGEST + 1],
        count: [0; LONGEST + 1],
        place: [0; LONGEST + 1],
        fast: [(0, 0); 1 << FAST_BITS],
    };
    let (mut code, mut at, mut len) = (0u32, 0usize, 1usize);
    while len <= LONGEST {
        code <<= 1;
        t.first[len] = code;
        t.place[len] = at as u16;
        let mut symbol = 0;
        while symbol < 257 {
            if LENGTHS[symbol] as usize == len {
                t.codes[symbol] = code;
                t.symbols[at] = symbol as u16;
                if len <= FAST_BITS {
                    let (from, n) = ((code as usize) << (FAST_BITS - len), 1usize << (FAST_BITS - len));
                    let mut i = 0;
                    while i < n {
                        t.fast[from + i] = (symbol as u8, len as u8);
                        i += 1;
                    }
                }
                code += 1;
                at += 1;
            }
            symbol += 1;
        }
        t.count[len] = at as u16 - t.place[len];
        len += 1;
    }
    t
}

/// How many bytes `text` takes when coded.
pub fn coded_len(text: &[u8]) -> usize {
    let bits: usize = text.iter().map(|&b| usize::from(LENGTHS[usize::from(b)])).sum();
    bits.div_ceil(8)
}

/// Appends `text`, coded.
pub fn encode(text: &[u8], out: &mut Vec<u8>) {
    let (mut acc, mut bits) = (0u64, 0u32);
    for &b in text {
        let len = u32::from(LENGTHS[usize::from(b)]);
        acc = acc << len | u64::from(TABLES.codes[usize::from(b)]);
        bits += len;
        while bits >= 8 {
            bits -= 8;
            out.push((acc >> bits) as u8);
        }
    }
    if bits > 0 {
        // The padding is the beginning of the end mark: ones (RFC 7541 section 5.2).
        out.push((acc << (8 - bits)) as u8 | (0xff >> bits));
    }
}

/// Appends what `coded` stands for. At most 8/5 of its length.
pub fn decode(coded: &[u8], out: &mut Vec<u8>) -> Result<(), HpackError> {
    out.reserve(coded.len() * 8 / 5 + 1);
    // The bits not used yet, at the upper end.
    let (mut acc, mut bits, mut at) = (0u64, 0u32, 0usize);
    loop {
        while bits <= 56
            && let Some(&b) = coded.get(at)
        {
            acc |= u64::from(b) << (56 - bits);
            bits += 8;
            at += 1;
        }
        let (symbol, len) = TABLES.fast[(acc >> (64 - FAST_BITS)) as usize];
        let (symbol, len) = if len != 0 { (symbol, u32::from(len)) } else { long_code(acc)? };
        if len > bits {
            break;
        }
        out.push(symbol);
        acc <<= len;
        bits -= len;
    }
    // What is left is padding: fewer than eight bits, all ones.
    let ones = bits == 0 || acc >> (64 - bits) == (1 << bits) - 1;
    if bits < 8 && ones { Ok(()) } else { Err(HpackError::Huffman) }
}

/// The code of more than nine bits at the upper end of `acc`: its symbol and length. Where the bits end within it, the
/// length exceeds what is there.
fn long_code(acc: u64) -> Result<(u8, u32), HpackError> {
    for len in FAST_BITS + 1..=LONGEST {
        let code = (acc >> (64 - len)) as u32;
        let nth = code.wrapping_sub(TABLES.first[len]);
        if nth < u32::from(TABLES.count[len]) {
            let symbol = TABLES.symbols[usize::from(TABLES.place[len]) + nth as usize];
            // The end mark must not occur (RFC 7541 section 5.2).
            return u8::try_from(symbol).map(|s| (s, len as u32)).map_err(|_| HpackError::Huffman);
        }
    }
    Err(HpackError::Huffman)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_complete() {
        let sum: u64 = LENGTHS.iter().map(|&l| 1u64 << (LONGEST - usize::from(l))).sum();
        assert_eq!(sum, 1 << LONGEST, "Kraft's sum is one");
        // Some codes as the RFC prints them.
        for (symbol, code) in
            [(usize::from(b'0'), 0), (usize::from(b'a'), 3), (usize::from(b'z'), 0x7b), (0, 0x1ff8), (256, 0x3fff_ffff)]
        {
            assert_eq!(TABLES.codes[symbol], code, "{symbol}");
        }
    }

    #[test]
    fn every_byte_comes_back() {
        for b in 0..=255u8 {
            for n in 1..10 {
                let text = vec![b; n];
                let mut coded = Vec::new();
                encode(&text, &mut coded);
                assert_eq!(coded.len(), coded_len(&text));
                let mut back = Vec::new();
                assert_eq!(decode(&coded, &mut back), Ok(()), "{b} {n}");
                assert_eq!(back, text);
            }
        }
    }

    /// RFC 7541 section 5.2.
    #[test]
    fn padding_and_the_end_mark() {
        let check = |coded: &[u8]| decode(coded, &mut Vec::new());
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[0b0001_1111]), Ok(()), "a, then ones");
        assert_eq!(check(&[0b0001_1110]), Err(HpackError::Huffman), "padding with a zero");
        assert_eq!(check(&[0b0001_1111, 0xff]), Err(HpackError::Huffman), "more than seven bits of padding");
        assert_eq!(check(&[0xff]), Err(HpackError::Huffman));
        assert_eq!(check(&[0xff, 0xff, 0xff, 0xff]), Err(HpackError::Huffman), "the end mark");
        assert_eq!(check(&[0xff, 0xff, 0xff, 0xfc]), Err(HpackError::Huffman), "the end mark, cut");
    }
}
