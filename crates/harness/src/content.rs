//! Long bodies whose every word follows from its place, so that a piece that is missing, doubled or moved is seen,
//! which a repeated pattern would not show.

/// Bytes in a word; lengths are multiples of it.
pub const WORD: usize = 8;

/// `len` bytes of the content from offset `at`; both are multiples of [`WORD`].
pub fn of(at: u64, len: usize) -> Vec<u8> {
    let first = at / WORD as u64;
    (first..first + (len / WORD) as u64).flat_map(|n| word(n).to_le_bytes()).collect()
}

/// Where `bytes`, which begin at offset `at` (a multiple of [`WORD`]) and are whole words, aren't the content.
pub fn differs(at: u64, bytes: &[u8]) -> Option<u64> {
    let first = at / WORD as u64;
    let mut words = bytes.chunks_exact(WORD).zip(first..);
    let (_, n) = words.find(|(bytes, n)| **bytes != word(*n).to_le_bytes())?;
    Some(n * WORD as u64)
}

/// SplitMix64 of the word's number: one to one, so no two words are equal.
fn word(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_place_is_seen() {
        let all = of(0, 4096);
        assert_eq!(of(1024, 512), all[1024..1536]);
        assert_eq!(differs(0, &all), None);
        assert_eq!(differs(1024, &all[1024..]), None);
        assert_eq!(differs(1024, &all[1032..]), Some(1024));
        let mut bent = all;
        bent[2001] ^= 1;
        assert_eq!(differs(0, &bent), Some(2000));
    }
}
