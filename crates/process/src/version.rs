//! What this program is: its version, and what `-v` and `-vv` say.

use std::fmt::Write;
use syntax::Facts;

/// The version of the language, then ours. Tools read the third word of `-v`.
pub const VERSION: &str = concat!("3.5-ferroxy", env!("CARGO_PKG_VERSION"));
/// The branch whose manual this program follows; `HAPROXY_BRANCH`.
pub const BRANCH: &str = "3.5";
/// When this version was made.
pub const DATE: &str = "2026/11/22";
/// Where it lives.
pub const URL: &str = env!("CARGO_PKG_REPOSITORY");

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
    ("OPENSSL", false),
    ("OPENSSL_AWSLC", false),
    ("OPENSSL_WOLFSSL", false),
    ("OT", false),
    ("OTEL", false),
    ("PCRE", false),
    ("PCRE2", false),
    ("PCRE2_JIT", false),
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
    ("STATIC_PCRE2", false),
    ("TFO", true),
    ("THREAD", true),
    ("THREAD_DUMP", false),
    ("TPROXY", true),
    ("WURFL", false),
    ("ZLIB", false),
];

/// Answers for conditions: before the start, with nothing switched off yet.
pub fn facts() -> Facts {
    Facts {
        version: VERSION.to_owned(),
        branch: BRANCH.to_owned(),
        features: FEATURES.to_vec(),
        enabled: vec!["POLL", "EPOLL", "GETADDRINFO", "REUSEPORT", "SPLICE", "FAST-FORWARD"],
        tls: None,
    }
}

/// `-v`.
pub fn short() -> String {
    let system = rustix::system::uname();
    format!(
        "HAProxy version {VERSION} {DATE} - {URL}\n\
         Ferroxy {}, a proxy in Rust that takes HAProxy's configurations.\n\
         Running on: {} {} {} {}\n",
        env!("CARGO_PKG_VERSION"),
        system.sysname().to_string_lossy(),
        system.release().to_string_lossy(),
        system.version().to_string_lossy(),
        system.machine().to_string_lossy(),
    )
}

/// `-vv`. Tools look for the words at the left.
pub fn long() -> String {
    let mut out = short();
    let arch = std::env::consts::ARCH;
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let _ = write!(
        out,
        "Build options :\n  TARGET  = linux-glibc\n  CPU     = {arch}\n  CC      = rustc\n  PROFILE = {profile}\n\nFeature list :"
    );
    for (name, on) in FEATURES {
        let _ = write!(out, " {}{name}", if *on { '+' } else { '-' });
    }
    let _ = write!(
        out,
        "\n\nDefault settings :\n  bufsize = 16384, maxrewrite = 1024, maxpollevents = 200\n\n\
         Built with multi-threading support (MAX_TGROUPS=1, MAX_THREADS=1024, default={}).\n\
         Built without TLS library.\n\
         Built with network namespace support.\n\
         Built with transparent proxy support using: IP_TRANSPARENT IPV6_TRANSPARENT IP_FREEBIND\n\n\
         Available polling systems :\n      epoll : pref=300,  test result OK\nTotal: 1 (1 usable), will use epoll.\n\n\
         Available multiplexer protocols :\n\
         (protocols marked as <default> cannot be specified using 'proto' keyword)\n  \
         <default> : mode=HTTP  side=FE|BE  mux=H1    flags=HTX\n         \
         h1 : mode=HTTP  side=FE|BE  mux=H1    flags=HTX|NO_UPG\n  \
         <default> : mode=TCP   side=FE|BE  mux=PASS  flags=\n\n\
         Available services : none\n\n\
         Available filters : none\n",
        sys::cpu_count(),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_find_what_they_look_for() {
        let text = long();
        assert_eq!(text.split_whitespace().nth(2), Some(VERSION));
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("Ferroxy ")));
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
        assert!(facts.feature(b"THREAD") && !facts.feature(b"LUA"));
    }
}
