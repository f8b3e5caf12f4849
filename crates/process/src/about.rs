//! What `-v` and `-vv` say. Tools read these texts: the third word of the first line is the version, the
//! feature list is one line, and the tables at the end are looked through for names.

use core::fmt::Write;

/// Everything that the two texts tell, put together by the binary.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// The version for tools, such as `3.5-ferroxy0.1.0`.
    pub version: &'a str,
    /// Our own version, such as `0.1.0`.
    pub own_version: &'a str,
    /// The date of the release, as `2026/11/22`.
    pub date: &'a str,
    /// Where to find us.
    pub url: &'a str,
    /// The compiler, such as `rustc 1.95.0`.
    pub compiler: &'a str,
    /// Features by their documented names, and whether they work here.
    pub features: &'a [(&'a str, bool)],
    /// `tune.bufsize`, `tune.maxrewrite` and `tune.maxpollevents` unless configured, in bytes and events.
    pub defaults: (usize, usize, usize),
    /// The most threads, and how many there would be now.
    pub threads: (usize, usize),
    /// The TLS library, if there is one.
    pub tls: Option<&'a str>,
    /// Pollers, best first.
    pub pollers: &'a [&'a str],
    /// Protocols of HTTP and TCP sides: name, mode, sides, multiplexer.
    pub protocols: &'a [(&'a str, &'a str, &'a str, &'a str)],
    /// Services for `use-service`.
    pub services: &'a [&'a str],
    /// Filters.
    pub filters: &'a [&'a str],
}

/// The text of `-v`. `system` is what uname says, such as `Linux 6.1.0 #1 SMP x86_64`.
pub fn short(about: &About<'_>, system: &str) -> String {
    let About { version, own_version, date, url, .. } = about;
    format!(
        "HAProxy version {version} {date} - {url}\n\
         This is Ferroxy {own_version}, a rewrite that follows HAProxy's manual.\n\
         Running on: {system}\n"
    )
}

/// The text of `-vv`.
pub fn long(about: &About<'_>, system: &str) -> String {
    let mut out = short(about, system);
    let features: Vec<String> =
        about.features.iter().map(|(name, on)| format!("{}{name}", if *on { '+' } else { '-' })).collect();
    let (bufsize, maxrewrite, maxpollevents) = about.defaults;
    let (most, now) = about.threads;
    // Writing to a String never fails.
    let _ = write!(
        out,
        "Build options :\n  TARGET  = linux-glibc\n  CC      = {}\n\n\
         Feature list : {}\n\n\
         Default settings :\n  bufsize = {bufsize}, maxrewrite = {maxrewrite}, maxpollevents = {maxpollevents}\n\n\
         Built with multi-threading support (MAX_THREADS={most}, default={now}).\n",
        about.compiler,
        features.join(" "),
    );
    let _ = match about.tls {
        Some(tls) => writeln!(out, "Built with TLS library : {tls}"),
        None => writeln!(out, "Built without TLS library"),
    };
    let (major, minor) = expr::regex::version();
    let _ = writeln!(out, "Built with PCRE2 version : {major}.{minor}\nPCRE2 library supports JIT : yes");
    out.push_str("\nAvailable polling systems :\n");
    for (index, poller) in about.pollers.iter().enumerate() {
        let _ = writeln!(out, "{poller:>11} : pref={},  test result OK", 300 - 100 * index.min(2));
    }
    let count = about.pollers.len();
    let _ = writeln!(out, "Total: {count} ({count} usable), will use {}.", about.pollers.first().unwrap_or(&"none"));
    out.push_str("\nAvailable multiplexer protocols :\n");
    for (name, mode, sides, mux) in about.protocols {
        let _ = writeln!(out, "{name:>11} : mode={mode:<5} side={sides:<6} mux={mux}");
    }
    let _ = write!(out, "\nAvailable services : {}\n\nAvailable filters :\n", list(about.services));
    for filter in about.filters {
        let _ = writeln!(out, "\t[{:>5}] {filter}", filter.to_ascii_uppercase());
    }
    out
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_read() {
        let about = About {
            version: "3.5-ferroxy0.1.0",
            own_version: "0.1.0",
            date: "2026/11/22",
            url: "https://ferroxy.invalid/",
            compiler: "rustc 1.95.0",
            features: &[("EPOLL", true), ("KQUEUE", false), ("THREAD", true)],
            defaults: (16384, 1024, 200),
            threads: (64, 2),
            tls: None,
            pollers: &["epoll"],
            protocols: &[("h1", "HTTP", "FE|BE", "H1"), ("none", "TCP", "FE|BE", "PASS")],
            services: &[],
            filters: &["trace"],
        };
        let text = long(&about, "Linux x86_64");
        let mut lines = text.lines();
        let first = lines.next().unwrap();
        assert_eq!(first, "HAProxy version 3.5-ferroxy0.1.0 2026/11/22 - https://ferroxy.invalid/");
        assert_eq!(first.split(' ').nth(2), Some("3.5-ferroxy0.1.0"));
        assert!(lines.next().unwrap().contains("Ferroxy"));
        for line in [
            "  TARGET  = linux-glibc",
            "Feature list : +EPOLL -KQUEUE +THREAD",
            "      epoll : pref=300,  test result OK",
            "Total: 1 (1 usable), will use epoll.",
            "         h1 : mode=HTTP  side=FE|BE  mux=H1",
            "Available services : none",
            "\t[TRACE] trace",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        assert!(text.starts_with(&short(&about, "Linux x86_64")));
    }
}
