//! Dates as numbers and as text (manual 7.3.1; strftime(3), in the C locale; RFC 9110 section 5.6.7).

use base::WallClock;

use crate::args::{Arg, Args};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::{Sink, Val};

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("date", "", Str, Int, "the number of seconds since the epoch that a date means").does(parsed),
    c("http_date", "[integer,string]", Int, Str, "the date in the form of HTTP fields").prepared(unit).does(http_date),
    c("ltime", "string[,integer]", Int, Str, "the date in local time by a format").does(|a, v, env| time(a, v, env, 1, true)),
    c("ms_ltime", "string[,integer]", Int, Str, "the date in ms in local time by a format").does(|a, v, env| time(a, v, env, 1_000, true)),
    c("ms_utime", "string[,integer]", Int, Str, "the date in ms in UTC by a format").does(|a, v, env| time(a, v, env, 1_000, false)),
    c("us_ltime", "string[,integer]", Int, Str, "the date in us in local time by a format").does(|a, v, env| time(a, v, env, 1_000_000, true)),
    c("us_utime", "string[,integer]", Int, Str, "the date in us in UTC by a format").does(|a, v, env| time(a, v, env, 1_000_000, false)),
    c("utime", "string[,integer]", Int, Str, "the date in UTC by a format").does(|a, v, env| time(a, v, env, 1, false)),
];

/// The unit becomes how many of it a second has.
fn unit(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    if let Some(slot) = args.0.get_mut(1) {
        *slot = match slot {
            Arg::Str(s) if **s == *b"s" => Arg::Int(1),
            Arg::Str(s) if **s == *b"ms" => Arg::Int(1_000),
            Arg::Str(s) if **s == *b"us" => Arg::Int(1_000_000),
            _ => return Err("unexpected unit, expected 's', 'ms' or 'us'".to_owned()),
        };
    }
    Ok(())
}

fn int(v: Val<'_>) -> Option<i64> {
    match v {
        Val::Int(n) => Some(n),
        _ => None,
    }
}

fn http_date<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let unit = args.int(1).unwrap_or(1).max(1);
    let moment = int(v)?.saturating_add(args.int(0).unwrap_or(0));
    let us = u64::try_from(moment.checked_mul(1_000_000 / unit)?).ok()?;
    let date = http::format_date(WallClock { us });
    let (before, zone) = date.split_at(date.len() - b" GMT".len());
    let digits = format!("{:06}", us % 1_000_000);
    // A finer unit shows its fraction of the second, as the reference does.
    let fraction = match unit {
        1_000 => &digits[..3],
        1_000_000 => &digits[..],
        _ => "",
    };
    env.scratch
        .write(|w| {
            w.put(before);
            if !fraction.is_empty() {
                w.put(b".");
                w.put(fraction.as_bytes());
            }
            w.put(zone);
        })
        .map(Val::Str)
}

fn time<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>, per_second: i64, local: bool) -> Option<Val<'a>> {
    let moment = int(v)?.saturating_add(args.int(1).unwrap_or(0));
    let secs = moment.div_euclid(per_second);
    let nanos = moment.rem_euclid(per_second) * (1_000_000_000 / per_second);
    let offset = if local { i64::from((env.process.utc_offset)(secs)) } else { 0 };
    let tm = Tm::of(secs, offset, nanos)?;
    // Only the converters of finer units know `%N`.
    let format = args.str(0)?;
    env.scratch.write(|w| tm.write(format, per_second > 1, w, 0)).map(Val::Str)
}

/// A moment taken apart.
struct Tm {
    year: i64,
    /// From 1.
    month: usize,
    day: i64,
    /// From 0.
    day_of_year: i64,
    /// From Sunday, 0.
    weekday: i64,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: i64,
    epoch: i64,
    offset: i64,
    zone: &'static str,
}

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Nothing beyond this many seconds from the epoch has a date here: some 30,000 years.
const FURTHEST: i64 = 1_000_000_000_000;

impl Tm {
    fn of(epoch: i64, offset: i64, nanos: i64) -> Option<Tm> {
        if epoch.abs() > FURTHEST {
            return None;
        }
        let local = epoch + offset;
        let (days, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        Some(Tm {
            year,
            month: usize::try_from(month).ok()?,
            day,
            day_of_year: days - days_before(year, 1, 1),
            weekday: (days + 4).rem_euclid(7),
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            nanos,
            epoch,
            offset,
            zone: if offset == 0 { "GMT" } else { "" },
        })
    }

    /// Writes the moment by a format of strftime(3). `depth` counts formats within formats.
    fn write(&self, format: &[u8], fractions: bool, out: &mut dyn Sink, depth: usize) {
        let mut rest = format;
        while let Some(at) = memchr::memchr(b'%', rest) {
            out.put(&rest[..at]);
            let spec = &rest[at + 1..];
            let flag = spec.first().copied().filter(|b| matches!(b, b'-' | b'_' | b'0' | b'^' | b'#'));
            let digits = spec[usize::from(flag.is_some())..].iter().take_while(|b| b.is_ascii_digit()).count();
            let from = usize::from(flag.is_some());
            let width = core::str::from_utf8(&spec[from..from + digits]).ok().and_then(|t| t.parse().ok());
            let mut next = from + digits;
            // The locale's other eras and digits are the same in C.
            next += usize::from(matches!(spec.get(next), Some(b'E' | b'O')));
            let Some(&letter) = spec.get(next) else {
                out.put(&rest[at..]);
                return;
            };
            let field = Field { flag, width, out };
            if depth > 1 || !self.letter(letter, fractions, field, depth) {
                out.put(&rest[at..at + 2 + next]);
            }
            rest = &spec[next + 1..];
        }
        out.put(rest);
    }

    /// Writes one conversion; `false` if there is none of this letter.
    fn letter(&self, letter: u8, fractions: bool, mut f: Field<'_>, depth: usize) -> bool {
        let hour12 = (self.hour + 11) % 12 + 1;
        let (iso_year, iso_week) = self.iso_week();
        match letter {
            b'a' => f.text(&DAYS[self.weekday as usize][..3]),
            b'A' => f.text(DAYS[self.weekday as usize]),
            b'b' | b'h' => f.text(&MONTHS[self.month - 1][..3]),
            b'B' => f.text(MONTHS[self.month - 1]),
            b'c' => self.write(b"%a %b %e %H:%M:%S %Y", fractions, f.out, depth + 1),
            b'C' => f.number(self.year.div_euclid(100), 2, b'0'),
            b'd' => f.number(self.day, 2, b'0'),
            b'D' | b'x' => self.write(b"%m/%d/%y", fractions, f.out, depth + 1),
            b'e' => f.number(self.day, 2, b' '),
            b'F' => self.write(b"%Y-%m-%d", fractions, f.out, depth + 1),
            b'g' => f.number(iso_year.rem_euclid(100), 2, b'0'),
            b'G' => f.number(iso_year, 1, b'0'),
            b'H' => f.number(self.hour, 2, b'0'),
            b'I' => f.number(hour12, 2, b'0'),
            b'j' => f.number(self.day_of_year + 1, 3, b'0'),
            b'k' => f.number(self.hour, 2, b' '),
            b'l' => f.number(hour12, 2, b' '),
            b'm' => f.number(self.month as i64, 2, b'0'),
            b'M' => f.number(self.minute, 2, b'0'),
            b'n' => f.out.put(b"\n"),
            b'N' if fractions => f.fraction(self.nanos),
            b'p' => f.text(if self.hour < 12 { "AM" } else { "PM" }),
            b'P' => f.text(if self.hour < 12 { "am" } else { "pm" }),
            b'r' => self.write(b"%I:%M:%S %p", fractions, f.out, depth + 1),
            b'R' => self.write(b"%H:%M", fractions, f.out, depth + 1),
            b's' => f.number(self.epoch, 1, b'0'),
            b'S' => f.number(self.second, 2, b'0'),
            b't' => f.out.put(b"\t"),
            b'T' | b'X' => self.write(b"%H:%M:%S", fractions, f.out, depth + 1),
            b'u' => f.number((self.weekday + 6) % 7 + 1, 1, b'0'),
            b'U' => f.number((self.day_of_year + 7 - self.weekday) / 7, 2, b'0'),
            b'V' => f.number(iso_week, 2, b'0'),
            b'w' => f.number(self.weekday, 1, b'0'),
            b'W' => f.number((self.day_of_year + 7 - (self.weekday + 6) % 7) / 7, 2, b'0'),
            b'y' => f.number(self.year.rem_euclid(100), 2, b'0'),
            b'Y' => f.number(self.year, 1, b'0'),
            b'z' => {
                let minutes = self.offset.abs() / 60;
                f.out.put(if self.offset < 0 { b"-" } else { b"+" });
                f.flag = None;
                f.number(minutes / 60 * 100 + minutes % 60, 4, b'0');
            }
            b'Z' => f.text(self.zone),
            b'%' => f.out.put(b"%"),
            _ => return false,
        }
        true
    }

    /// Year and week of ISO 8601: weeks begin on Monday, and week 1 has the year's first Thursday.
    fn iso_week(&self) -> (i64, i64) {
        let thursday = self.day_of_year + 3 - (self.weekday + 6) % 7;
        let leap = |y: i64| y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
        let length = |y: i64| 365 + i64::from(leap(y));
        if thursday < 0 {
            (self.year - 1, (thursday + length(self.year - 1)) / 7 + 1)
        } else if thursday >= length(self.year) {
            (self.year + 1, 1)
        } else {
            (self.year, thursday / 7 + 1)
        }
    }
}

/// How one conversion is written.
struct Field<'w> {
    flag: Option<u8>,
    width: Option<usize>,
    out: &'w mut dyn Sink,
}

/// No field is wider.
const WIDEST: usize = 64;

impl Field<'_> {
    fn text(&mut self, text: &str) {
        let pad = if self.flag == Some(b'0') { b"0" } else { b" " };
        (text.len()..self.width.unwrap_or(0).min(WIDEST)).for_each(|_| self.out.put(pad));
        match self.flag {
            Some(b'^') => self.out.put(text.to_ascii_uppercase().as_bytes()),
            Some(b'#') if text.len() == 2 => self.out.put(text.to_ascii_lowercase().as_bytes()),
            Some(b'#') => self.out.put(text.to_ascii_uppercase().as_bytes()),
            _ => self.out.put(text.as_bytes()),
        }
    }

    /// A number with at least `width` digits, filled with `pad` unless a flag says otherwise.
    fn number(&mut self, n: i64, width: usize, pad: u8) {
        let (pad, width) = match self.flag {
            Some(b'-') => (pad, 1),
            Some(b'_') => (b' ', width),
            Some(b'0') => (b'0', width),
            _ => (pad, width),
        };
        let width = self.width.map_or(width, |w| w.min(WIDEST));
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(n);
        let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |d| ("-", d));
        let fill = width.saturating_sub(digits.len() + sign.len());
        if pad == b' ' {
            (0..fill).for_each(|_| self.out.put(b" "));
            self.out.put(sign.as_bytes());
        } else {
            self.out.put(sign.as_bytes());
            (0..fill).for_each(|_| self.out.put(b"0"));
        }
        self.out.put(digits.as_bytes());
    }

    /// The first digits of a fraction in nanoseconds, nine of them unless a width says otherwise.
    fn fraction(&mut self, nanos: i64) {
        let digits = format!("{nanos:09}");
        let width = self.width.unwrap_or(9).clamp(1, 9);
        self.out.put(&digits.as_bytes()[..width]);
    }
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar. The year is counted from March, so
/// that the leap day is its last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// The reverse of [`civil`].
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Reads the three forms that RFC 9110 has for a date.
fn parsed<'a>(_: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let text = core::str::from_utf8(v.bytes()?).ok()?;
    let (weekday, rest) = match text.split_once(", ") {
        Some((weekday, rest)) => (weekday, rest),
        None => return asctime(text).map(Val::Int),
    };
    let rest = rest.strip_suffix(" GMT")?;
    let (day, time) = rest.rsplit_once(' ')?;
    let (day, month, year) = if DAYS.contains(&weekday) {
        let mut parts = day.split('-');
        let (day, month, year) = (parts.next()?, parts.next()?, number(parts.next()?, 2)?);
        (number(day, 2)?, month, century(year, env))
    } else {
        DAYS.iter().find(|d| &d[..3] == weekday)?;
        let mut parts = day.split(' ');
        (number(parts.next()?, 2)?, parts.next()?, number(parts.next()?, 4)?)
    };
    moment(year, month, day, time).map(Val::Int)
}

/// A year of two digits lies at most 50 years ahead (RFC 9110 section 5.6.7).
fn century(year: i64, env: &Env<'_>) -> i64 {
    let now = civil(i64::try_from(env.wall.secs() / 86_400).unwrap_or(0)).0;
    let year = now - now % 100 + year;
    if year > now + 50 { year - 100 } else { year }
}

/// `Sun Nov  6 08:49:37 1994`.
fn asctime(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once(' ').filter(|(day, _)| DAYS.iter().any(|d| &d[..3] == *day))?;
    let (month, rest) = rest.split_once(' ')?;
    let (day, rest) = (rest.get(..2)?.trim_start(), rest.get(2..)?.strip_prefix(' ')?);
    let (time, year) = rest.split_once(' ')?;
    moment(number(year, 4)?, month, number(day, day.len())?, time)
}

fn moment(year: i64, month: &str, day: i64, time: &str) -> Option<i64> {
    let month = MONTHS.iter().position(|m| &m[..3] == month)? as i64 + 1;
    let mut parts = time.split(':');
    let mut part = |most: i64| number(parts.next()?, 2).filter(|n| *n <= most);
    let (hour, minute, second) = (part(23)?, part(59)?, part(60)?);
    let days = days_before(year, month, day);
    let real = parts.next().is_none() && civil(days) == (year, month, day);
    real.then_some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Exactly `len` digits.
fn number(text: &str, len: usize) -> Option<i64> {
    let digits = !text.is_empty() && text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        for days in (-800_000..800_000).step_by(17) {
            let (year, month, day) = civil(days);
            assert_eq!(days_before(year, month, day), days);
        }
    }

    #[test]
    fn weeks_at_the_ends_of_years() {
        for (secs, want) in [(1_104_537_600, "2004 53"), (1_230_768_000, "2009 01"), (1_293_753_600, "2010 52")] {
            let mut out = Vec::new();
            Tm::of(secs, 0, 0).unwrap().write(b"%G %V", false, &mut out, 0);
            assert_eq!(String::from_utf8(out).unwrap(), want);
        }
    }
}
