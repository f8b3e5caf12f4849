//! Words of the configuration that both sides of TLS share, as what the library has for them.

use conf::spec::{TlsDefaults, TlsOptions, TlsVersion, TlsVersions};
use rustls::SupportedCipherSuite;
use tls::names::{self, Group, Mapped, NoneKnown};

/// A line that leaves no version: `-c` lets it pass, a start doesn't.
pub const TOO_OLD: &str = "only versions below TLSv1.2 are allowed, which can't be had";

/// Which versions a line allows of those that there are: TLS 1.2, TLS 1.3.
pub fn versions(said: TlsVersions, defaults: &TlsOptions) -> Result<(bool, bool), String> {
    let said = match said == TlsVersions::default() {
        true => TlsVersions { min: defaults.min, max: defaults.max, without: defaults.without },
        false => said,
    };
    let limited = said.min.is_some() || said.max.is_some();
    let (min, max) = (said.min.unwrap_or(TlsVersion::Ssl3), said.max.unwrap_or(TlsVersion::Tls13));
    let has = |version: TlsVersion| (min..=max).contains(&version) && (limited || !said.without[version as usize]);
    match (has(TlsVersion::Tls12), has(TlsVersion::Tls13)) {
        (false, false) => Err(TOO_OLD.to_owned()),
        both => Ok(both),
    }
}

/// The suites of both versions.
pub fn suites(
    ciphers: Option<&str>,
    ciphersuites: Option<&str>,
    defaults: &TlsDefaults,
) -> Result<Vec<SupportedCipherSuite>, String> {
    let tls13 = match ciphersuites.or(defaults.ciphersuites.as_deref()) {
        Some(text) => usable(names::ciphersuites(text), "TLS 1.3 cipher suites", text)?,
        None => names::default_tls13(),
    };
    let tls12 = match ciphers.or(defaults.ciphers.as_deref()) {
        Some(text) => usable(names::ciphers(text), "cipher list", text)?,
        None => names::default_tls12(),
    };
    Ok([tls13, tls12].concat())
}

/// The groups for the exchange of keys.
pub fn groups(curves: Option<&str>, defaults: &TlsDefaults, otherwise: Vec<Group>) -> Result<Vec<Group>, String> {
    let Some(text) = curves.or(defaults.curves.as_deref()) else { return Ok(otherwise) };
    let groups = usable(names::curves(text), "curves list", text)?;
    if groups.is_empty() {
        return Err(format!("unable to set SSL curves list to '{text}': none of them can be had"));
    }
    Ok(groups)
}

/// Algorithms of signatures.
pub fn sigalgs(said: Option<&str>, default: Option<&str>) -> Result<Option<Vec<rustls::SignatureScheme>>, String> {
    match said.or(default) {
        None => Ok(None),
        Some(text) => {
            let schemes = usable(names::sigalgs(text), "signature algorithms", text)?;
            if schemes.is_empty() {
                return Err(format!("unable to set SSL signature algorithms to '{text}': none of them can be had"));
            }
            Ok(Some(schemes))
        }
    }
}

fn usable<T>(mapped: Result<Mapped<T>, NoneKnown>, what: &str, text: &str) -> Result<Vec<T>, String> {
    match mapped {
        Ok(mapped) => Ok(mapped.usable),
        Err(NoneKnown) => Err(format!("unable to set SSL {what} to '{text}'")),
    }
}
