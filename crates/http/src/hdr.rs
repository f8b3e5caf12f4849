//! Known field names. Each gets a number while it is parsed, so that looking a field up compares integers.

use crate::lower::is_lower_of;

macro_rules! header_ids {
    ($($id:ident $name:literal,)*) => {
        /// The number of a known field name. `Other` stands for all names that are not in the table.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the names are the fields")]
        pub enum HdrId {
            #[default]
            Other,
            $($id,)*
        }

        static IDS: &[HdrId] = &[HdrId::Other, $(HdrId::$id,)*];
        static NAMES: &[&str] = &["", $($name,)*];
    };
}

header_ids! {
    Accept "accept",
    AcceptCharset "accept-charset",
    AcceptEncoding "accept-encoding",
    AcceptLanguage "accept-language",
    AcceptRanges "accept-ranges",
    AccessControlAllowCredentials "access-control-allow-credentials",
    AccessControlAllowHeaders "access-control-allow-headers",
    AccessControlAllowMethods "access-control-allow-methods",
    AccessControlAllowOrigin "access-control-allow-origin",
    AccessControlExposeHeaders "access-control-expose-headers",
    AccessControlMaxAge "access-control-max-age",
    AccessControlRequestHeaders "access-control-request-headers",
    AccessControlRequestMethod "access-control-request-method",
    Age "age",
    Allow "allow",
    AltSvc "alt-svc",
    Authorization "authorization",
    CacheControl "cache-control",
    Connection "connection",
    ContentDisposition "content-disposition",
    ContentEncoding "content-encoding",
    ContentLanguage "content-language",
    ContentLength "content-length",
    ContentLocation "content-location",
    ContentRange "content-range",
    ContentSecurityPolicy "content-security-policy",
    ContentType "content-type",
    Cookie "cookie",
    Date "date",
    Dnt "dnt",
    EarlyData "early-data",
    Etag "etag",
    Expect "expect",
    Expires "expires",
    Forwarded "forwarded",
    From "from",
    Host "host",
    Http2Settings "http2-settings",
    IfMatch "if-match",
    IfModifiedSince "if-modified-since",
    IfNoneMatch "if-none-match",
    IfRange "if-range",
    IfUnmodifiedSince "if-unmodified-since",
    KeepAlive "keep-alive",
    LastModified "last-modified",
    Link "link",
    Location "location",
    MaxForwards "max-forwards",
    Origin "origin",
    Pragma "pragma",
    Priority "priority",
    ProxyAuthenticate "proxy-authenticate",
    ProxyAuthorization "proxy-authorization",
    ProxyConnection "proxy-connection",
    Range "range",
    Referer "referer",
    ReferrerPolicy "referrer-policy",
    RetryAfter "retry-after",
    SecChUa "sec-ch-ua",
    SecChUaMobile "sec-ch-ua-mobile",
    SecChUaPlatform "sec-ch-ua-platform",
    SecFetchDest "sec-fetch-dest",
    SecFetchMode "sec-fetch-mode",
    SecFetchSite "sec-fetch-site",
    SecFetchUser "sec-fetch-user",
    SecWebsocketAccept "sec-websocket-accept",
    SecWebsocketKey "sec-websocket-key",
    SecWebsocketProtocol "sec-websocket-protocol",
    SecWebsocketVersion "sec-websocket-version",
    Server "server",
    SetCookie "set-cookie",
    StrictTransportSecurity "strict-transport-security",
    Te "te",
    Traceparent "traceparent",
    Tracestate "tracestate",
    Trailer "trailer",
    TransferEncoding "transfer-encoding",
    Upgrade "upgrade",
    UpgradeInsecureRequests "upgrade-insecure-requests",
    UserAgent "user-agent",
    Vary "vary",
    Via "via",
    WwwAuthenticate "www-authenticate",
    XContentTypeOptions "x-content-type-options",
    XForwardedFor "x-forwarded-for",
    XForwardedHost "x-forwarded-host",
    XForwardedPort "x-forwarded-port",
    XForwardedProto "x-forwarded-proto",
    XFrameOptions "x-frame-options",
    XOriginalTo "x-original-to",
    XRealIp "x-real-ip",
    XRequestId "x-request-id",
    XRequestedWith "x-requested-with",
}

impl HdrId {
    /// The number of this name, whatever its case.
    #[inline]
    pub fn of(name: &[u8]) -> HdrId {
        if name.is_empty() || name.len() > LONGEST {
            return HdrId::Other;
        }
        let mut at = hash(name);
        loop {
            let i = SLOTS[at % SLOTS.len()] as usize;
            if i == 0 {
                return HdrId::Other;
            }
            if is_lower_of(NAMES[i].as_bytes(), name) {
                return IDS[i];
            }
            at += 1;
        }
    }

    /// The name in lower case; empty for `Other`.
    pub fn name(self) -> &'static str {
        NAMES[self as usize]
    }
}

/// No known name is longer than this.
const LONGEST: usize = 32;

/// An open-addressed table of indices into `NAMES`, filled by the compiler: at most a fifth is in use, so most
/// look-ups end at the first or second slot.
static SLOTS: [u8; 512] = slots();

const fn hash(name: &[u8]) -> usize {
    let n = name.len();
    let first = (name[0] | 0x20) as usize;
    let mid = (name[n / 2] | 0x20) as usize;
    let last = (name[n - 1] | 0x20) as usize;
    first.wrapping_mul(7) ^ mid.wrapping_mul(61) ^ last.wrapping_mul(29) ^ n.wrapping_mul(113)
}

const fn slots() -> [u8; 512] {
    let mut t = [0u8; 512];
    let mut i = 1;
    while i < NAMES.len() {
        assert!(NAMES[i].len() <= LONGEST);
        let mut at = hash(NAMES[i].as_bytes()) % 512;
        while t[at] != 0 {
            at = (at + 1) % 512;
        }
        t[at] = i as u8;
        i += 1;
    }
    t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_case() {
        for (i, name) in NAMES.iter().enumerate().skip(1) {
            assert_eq!(HdrId::of(name.as_bytes()), IDS[i]);
            assert_eq!(HdrId::of(name.to_ascii_uppercase().as_bytes()), IDS[i]);
            assert_eq!(IDS[i].name(), *name);
        }
        assert!(NAMES.len() < 256 && NAMES.windows(2).all(|w| w[0] < w[1]), "sorted, each once");
    }

    #[test]
    fn others_are_other() {
        for name in ["", "x", "hosts", "hos", "content-lengti", "x-custom-thing", &"a".repeat(100)] {
            assert_eq!(HdrId::of(name.as_bytes()), HdrId::Other, "{name}");
        }
    }

    #[test]
    fn chains_stay_short() {
        let worst = (0..512).map(|at| (at..).take_while(|i| SLOTS[i % 512] != 0).count()).max();
        assert!(worst < Some(8), "{worst:?}");
    }
}
