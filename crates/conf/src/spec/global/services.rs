//! What the process does on its own account: its HTTP client, certificates' status, names, tokens (manual 3.1, 3.4).

use base::Ms;

/// `httpclient.*`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct HttpClientSpec {
    pub resolvers_disabled: bool,
    /// Explicitly named: it must exist.
    pub resolvers_id: Option<Box<str>>,
    pub prefer_ipv4: bool,
    pub retries: u32,
    pub ca_file: Option<Box<[u8]>>,
    /// `None` if the file doesn't say.
    pub verify: Option<bool>,
    pub timeout_connect: Ms,
}

impl Default for HttpClientSpec {
    fn default() -> HttpClientSpec {
        HttpClientSpec {
            resolvers_disabled: false,
            resolvers_id: None,
            prefer_ipv4: false,
            retries: 3,
            ca_file: None,
            verify: None,
            timeout_connect: Ms(5000),
        }
    }
}

/// `ocsp-update.*`. Delays in seconds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct OcspUpdate {
    pub disabled: bool,
    /// Whether certificates that don't say are kept fresh.
    pub on: bool,
    pub http_proxy: Option<base::Addr>,
    pub min_delay_s: u32,
    pub max_delay_s: u32,
}

impl Default for OcspUpdate {
    fn default() -> OcspUpdate {
        OcspUpdate { disabled: false, on: false, http_proxy: None, min_delay_s: 300, max_delay_s: 3600 }
    }
}

/// `dns-accept-family`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DnsFamilies {
    pub ipv4: bool,
    pub ipv6: bool,
    /// IPv4, and IPv6 where it can be routed.
    pub auto: bool,
}

impl Default for DnsFamilies {
    fn default() -> DnsFamilies {
        DnsFamilies { ipv4: false, ipv6: false, auto: true }
    }
}

/// `jwt.decrypt_…_list`: what the converters may use; `None` is what they do without being told.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct JwtSpec {
    /// Names as in RFC 7518, 4.1, sorted.
    pub decrypt_algs: Option<Vec<&'static str>>,
    /// Names as in RFC 7518, 5.1, sorted.
    pub decrypt_encs: Option<Vec<&'static str>>,
}
