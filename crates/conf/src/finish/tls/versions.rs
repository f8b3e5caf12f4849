//! Which versions of TLS a line leaves over.

use crate::spec::{TlsVersion, TlsVersions};

/// What is odd about a line's versions, in the reference's order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Oddity {
    /// `no-sslv3` or `no-tlsv1x` beside a limit: they have no effect.
    Ignored,
    /// A newest version below the oldest one that is taken by default.
    Ambiguous,
    /// A version in the middle is missing.
    Hole(TlsVersion),
    /// None is left.
    Nothing,
}

/// Judges what a line says. `oldest`: the oldest version by default, if there is such a limit.
pub fn judge(said: TlsVersions, oldest: Option<TlsVersion>) -> Vec<Oddity> {
    let mut odd = Vec::new();
    let mut without = said.without;
    if (said.min.is_some() || said.max.is_some()) && without.contains(&true) {
        odd.push(Oddity::Ignored);
        without = [false; 5];
    }
    let mut min = said.min.or(oldest).unwrap_or(TlsVersion::Ssl3);
    let max = said.max.unwrap_or(TlsVersion::Tls13);
    if said.min.is_none() && oldest.is_some() && max < min {
        odd.push(Oddity::Ambiguous);
        min = max;
    }
    // No library speaks SSLv3 any more.
    let left = |version: &TlsVersion| {
        *version != TlsVersion::Ssl3 && (min..=max).contains(version) && !without[*version as usize]
    };
    let left: Vec<TlsVersion> = TlsVersion::ALL.into_iter().filter(left).collect();
    match (left.first(), left.last()) {
        (Some(first), Some(last)) => {
            let hole = TlsVersion::ALL.into_iter().find(|v| (first..=last).contains(&v) && !left.contains(v));
            odd.extend(hole.map(Oddity::Hole));
        }
        _ => odd.push(Oddity::Nothing),
    }
    odd
}

#[cfg(test)]
mod tests {
    use super::*;
    use TlsVersion::{Ssl3, Tls10, Tls11, Tls12, Tls13};

    #[test]
    fn oddities() {
        let said = |min, max, without: &[TlsVersion]| {
            let mut said = TlsVersions { min, max, ..TlsVersions::default() };
            without.iter().for_each(|version| said.drop(*version));
            said
        };
        let cases: &[(TlsVersions, Option<TlsVersion>, &[Oddity])] = &[
            (said(None, None, &[]), Some(Tls12), &[]),
            (said(None, None, &[Tls12]), Some(Tls12), &[]),
            (said(None, None, &[Tls12]), None, &[Oddity::Hole(Tls12)]),
            (said(None, None, &[Tls10]), None, &[]),
            (said(None, None, &[Ssl3, Tls10, Tls11, Tls12, Tls13]), None, &[Oddity::Nothing]),
            (said(Some(Ssl3), Some(Ssl3), &[]), Some(Tls12), &[Oddity::Nothing]),
            (said(Some(Tls13), Some(Tls12), &[]), Some(Tls12), &[Oddity::Nothing]),
            (said(Some(Tls11), None, &[Tls12]), Some(Tls12), &[Oddity::Ignored]),
            (said(None, Some(Tls10), &[]), Some(Tls12), &[Oddity::Ambiguous]),
            (said(None, Some(Tls10), &[]), None, &[]),
            (said(Some(Tls12), Some(Tls12), &[Tls13]), Some(Tls12), &[Oddity::Ignored]),
        ];
        for (said, oldest, want) in cases {
            assert_eq!(judge(*said, *oldest), *want, "{said:?} {oldest:?}");
        }
    }
}
