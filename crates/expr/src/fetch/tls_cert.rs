//! Certificates (manual 7.3.4).

use crate::fetch::{Fetch, f};
use crate::place::Places;
use crate::val::Type::*;

#[rustfmt::skip]
pub static ITEMS: &[Fetch] = &[
    f("ssl_c_ca_err", "", Int, Places::SESSION, "the error of the client's chain above its certificate"),
    f("ssl_c_ca_err_depth", "", Int, Places::SESSION, "how high in the client's chain the first error was"),
    f("ssl_c_chain_der", "", Bin, Places::SESSION, "the client's chain in DER"),
    f("ssl_c_der", "", Bin, Places::SESSION, "the client's certificate in DER"),
    f("ssl_c_err", "", Int, Places::SESSION, "the error of the client's certificate"),
    f("ssl_c_i_dn", "[string,integer,string]", Str, Places::SESSION, "the issuer of the client's certificate"),
    f("ssl_c_key_alg", "", Str, Places::SESSION, "the key's algorithm of the client's certificate"),
    f("ssl_c_notafter", "", Str, Places::SESSION, "the end of the client's certificate"),
    f("ssl_c_notbefore", "", Str, Places::SESSION, "the begin of the client's certificate"),
    f("ssl_c_policies", "[string]", Str, Places::SESSION, "the policies of the client's certificate"),
    f("ssl_c_r_dn", "[string,integer,string]", Str, Places::SESSION, "the root's name of the client's chain"),
    f("ssl_c_s_dn", "[string,integer,string]", Str, Places::SESSION, "the subject of the client's certificate"),
    f("ssl_c_san", "", Str, Places::SESSION, "the alternative names of the client's certificate"),
    f("ssl_c_serial", "", Bin, Places::SESSION, "the serial number of the client's certificate"),
    f("ssl_c_sha1", "", Bin, Places::SESSION, "the SHA-1 of the client's certificate"),
    f("ssl_c_sig_alg", "", Str, Places::SESSION, "the signature's algorithm of the client's certificate"),
    f("ssl_c_used", "", Bool, Places::SESSION, "true if the client gave a certificate"),
    f("ssl_c_verify", "", Int, Places::SESSION, "the error of checking the client's certificate"),
    f("ssl_c_version", "", Int, Places::SESSION, "the version of the client's certificate"),
    f("ssl_f_der", "", Bin, Places::SESSION, "our certificate in DER"),
    f("ssl_f_i_dn", "[string,integer,string]", Str, Places::SESSION, "the issuer of our certificate"),
    f("ssl_f_key_alg", "", Str, Places::SESSION, "the key's algorithm of our certificate"),
    f("ssl_f_notafter", "", Str, Places::SESSION, "the end of our certificate"),
    f("ssl_f_notbefore", "", Str, Places::SESSION, "the begin of our certificate"),
    f("ssl_f_s_dn", "[string,integer,string]", Str, Places::SESSION, "the subject of our certificate"),
    f("ssl_f_serial", "", Bin, Places::SESSION, "the serial number of our certificate"),
    f("ssl_f_sha1", "", Bin, Places::SESSION, "the SHA-1 of our certificate"),
    f("ssl_f_sig_alg", "", Str, Places::SESSION, "the signature's algorithm of our certificate"),
    f("ssl_f_version", "", Int, Places::SESSION, "the version of our certificate"),
    f("ssl_s_chain_der", "", Bin, Places::SESSION, "the server's chain in DER"),
    f("ssl_s_der", "", Bin, Places::SESSION, "the server's certificate in DER"),
    f("ssl_s_i_dn", "[string,integer,string]", Str, Places::SESSION, "the issuer of the server's certificate"),
    f("ssl_s_key_alg", "", Str, Places::SESSION, "the key's algorithm of the server's certificate"),
    f("ssl_s_notafter", "", Str, Places::SESSION, "the end of the server's certificate"),
    f("ssl_s_notbefore", "", Str, Places::SESSION, "the begin of the server's certificate"),
    f("ssl_s_s_dn", "[string,integer,string]", Str, Places::SESSION, "the subject of the server's certificate"),
    f("ssl_s_serial", "", Bin, Places::SESSION, "the serial number of the server's certificate"),
    f("ssl_s_sha1", "", Bin, Places::SESSION, "the SHA-1 of the server's certificate"),
    f("ssl_s_sig_alg", "", Str, Places::SESSION, "the signature's algorithm of the server's certificate"),
    f("ssl_s_version", "", Int, Places::SESSION, "the version of the server's certificate"),
];
