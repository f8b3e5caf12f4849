//! Bytes of the buffers, and what protocols can be seen in them (manual 7.3.5).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("distcc_body", "string[,integer]", Bin, Places::MESSAGE, "the body of a distcc token"),
    f("distcc_param", "string[,integer]", Int, Places::MESSAGE, "the parameter of a distcc token"),
    f("payload", "integer,integer", Bin, Places::MESSAGE, "bytes of the buffer at hand"),
    f("payload_lv", "integer,integer[,string]", Bin, Places::MESSAGE, "bytes of the buffer at hand, as long as a length in it says"),
    f("rdp_cookie", "[string]", Str, Places::REQUEST, "a cookie of the RDP request"),
    f("rdp_cookie_cnt", "[string]", Int, Places::REQUEST, "how many cookies the RDP request has"),
    f("rep_ssl_hello_type", "", Int, Places::RESPONSE, "the type of the TLS hello in the response"),
    f("req.len", "", Int, Places::REQUEST, "how many bytes of the request are in the buffer"),
    f("req.payload", "integer,integer", Bin, Places::REQUEST, "bytes of the request's buffer"),
    f("req.payload_lv", "integer,integer[,string]", Bin, Places::REQUEST, "bytes of the request's buffer, as long as a length in it says"),
    f("req.rdp_cookie", "[string]", Str, Places::REQUEST, "a cookie of the RDP request"),
    f("req.rdp_cookie_cnt", "[string]", Int, Places::REQUEST, "how many cookies the RDP request has"),
    f("req.ssl_alpn", "", Str, Places::REQUEST, "the protocols that the client's TLS hello offers"),
    f("req.ssl_cipherlist", "", Bin, Places::CONNECTION, "the cipher suites that the client's TLS hello offers"),
    f("req.ssl_ec_ext", "", Bool, Places::REQUEST, "true if the client's TLS hello has elliptic curves"),
    f("req.ssl_hello_type", "", Int, Places::REQUEST, "the type of the TLS hello in the request"),
    f("req.ssl_keyshare_groups", "", Bin, Places::CONNECTION, "the groups of the key shares in the client's TLS hello"),
    f("req.ssl_sigalgs", "", Bin, Places::CONNECTION, "the signature algorithms in the client's TLS hello"),
    f("req.ssl_sni", "", Str, Places::REQUEST, "the server name in the client's TLS hello"),
    f("req.ssl_st_ext", "", Int, Places::REQUEST, "what the client's TLS hello says of session tickets"),
    f("req.ssl_supported_groups", "", Bin, Places::CONNECTION, "the groups in the client's TLS hello"),
    f("req.ssl_ver", "", Int, Places::REQUEST, "the highest TLS version in the client's hello"),
    f("req_len", "", Int, Places::REQUEST, "how many bytes of the request are in the buffer"),
    f("req_ssl_hello_type", "", Int, Places::REQUEST, "the type of the TLS hello in the request"),
    f("req_ssl_sni", "", Str, Places::REQUEST, "the server name in the client's TLS hello"),
    f("req_ssl_ver", "", Int, Places::REQUEST, "the highest TLS version in the client's hello"),
    f("res.len", "", Int, Places::RESPONSE, "how many bytes of the response are in the buffer"),
    f("res.payload", "integer,integer", Bin, Places::RESPONSE, "bytes of the response's buffer"),
    f("res.payload_lv", "integer,integer[,string]", Bin, Places::RESPONSE, "bytes of the response's buffer, as long as a length in it says"),
    f("res.ssl_hello_type", "", Int, Places::RESPONSE, "the type of the TLS hello in the response"),
];
