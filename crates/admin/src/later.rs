//! Commands of the reference that come with later parts. They are refused by name, so that nobody searches for a
//! typing error.

/// Their names, as the catalogue has them.
pub static NAMES: &[&str] = &[
    "@!<pid>",
    "@<relative pid>",
    "@master",
    "_getsocks",
    "_loadstatus",
    "_send_status",
    "abort ssl ca-file",
    "abort ssl cert",
    "abort ssl crl-file",
    "acme challenge_ready",
    "acme renew",
    "acme status",
    "add backend",
    "add server",
    "add ssl ca-file",
    "add ssl crt-list",
    "add ssl jwt",
    "clear table",
    "commit ssl ca-file",
    "commit ssl cert",
    "commit ssl crl-file",
    "debug counters",
    "debug dev abort",
    "debug dev bug",
    "debug dev check",
    "debug dev close",
    "debug dev deadlock",
    "debug dev delay",
    "debug dev exit",
    "debug dev fd",
    "debug dev hash",
    "debug dev hex",
    "debug dev log",
    "debug dev loop",
    "debug dev panic",
    "debug dev sched",
    "debug dev stream",
    "debug dev sym",
    "debug dev task",
    "debug dev tkill",
    "debug dev warn",
    "debug dev write",
    "del backend",
    "del server",
    "del ssl ca-file",
    "del ssl cert",
    "del ssl crl-file",
    "del ssl crt-list",
    "del ssl jwt",
    "disable agent",
    "disable dynamic-cookie backend",
    "disable health",
    "dump ssl cert",
    "dump stats-file",
    "enable agent",
    "enable dynamic-cookie backend",
    "enable health",
    "expert-mode",
    "hard-reload",
    "httpclient",
    "mcli-debug-mode",
    "new ssl ca-file",
    "new ssl cert",
    "new ssl crl-file",
    "publish backend",
    "set anon global-key",
    "set anon off",
    "set anon on",
    "set dynamic-cookie-key backend",
    "set profiling",
    "set ssl ca-file",
    "set ssl cert",
    "set ssl crl-file",
    "set ssl ocsp-response",
    "set ssl tls-key",
    "set table",
    "show anon",
    "show cache",
    "show default-server",
    "show defaults",
    "show dev",
    "show events",
    "show fd",
    "show peers",
    "show pools",
    "show proc",
    "show profiling",
    "show quic",
    "show resolvers",
    "show schema json",
    "show ssl ca-file",
    "show ssl cert",
    "show ssl crl-file",
    "show ssl crt-list",
    "show ssl jwt",
    "show ssl ocsp-response",
    "show ssl ocsp-updates",
    "show ssl providers",
    "show ssl sni",
    "show table",
    "show tasks",
    "show tls-keys",
    "show trace",
    "trace",
    "unpublish backend",
    "update ssl ocsp-response",
    "wait",
];

/// The name that these words begin with.
pub fn find(words: &[String]) -> Option<&'static str> {
    let named = |name: &&&str| {
        let mut parts = 0;
        let same = name.split(' ').zip(words).all(|(part, word)| {
            parts += 1;
            part == word
        });
        same && parts == name.split(' ').count()
    };
    NAMES.iter().filter(named).max_by_key(|name| name.len()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_words() {
        for (words, expected) in [
            ("show fd", Some("show fd")),
            ("show ssl cert x.pem", Some("show ssl cert")),
            ("show ssl", None),
            ("show info", None),
            ("", None),
        ] {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            assert_eq!(find(&words), expected);
        }
    }

    #[test]
    fn nothing_is_both_there_and_to_come() {
        for command in crate::cmd::ITEMS {
            assert!(!NAMES.contains(&command.words.join(" ").as_str()), "{:?}", command.words);
        }
    }
}
