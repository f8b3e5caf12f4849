//! The forms of values that every keyword shares: times, sizes, numbers, switches (manual 2.5, 2.6).
//!
//! Each parser takes the word's bytes and answers with the value or with a [`ValueError`], which says what
//! was wrong and at which byte; [`ValueError::message`] words it as the reference does.

use core::fmt;

use base::Ms;

/// Why a value was refused. Offsets count the word's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueError {
    /// The word is empty or missing.
    Empty,
    /// A byte that has no place there.
    Unexpected {
        /// Its offset.
        at: usize,
        /// The byte.
        byte: u8,
    },
    /// A time beyond 2^31−1 ms.
    TimerOverflow,
    /// A number that doesn't fit the range.
    OutOfRange {
        /// The least value allowed.
        min: i64,
        /// The greatest value allowed.
        max: i64,
    },
    /// None of the words allowed.
    NotOneOf(&'static [&'static str]),
}

/// Units of time. A number without a unit has the keyword's default one, usually milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeUnit {
    /// Microseconds, `us`.
    Us,
    /// Milliseconds, `ms`.
    Ms,
    /// Seconds, `s`.
    S,
    /// Minutes, `m`.
    M,
    /// Hours, `h`.
    H,
    /// Days, `d`.
    D,
}

/// A time in milliseconds; a number alone is in milliseconds. Microseconds are rounded up, so that no timer
/// above zero becomes zero.
pub fn time_ms(text: &[u8]) -> Result<Ms, ValueError> {
    time(text, TimeUnit::Ms, TimeUnit::Ms).map(|n| Ms(n as u32))
}

/// A time, counted in `counted` units (rounded up); a number alone is in `default` units. The result never
/// exceeds 2^31−1.
pub fn time(text: &[u8], default: TimeUnit, counted: TimeUnit) -> Result<u64, ValueError> {
    const MAX: u128 = i32::MAX as u128;
    let (number, rest) = digits(text)?;
    let unit = match &text[rest..] {
        b"" => default,
        b"us" => TimeUnit::Us,
        b"ms" => TimeUnit::Ms,
        b"s" => TimeUnit::S,
        b"m" => TimeUnit::M,
        b"h" => TimeUnit::H,
        b"d" => TimeUnit::D,
        tail => return Err(unexpected_after_unit(text, rest, tail)),
    };
    // 128 bits hold any 64-bit number of days in microseconds.
    let total = u128::from(number) * u128::from(unit.us());
    let counted = total.div_ceil(u128::from(counted.us()));
    if number == u64::MAX || counted > MAX { Err(ValueError::TimerOverflow) } else { Ok(counted as u64) }
}

/// A size in bytes: a number with an optional `k`, `m` or `g` in either case (manual 2.6).
pub fn size(text: &[u8]) -> Result<u64, ValueError> {
    let (number, rest) = digits(text)?;
    let shift = match &text[rest..] {
        b"" => 0,
        b"k" | b"K" => 10,
        b"m" | b"M" => 20,
        b"g" | b"G" => 30,
        [b'k' | b'K' | b'm' | b'M' | b'g' | b'G', byte, ..] => {
            return Err(ValueError::Unexpected { at: rest + 1, byte: *byte });
        }
        _ => return Err(ValueError::Unexpected { at: rest, byte: text[rest] }),
    };
    let out_of_range = ValueError::OutOfRange { min: 0, max: i64::MAX };
    let bytes = number.checked_mul(1 << shift).ok_or(out_of_range)?;
    if bytes > i64::MAX as u64 { Err(out_of_range) } else { Ok(bytes) }
}

/// A size in bytes within a range.
pub fn size_in(text: &[u8], min: u64, max: u64) -> Result<u64, ValueError> {
    let range = ValueError::OutOfRange { min: clamp(min), max: clamp(max) };
    match size(text) {
        Ok(bytes) if (min..=max).contains(&bytes) => Ok(bytes),
        Ok(_) | Err(ValueError::OutOfRange { .. }) => Err(range),
        Err(error) => Err(error),
    }
}

/// A decimal integer, with an optional sign, within a range.
pub fn integer(text: &[u8], min: i64, max: i64) -> Result<i64, ValueError> {
    let out_of_range = ValueError::OutOfRange { min, max };
    let sign = match text.first() {
        None => return Err(ValueError::Empty),
        Some(b'-') => -1i128,
        Some(b'+') => 1,
        Some(_) => 0,
    };
    let start = usize::from(sign != 0);
    let (number, rest) = digits(&text[start..]).map_err(|e| e.shifted(start))?;
    if let Some(&byte) = text.get(start + rest) {
        return Err(ValueError::Unexpected { at: start + rest, byte });
    }
    let value = i128::from(number) * if sign < 0 { -1 } else { 1 };
    if value < i128::from(min) || value > i128::from(max) { Err(out_of_range) } else { Ok(value as i64) }
}

/// A decimal number without sign within a range.
pub fn number(text: &[u8], min: u64, max: u64) -> Result<u64, ValueError> {
    let (number, rest) = digits(text)?;
    if let Some(&byte) = text.get(rest) {
        return Err(ValueError::Unexpected { at: rest, byte });
    }
    let range = ValueError::OutOfRange { min: clamp(min), max: clamp(max) };
    if (min..=max).contains(&number) { Ok(number) } else { Err(range) }
}

/// A percentage: a number from 0 to 100 with `%` behind it.
pub fn percent(text: &[u8]) -> Result<u8, ValueError> {
    match text.split_last() {
        None => Err(ValueError::Empty),
        Some((b'%', digits)) => number(digits, 0, 100).map(|n| n as u8),
        Some((&byte, _)) => Err(ValueError::Unexpected { at: text.len() - 1, byte }),
    }
}

/// `on` or `off`.
pub fn on_off(text: &[u8]) -> Result<bool, ValueError> {
    one_of(text, &["on", "off"]).map(|i| i == 0)
}

/// The index of the word in a list of those allowed; `Empty` for an empty word.
pub fn one_of(text: &[u8], allowed: &'static [&'static str]) -> Result<usize, ValueError> {
    if text.is_empty() {
        return Err(ValueError::Empty);
    }
    allowed.iter().position(|word| word.as_bytes() == text).ok_or(ValueError::NotOneOf(allowed))
}

impl TimeUnit {
    /// How many microseconds it has.
    pub fn us(self) -> u64 {
        match self {
            TimeUnit::Us => 1,
            TimeUnit::Ms => 1_000,
            TimeUnit::S => 1_000_000,
            TimeUnit::M => 60_000_000,
            TimeUnit::H => 3_600_000_000,
            TimeUnit::D => 86_400_000_000,
        }
    }
}

impl ValueError {
    /// The error for the user: `text` is the word that was refused, `keyword` what it was given to, such as
    /// `timeout client`.
    pub fn message(&self, text: &[u8], keyword: &str) -> String {
        let text = String::from_utf8_lossy(text);
        match self {
            ValueError::Empty => format!("'{keyword}' expects a value"),
            ValueError::Unexpected { byte, .. } => {
                format!("unexpected character '{}' in '{keyword}'", byte.escape_ascii())
            }
            ValueError::TimerOverflow => format!(
                "timer overflow in argument '{text}' to '{keyword}' (maximum value is 2147483647 ms or ~24.8 days)"
            ),
            ValueError::OutOfRange { min, max } => {
                format!("'{keyword}' expects a number from {min} to {max}, not '{text}'")
            }
            ValueError::NotOneOf(allowed) => {
                format!("'{keyword}' expects {}, not '{text}'", Choices(allowed))
            }
        }
    }

    /// The part of the word to put the caret under: offsets from and to.
    pub fn range(&self, text: &[u8]) -> (usize, usize) {
        match *self {
            ValueError::Unexpected { at, .. } => (at, at + 1),
            _ => (0, text.len()),
        }
    }

    fn shifted(self, by: usize) -> ValueError {
        match self {
            ValueError::Unexpected { at, byte } => ValueError::Unexpected { at: at + by, byte },
            other => other,
        }
    }
}

/// «'a', 'b' or 'c'».
struct Choices(&'static [&'static str]);

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, word) in self.0.iter().enumerate() {
            let before = match i {
                0 => "",
                _ if i + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(f, "{before}'{word}'")?;
        }
        Ok(())
    }
}

/// The number that `text` starts with (saturated at `u64::MAX`) and the offset of what follows it.
fn digits(text: &[u8]) -> Result<(u64, usize), ValueError> {
    let len = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if len == 0 {
        return Err(text.first().map_or(ValueError::Empty, |&byte| ValueError::Unexpected { at: 0, byte }));
    }
    let number = text[..len].iter().fold(0u64, |n, &b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')));
    Ok((number, len))
}

/// The first byte of `tail` that is no part of a unit.
fn unexpected_after_unit(text: &[u8], rest: usize, tail: &[u8]) -> ValueError {
    let known = match tail {
        [b'u' | b'm', b's', ..] => 2,
        [b's' | b'm' | b'h' | b'd', ..] => 1,
        _ => 0,
    };
    ValueError::Unexpected { at: rest + known, byte: text[rest + known] }
}

fn clamp(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn unexpected<T>(at: usize, byte: u8) -> Result<T, ValueError> {
        Err(ValueError::Unexpected { at, byte })
    }

    #[test]
    fn times() {
        let overflow = Err(ValueError::TimerOverflow);
        let cases: &[(&str, Result<u32, ValueError>)] = &[
            ("0", Ok(0)),
            ("0us", Ok(0)),
            ("1us", Ok(1)),
            ("1000us", Ok(1)),
            ("1001us", Ok(2)),
            ("01", Ok(1)),
            ("5ms", Ok(5)),
            ("3s", Ok(3_000)),
            ("2m", Ok(120_000)),
            ("1h", Ok(3_600_000)),
            ("24d", Ok(2_073_600_000)),
            ("25d", overflow),
            ("596h", Ok(2_145_600_000)),
            ("597h", overflow),
            ("2147483647", Ok(2_147_483_647)),
            ("2147483648", overflow),
            ("2147483647999us", overflow),
            ("2147483647000us", Ok(2_147_483_647)),
            ("99999999999999999999d", overflow),
            ("", Err(ValueError::Empty)),
            ("x", unexpected(0, b'x')),
            ("-1", unexpected(0, b'-')),
            ("1.5s", unexpected(1, b'.')),
            ("1 s", unexpected(1, b' ')),
            ("1S", unexpected(1, b'S')),
            ("1sec", unexpected(2, b'e')),
            ("1ms ", unexpected(3, b' ')),
            ("24d20h", unexpected(3, b'2')),
            ("1u", unexpected(1, b'u')),
        ];
        for (text, want) in cases {
            assert_eq!(time_ms(text.as_bytes()).map(|ms| ms.0), *want, "{text}");
        }
        assert_eq!(time(b"2", TimeUnit::S, TimeUnit::Ms), Ok(2_000));
        assert_eq!(time(b"1500ms", TimeUnit::S, TimeUnit::S), Ok(2));
        assert_eq!(time(b"7", TimeUnit::Us, TimeUnit::Us), Ok(7));
    }

    #[test]
    fn sizes() {
        let range = Err(ValueError::OutOfRange { min: 0, max: i64::MAX });
        let cases: &[(&str, Result<u64, ValueError>)] = &[
            ("0", Ok(0)),
            ("1", Ok(1)),
            ("1k", Ok(1024)),
            ("1K", Ok(1024)),
            ("3m", Ok(3 << 20)),
            ("4G", Ok(4 << 30)),
            ("1kb", unexpected(2, b'b')),
            ("1.5k", unexpected(1, b'.')),
            ("1t", unexpected(1, b't')),
            ("1 k", unexpected(1, b' ')),
            ("-1", unexpected(0, b'-')),
            ("", Err(ValueError::Empty)),
            ("9223372036854775807", Ok(i64::MAX as u64)),
            ("9223372036854775808", range),
            ("99999999999999999999g", range),
        ];
        for (text, want) in cases {
            assert_eq!(size(text.as_bytes()), *want, "{text}");
        }
        assert_eq!(size_in(b"4g", 1, 1 << 31), Err(ValueError::OutOfRange { min: 1, max: 1 << 31 }));
    }

    #[test]
    fn numbers_and_switches() {
        assert_eq!(integer(b"-5", -10, 10), Ok(-5));
        assert_eq!(integer(b"+5", -10, 10), Ok(5));
        assert_eq!(integer(b"-9223372036854775808", i64::MIN, i64::MAX), Ok(i64::MIN));
        assert_eq!(
            integer(b"9223372036854775808", i64::MIN, i64::MAX),
            Err(ValueError::OutOfRange { min: i64::MIN, max: i64::MAX })
        );
        assert_eq!(integer(b"-", 0, 1), Err(ValueError::Empty));
        assert_eq!(integer(b"5x", 0, 10), unexpected(1, b'x'));
        assert_eq!(integer(b"-x", 0, 10), unexpected(1, b'x'));
        assert_eq!(number(b"0x10", 0, 10), unexpected(1, b'x'));
        assert_eq!(number(b"11", 0, 10), Err(ValueError::OutOfRange { min: 0, max: 10 }));
        assert_eq!(percent(b"50%"), Ok(50));
        assert_eq!(percent(b"101%"), Err(ValueError::OutOfRange { min: 0, max: 100 }));
        assert_eq!(percent(b"50"), unexpected(1, b'0'));
        assert_eq!(on_off(b"on"), Ok(true));
        assert_eq!(on_off(b"off"), Ok(false));
        assert_eq!(on_off(b"ON"), Err(ValueError::NotOneOf(&["on", "off"])));
    }

    #[test]
    fn messages() {
        let message = |text: &str| time_ms(text.as_bytes()).unwrap_err().message(text.as_bytes(), "timeout client");
        assert_eq!(
            message("25d"),
            "timer overflow in argument '25d' to 'timeout client' (maximum value is 2147483647 ms or ~24.8 days)"
        );
        assert_eq!(message("1x"), "unexpected character 'x' in 'timeout client'");
        assert_eq!(on_off(b"x").unwrap_err().message(b"x", "kw"), "'kw' expects 'on' or 'off', not 'x'");
    }
}
