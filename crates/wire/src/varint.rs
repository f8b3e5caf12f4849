//! Numbers of variable length as peers and SPOE write them, and `req.hdrs_bin` (SPOE.txt, section 3.1).

/// Reads a number and moves `from` behind it. `None`: it is cut, or doesn't fit into 64 bits.
pub fn read(from: &mut &[u8]) -> Option<u64> {
    let (first, mut rest) = from.split_first()?;
    let mut value = u64::from(*first);
    if value >= 240 {
        let mut shift = 4;
        loop {
            let (next, behind) = rest.split_first()?;
            rest = behind;
            if shift > 60 {
                return None;
            }
            value = value.checked_add(u64::from(*next) << shift)?;
            shift += 7;
            if *next < 128 {
                break;
            }
        }
    }
    *from = rest;
    Some(value)
}

/// Reads a length and so many bytes behind it.
pub fn read_bytes<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut rest = *from;
    let len = usize::try_from(read(&mut rest)?).ok()?;
    let bytes = rest.get(..len)?;
    *from = &rest[len..];
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (bytes, want) in [
            (&[0][..], Some(0)),
            (&[239], Some(239)),
            (&[240, 0], Some(240)),
            (&[255, 127], Some(2287)),
            (&[240, 128, 0], Some(2288)),
            (&[240], None),
            (&[240, 128], None),
            (&[], None),
            (&[255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0], None),
        ] {
            let mut from = bytes;
            assert_eq!(read(&mut from), want, "{bytes:?}");
            assert!(want.is_none() || from.is_empty());
        }
    }

    #[test]
    fn strings() {
        let mut from = &b"\x02ab\x00\x03xy"[..];
        assert_eq!((read_bytes(&mut from), read_bytes(&mut from)), (Some(&b"ab"[..]), Some(&b""[..])));
        assert_eq!((read_bytes(&mut from), from), (None, &b"\x03xy"[..]));
    }
}
