//! Hashes (manual 7.3.1).

use crate::conv::{Conv, c};
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("crc32", "[integer]", Bin, Int, "the CRC-32 of the bytes"),
    c("crc32c", "[integer]", Bin, Int, "the CRC-32C of the bytes"),
    c("djb2", "[integer]", Bin, Int, "the DJB2 hash of the bytes"),
    c("sdbm", "[integer]", Bin, Int, "the SDBM hash of the bytes"),
    c("wt6", "[integer]", Bin, Int, "the WT6 hash of the bytes"),
    c("xxh3", "[integer]", Bin, Int, "the XXH3 hash of the bytes, 64 bits wide"),
    c("xxh32", "[integer]", Bin, Int, "the XXH32 hash of the bytes"),
    c("xxh64", "[integer]", Bin, Int, "the XXH64 hash of the bytes"),
    c("digest", "string", Bin, Bin, "the digest of the bytes by a named algorithm"),
    c("hmac", "string,string", Bin, Bin, "the keyed digest of the bytes by a named algorithm"),
    c("sha1", "", Bin, Bin, "the SHA-1 of the bytes"),
    c("sha2", "[integer]", Bin, Bin, "the SHA-2 of the bytes, 256 bits wide unless said otherwise"),
];
