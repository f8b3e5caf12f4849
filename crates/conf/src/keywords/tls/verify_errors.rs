//! Faults of certificates by number and name, as OpenSSL's manual lists them (X509_STORE_CTX_get_error).

use crate::cx::Cx;
use crate::spec::IgnoreErr;

/// `all`, or numbers and names with commas between them.
pub fn ignored(cx: &mut Cx<'_>) -> Option<IgnoreErr> {
    if cx.text(0) == b"all" {
        return Some(IgnoreErr::All);
    }
    let mut these = Vec::new();
    for part in cx.text(0).split(|c| *c == b',') {
        let Some(number) = number(part) else {
            let part = String::from_utf8_lossy(part);
            let text =
                format!(": '{part}' is neither a number from 1 to {} nor the name of such a fault.", NAMES.len());
            let near = diag::closest(part.as_bytes(), NAMES.iter().copied());
            match near {
                Some(near) => cx.alert_help(0, text, format!("did you mean '{PREFIX}{near}'?")),
                None => cx.alert(0, text),
            }
            return None;
        };
        these.push(number);
    }
    these.sort_unstable();
    these.dedup();
    Some(IgnoreErr::These(these))
}

fn number(part: &[u8]) -> Option<u8> {
    let text = core::str::from_utf8(part).ok()?;
    let number = match text.strip_prefix(PREFIX) {
        Some(name) => NAMES.iter().position(|known| *known == name)? + 1,
        None => text.parse().ok()?,
    };
    u8::try_from(number).ok().filter(|n| (1..=NAMES.len()).contains(&usize::from(*n)))
}

const PREFIX: &str = "X509_V_ERR_";

/// The names without their prefix; the first one is number 1.
static NAMES: [&str; 94] = [
    "UNSPECIFIED",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_CRL",
    "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
    "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
    "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
    "CERT_SIGNATURE_FAILURE",
    "CRL_SIGNATURE_FAILURE",
    "CERT_NOT_YET_VALID",
    "CERT_HAS_EXPIRED",
    "CRL_NOT_YET_VALID",
    "CRL_HAS_EXPIRED",
    "ERROR_IN_CERT_NOT_BEFORE_FIELD",
    "ERROR_IN_CERT_NOT_AFTER_FIELD",
    "ERROR_IN_CRL_LAST_UPDATE_FIELD",
    "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
    "OUT_OF_MEM",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "CERT_CHAIN_TOO_LONG",
    "CERT_REVOKED",
    "NO_ISSUER_PUBLIC_KEY",
    "PATH_LENGTH_EXCEEDED",
    "INVALID_PURPOSE",
    "CERT_UNTRUSTED",
    "CERT_REJECTED",
    "SUBJECT_ISSUER_MISMATCH",
    "AKID_SKID_MISMATCH",
    "AKID_ISSUER_SERIAL_MISMATCH",
    "KEYUSAGE_NO_CERTSIGN",
    "UNABLE_TO_GET_CRL_ISSUER",
    "UNHANDLED_CRITICAL_EXTENSION",
    "KEYUSAGE_NO_CRL_SIGN",
    "UNHANDLED_CRITICAL_CRL_EXTENSION",
    "INVALID_NON_CA",
    "PROXY_PATH_LENGTH_EXCEEDED",
    "KEYUSAGE_NO_DIGITAL_SIGNATURE",
    "PROXY_CERTIFICATES_NOT_ALLOWED",
    "INVALID_EXTENSION",
    "INVALID_POLICY_EXTENSION",
    "NO_EXPLICIT_POLICY",
    "DIFFERENT_CRL_SCOPE",
    "UNSUPPORTED_EXTENSION_FEATURE",
    "UNNESTED_RESOURCE",
    "PERMITTED_VIOLATION",
    "EXCLUDED_VIOLATION",
    "SUBTREE_MINMAX",
    "APPLICATION_VERIFICATION",
    "UNSUPPORTED_CONSTRAINT_TYPE",
    "UNSUPPORTED_CONSTRAINT_SYNTAX",
    "UNSUPPORTED_NAME_SYNTAX",
    "CRL_PATH_VALIDATION_ERROR",
    "PATH_LOOP",
    "SUITE_B_INVALID_VERSION",
    "SUITE_B_INVALID_ALGORITHM",
    "SUITE_B_INVALID_CURVE",
    "SUITE_B_INVALID_SIGNATURE_ALGORITHM",
    "SUITE_B_LOS_NOT_ALLOWED",
    "SUITE_B_CANNOT_SIGN_P_384_WITH_P_256",
    "HOSTNAME_MISMATCH",
    "EMAIL_MISMATCH",
    "IP_ADDRESS_MISMATCH",
    "DANE_NO_MATCH",
    "EE_KEY_TOO_SMALL",
    "CA_KEY_TOO_SMALL",
    "CA_MD_TOO_WEAK",
    "INVALID_CALL",
    "STORE_LOOKUP",
    "NO_VALID_SCTS",
    "PROXY_SUBJECT_NAME_VIOLATION",
    "OCSP_VERIFY_NEEDED",
    "OCSP_VERIFY_FAILED",
    "OCSP_CERT_UNKNOWN",
    "UNSUPPORTED_SIGNATURE_ALGORITHM",
    "SIGNATURE_ALGORITHM_MISMATCH",
    "SIGNATURE_ALGORITHM_INCONSISTENCY",
    "INVALID_CA",
    "PATHLEN_INVALID_FOR_NON_CA",
    "PATHLEN_WITHOUT_KU_KEY_CERT_SIGN",
    "KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA",
    "ISSUER_NAME_EMPTY",
    "SUBJECT_NAME_EMPTY",
    "MISSING_AUTHORITY_KEY_IDENTIFIER",
    "MISSING_SUBJECT_KEY_IDENTIFIER",
    "EMPTY_SUBJECT_ALT_NAME",
    "EMPTY_SUBJECT_SAN_NOT_CRITICAL",
    "CA_BCONS_NOT_CRITICAL",
    "AUTHORITY_KEY_IDENTIFIER_CRITICAL",
    "SUBJECT_KEY_IDENTIFIER_CRITICAL",
    "CA_CERT_MISSING_KEY_USAGE",
    "EXTENSIONS_REQUIRE_VERSION_3",
    "EC_KEY_EXPLICIT_PARAMS",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names() {
        let cases: &[(&str, Option<u8>)] = &[
            ("1", Some(1)),
            ("94", Some(94)),
            ("95", None),
            ("0", None),
            ("", None),
            ("X509_V_ERR_CERT_HAS_EXPIRED", Some(10)),
            ("X509_V_ERR_HOSTNAME_MISMATCH", Some(62)),
            ("X509_V_ERR_EC_KEY_EXPLICIT_PARAMS", Some(94)),
            ("X509_V_ERR_FOO", None),
            ("CERT_HAS_EXPIRED", None),
        ];
        for (text, want) in cases {
            assert_eq!(number(text.as_bytes()), *want, "{text}");
        }
    }
}
