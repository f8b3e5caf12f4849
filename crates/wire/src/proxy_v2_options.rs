//! What a server line wants to be sent in PROXY protocol version 2 headers (manual 5.2 `proxy-v2-options`,
//! `send-proxy-v2-ssl`, `send-proxy-v2-ssl-cn`).

use crate::proxy_v2::{Extra, SslOut};

/// A set of options.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct SendOptions(u8);

impl SendOptions {
    /// Whether the client uses TLS, and whether it gave a certificate (`send-proxy-v2-ssl`).
    pub const SSL: SendOptions = SendOptions(1 << 0);
    /// Common name of the client's certificate.
    pub const CERT_CN: SendOptions = SendOptions(1 << 1);
    /// Cipher in use.
    pub const SSL_CIPHER: SendOptions = SendOptions(1 << 2);
    /// Signature algorithm of the certificate.
    pub const CERT_SIG: SendOptions = SendOptions(1 << 3);
    /// Key algorithm of the certificate.
    pub const CERT_KEY: SendOptions = SendOptions(1 << 4);
    /// Host name from the client's TLS hello.
    pub const AUTHORITY: SendOptions = SendOptions(1 << 5);
    /// Checksum.
    pub const CRC32C: SendOptions = SendOptions(1 << 6);
    /// The frontend's unique id.
    pub const UNIQUE_ID: SendOptions = SendOptions(1 << 7);

    /// Every word and its option.
    pub const NAMES: [(&str, SendOptions); 8] = [
        ("ssl", Self::SSL),
        ("cert-cn", Self::CERT_CN),
        ("ssl-cipher", Self::SSL_CIPHER),
        ("cert-sig", Self::CERT_SIG),
        ("cert-key", Self::CERT_KEY),
        ("authority", Self::AUTHORITY),
        ("crc32c", Self::CRC32C),
        ("unique-id", Self::UNIQUE_ID),
    ];

    /// Reads a comma-separated list; the error is the word that isn't known.
    pub fn parse(list: &str) -> Result<SendOptions, &str> {
        list.split(',').try_fold(SendOptions::default(), |set, word| {
            let found = Self::NAMES.iter().find(|(name, _)| *name == word);
            found.map(|(_, option)| set.with(*option)).ok_or(word)
        })
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: SendOptions) -> SendOptions {
        SendOptions(self.0 | other.0)
    }

    /// Whether all of `other` is in the set.
    pub fn has(self, other: SendOptions) -> bool {
        self.0 & other.0 == other.0
    }

    /// What to send for a client without TLS: anything about TLS becomes one SSL TLV that says so, and there
    /// is no authority.
    pub fn plain(self, unique_id: Option<&[u8]>) -> Extra<'_> {
        let about_tls = [Self::SSL, Self::CERT_CN, Self::SSL_CIPHER, Self::CERT_SIG, Self::CERT_KEY];
        Extra {
            unique_id: unique_id.filter(|_| self.has(Self::UNIQUE_ID)),
            ssl: about_tls.iter().any(|option| self.has(*option)).then(SslOut::default),
            crc32c: self.has(Self::CRC32C),
            ..Extra::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxied::Proxied;
    use crate::proxy_v2;
    use base::SockKind;

    /// What HAProxy 2.6 sent behind the addresses of a plain TCP client, checksums left out.
    #[test]
    fn as_observed_for_plain_clients() {
        let proxied = Proxied::Ip {
            kind: SockKind::Stream,
            source: "127.0.0.1:49130".parse().unwrap(),
            destination: "127.0.0.1:15201".parse().unwrap(),
        };
        let ssl = b" \0\x05\0\0\0\0\0";
        for (list, expected) in [
            ("ssl", &ssl[..]),
            ("cert-cn", ssl),
            ("ssl-cipher,cert-sig", ssl),
            ("cert-key", ssl),
            ("authority", b""),
            ("unique-id", b"\x05\0\x02id"),
            ("unique-id,ssl", b"\x05\0\x02id \0\x05\0\0\0\0\0"),
        ] {
            let mut out = Vec::new();
            let options = SendOptions::parse(list).unwrap();
            proxy_v2::encode(&proxied, &options.plain(Some(b"id")), &mut out).unwrap();
            assert_eq!(&out[28..], expected, "{list}");
        }
        // A whole header, checksum included.
        let all = SendOptions::parse("crc32c,unique-id,authority,ssl,cert-cn,ssl-cipher,cert-sig,cert-key").unwrap();
        let mut out = Vec::new();
        proxy_v2::encode(&proxied, &all.plain(Some(b"id-30923-1")), &mut out).unwrap();
        let observed = b"\r\n\r\n\x00\r\nQUIT\n!\x11\x00(\x7f\x00\x00\x01\x7f\x00\x00\x01\xbf\xea;a\x03\x00\x04\xd0\xd1\xbb\xfc\x05\x00\x0aid-30923-1 \x00\x05\x00\x00\x00\x00\x00";
        assert_eq!(out, observed);
        out.clear();
        proxy_v2::encode(&Proxied::Own, &SendOptions::CRC32C.plain(None), &mut out).unwrap();
        assert_eq!(out, b"\r\n\r\n\x00\r\nQUIT\n \x00\x00\x07\x03\x00\x04\xa9\xb8~\x8f");
    }

    #[test]
    fn words() {
        assert_eq!(SendOptions::parse("ssl,foo"), Err("foo"));
        assert_eq!(SendOptions::parse(""), Err(""));
        let both = SendOptions::parse("ssl,cert-cn,ssl").unwrap();
        assert!(both.has(SendOptions::SSL.with(SendOptions::CERT_CN)) && !both.has(SendOptions::CRC32C));
    }
}
