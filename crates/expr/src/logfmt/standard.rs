//! The formats that options select (manual 8.2.1 to 8.2.5), as texts of the format language.

use super::{LogFormat, Use};
use crate::place::Place;

/// A format that needs no text from the user.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standard {
    /// No option at all: one line at the accept (8.2.1).
    Connect,
    /// `option tcplog` (8.2.2).
    Tcp,
    /// `option tcplog clf` (8.2.2).
    TcpClf,
    /// `option httplog` (8.2.3).
    Http,
    /// `option httplog clf` (8.2.3).
    HttpClf,
    /// Connections that fail before there is a stream (8.2.5).
    Error,
}

impl Standard {
    /// All of them.
    pub const ALL: [Standard; 6] =
        [Standard::Connect, Standard::Tcp, Standard::TcpClf, Standard::Http, Standard::HttpClf, Standard::Error];

    /// Its text. Those of `Connect` and `Error` use aliases that only exist here.
    pub fn text(self) -> &'static str {
        match self {
            Standard::Connect => "Connect from %ci:%cp to %fi:%fp (%f/%mode)",
            Standard::Tcp => "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq",
            Standard::TcpClf => concat!(
                "%{Q}o %{-Q}ci - - [%T] \"TCP \" 000 %B \"\" \"\" %cp %ms %ft %b %s %Th %Tw %Tc %Tt %U %ts-- ",
                "%ac %fc %bc %sc %rc %sq %bq \"\" \"\" "
            ),
            Standard::Http => concat!(
                "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq ",
                "%hr %hs %{+Q}r"
            ),
            Standard::HttpClf => concat!(
                "%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\" \"\" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc ",
                "%ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl"
            ),
            Standard::Error => "%ci:%cp [%t] %f/%listener: %error",
        }
    }
}

/// The compiled format. Its texts are compiled by a test, so it can't fail.
pub(super) fn compile(which: Standard) -> LogFormat {
    super::compile::trusted(which.text().as_bytes(), Use::Log, Place::Log.into())
        .unwrap_or_else(|e| unreachable!("{which:?}: {}", e.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_compile() {
        for which in Standard::ALL {
            assert_eq!(LogFormat::standard(which).source(), which.text().as_bytes());
        }
        let needs = LogFormat::standard(Standard::Http).needs();
        assert!(needs.request_line && needs.req_captures && needs.res_captures && needs.cookies);
        assert!(!needs.server_addrs && !needs.unique_id && !needs.tls);
        assert!(!LogFormat::standard(Standard::Tcp).needs().request_line);
    }
}
