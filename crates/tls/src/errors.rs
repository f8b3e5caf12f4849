//! OpenSSL's numbers and texts for common failures (`ssl_fc_err`, `ssl_fc_err_str`): the library is another one, and
//! scripts know these.

use crate::server::Refusal;
use crate::session::TlsError;
use rustls::{AlertDescription, Error, PeerIncompatible};

/// OpenSSL 3's number of its SSL library, where it stands in an error.
const LIB_SSL: u32 = 20 << 23;
/// Alerts of the other side are errors from here on.
const ALERTS: u32 = 1000;

/// The number and text of a failure; `None` for those of certificates, which have fetches of their own.
pub fn describe(error: &TlsError) -> Option<(u32, &'static str)> {
    let (reason, text) = match error {
        TlsError::Refused(Refusal::NotTls) => (267, "wrong version number"),
        TlsError::Refused(Refusal::TooLong) => (152, "excessive message size"),
        TlsError::Refused(Refusal::UnknownName) => (234, "callback failed"),
        TlsError::Refused(Refusal::NoCertificate) => (193, "no shared cipher"),
        TlsError::Closed => (207, "protocol is shutdown"),
        TlsError::Library(error) => return of_library(error),
    };
    Some((LIB_SSL | reason, text))
}

/// The text as OpenSSL shows it.
pub fn long_text(number: u32, text: &str) -> String {
    format!("error:{number:08X}:SSL routines::{text}")
}

fn of_library(error: &Error) -> Option<(u32, &'static str)> {
    let (reason, text) = match error {
        Error::InvalidCertificate(_) => return None,
        Error::NoCertificatesPresented => (199, "peer did not return a certificate"),
        Error::DecryptError => (281, "decryption failed or bad record mac"),
        Error::PeerSentOversizedRecord => (198, "packet length too long"),
        Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => (244, "unexpected message"),
        Error::InvalidMessage(_) => (159, "length mismatch"),
        Error::NoApplicationProtocol => (235, "no application protocol"),
        Error::AlertReceived(alert) => (ALERTS + u32::from(u8::from(*alert)), alert_text(*alert)),
        Error::PeerIncompatible(why) => match why {
            PeerIncompatible::NoCipherSuitesInCommon => (193, "no shared cipher"),
            PeerIncompatible::NoKxGroupsInCommon => (101, "no suitable key share"),
            PeerIncompatible::NoSignatureSchemesInCommon => (118, "no suitable signature algorithm"),
            _ => (258, "unsupported protocol"),
        },
        Error::PeerMisbehaved(_) => (110, "bad extension"),
        // What the resolver had no certificate for.
        Error::General(_) => (193, "no shared cipher"),
        _ => (68, "internal error"),
    };
    Some((LIB_SSL | reason, text))
}

fn alert_text(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::UnexpectedMessage => "ssl/tls alert unexpected message",
        AlertDescription::BadRecordMac => "ssl/tls alert bad record mac",
        AlertDescription::HandshakeFailure => "ssl/tls alert handshake failure",
        AlertDescription::BadCertificate => "ssl/tls alert bad certificate",
        AlertDescription::UnsupportedCertificate => "ssl/tls alert unsupported certificate",
        AlertDescription::CertificateRevoked => "ssl/tls alert certificate revoked",
        AlertDescription::CertificateExpired => "ssl/tls alert certificate expired",
        AlertDescription::CertificateUnknown => "ssl/tls alert certificate unknown",
        AlertDescription::IllegalParameter => "ssl/tls alert illegal parameter",
        AlertDescription::UnknownCA => "tlsv1 alert unknown ca",
        AlertDescription::AccessDenied => "tlsv1 alert access denied",
        AlertDescription::DecodeError => "tlsv1 alert decode error",
        AlertDescription::DecryptError => "tlsv1 alert decrypt error",
        AlertDescription::ProtocolVersion => "tlsv1 alert protocol version",
        AlertDescription::InsufficientSecurity => "tlsv1 alert insufficient security",
        AlertDescription::InternalError => "tlsv1 alert internal error",
        AlertDescription::UserCanceled => "tlsv1 alert user cancelled",
        AlertDescription::UnrecognisedName => "tlsv1 unrecognized name",
        AlertDescription::CertificateRequired => "tlsv13 alert certificate required",
        AlertDescription::NoApplicationProtocol => "tlsv1 alert no application protocol",
        _ => "ssl/tls alert",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_scripts_know() {
        let cases = [
            (TlsError::Refused(Refusal::NotTls), "error:0A00010B:SSL routines::wrong version number"),
            (TlsError::Refused(Refusal::NoCertificate), "error:0A0000C1:SSL routines::no shared cipher"),
            (
                Error::AlertReceived(AlertDescription::UnknownCA).into(),
                "error:0A000418:SSL routines::tlsv1 alert unknown ca",
            ),
            (Error::NoCertificatesPresented.into(), "error:0A0000C7:SSL routines::peer did not return a certificate"),
        ];
        for (error, want) in cases {
            let (number, text) = describe(&error).unwrap();
            assert_eq!(long_text(number, text), want);
        }
        assert!(describe(&Error::InvalidCertificate(rustls::CertificateError::Expired).into()).is_none());
    }
}
