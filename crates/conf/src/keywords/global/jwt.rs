//! `jwt.*`: which algorithms tokens may be decrypted with.

use super::shape::parsed;
use crate::build::GlobalB;
use crate::cx::Cx;
use crate::keyword::{Arity, Keyword};

/// How keys are managed (RFC 7518, 4.1); those that the converters know. RSA1_5 must be asked for by name.
static ALGS: &[&str] = &[
    "A128GCMKW",
    "A128KW",
    "A192GCMKW",
    "A192KW",
    "A256GCMKW",
    "A256KW",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "RSA1_5",
    "dir",
];

/// How the content is encrypted (RFC 7518, 5.1).
static ENCS: &[&str] = &["A128CBC-HS256", "A128GCM", "A192CBC-HS384", "A192GCM", "A256CBC-HS512", "A256GCM"];

pub static ALG_LIST: Keyword<GlobalB> = Keyword {
    name: "jwt.decrypt_alg_list",
    since: "3.4",
    doc: "Algorithms by which the keys of encrypted tokens may be protected.",
    manual: "3.1",
    ..parsed(Arity::exactly(1, "names with colons between them"), |cx, global| {
        if let Some(list) = list(cx, ALGS) {
            global.spec.jwt.decrypt_algs = Some(list);
        }
    })
};

pub static ENC_LIST: Keyword<GlobalB> = Keyword {
    name: "jwt.decrypt_enc_list",
    since: "3.4",
    doc: "Algorithms by which the content of tokens may be encrypted.",
    manual: "3.1",
    ..parsed(Arity::exactly(1, "names with colons between them"), |cx, global| {
        if let Some(list) = list(cx, ENCS) {
            global.spec.jwt.decrypt_encs = Some(list);
        }
    })
};

/// The names that a list leaves, sorted. `ALL` stands for all, a `!` takes one away.
fn list(cx: &mut Cx<'_>, known: &'static [&'static str]) -> Option<Vec<&'static str>> {
    let mut on = vec![false; known.len()];
    for word in cx.text(0).split(|c| *c == b':') {
        let (name, add) = match word.strip_prefix(b"!") {
            Some(name) => (name, false),
            None => (word, true),
        };
        if name == b"ALL" {
            on.fill(add);
            continue;
        }
        match known.iter().position(|one| one.as_bytes() == name) {
            Some(at) => on[at] = add,
            None => {
                let text = format!("knows no algorithm '{}'.", String::from_utf8_lossy(name));
                match diag::closest(name, known.iter().copied()) {
                    Some(near) => cx.alert_help(0, text, format!("did you mean '{near}'?")),
                    None => cx.alert_help(0, text, format!("there are {} and ALL", known.join(", "))),
                }
                return None;
            }
        }
    }
    Some(known.iter().zip(on).filter(|(_, on)| *on).map(|(name, _)| *name).collect())
}
