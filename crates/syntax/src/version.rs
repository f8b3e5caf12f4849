//! Versions as `version_atleast()` and its kin compare them (manual 2.4).

/// A version: three numbers, and how far it is from the release that they name. Compares in the order of
/// time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Version {
    /// Major, minor and patch; missing ones are zero.
    pub numbers: [u32; 3],
    /// Where in the life of that release it stands.
    pub stage: Stage,
}

/// Where in the life of a release a version stands. In this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// `-dev<N>`, `-pre<N>` or `-rc<N>`: before the release.
    Before(u32),
    /// The release, with so many changes on top of it (`-<N>`, `.<N>`, or a letter as OpenSSL had them).
    After(u32),
}

impl Version {
    /// Reads a version. What isn't understood is taken as zero, as the reference does, so that any string
    /// has an answer: `2.6` is `2.6.0`, `3.5-ferroxy0.1.0` is `3.5.0`, `x` is `0.0.0`, and the letter of
    /// `1.1.1a` counts as one change.
    pub fn parse(text: &[u8]) -> Version {
        let mut version = Version::default();
        let mut rest = text;
        for (index, number) in version.numbers.iter_mut().enumerate() {
            let digits;
            (*number, digits) = leading_number(rest);
            rest = &rest[digits..];
            if index == 2 || rest.first() != Some(&b'.') {
                break;
            }
            rest = &rest[1..];
        }
        version.stage = stage(rest);
        version
    }
}

impl Default for Stage {
    fn default() -> Stage {
        Stage::After(0)
    }
}

/// What follows the numbers.
fn stage(rest: &[u8]) -> Stage {
    match rest {
        [letter @ b'a'..=b'z'] => Stage::After(u32::from(letter - b'a') + 1),
        [b'.', rest @ ..] => Stage::After(leading_number(rest).0),
        [b'-', rest @ ..] => {
            for word in [&b"dev"[..], b"pre", b"rc"] {
                if let Some(number) = rest.strip_prefix(word) {
                    return Stage::Before(leading_number(number).0);
                }
            }
            Stage::After(leading_number(rest).0)
        }
        _ => Stage::After(0),
    }
}

/// The number at the start of a text (0 if there is none) and how many digits it has.
fn leading_number(text: &[u8]) -> (u32, usize) {
    let len = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let number = text[..len].iter().fold(0u32, |n, b| n.saturating_mul(10).saturating_add(u32::from(b - b'0')));
    (number, len)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `version_atleast(asked)` answers under `running`.
    fn check(running: &str, asked: &str, want: bool) {
        let atleast = Version::parse(running.as_bytes()) >= Version::parse(asked.as_bytes());
        assert_eq!(atleast, want, "{running} at least {asked}");
    }

    #[test]
    fn observed_under_2_6_12() {
        let running = "2.6.12-1+deb12u4";
        for asked in ["2", "2.6", "2.6.0", "2.6.12", "2.6.12-0", "2.6.12-dev999", "2.6.12-rc1", "2.6-dev", "x", ""] {
            // 2.6 itself ranks `2.6.12-1` above its own `-1+deb12u4`; nothing depends on that here.
            check(running, asked, true);
        }
        for asked in ["2.7", "2.6.13", "2.6.13-dev1", "2.7-dev0", "2.6.12-2", "99999999999999"] {
            check(running, asked, false);
        }
    }

    #[test]
    fn ours() {
        let running = "3.5-ferroxy0.1.0";
        for asked in ["3.5", "3.5-dev19", "3.5.0", "2.4-dev19", "3"] {
            check(running, asked, true);
        }
        for asked in ["3.5.1", "3.6-dev0", "4"] {
            check(running, asked, false);
        }
        check("3.5-dev5", "3.5", false);
        check("3.5-dev5", "3.5-dev5", true);
        check("3.5-dev5", "3.5-dev6", false);
        check("1.1.1b", "1.1.1a", true);
        check("1.1.1", "1.1.1a", false);
        check("3.5.0", "1.1.1", true);
    }
}
