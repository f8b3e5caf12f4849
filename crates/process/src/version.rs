//! What this program is: its version, and what `-v` and `-vv` say.

use crate::about::{self, About};
use syntax::facts::TlsFacts;
use syntax::{Facts, Version};

/// The version of the language, then ours. Tools read the third word of `-v`.
pub const VERSION: &str = concat!("3.5-ferroxy", env!("CARGO_PKG_VERSION"));
/// The branch whose manual this program follows; `HAPROXY_BRANCH`.
pub const BRANCH: &str = "3.5";
/// When this version was made.
pub const DATE: &str = "2026/11/22";
/// Where it lives.
pub const URL: &str = env!("CARGO_PKG_REPOSITORY");

/// The most workers of a process.
pub const MAX_THREADS: u32 = 1024;

/// Features by the names that users' conditions ask for (`feature()`). One is on as soon as the thing works here.
const FEATURES: &[(&str, bool)] = &[
    ("51DEGREES", false),
    ("ACCEPT4", true),
    ("BACKTRACE", true),
    ("CLOSEFROM", false),
    ("CPU_AFFINITY", false),
    ("CRYPT_H", false),
    ("DEVICEATLAS", false),
    ("DL", false),
    ("ENGINE", false),
    ("EPOLL", true),
    ("EVPORTS", false),
    ("GETADDRINFO", true),
    ("HAVE_WORKING_TCP_MD5SIG", false),
    ("KQUEUE", false),
    ("KTLS", false),
    ("LIBCRYPT", false),
    ("LINUX_CAP", false),
    ("LINUX_SPLICE", true),
    ("LINUX_TPROXY", true),
    ("LUA", false),
    ("MATH", false),
    ("MEMORY_PROFILING", false),
    ("NETFILTER", true),
    ("NS", true),
    ("OPENSSL", true),
    ("OPENSSL_AWSLC", false),
    ("OPENSSL_WOLFSSL", false),
    ("OT", false),
    ("OTEL", false),
    ("PCRE", false),
    ("PCRE2", true),
    ("PCRE2_JIT", true),
    ("PCRE_JIT", false),
    ("POLL", false),
    ("PRCTL", true),
    ("PROCCTL", false),
    ("PROMEX", false),
    ("PTHREAD_EMULATION", false),
    ("QUIC", false),
    ("QUIC_OPENSSL_COMPAT", false),
    ("RT", true),
    ("SLZ", false),
    ("SSL", false),
    ("STATIC_PCRE", false),
    ("STATIC_PCRE2", true),
    ("TFO", true),
    ("THREAD", true),
    ("THREAD_DUMP", false),
    ("TPROXY", true),
    ("WURFL", false),
    ("ZLIB", false),
];

/// The TLS library as conditions and `-vv` see it. Configurations ask for OpenSSL by name and version before they use
/// TLS: what they mean is there.
const TLS_NAME: &str = "OpenSSL 3.0.0 (as rustls 0.23 with AWS-LC has it)";
const TLS_AS: &str = "3.0.0";

/// Answers for conditions: before the start, with nothing switched off yet.
pub fn facts() -> Facts {
    Facts {
        version: VERSION.to_owned(),
        branch: BRANCH.to_owned(),
        features: FEATURES.to_vec(),
        enabled: vec!["POLL", "EPOLL", "GETADDRINFO", "REUSEPORT", "SPLICE", "FAST-FORWARD"],
        tls: Some(TlsFacts {
            name: TLS_NAME.to_owned(),
            openssl: Version::parse(TLS_AS.as_bytes()),
            awslc_api: None,
            fips: false,
        }),
    }
}

/// `-v`.
pub fn short() -> String {
    about::short(&about(&[]), &system())
}

/// `-vv`. Tools look for the words at the left.
pub fn long() -> String {
    about::long(&about(FEATURES), &system())
}

fn about<'a>(features: &'a [(&'a str, bool)]) -> About<'a> {
    About {
        version: VERSION,
        own_version: env!("CARGO_PKG_VERSION"),
        date: DATE,
        url: URL,
        compiler: if cfg!(debug_assertions) { "rustc, unoptimised" } else { "rustc" },
        features,
        defaults: (16_384, 1024, 200),
        threads: (MAX_THREADS as usize, sys::cpu_count()),
        tls: Some(TLS_NAME),
        pollers: &["epoll"],
        protocols: &[
            ("<default>", "HTTP", "FE|BE", "H1"),
            ("h1", "HTTP", "FE|BE", "H1"),
            ("<default>", "TCP", "FE|BE", "PASS"),
        ],
        services: &[],
        filters: &[],
    }
}

fn system() -> String {
    let system = rustix::system::uname();
    let words = [system.sysname(), system.release(), system.version(), system.machine()];
    words.map(|word| word.to_string_lossy().into_owned()).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_find_what_they_look_for() {
        let text = long();
        assert_eq!(text.split_whitespace().nth(2), Some(VERSION));
        assert!(text.lines().nth(1).is_some_and(|line| line.contains("Ferroxy ")));
        for line in ["  TARGET  = linux-glibc", "Feature list : -51DEGREES "] {
            assert!(text.contains(line), "{line}");
        }
        for word in [" +EPOLL", " -KQUEUE", " +THREAD", "Total: 1 (1 usable), will use epoll."] {
            assert!(text.contains(word), "{word}");
        }
    }

    #[test]
    fn features_are_sorted_and_conditions_see_them() {
        assert!(FEATURES.is_sorted_by_key(|(name, _)| *name));
        let facts = facts();
        assert!(facts.feature(b"THREAD") && facts.feature(b"PCRE2") && !facts.feature(b"LUA"));
    }
}
