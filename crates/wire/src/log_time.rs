//! Dates as logs print them (manual 8.2.6), formatted at most once a second.
//!
//! The caller supplies the local zone's offset, which depends on the date (summer time): this crate knows
//! no zones.

use base::WallClock;

/// The dates of one second in one zone, kept until another second or offset is asked for.
#[derive(Clone, Debug)]
pub struct Dates {
    local: Second,
    utc: Second,
}

impl Dates {
    /// Nothing formatted yet.
    pub fn new() -> Dates {
        Dates { local: Second::of(0, 0), utc: Second::of(0, 0) }
    }

    /// `%t`, `%tr`: `22/Nov/2026:14:48:50.123` in local time.
    pub fn with_ms(&mut self, at: WallClock, offset_s: i32, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.local(at, offset_s).clf);
        out.push(b'.');
        push_padded(at.subsec_us() / 1000, 3, out);
    }

    /// `%Tl`, `%trl`: `22/Nov/2026:14:48:50 +0100` in local time.
    pub fn with_zone(&mut self, at: WallClock, offset_s: i32, out: &mut Vec<u8>) {
        let second = self.local(at, offset_s);
        out.extend_from_slice(&second.clf);
        out.push(b' ');
        out.extend_from_slice(&second.zone);
    }

    /// `%T`, `%trg`: `22/Nov/2026:13:48:50 +0000`.
    pub fn utc(&mut self, at: WallClock, out: &mut Vec<u8>) {
        self.utc.turn_to(at.secs(), 0);
        out.extend_from_slice(&self.utc.clf);
        out.extend_from_slice(b" +0000");
    }

    /// `%ms`: the milliseconds of the second, three digits.
    pub fn ms(at: WallClock, out: &mut Vec<u8>) {
        push_padded(at.subsec_us() / 1000, 3, out);
    }

    /// RFC 3164 4.1.2: `Nov 22 14:48:50`, the day padded with a space.
    pub fn rfc3164(&mut self, at: WallClock, offset_s: i32, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.local(at, offset_s).rfc3164);
    }

    /// RFC 5424 6.2.3 and the formats `timed` and `iso`: `2026-11-22T14:48:50.123456+01:00`.
    pub fn iso(&mut self, at: WallClock, offset_s: i32, out: &mut Vec<u8>) {
        let second = self.local(at, offset_s);
        out.extend_from_slice(&second.iso);
        out.push(b'.');
        push_padded(at.subsec_us(), 6, out);
        out.extend_from_slice(&second.zone[..3]);
        out.push(b':');
        out.extend_from_slice(&second.zone[3..]);
    }

    fn local(&mut self, at: WallClock, offset_s: i32) -> &Second {
        self.local.turn_to(at.secs(), offset_s);
        &self.local
    }
}

impl Default for Dates {
    fn default() -> Self {
        Dates::new()
    }
}

/// A date and time of day in the Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Civil {
    /// 1970 and later (earlier only through a negative offset).
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
    /// 0 (Sunday) to 6.
    pub weekday: u32,
}

impl Civil {
    /// The date at `secs` since the epoch, seen `offset_s` seconds east of Greenwich.
    pub fn at(secs: u64, offset_s: i32) -> Civil {
        let secs = i64::try_from(secs).unwrap_or(i64::MAX / 2) + i64::from(offset_s);
        let (days, of_day) = (secs.div_euclid(86_400), secs.rem_euclid(86_400) as u32);
        let (year, month, day) = date(days);
        Civil {
            year,
            month,
            day,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            weekday: (days + 4).rem_euclid(7) as u32,
        }
    }

    /// `Jan` to `Dec`.
    pub fn month_name(&self) -> &'static str {
        MONTHS[self.month as usize - 1]
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[derive(Clone, Debug)]
struct Second {
    secs: u64,
    offset_s: i32,
    /// `22/Nov/2026:14:48:50`
    clf: [u8; 20],
    /// `Nov 22 14:48:50`
    rfc3164: [u8; 15],
    /// `2026-11-22T14:48:50`
    iso: [u8; 19],
    /// `+0100`
    zone: [u8; 5],
}

impl Second {
    fn turn_to(&mut self, secs: u64, offset_s: i32) {
        if (self.secs, self.offset_s) != (secs, offset_s) {
            *self = Second::of(secs, offset_s);
        }
    }

    fn of(secs: u64, offset_s: i32) -> Second {
        let c = Civil::at(secs, offset_s);
        let month = c.month_name().as_bytes();
        let year = c.year.rem_euclid(10_000) as u32;
        let mut time = *b"00:00:00";
        for (at, value) in [(0, c.hour), (3, c.minute), (6, c.second)] {
            put(&mut time[at..at + 2], value);
        }
        let mut clf = *b"00/Mon/0000:00:00:00";
        put(&mut clf[0..2], c.day);
        clf[3..6].copy_from_slice(month);
        put(&mut clf[7..11], year);
        clf[12..].copy_from_slice(&time);
        let mut rfc3164 = *b"Mon  0 00:00:00";
        rfc3164[..3].copy_from_slice(month);
        match c.day {
            0..10 => put(&mut rfc3164[5..6], c.day),
            _ => put(&mut rfc3164[4..6], c.day),
        }
        rfc3164[7..].copy_from_slice(&time);
        let mut iso = *b"0000-00-00T00:00:00";
        for (range, value) in [(0..4, year), (5..7, c.month), (8..10, c.day)] {
            put(&mut iso[range], value);
        }
        iso[11..].copy_from_slice(&time);
        let minutes = offset_s.unsigned_abs() / 60;
        let mut zone = if offset_s < 0 { *b"-0000" } else { *b"+0000" };
        put(&mut zone[1..3], minutes / 60 % 100);
        put(&mut zone[3..5], minutes % 60);
        Second { secs, offset_s, clf, rfc3164, iso, zone }
    }
}

/// Fills `field` with decimal digits, zeroes in front.
fn put(field: &mut [u8], mut value: u32) {
    for digit in field.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

fn push_padded(value: u32, width: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + width, b'0');
    put(&mut out[start..], value);
}

/// Year, month and day of a day counted from 1970-01-01. Years begin in March here, so that the leap day is
/// the last of its year; 400 years have 146,097 days.
fn date(days: i64) -> (i64, u32, u32) {
    let from_march_0000 = days + 719_468;
    let era = from_march_0000.div_euclid(146_097);
    let day_of_era = from_march_0000.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * from_march + 2) / 5 + 1) as u32;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 } as u32;
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Dates, &mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut Dates::new(), &mut out);
        String::from_utf8(out).unwrap()
    }

    /// 2026-11-22 15:14:50.316789 UTC.
    const AT: WallClock = WallClock { us: 1_795_360_490_316_789 };

    #[test]
    fn every_format_as_observed() {
        assert_eq!(text(|d, o| d.with_ms(AT, -5 * 3600, o)), "22/Nov/2026:10:14:50.316");
        assert_eq!(text(|d, o| d.with_zone(AT, -5 * 3600, o)), "22/Nov/2026:10:14:50 -0500");
        assert_eq!(text(|d, o| d.utc(AT, o)), "22/Nov/2026:15:14:50 +0000");
        assert_eq!(text(|_, o| Dates::ms(AT, o)), "316");
        assert_eq!(text(|d, o| d.rfc3164(AT, 19_800, o)), "Nov 22 20:44:50");
        assert_eq!(text(|d, o| d.iso(AT, 19_800, o)), "2026-11-22T20:44:50.316789+05:30");
        assert_eq!(text(|d, o| d.iso(AT, -12_600, o)), "2026-11-22T11:44:50.316789-03:30");
    }

    #[test]
    fn calendar() {
        for (secs, iso, rfc3164, weekday) in [
            (0, "1970-01-01T00:00:00", "Jan  1 00:00:00", 4),
            (951_782_400, "2000-02-29T00:00:00", "Feb 29 00:00:00", 2),
            (951_868_799, "2000-02-29T23:59:59", "Feb 29 23:59:59", 2),
            (1_709_164_800, "2024-02-29T00:00:00", "Feb 29 00:00:00", 4),
            (4_107_542_400, "2100-03-01T00:00:00", "Mar  1 00:00:00", 1),
            (1_798_761_599, "2026-12-31T23:59:59", "Dec 31 23:59:59", 4),
        ] {
            let at = WallClock { us: secs * 1_000_000 };
            assert_eq!(text(|d, o| d.iso(at, 0, o)), format!("{iso}.000000+00:00"));
            assert_eq!(text(|d, o| d.rfc3164(at, 0, o)), rfc3164);
            assert_eq!(Civil::at(secs, 0).weekday, weekday, "{iso}");
        }
        assert_eq!(text(|d, o| d.rfc3164(WallClock { us: 0 }, -3600, o)), "Dec 31 23:00:00");
        // No date, however far, makes it panic.
        Civil::at(u64::MAX, i32::MAX);
        Second::of(u64::MAX, i32::MIN);
    }

    #[test]
    fn the_cache_follows_second_and_zone() {
        let mut dates = Dates::new();
        for (us, offset) in [(999_999, 0), (1_000_000, 0), (1_000_000, 3600), (999_999, 0), (5_000_000, 3600)] {
            let at = WallClock { us };
            let (mut cached, mut fresh) = (Vec::new(), Vec::new());
            dates.with_zone(at, offset, &mut cached);
            Dates::new().with_zone(at, offset, &mut fresh);
            dates.utc(at, &mut cached);
            Dates::new().utc(at, &mut fresh);
            assert_eq!(cached, fresh);
        }
    }
}
