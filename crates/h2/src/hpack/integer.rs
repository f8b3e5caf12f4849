//! Integers with a prefix (RFC 7541 section 5.1).

use super::HpackError;

/// Reads an integer whose first byte, at `*at`, has it in its lower `prefix` bits. Values above 32 bits are refused.
#[inline]
pub fn read(block: &[u8], at: &mut usize, prefix: u32) -> Result<usize, HpackError> {
    let first = *block.get(*at).ok_or(HpackError::Truncated)?;
    *at += 1;
    let mask = (1u32 << prefix) - 1;
    let low = u32::from(first) & mask;
    if low < mask {
        return Ok(low as usize);
    }
    let mut value = u64::from(mask);
    // Five bytes carry 35 bits: more can only be zeros in disguise.
    for shift in [0, 7, 14, 21, 28] {
        let byte = *block.get(*at).ok_or(HpackError::Truncated)?;
        *at += 1;
        value += u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(value).map(|v| v as usize).map_err(|_| HpackError::Integer);
        }
    }
    Err(HpackError::Integer)
}

/// Appends an integer; `pattern` are the upper bits of its first byte.
#[inline]
pub fn write(out: &mut Vec<u8>, pattern: u8, prefix: u32, value: usize) {
    let mask = (1usize << prefix) - 1;
    if value < mask {
        out.push(pattern | value as u8);
        return;
    }
    out.push(pattern | mask as u8);
    let mut left = value - mask;
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7541 appendix C.1, and the limits.
    #[test]
    fn integers() {
        for (value, prefix, bytes) in [
            (10, 5, &[0x0a][..]),
            (1337, 5, &[0x1f, 0x9a, 0x0a]),
            (42, 8, &[0x2a]),
            (31, 5, &[0x1f, 0x00]),
            (127, 7, &[0x7f, 0x00]),
            (u32::MAX as usize, 7, &[0x7f, 0x80, 0xff, 0xff, 0xff, 0x0f]),
        ] {
            let mut out = Vec::new();
            write(&mut out, 0, prefix, value);
            assert_eq!(out, bytes);
            let mut at = 0;
            assert_eq!(read(bytes, &mut at, prefix), Ok(value));
            assert_eq!(at, bytes.len());
        }
        let read = |bytes: &[u8]| read(bytes, &mut 0, 5);
        assert_eq!(read(&[]), Err(HpackError::Truncated));
        assert_eq!(read(&[0x1f, 0x80]), Err(HpackError::Truncated));
        assert_eq!(read(&[0x1f, 0xff, 0xff, 0xff, 0xff, 0x1f]), Err(HpackError::Integer));
        assert_eq!(read(&[0x1f, 0x80, 0x80, 0x80, 0x80, 0x80, 0]), Err(HpackError::Integer));
    }
}
