//! JSON web tokens (manual 7.3.1; RFC 7515, 7516, 7519).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("jwt_decrypt_cert", "string", Bin, Bin, "the content of an encrypted token, by a certificate's key"),
    c("jwt_decrypt_jwk", "string", Bin, Bin, "the content of an encrypted token, by a JSON web key"),
    c("jwt_decrypt_secret", "string", Bin, Bin, "the content of an encrypted token, by a shared secret"),
    c("jwt_header_query", "[string,string]", Bin, Any, "a token's header, or what a path finds in it"),
    c("jwt_payload_query", "[string,string]", Bin, Any, "a token's payload, or what a path finds in it"),
    c("jwt_verify", "string,string", Bin, Int, "1 if a token's signature is right for a key"),
    c("jwt_verify_cert", "string,string", Bin, Int, "1 if a token's signature is right for a certificate"),
];
