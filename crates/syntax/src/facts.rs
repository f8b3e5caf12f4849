//! What conditions may ask about the program itself (manual 2.4).

use crate::version::Version;

/// Answers for the predicates of `.if` and `-cc`, gathered once by the binary.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What `-v` shows as the version, such as `3.5-ferroxy0.1.0`.
    pub version: String,
    /// The branch, such as `3.5`.
    pub branch: String,
    /// Features by the name that follows `+` or `-` in `-vv`, in the order in which `-vv` lists them.
    pub features: Vec<(&'static str, bool)>,
    /// Options for `enabled()` that are on, in upper case. The names are those that the manual lists.
    pub enabled: Vec<&'static str>,
    /// The TLS library; `None` where there is none: every question about it is then false.
    pub tls: Option<TlsFacts>,
}

/// What is known about the TLS library.
#[derive(Clone, Debug)]
pub struct TlsFacts {
    /// Its name as `ssllib_name_startswith()` sees it.
    pub name: String,
    /// The OpenSSL version that it passes for.
    pub openssl: Version,
    /// The AWS-LC API number, if it is AWS-LC.
    pub awslc_api: Option<u32>,
    /// Whether it runs in FIPS mode.
    pub fips: bool,
}

impl Facts {
    /// Whether a feature is there. Names compare exactly; unknown ones are absent.
    pub fn feature(&self, name: &[u8]) -> bool {
        self.features.iter().any(|&(known, on)| on && known.as_bytes() == name)
    }
}
