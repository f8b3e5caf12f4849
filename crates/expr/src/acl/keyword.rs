//! Keywords that exist in ACLs only: a fetch with a matching method (the catalogue's class `acl`).

use super::matcher::Matcher;

/// One such keyword.
#[derive(Debug)]
pub struct Keyword {
    /// Its name.
    pub name: &'static str,
    /// The fetch that it stands for.
    pub fetch: &'static str,
    /// How its values are matched.
    pub matcher: Matcher,
}

/// The keyword of this name.
pub(super) fn find(name: &[u8]) -> Option<&'static Keyword> {
    ITEMS.iter().find(|k| k.name.as_bytes() == name)
}

const fn k(name: &'static str, fetch: &'static str, matcher: Matcher) -> Keyword {
    Keyword { name, fetch, matcher }
}

/// All of them.
pub static ITEMS: &[Keyword] = &[
    k("base", "base", Matcher::Str),
    k("base_beg", "base", Matcher::Beg),
    k("base_dir", "base", Matcher::Dir),
    k("base_dom", "base", Matcher::Dom),
    k("base_end", "base", Matcher::End),
    k("base_len", "base", Matcher::Len),
    k("base_reg", "base", Matcher::Reg),
    k("base_sub", "base", Matcher::Sub),
    k("cook", "req.cook", Matcher::Str),
    k("cook_beg", "req.cook", Matcher::Beg),
    k("cook_dir", "req.cook", Matcher::Dir),
    k("cook_dom", "req.cook", Matcher::Dom),
    k("cook_end", "req.cook", Matcher::End),
    k("cook_len", "req.cook", Matcher::Len),
    k("cook_reg", "req.cook", Matcher::Reg),
    k("cook_sub", "req.cook", Matcher::Sub),
    k("hdr", "req.hdr", Matcher::Str),
    k("hdr_beg", "req.hdr", Matcher::Beg),
    k("hdr_dir", "req.hdr", Matcher::Dir),
    k("hdr_dom", "req.hdr", Matcher::Dom),
    k("hdr_end", "req.hdr", Matcher::End),
    k("hdr_len", "req.hdr", Matcher::Len),
    k("hdr_reg", "req.hdr", Matcher::Reg),
    k("hdr_sub", "req.hdr", Matcher::Sub),
    k("http_auth_group", "http_auth_group", Matcher::Str),
    k("method", "method", Matcher::Meth),
    k("path", "path", Matcher::Str),
    k("path_beg", "path", Matcher::Beg),
    k("path_dir", "path", Matcher::Dir),
    k("path_dom", "path", Matcher::Dom),
    k("path_end", "path", Matcher::End),
    k("path_len", "path", Matcher::Len),
    k("path_reg", "path", Matcher::Reg),
    k("path_sub", "path", Matcher::Sub),
    k("payload", "req.payload", Matcher::Bin),
    k("payload_lv", "req.payload_lv", Matcher::Bin),
    k("req.ssl_ver", "req.ssl_ver", Matcher::Int),
    k("req_rdp_cookie", "req.rdp_cookie", Matcher::Str),
    k("req_rdp_cookie_cnt", "req.rdp_cookie_cnt", Matcher::Int),
    k("req_ssl_sni", "req.ssl_sni", Matcher::Str),
    k("req_ssl_ver", "req.ssl_ver", Matcher::Int),
    k("req_ver", "req.ver", Matcher::Str),
    k("resp_ver", "res.ver", Matcher::Str),
    k("scook", "res.cook", Matcher::Str),
    k("scook_beg", "res.cook", Matcher::Beg),
    k("scook_dir", "res.cook", Matcher::Dir),
    k("scook_dom", "res.cook", Matcher::Dom),
    k("scook_end", "res.cook", Matcher::End),
    k("scook_len", "res.cook", Matcher::Len),
    k("scook_reg", "res.cook", Matcher::Reg),
    k("scook_sub", "res.cook", Matcher::Sub),
    k("shdr", "res.hdr", Matcher::Str),
    k("shdr_beg", "res.hdr", Matcher::Beg),
    k("shdr_dir", "res.hdr", Matcher::Dir),
    k("shdr_dom", "res.hdr", Matcher::Dom),
    k("shdr_end", "res.hdr", Matcher::End),
    k("shdr_len", "res.hdr", Matcher::Len),
    k("shdr_reg", "res.hdr", Matcher::Reg),
    k("shdr_sub", "res.hdr", Matcher::Sub),
    k("ssl_fc_sni_end", "ssl_fc_sni", Matcher::End),
    k("ssl_fc_sni_reg", "ssl_fc_sni", Matcher::Reg),
    k("url", "url", Matcher::Str),
    k("url_beg", "url", Matcher::Beg),
    k("url_dir", "url", Matcher::Dir),
    k("url_dom", "url", Matcher::Dom),
    k("url_end", "url", Matcher::End),
    k("url_len", "url", Matcher::Len),
    k("url_reg", "url", Matcher::Reg),
    k("url_sub", "url", Matcher::Sub),
    k("urlp", "urlp", Matcher::Str),
    k("urlp_beg", "urlp", Matcher::Beg),
    k("urlp_dir", "urlp", Matcher::Dir),
    k("urlp_dom", "urlp", Matcher::Dom),
    k("urlp_end", "urlp", Matcher::End),
    k("urlp_len", "urlp", Matcher::Len),
    k("urlp_reg", "urlp", Matcher::Reg),
    k("urlp_sub", "urlp", Matcher::Sub),
];
