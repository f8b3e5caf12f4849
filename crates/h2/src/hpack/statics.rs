//! The static table (RFC 7541 appendix A).

use http::HdrId;

use FieldId::{Header as H, Pseudo as P};

/// A pseudo-header field (RFC 9113 section 8.3, RFC 8441 section 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names are the fields")]
pub enum Pseudo {
    Authority,
    Method,
    Path,
    Scheme,
    Status,
    Protocol,
    /// A name that begins with a colon and isn't known.
    Unknown,
}

/// How many kinds of [`Pseudo`] there are.
pub const PSEUDOS: usize = 7;

/// What kind of field a name is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldId {
    /// A pseudo-header field.
    Pseudo(Pseudo),
    /// A header field.
    Header(HdrId),
}

impl FieldId {
    /// The kind of this name.
    #[inline]
    pub fn of(name: &[u8]) -> FieldId {
        match name {
            [b':', ..] => P(match name {
                b":authority" => Pseudo::Authority,
                b":method" => Pseudo::Method,
                b":path" => Pseudo::Path,
                b":scheme" => Pseudo::Scheme,
                b":status" => Pseudo::Status,
                b":protocol" => Pseudo::Protocol,
                _ => Pseudo::Unknown,
            }),
            _ => H(HdrId::of(name)),
        }
    }
}

/// The entry of this index, from 1.
#[inline]
pub fn get(index: usize) -> Option<&'static (&'static str, &'static str, FieldId)> {
    STATIC.get(index.wrapping_sub(1))
}

/// How many entries there are.
pub const LEN: usize = 61;

/// The first index with the name of this known field; 0 for those that aren't in the table.
#[inline]
pub fn index_of_header(id: HdrId) -> usize {
    usize::from(BY_HEADER[id as usize])
}

/// The first index with this pseudo-header field's name; 0 for those that aren't in the table.
#[inline]
pub fn index_of_pseudo(pseudo: Pseudo) -> usize {
    match pseudo {
        Pseudo::Authority => 1,
        Pseudo::Method => 2,
        Pseudo::Path => 4,
        Pseudo::Scheme => 6,
        Pseudo::Status => 8,
        Pseudo::Protocol | Pseudo::Unknown => 0,
    }
}

static BY_HEADER: [u8; 256] = by_header();

const fn by_header() -> [u8; 256] {
    let mut t = [0; 256];
    let mut i = 0;
    while i < LEN {
        if let FieldId::Header(id) = STATIC[i].2 {
            t[id as usize] = i as u8 + 1;
        }
        i += 1;
    }
    // All names without a number share this one.
    t[HdrId::Other as usize] = 0;
    t
}

#[rustfmt::skip]
static STATIC: [(&str, &str, FieldId); LEN] = [
    (":authority", "", P(Pseudo::Authority)),
    (":method", "GET", P(Pseudo::Method)),
    (":method", "POST", P(Pseudo::Method)),
    (":path", "/", P(Pseudo::Path)),
    (":path", "/index.html", P(Pseudo::Path)),
    (":scheme", "http", P(Pseudo::Scheme)),
    (":scheme", "https", P(Pseudo::Scheme)),
    (":status", "200", P(Pseudo::Status)),
    (":status", "204", P(Pseudo::Status)),
    (":status", "206", P(Pseudo::Status)),
    (":status", "304", P(Pseudo::Status)),
    (":status", "400", P(Pseudo::Status)),
    (":status", "404", P(Pseudo::Status)),
    (":status", "500", P(Pseudo::Status)),
    ("accept-charset", "", H(HdrId::AcceptCharset)),
    ("accept-encoding", "gzip, deflate", H(HdrId::AcceptEncoding)),
    ("accept-language", "", H(HdrId::AcceptLanguage)),
    ("accept-ranges", "", H(HdrId::AcceptRanges)),
    ("accept", "", H(HdrId::Accept)),
    ("access-control-allow-origin", "", H(HdrId::AccessControlAllowOrigin)),
    ("age", "", H(HdrId::Age)),
    ("allow", "", H(HdrId::Allow)),
    ("authorization", "", H(HdrId::Authorization)),
    ("cache-control", "", H(HdrId::CacheControl)),
    ("content-disposition", "", H(HdrId::ContentDisposition)),
    ("content-encoding", "", H(HdrId::ContentEncoding)),
    ("content-language", "", H(HdrId::ContentLanguage)),
    ("content-length", "", H(HdrId::ContentLength)),
    ("content-location", "", H(HdrId::ContentLocation)),
    ("content-range", "", H(HdrId::ContentRange)),
    ("content-type", "", H(HdrId::ContentType)),
    ("cookie", "", H(HdrId::Cookie)),
    ("date", "", H(HdrId::Date)),
    ("etag", "", H(HdrId::Etag)),
    ("expect", "", H(HdrId::Expect)),
    ("expires", "", H(HdrId::Expires)),
    ("from", "", H(HdrId::From)),
    ("host", "", H(HdrId::Host)),
    ("if-match", "", H(HdrId::IfMatch)),
    ("if-modified-since", "", H(HdrId::IfModifiedSince)),
    ("if-none-match", "", H(HdrId::IfNoneMatch)),
    ("if-range", "", H(HdrId::IfRange)),
    ("if-unmodified-since", "", H(HdrId::IfUnmodifiedSince)),
    ("last-modified", "", H(HdrId::LastModified)),
    ("link", "", H(HdrId::Link)),
    ("location", "", H(HdrId::Location)),
    ("max-forwards", "", H(HdrId::MaxForwards)),
    ("proxy-authenticate", "", H(HdrId::ProxyAuthenticate)),
    ("proxy-authorization", "", H(HdrId::ProxyAuthorization)),
    ("range", "", H(HdrId::Range)),
    ("referer", "", H(HdrId::Referer)),
    ("refresh", "", H(HdrId::Other)),
    ("retry-after", "", H(HdrId::RetryAfter)),
    ("server", "", H(HdrId::Server)),
    ("set-cookie", "", H(HdrId::SetCookie)),
    ("strict-transport-security", "", H(HdrId::StrictTransportSecurity)),
    ("transfer-encoding", "", H(HdrId::TransferEncoding)),
    ("user-agent", "", H(HdrId::UserAgent)),
    ("vary", "", H(HdrId::Vary)),
    ("via", "", H(HdrId::Via)),
    ("www-authenticate", "", H(HdrId::WwwAuthenticate)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_know_what_they_are() {
        for (i, (name, _, id)) in STATIC.iter().enumerate() {
            assert_eq!(FieldId::of(name.as_bytes()), *id, "{name}");
            match *id {
                H(HdrId::Other) => assert_eq!(*name, "refresh"),
                H(id) => assert_eq!(index_of_header(id), i + 1),
                P(p) => assert_eq!(get(index_of_pseudo(p)).map(|e| e.0), Some(*name)),
            }
        }
        assert!(get(0).is_none() && get(62).is_none());
        assert_eq!(index_of_header(HdrId::Other), 0);
    }
}
