//! ASCII lower case eight bytes at a time: field names are short, so the usual byte loops show in profiles.

/// `s` in lower case, in place. Bytes above 127 stay.
pub fn lower(s: &mut [u8]) {
    if s.len() < 8 {
        return lower_short(s);
    }
    let last = s.len() - 8;
    let mut at = 0;
    // The last step overlaps the one before; doing bytes twice is harmless.
    loop {
        if let Some(eight) = s[at..].first_chunk_mut::<8>() {
            *eight = lower8(u64::from_le_bytes(*eight)).to_le_bytes();
        }
        if at == last {
            return;
        }
        at = (at + 8).min(last);
    }
}

/// Whether `s` in lower case is `lower`, which is in lower case.
pub(crate) fn is_lower_of(lower: &[u8], s: &[u8]) -> bool {
    if lower.len() != s.len() {
        return false;
    }
    if s.len() < 8 {
        return short(lower) == lower8(short(s));
    }
    let last = s.len() - 8;
    let mut at = 0;
    loop {
        let (Some(a), Some(b)) = (lower[at..].first_chunk::<8>(), s[at..].first_chunk::<8>()) else { return false };
        if u64::from_le_bytes(*a) != lower8(u64::from_le_bytes(*b)) {
            return false;
        }
        if at == last {
            return true;
        }
        at = (at + 8).min(last);
    }
}

/// The same for less than eight bytes.
fn lower_short(s: &mut [u8]) {
    let last = s.len().saturating_sub(4);
    let Some(four) = s.first_chunk::<4>() else { return s.make_ascii_lowercase() };
    let low = lower8(u64::from(u32::from_le_bytes(*four))) as u32;
    if let Some(four) = s[last..].first_chunk_mut::<4>() {
        *four = (lower8(u64::from(u32::from_le_bytes(*four))) as u32).to_le_bytes();
    }
    if let Some(four) = s.first_chunk_mut::<4>() {
        *four = low.to_le_bytes();
    }
}

/// Less than eight bytes as one number, in a form that is the same for equal bytes of equal number.
fn short(s: &[u8]) -> u64 {
    match (s.first_chunk::<4>(), s.last_chunk::<4>()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32,
        _ => s.iter().fold(0, |all, b| all << 8 | u64::from(*b)),
    }
}

/// Sets bit 5 of every byte from `A` to `Z`.
fn lower8(x: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low = x & (EACH * 0x7f);
    // No carry leaves a byte, since the seven bits and what is added stay below 256.
    let from_a = low + EACH * u64::from(0x80 - b'A');
    let beyond_z = low + EACH * u64::from(0x80 - b'Z' - 1);
    let upper = (from_a ^ beyond_z) & !x & (EACH * 0x80);
    x | upper >> 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_standard_library() {
        let all: Vec<u8> = (0..=255).collect();
        for len in 0..40 {
            for from in 0..256 - len {
                let mut got = all[from..from + len].to_vec();
                let want = got.to_ascii_lowercase();
                assert!(is_lower_of(&want, &got), "{from}+{len}");
                lower(&mut got);
                assert_eq!(got, want);
            }
        }
        assert!(!is_lower_of(b"content-lengthx", b"Content-Length"));
        assert!(!is_lower_of(b"content-length", b"Content-Lengtx"));
        assert!(!is_lower_of(b"content-length", b"content\rlength"));
    }
}
