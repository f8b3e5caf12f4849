//! CRC-32C (Castagnoli) as in RFC 4960 Appendix B: reflected polynomial 0x82F63B78, one table of 256 words.

/// A checksum being computed.
#[derive(Clone, Copy, Debug)]
pub struct Crc32c(u32);

impl Crc32c {
    /// The checksum of nothing yet.
    pub fn new() -> Crc32c {
        Crc32c(!0)
    }

    /// The checksum with `bytes` added.
    #[must_use]
    pub fn update(self, bytes: &[u8]) -> Crc32c {
        let step = |crc: u32, b: &u8| (crc >> 8) ^ TABLE[usize::from(crc as u8 ^ b)];
        Crc32c(bytes.iter().fold(self.0, step))
    }

    /// The final value.
    pub fn value(self) -> u32 {
        !self.0
    }
}

impl Default for Crc32c {
    fn default() -> Self {
        Crc32c::new()
    }
}

const POLYNOMIAL: u32 = 0x82F6_3B78;

static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // RFC 3720 B.4 and the usual check string.
        let ascending: Vec<u8> = (0..32).collect();
        for (bytes, value) in [
            (&b"123456789"[..], 0xE306_9283),
            (&[0u8; 32], 0x8A91_36AA),
            (&[0xffu8; 32], 0x62A8_AB43),
            (&ascending, 0x46DD_794E),
            (b"", 0),
        ] {
            assert_eq!(Crc32c::new().update(bytes).value(), value);
            let (a, b) = bytes.split_at(bytes.len() / 3);
            assert_eq!(Crc32c::new().update(a).update(b).value(), value, "in two parts");
        }
    }
}
