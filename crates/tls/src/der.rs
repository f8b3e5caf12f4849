//! Reading DER (X.690), as much as certificates, CRLs and keys need.

/// Universal tags, and the context tags that certificates use.
pub mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const OID: u8 = 0x06;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;

    /// A constructed context tag.
    pub const fn context(n: u8) -> u8 {
        0xa0 | n
    }

    /// A primitive context tag.
    pub const fn context_primitive(n: u8) -> u8 {
        0x80 | n
    }
}

/// What isn't DER, or isn't what was expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadDer;

/// A cursor over the elements of one level.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(&'a [u8]);

/// One element.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    pub tag: u8,
    pub content: &'a [u8],
    /// Tag and length included.
    pub whole: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next element.
    pub fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element, whatever it is.
    pub fn any(&mut self) -> Result<Element<'a>, BadDer> {
        let [tag, first, rest @ ..] = self.0 else { return Err(BadDer) };
        if tag & 0x1f == 0x1f {
            return Err(BadDer);
        }
        let (length, header) = match first {
            0..=0x7f => (usize::from(*first), 2),
            0x81..=0x84 => {
                let n = usize::from(first & 0x7f);
                let digits = rest.get(..n).ok_or(BadDer)?;
                (digits.iter().fold(0usize, |length, digit| length << 8 | usize::from(*digit)), 2 + n)
            }
            _ => return Err(BadDer),
        };
        let end = header.checked_add(length).ok_or(BadDer)?;
        let whole = self.0.get(..end).ok_or(BadDer)?;
        self.0 = &self.0[end..];
        Ok(Element { tag: *tag, content: &whole[header..], whole })
    }

    /// The next element, which must have this tag.
    pub fn expect(&mut self, tag: u8) -> Result<Element<'a>, BadDer> {
        let element = self.any()?;
        if element.tag == tag { Ok(element) } else { Err(BadDer) }
    }

    /// The next element if it has this tag.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, BadDer> {
        if self.peek() == Some(tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// Enters the next element, which must have this tag.
    pub fn enter(&mut self, tag: u8) -> Result<Reader<'a>, BadDer> {
        self.expect(tag).map(|element| Reader(element.content))
    }
}

impl<'a> Element<'a> {
    /// Its content as a level of its own.
    pub fn inside(&self) -> Reader<'a> {
        Reader(self.content)
    }

    /// The bytes of a bit string that has no unused bits.
    pub fn bits(&self) -> Result<&'a [u8], BadDer> {
        match self.content {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(BadDer),
        }
    }

    /// A small number.
    pub fn small(&self) -> Result<u32, BadDer> {
        let digits = self.content;
        if digits.is_empty() || digits.len() > 4 || digits[0] & 0x80 != 0 {
            return Err(BadDer);
        }
        Ok(digits.iter().fold(0, |n, digit| n << 8 | u32::from(*digit)))
    }
}

/// Seconds since 1970 of a `UTCTime` or `GeneralizedTime` in UTC.
pub fn time(element: Element<'_>) -> Result<i64, BadDer> {
    let text = element.content.strip_suffix(b"Z").ok_or(BadDer)?;
    let two = |at: usize| -> Result<i64, BadDer> {
        let pair = text.get(at..at + 2).filter(|pair| pair.iter().all(u8::is_ascii_digit)).ok_or(BadDer)?;
        Ok(i64::from(pair[0] - b'0') * 10 + i64::from(pair[1] - b'0'))
    };
    let (year, at) = match (element.tag, text.len()) {
        (tag::UTC_TIME, 12) => match two(0)? {
            year @ 50.. => (1900 + year, 2),
            year => (2000 + year, 2),
        },
        (tag::GENERALIZED_TIME, 14) => (two(0)? * 100 + two(2)?, 4),
        _ => return Err(BadDer),
    };
    let (month, day) = (two(at)?, two(at + 2)?);
    let (hour, minute, second) = (two(at + 4)?, two(at + 6)?, two(at + 8)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return Err(BadDer);
    }
    Ok(days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The content of an object identifier that is given as text in dots; only for tests and error texts.
pub fn oid_text(content: &[u8]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut value = 0u64;
    for byte in content.iter().take(64) {
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if parts.is_empty() {
                let first = (value / 40).min(2);
                parts.push(first.to_string());
                value -= first * 40;
            }
            parts.push(value.to_string());
            value = 0;
        }
        value &= u64::MAX >> 8;
    }
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let utc = |text: &'static [u8]| time(Element { tag: tag::UTC_TIME, content: text, whole: &[] });
        let general = |text: &'static [u8]| time(Element { tag: tag::GENERALIZED_TIME, content: text, whole: &[] });
        assert_eq!(utc(b"700101000000Z"), Ok(0));
        assert_eq!(utc(b"000229120000Z"), Ok(951_825_600));
        assert_eq!(utc(b"491231235959Z"), Ok(2_524_607_999));
        assert_eq!(general(b"20500101000000Z"), Ok(2_524_608_000));
        assert_eq!(general(b"99991231235959Z"), Ok(253_402_300_799));
        for bad in [&b"701301000000Z"[..], b"7001010000Z", b"700101000000+", b"70010100000xZ"] {
            assert_eq!(utc(bad), Err(BadDer));
        }
    }

    #[test]
    fn lengths() {
        assert!(Reader::new(&[0x30, 0x81]).any().is_err());
        assert!(Reader::new(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]).any().is_err());
        assert!(Reader::new(&[0x30, 0x80, 0, 0]).any().is_err());
        assert_eq!(Reader::new(&[0x02, 0x01, 0x05]).any().unwrap().small(), Ok(5));
        assert_eq!(oid_text(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]), "1.2.840.113549");
    }
}
