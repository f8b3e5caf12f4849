//! The ACLs that need no declaration (manual 7.4).

use std::sync::{Arc, LazyLock};

use super::{Acl, Test};
use crate::outside::NoOutside;

/// Name and definition of each.
static ITEMS: &[(&str, &[&str])] = &[
    ("FALSE", &["always_false"]),
    ("HTTP", &["req.proto_http"]),
    ("HTTP_1.0", &["req.ver", "-m", "str", "1.0"]),
    ("HTTP_1.1", &["req.ver", "-m", "str", "1.1"]),
    ("HTTP_2.0", &["req.ver", "-m", "str", "2.0"]),
    ("HTTP_3.0", &["req.ver", "-m", "str", "3.0"]),
    ("HTTP_CONTENT", &["req.hdr_val(content-length)", "gt", "0"]),
    ("HTTP_URL_ABS", &["url_reg", "^[^/:]*://"]),
    ("HTTP_URL_SLASH", &["url_beg", "/"]),
    ("HTTP_URL_STAR", &["url", "*"]),
    ("LOCALHOST", &["src", "127.0.0.1/8", "::1"]),
    ("METH_CONNECT", &["method", "CONNECT"]),
    ("METH_DELETE", &["method", "DELETE"]),
    ("METH_GET", &["method", "GET", "HEAD"]),
    ("METH_HEAD", &["method", "HEAD"]),
    ("METH_OPTIONS", &["method", "OPTIONS"]),
    ("METH_POST", &["method", "POST"]),
    ("METH_PUT", &["method", "PUT"]),
    ("METH_TRACE", &["method", "TRACE"]),
    ("RDP_COOKIE", &["req.rdp_cookie_cnt", "gt", "0"]),
    ("REQ_CONTENT", &["req.len", "gt", "0"]),
    ("TRUE", &["always_true"]),
    ("WAIT_END", &["wait_end"]),
];

/// The names that have a definition.
pub fn names() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().map(|(name, _)| *name)
}

/// The ACL of this name. Each is compiled at most once in a process, and never changes.
pub(super) fn find(name: &str) -> Option<Arc<Acl>> {
    static COMPILED: LazyLock<Vec<Option<Arc<Acl>>>> =
        LazyLock::new(|| ITEMS.iter().map(|(name, words)| compile(name, words)).collect());
    let at = ITEMS.iter().position(|(n, _)| *n == name)?;
    COMPILED.get(at).cloned().flatten()
}

fn compile(name: &str, words: &[&str]) -> Option<Arc<Acl>> {
    let words: Vec<&[u8]> = words.iter().map(|w| w.as_bytes()).collect();
    let test = Test::compile(&words, &mut NoOutside).ok()?;
    Some(Arc::new(Acl { name: name.into(), tests: vec![Arc::new(test)] }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_compile() {
        for name in names() {
            assert!(find(name).is_some(), "{name}");
        }
        assert!(find("true").is_none());
    }
}
