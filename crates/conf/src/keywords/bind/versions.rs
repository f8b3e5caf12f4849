//! Versions of TLS.

use super::{listed, now};
use crate::build::BindB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};
use crate::keywords::tls;
use crate::spec::TlsVersion;

pub static SSL_MIN_VER: Keyword<BindB> =
    listed(now("ssl-min-ver", tls::VERSION, "1.8", "Oldest version of TLS.", |cx, bind| {
        if let Some(version) = tls::version(cx) {
            bind.tls.conf.versions.min = Some(version);
        }
    }));

pub static SSL_MAX_VER: Keyword<BindB> =
    listed(now("ssl-max-ver", tls::VERSION, "1.8", "Newest version of TLS.", |cx, bind| {
        if let Some(version) = tls::version(cx) {
            bind.tls.conf.versions.max = Some(version);
        }
    }));

pub static FORCE_SSLV3: Keyword<BindB> =
    fixed("force-sslv3", "SSLv3 and nothing else.", |_, bind| bind.tls.conf.versions.force(TlsVersion::Ssl3));
pub static FORCE_TLSV10: Keyword<BindB> =
    fixed("force-tlsv10", "TLS 1.0 and nothing else.", |_, bind| bind.tls.conf.versions.force(TlsVersion::Tls10));
pub static FORCE_TLSV11: Keyword<BindB> =
    fixed("force-tlsv11", "TLS 1.1 and nothing else.", |_, bind| bind.tls.conf.versions.force(TlsVersion::Tls11));
pub static FORCE_TLSV12: Keyword<BindB> =
    fixed("force-tlsv12", "TLS 1.2 and nothing else.", |_, bind| bind.tls.conf.versions.force(TlsVersion::Tls12));
pub static FORCE_TLSV13: Keyword<BindB> =
    fixed("force-tlsv13", "TLS 1.3 and nothing else.", |_, bind| bind.tls.conf.versions.force(TlsVersion::Tls13));

pub static NO_SSLV3: Keyword<BindB> =
    fixed("no-sslv3", "No SSLv3.", |_, bind| bind.tls.conf.versions.drop(TlsVersion::Ssl3));
pub static NO_TLSV10: Keyword<BindB> =
    fixed("no-tlsv10", "No TLS 1.0.", |_, bind| bind.tls.conf.versions.drop(TlsVersion::Tls10));
pub static NO_TLSV11: Keyword<BindB> =
    fixed("no-tlsv11", "No TLS 1.1.", |_, bind| bind.tls.conf.versions.drop(TlsVersion::Tls11));
pub static NO_TLSV12: Keyword<BindB> =
    fixed("no-tlsv12", "No TLS 1.2.", |_, bind| bind.tls.conf.versions.drop(TlsVersion::Tls12));
pub static NO_TLSV13: Keyword<BindB> =
    fixed("no-tlsv13", "No TLS 1.3.", |_, bind| bind.tls.conf.versions.drop(TlsVersion::Tls13));

const fn fixed(name: &'static str, doc: &'static str, parse: fn(&mut Cx<'_>, &mut BindB)) -> Keyword<BindB> {
    now(name, Arity::NONE, "1.5", doc, parse)
}
