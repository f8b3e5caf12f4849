//! `http-err-codes`, `http-fail-codes` (manual 3.1).

use core::ops::RangeInclusive;

/// A set of HTTP status codes from 100 to 599.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct StatusCodes([u64; 8]);

impl StatusCodes {
    pub const NONE: StatusCodes = StatusCodes([0; 8]);

    /// What counts as an error unless said otherwise.
    pub fn errors() -> StatusCodes {
        let mut codes = StatusCodes::NONE;
        codes.set(400..=499, true);
        codes
    }

    /// What counts as a failure unless said otherwise: not 501 and 505, which clients can provoke.
    pub fn failures() -> StatusCodes {
        let mut codes = StatusCodes::NONE;
        codes.set(500..=599, true);
        codes.set(501..=501, false);
        codes.set(505..=505, false);
        codes
    }

    /// Adds or removes a range. Codes outside of 100 to 599 are overlooked.
    pub fn set(&mut self, range: RangeInclusive<u16>, on: bool) {
        for code in (*range.start()).max(100)..=(*range.end()).min(599) {
            let (word, bit) = StatusCodes::place(code);
            self.0[word] = if on { self.0[word] | bit } else { self.0[word] & !bit };
        }
    }

    /// Whether the set has a code.
    pub fn has(&self, code: u16) -> bool {
        let (word, bit) = StatusCodes::place(code);
        (100..600).contains(&code) && self.0[word] & bit != 0
    }

    fn place(code: u16) -> (usize, u64) {
        let at = usize::from(code.clamp(100, 599) - 100);
        (at / 64, 1 << (at % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_come_and_go() {
        let mut codes = StatusCodes::errors();
        codes.set(450..=459, false);
        codes.set(500..=700, true);
        for (code, has) in [(399, false), (400, true), (450, false), (460, true), (599, true), (600, false), (0, false)]
        {
            assert_eq!(codes.has(code), has, "{code}");
        }
        assert!(StatusCodes::failures().has(500) && !StatusCodes::failures().has(501));
    }
}
