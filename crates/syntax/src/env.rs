//! The environment of a configuration (manual 2.3): variables that lines may refer to and that the `global`
//! section may change while it is read.

use std::collections::BTreeMap;

use crate::facts::Facts;

/// Names and values, both bytes. Sorted by name, so that whatever is printed from it is stable.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Env {
    vars: BTreeMap<Box<[u8]>, Box<[u8]>>,
}

/// Variables that exist while the configuration is read and that `show env` doesn't list: the log formats of
/// manual 8.2 to build upon.
pub const LOG_FORMATS: &[(&str, &str)] = &[];

impl Env {
    /// An empty environment.
    pub fn new() -> Env {
        Env::default()
    }

    /// Adds what this program defines before the first line is read: `HAPROXY_STARTUP_VERSION`,
    /// `HAPROXY_BRANCH`, `HAPROXY_LOCALPEER` and the log formats.
    #[must_use]
    pub fn with_builtins(mut self, facts: &Facts, local_peer: &str) -> Env {
        self.set(b"HAPROXY_STARTUP_VERSION", facts.version.as_bytes());
        self.set(b"HAPROXY_BRANCH", facts.branch.as_bytes());
        self.set(b"HAPROXY_LOCALPEER", local_peer.as_bytes());
        for (name, format) in LOG_FORMATS {
            self.set(name.as_bytes(), format.as_bytes());
        }
        self
    }

    /// The value of a variable.
    pub fn value(&self, name: &[u8]) -> Option<&[u8]> {
        self.vars.get(name).map(|value| &**value)
    }

    /// Defines a variable, whether or not it exists.
    pub fn set(&mut self, name: &[u8], value: &[u8]) {
        self.vars.insert(name.into(), value.into());
    }

    /// Removes a variable.
    pub fn unset(&mut self, name: &[u8]) {
        self.vars.remove(name);
    }

    /// Removes all variables but those that `keep` accepts.
    pub fn retain(&mut self, mut keep: impl FnMut(&[u8]) -> bool) {
        self.vars.retain(|name, _| keep(name));
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.vars.iter().map(|(name, value)| (&**name, &**value))
    }
}

impl<N: Into<Vec<u8>>, V: Into<Vec<u8>>> FromIterator<(N, V)> for Env {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(iter: T) -> Env {
        let vars = iter.into_iter().map(|(n, v)| (n.into().into_boxed_slice(), v.into().into_boxed_slice())).collect();
        Env { vars }
    }
}
