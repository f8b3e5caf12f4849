//! Encryption (manual 7.3.1).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("aes_cbc_dec", "integer,string,string[,string]", Bin, Bin, "the bytes decrypted by AES-CBC"),
    c("aes_cbc_enc", "integer,string,string[,string]", Bin, Bin, "the bytes encrypted by AES-CBC"),
    c("aes_gcm_dec", "integer,string,string,string[,string]", Bin, Bin, "the bytes decrypted by AES-GCM, if their tag is right"),
    c("aes_gcm_enc", "integer,string,string,string[,string]", Bin, Bin, "the bytes encrypted by AES-GCM, the tag in a variable"),
];
