//! OpenSSL's names for ciphers, curves and signatures, mapped to what the library has. Entries that are known and can't
//! be had, and those that nobody knows, are skipped; a list is refused only if nothing usable remains.

use rustls::crypto::SupportedKxGroup;
use rustls::crypto::aws_lc_rs::{cipher_suite as suite, kx_group};
use rustls::{NamedGroup, SignatureScheme, SupportedCipherSuite};

/// What a list comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mapped<T> {
    pub usable: Vec<T>,
    /// Entries that had no effect.
    pub skipped: Vec<String>,
}

/// A cipher of TLS 1.2 with the words that select it in a cipher string.
struct Cipher {
    name: &'static str,
    iana: &'static str,
    suite: &'static SupportedCipherSuite,
    bits: u16,
    words: &'static [&'static str],
}

/// In the order in which OpenSSL's `DEFAULT` has them, but with 128 bits first, which costs least.
static TLS12: [Cipher; 6] = [
    Cipher {
        name: "ECDHE-ECDSA-AES128-GCM-SHA256",
        iana: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        suite: &suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        bits: 128,
        words: &["aECDSA", "ECDSA", "AES128", "AES", "AESGCM", "SHA256"],
    },
    Cipher {
        name: "ECDHE-RSA-AES128-GCM-SHA256",
        iana: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        suite: &suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        bits: 128,
        words: &["aRSA", "RSA", "AES128", "AES", "AESGCM", "SHA256"],
    },
    Cipher {
        name: "ECDHE-ECDSA-AES256-GCM-SHA384",
        iana: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        suite: &suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        bits: 256,
        words: &["aECDSA", "ECDSA", "AES256", "AES", "AESGCM", "SHA384"],
    },
    Cipher {
        name: "ECDHE-RSA-AES256-GCM-SHA384",
        iana: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        suite: &suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        bits: 256,
        words: &["aRSA", "RSA", "AES256", "AES", "AESGCM", "SHA384"],
    },
    Cipher {
        name: "ECDHE-ECDSA-CHACHA20-POLY1305",
        iana: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        suite: &suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        bits: 256,
        words: &["aECDSA", "ECDSA", "CHACHA20", "SHA256"],
    },
    Cipher {
        name: "ECDHE-RSA-CHACHA20-POLY1305",
        iana: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        suite: &suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        bits: 256,
        words: &["aRSA", "RSA", "CHACHA20", "SHA256"],
    },
];

/// Words that select all six of them.
const COMMON: [&str; 13] = [
    "ALL",
    "DEFAULT",
    "HIGH",
    "ECDHE",
    "EECDH",
    "kECDHE",
    "kEECDH",
    "ECDH",
    "TLSv1.2",
    "FIPS",
    "COMPLEMENTOFDEFAULT",
    "SUITEB128",
    "AEAD",
];

static TLS13: [(&str, &SupportedCipherSuite); 3] = [
    ("TLS_AES_128_GCM_SHA256", &suite::TLS13_AES_128_GCM_SHA256),
    ("TLS_AES_256_GCM_SHA384", &suite::TLS13_AES_256_GCM_SHA384),
    ("TLS_CHACHA20_POLY1305_SHA256", &suite::TLS13_CHACHA20_POLY1305_SHA256),
];

/// Words that OpenSSL knows and that select nothing here.
const ELSEWHERE: [&str; 68] = [
    "MEDIUM",
    "LOW",
    "EXP",
    "EXPORT",
    "NULL",
    "eNULL",
    "aNULL",
    "kRSA",
    "DH",
    "DHE",
    "EDH",
    "kDHE",
    "kEDH",
    "ADH",
    "AECDH",
    "DSS",
    "aDSS",
    "DES",
    "3DES",
    "RC4",
    "RC2",
    "IDEA",
    "SEED",
    "MD5",
    "SHA",
    "SHA1",
    "CAMELLIA",
    "CAMELLIA128",
    "CAMELLIA256",
    "ARIA",
    "ARIA128",
    "ARIA256",
    "ARIAGCM",
    "AESCCM",
    "AESCCM8",
    "PSK",
    "kPSK",
    "kECDHEPSK",
    "kDHEPSK",
    "kRSAPSK",
    "aPSK",
    "SRP",
    "aSRP",
    "kSRP",
    "GOST94",
    "aGOST",
    "TLSv1.0",
    "TLSv1",
    "SSLv3",
    "CBC",
    "GCM",
    "CCM",
    "CCM8",
    "CBC3",
    "AES128",
    "AES256",
    "SHA256",
    "SHA384",
    "RSA",
    "ECDSA",
    "ECDHE",
    "CHACHA20",
    "POLY1305",
    "EXP1024",
    "RC4-MD5",
    "kGOST",
    "DES-CBC3-SHA",
    "COMPLEMENTOFALL",
];

/// Whether a name is one that OpenSSL has: made of words that it has.
fn is_known(name: &str) -> bool {
    name.split('-').all(|part| ELSEWHERE.contains(&part) || COMMON.contains(&part))
}

/// The suites of TLS 1.2 by default, in order.
pub fn default_tls12() -> Vec<SupportedCipherSuite> {
    TLS12.iter().map(|cipher| *cipher.suite).collect()
}

/// The suites of TLS 1.3 by default, in order.
pub fn default_tls13() -> Vec<SupportedCipherSuite> {
    TLS13.iter().map(|(_, suite)| **suite).collect()
}

/// Reads a cipher string (`ciphers`; OpenSSL's manual, ciphers(1)). `Err`: OpenSSL too would find no cipher in it.
pub fn ciphers(text: &str) -> Result<Mapped<SupportedCipherSuite>, NoneKnown> {
    let mut order: Vec<&Cipher> = Vec::new();
    let mut killed = [false; TLS12.len()];
    let mut skipped = Vec::new();
    let mut any_known = false;
    for item in text.split([':', ',', ' ', ';']).filter(|item| !item.is_empty()) {
        if let Some(command) = item.strip_prefix('@') {
            if command == "STRENGTH" {
                order.sort_by_key(|cipher| core::cmp::Reverse(cipher.bits));
            }
            continue;
        }
        let (sign, name) = match item.as_bytes()[0] {
            sign @ (b'!' | b'-' | b'+') => (sign, &item[1..]),
            _ => (b' ', item),
        };
        let selected: Vec<usize> = (0..TLS12.len()).filter(|at| TLS12[*at].is_selected_by(name)).collect();
        any_known |= sign == b' ' && (!selected.is_empty() || is_known(name));
        if selected.is_empty() && sign == b' ' {
            skipped.push(name.to_owned());
        }
        let is_selected = |cipher: &&Cipher| cipher.is_selected_by(name);
        match sign {
            b'!' => {
                selected.iter().for_each(|at| killed[*at] = true);
                order.retain(|cipher| !cipher.is_selected_by(name));
            }
            b'-' => order.retain(|cipher| !cipher.is_selected_by(name)),
            // To the end, those that are in already.
            b'+' => {
                let moved: Vec<&Cipher> = order.iter().copied().filter(is_selected).collect();
                order.retain(|cipher| !cipher.is_selected_by(name));
                order.extend(moved);
            }
            _ => {
                for at in selected {
                    if !killed[at] && !order.iter().any(|cipher| cipher.name == TLS12[at].name) {
                        order.push(&TLS12[at]);
                    }
                }
            }
        }
    }
    if !any_known {
        return Err(NoneKnown);
    }
    Ok(Mapped { usable: order.iter().map(|cipher| *cipher.suite).collect(), skipped })
}

/// A list in which no entry is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoneKnown;

impl Cipher {
    /// `kEECDH+AESGCM`: all of the words.
    fn is_selected_by(&self, name: &str) -> bool {
        if name == self.name || name == self.iana {
            return true;
        }
        name.split('+').all(|word| COMMON.contains(&word) || self.words.contains(&word))
    }
}

/// Reads a list of suites of TLS 1.3 (`ciphersuites`).
pub fn ciphersuites(text: &str) -> Result<Mapped<SupportedCipherSuite>, NoneKnown> {
    list(text, |name| match TLS13.iter().find(|(known, _)| *known == name) {
        Some((_, suite)) => Entry::Usable(**suite),
        None if name.starts_with("TLS_AES_128_CCM") => Entry::Known,
        None => Entry::Unknown,
    })
}

/// A group for the exchange of keys.
pub type Group = &'static dyn SupportedKxGroup;

/// The groups that a server takes by default. The hybrid one costs nothing unless the client has offered it.
pub fn default_server_groups() -> Vec<Group> {
    vec![kx_group::X25519MLKEM768, kx_group::X25519, kx_group::SECP256R1, kx_group::SECP384R1]
}

/// The groups that a client offers by default.
pub fn default_client_groups() -> Vec<Group> {
    vec![kx_group::X25519, kx_group::SECP256R1, kx_group::SECP384R1]
}

/// Reads a list of curves (`curves`, `ecdhe`).
pub fn curves(text: &str) -> Result<Mapped<Group>, NoneKnown> {
    list(text, |name| match name.trim_start_matches(['?', '*']) {
        "X25519" | "x25519" => Entry::Usable(kx_group::X25519),
        "P-256" | "prime256v1" | "secp256r1" => Entry::Usable(kx_group::SECP256R1),
        "P-384" | "secp384r1" => Entry::Usable(kx_group::SECP384R1),
        "X25519MLKEM768" => Entry::Usable(kx_group::X25519MLKEM768),
        "SecP256r1MLKEM768" => Entry::Usable(kx_group::SECP256R1MLKEM768),
        "MLKEM768" => Entry::Usable(kx_group::MLKEM768),
        "MLKEM1024" => Entry::Usable(kx_group::MLKEM1024),
        "P-521" | "secp521r1" | "X448" | "x448" | "P-224" | "secp224r1" | "P-192" | "prime192v1" | "secp256k1"
        | "brainpoolP256r1" | "brainpoolP384r1" | "brainpoolP512r1" | "ffdhe2048" | "ffdhe3072" | "ffdhe4096"
        | "MLKEM512" | "SecP384r1MLKEM1024" => Entry::Known,
        _ => Entry::Unknown,
    })
}

/// Reads a list of signature algorithms (`sigalgs`, `client-sigalgs`).
pub fn sigalgs(text: &str) -> Result<Mapped<SignatureScheme>, NoneKnown> {
    use SignatureScheme as S;
    list(text, |name| match name.trim_start_matches('?') {
        "RSA+SHA256" | "rsa_pkcs1_sha256" => Entry::Usable(S::RSA_PKCS1_SHA256),
        "RSA+SHA384" | "rsa_pkcs1_sha384" => Entry::Usable(S::RSA_PKCS1_SHA384),
        "RSA+SHA512" | "rsa_pkcs1_sha512" => Entry::Usable(S::RSA_PKCS1_SHA512),
        "RSA-PSS+SHA256" | "PSS+SHA256" | "rsa_pss_rsae_sha256" => Entry::Usable(S::RSA_PSS_SHA256),
        "RSA-PSS+SHA384" | "PSS+SHA384" | "rsa_pss_rsae_sha384" => Entry::Usable(S::RSA_PSS_SHA384),
        "RSA-PSS+SHA512" | "PSS+SHA512" | "rsa_pss_rsae_sha512" => Entry::Usable(S::RSA_PSS_SHA512),
        "ECDSA+SHA256" | "ecdsa_secp256r1_sha256" => Entry::Usable(S::ECDSA_NISTP256_SHA256),
        "ECDSA+SHA384" | "ecdsa_secp384r1_sha384" => Entry::Usable(S::ECDSA_NISTP384_SHA384),
        "ECDSA+SHA512" | "ecdsa_secp521r1_sha512" => Entry::Usable(S::ECDSA_NISTP521_SHA512),
        "ed25519" => Entry::Usable(S::ED25519),
        other => {
            let known = ["rsa_pss_pss_", "ecdsa_", "dsa_", "ed448", "RSA+", "ECDSA+", "DSA+", "rsa_pkcs1_", "mldsa"];
            if known.iter().any(|lead| other.starts_with(lead)) { Entry::Known } else { Entry::Unknown }
        }
    })
}

enum Entry<T> {
    Usable(T),
    Known,
    Unknown,
}

fn list<T>(text: &str, look: impl Fn(&str) -> Entry<T>) -> Result<Mapped<T>, NoneKnown> {
    let mut mapped = Mapped { usable: Vec::new(), skipped: Vec::new() };
    let mut any_known = false;
    for name in text.split([':', '/']).map(str::trim).filter(|name| !name.is_empty()) {
        match look(name) {
            Entry::Usable(found) => {
                any_known = true;
                mapped.usable.push(found);
            }
            Entry::Known => {
                any_known = true;
                mapped.skipped.push(name.to_owned());
            }
            Entry::Unknown => mapped.skipped.push(name.to_owned()),
        }
    }
    if any_known { Ok(mapped) } else { Err(NoneKnown) }
}

/// What OpenSSL calls a suite (`ssl_fc_cipher`), and how many bits its key has.
pub fn cipher_name(suite: rustls::CipherSuite) -> (&'static str, u16) {
    if let Some((name, _)) = TLS13.iter().find(|(_, known)| known.suite() == suite) {
        return (name, if name.contains("128") { 128 } else { 256 });
    }
    match TLS12.iter().find(|cipher| cipher.suite.suite() == suite) {
        Some(cipher) => (cipher.name, cipher.bits),
        None => ("(NONE)", 0),
    }
}

/// What OpenSSL calls a group (`ssl_fc_curve`).
pub fn group_name(group: NamedGroup) -> &'static str {
    match group {
        NamedGroup::X25519 => "X25519",
        NamedGroup::secp256r1 => "secp256r1",
        NamedGroup::secp384r1 => "secp384r1",
        NamedGroup::X25519MLKEM768 => "X25519MLKEM768",
        NamedGroup::secp256r1MLKEM768 => "SecP256r1MLKEM768",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(mapped: &Mapped<SupportedCipherSuite>) -> Vec<&'static str> {
        mapped.usable.iter().map(|suite| cipher_name(suite.suite()).0).collect()
    }

    #[test]
    fn cipher_strings() {
        let (e128, r128) = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256");
        let (e256, r256) = ("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384");
        let (echa, rcha) = ("ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305");
        let cases: &[(&str, &[&str])] = &[
            ("ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA", &[r128]),
            ("DEFAULT", &[e128, r128, e256, r256, echa, rcha]),
            ("HIGH:!aNULL:!MD5:!aRSA", &[e128, e256, echa]),
            ("kEECDH+AESGCM:!AES128", &[e256, r256]),
            ("ALL:@STRENGTH", &[e256, r256, echa, rcha, e128, r128]),
            ("ALL:+CHACHA20:+AES256", &[e128, r128, echa, rcha, e256, r256]),
            ("ALL:-AES:ECDHE-RSA-AES256-GCM-SHA384:!ECDSA", &[rcha, r256]),
            ("foo:ECDHE+CHACHA20", &[echa, rcha]),
            ("AES256-SHA:DHE-RSA-AES256-SHA", &[]),
        ];
        for (text, want) in cases {
            assert_eq!(names(&ciphers(text).unwrap()), *want, "{text}");
        }
        for bad in ["foo", "", "!ALL", "foo:bar"] {
            assert_eq!(ciphers(bad).err(), Some(NoneKnown), "{bad}");
        }
        assert_eq!(ciphers("foo:ECDHE").unwrap().skipped, ["foo"]);
    }

    #[test]
    fn suites_curves_and_signatures() {
        let two = ciphersuites("TLS_AES_256_GCM_SHA384:TLS_AES_128_CCM_SHA256:TLS_AES_128_GCM_SHA256").unwrap();
        assert_eq!(names(&two), ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"]);
        assert_eq!(two.skipped, ["TLS_AES_128_CCM_SHA256"]);
        assert!(ciphersuites("TLS_FOO").is_err());
        let groups = curves("X25519:P-256:P-521").unwrap();
        assert_eq!(groups.usable.iter().map(|g| group_name(g.name())).collect::<Vec<_>>(), ["X25519", "secp256r1"]);
        assert!(curves("P-999").is_err());
        assert_eq!(curves("secp521r1").unwrap().usable.len(), 0);
        assert_eq!(sigalgs("ECDSA+SHA256:rsa_pss_rsae_sha256:ed448").unwrap().usable.len(), 2);
        assert!(sigalgs("nonsense").is_err());
    }
}
