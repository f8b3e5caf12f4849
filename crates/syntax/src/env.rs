//! The environment of a configuration (manual 2.3): variables that lines may refer to and that the `global`
//! section may change while it is read.

use std::collections::BTreeMap;

use crate::facts::Facts;

/// Names and values, both bytes. Sorted by name, so that whatever is printed from it is stable.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Env {
    vars: BTreeMap<Box<[u8]>, Box<[u8]>>,
}

/// Variables with the log formats of manual 8.2 to build upon, and the formats for key logs (manual 3.2,
/// `tune.ssl.keylog`). They can be changed, and `show env` doesn't list them.
pub const LOG_FORMATS: &[(&str, &str)] = &[
    (
        "HAPROXY_HTTP_LOG_FMT",
        "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC \
         %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r",
    ),
    (
        "HAPROXY_HTTP_CLF_LOG_FMT",
        "%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\" \"\" %cp \
         %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc \
         %bc %sc %rc %sq %bq %CC %CS %hrl %hsl",
    ),
    (
        "HAPROXY_HTTPS_LOG_FMT",
        "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC \
         %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r \
         %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/\
         %[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc",
    ),
    ("HAPROXY_TCP_LOG_FMT", "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq"),
    (
        "HAPROXY_TCP_CLF_LOG_FMT",
        "%{Q}o %{-Q}ci - - [%T] \"TCP \" 000 %B \"\" \"\" %cp \
         %ms %ft %b %s %Th %Tw %Tc %Tt %U %ts-- %ac %fc %bc \
         %sc %rc %sq %bq \"\" \"\" ",
    ),
    (
        "HAPROXY_KEYLOG_FC_LOG_FMT",
        "CLIENT_EARLY_TRAFFIC_SECRET %[ssl_fc_client_random,hex] %[ssl_fc_client_early_traffic_secret]\n\
         CLIENT_HANDSHAKE_TRAFFIC_SECRET %[ssl_fc_client_random,hex] %[ssl_fc_client_handshake_traffic_secret]\n\
         SERVER_HANDSHAKE_TRAFFIC_SECRET %[ssl_fc_client_random,hex] %[ssl_fc_server_handshake_traffic_secret]\n\
         CLIENT_TRAFFIC_SECRET_0 %[ssl_fc_client_random,hex] %[ssl_fc_client_traffic_secret_0]\n\
         SERVER_TRAFFIC_SECRET_0 %[ssl_fc_client_random,hex] %[ssl_fc_server_traffic_secret_0]\n\
         EXPORTER_SECRET %[ssl_fc_client_random,hex] %[ssl_fc_exporter_secret]\n\
         EARLY_EXPORTER_SECRET %[ssl_fc_client_random,hex] %[ssl_fc_early_exporter_secret]",
    ),
    (
        "HAPROXY_KEYLOG_BC_LOG_FMT",
        "CLIENT_EARLY_TRAFFIC_SECRET %[ssl_bc_client_random,hex] %[ssl_bc_client_early_traffic_secret]\n\
         CLIENT_HANDSHAKE_TRAFFIC_SECRET %[ssl_bc_client_random,hex] %[ssl_bc_client_handshake_traffic_secret]\n\
         SERVER_HANDSHAKE_TRAFFIC_SECRET %[ssl_bc_client_random,hex] %[ssl_bc_server_handshake_traffic_secret]\n\
         CLIENT_TRAFFIC_SECRET_0 %[ssl_bc_client_random,hex] %[ssl_bc_client_traffic_secret_0]\n\
         SERVER_TRAFFIC_SECRET_0 %[ssl_bc_client_random,hex] %[ssl_bc_server_traffic_secret_0]\n\
         EXPORTER_SECRET %[ssl_bc_client_random,hex] %[ssl_bc_exporter_secret]\n\
         EARLY_EXPORTER_SECRET %[ssl_bc_client_random,hex] %[ssl_bc_early_exporter_secret]",
    ),
];

/// Variables that the configuration can't change (the matrix of manual 2.3).
const FIXED: &[&str] = &[
    "HAPROXY_STARTUP_VERSION",
    "HAPROXY_BRANCH",
    "HAPROXY_CFGFILES",
    "HAPROXY_MWORKER",
    "HAPROXY_CLI",
    "HAPROXY_MASTER_CLI",
    "HAPROXY_LOCALPEER",
];

/// Variables that have no value while the configuration is read; the process sets them afterwards. What was
/// inherited under these names isn't ours.
const LATER: &[&str] = &["HAPROXY_CFGFILES", "HAPROXY_MWORKER", "HAPROXY_CLI", "HAPROXY_MASTER_CLI"];

impl Env {
    /// An empty environment.
    pub fn new() -> Env {
        Env::default()
    }

    /// Adds what this program defines before the first line is read: `HAPROXY_STARTUP_VERSION`,
    /// `HAPROXY_BRANCH`, `HAPROXY_LOCALPEER` and the log formats. Takes out what is defined only later
    /// (`HAPROXY_CFGFILES` and the like); a master sets `HAPROXY_MWORKER` itself after this.
    #[must_use]
    pub fn with_builtins(mut self, facts: &Facts, local_peer: &str) -> Env {
        self.set(b"HAPROXY_STARTUP_VERSION", facts.version.as_bytes());
        self.set(b"HAPROXY_BRANCH", facts.branch.as_bytes());
        self.set(b"HAPROXY_LOCALPEER", local_peer.as_bytes());
        for name in LATER {
            self.unset(name.as_bytes());
        }
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

    /// Whether `setenv` and its kin may touch a variable.
    pub fn is_fixed(name: &[u8]) -> bool {
        FIXED.iter().any(|fixed| fixed.as_bytes() == name)
    }

    /// Names and values as `show env` lists them: without the log formats.
    pub fn listed(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.iter().filter(|(name, _)| !LOG_FORMATS.iter().any(|(format, _)| format.as_bytes() == *name))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtins_and_listing() {
        let facts = Facts { version: "3.5-x".into(), branch: "3.5".into(), ..Facts::default() };
        let env: Env = [("A", "1"), ("HAPROXY_MWORKER", "1"), ("HAPROXY_BRANCH", "0")].into_iter().collect();
        let env = env.with_builtins(&facts, "peer1");
        assert_eq!(env.value(b"HAPROXY_BRANCH"), Some(&b"3.5"[..]));
        assert_eq!(env.value(b"HAPROXY_MWORKER"), None);
        assert!(env.value(b"HAPROXY_HTTP_LOG_FMT").unwrap().ends_with(b"%hr %hs %{+Q}r"));
        let listed: Vec<_> = env.listed().map(|(name, _)| String::from_utf8_lossy(name)).collect();
        assert_eq!(listed, ["A", "HAPROXY_BRANCH", "HAPROXY_LOCALPEER", "HAPROXY_STARTUP_VERSION"]);
    }

    #[test]
    fn formats_have_single_blanks() {
        for (name, format) in LOG_FORMATS {
            assert!(!format.contains("  "), "{name}");
        }
    }
}
