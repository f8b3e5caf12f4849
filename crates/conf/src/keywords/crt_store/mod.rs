//! Keywords of section `crt-store` (manual 12.7), and the options of its `load` lines (12.7.1).

mod load;

pub use load::{ITEMS as LOAD_ITEMS, KEY_TYPES, bits, curves, key_type};

use crate::keyword::{Arity, Keyword, Places};
use crate::options;
use crate::spec::{CertLoad, CrtStore};

pub static ITEMS: &[&Keyword<CrtStore>] = &[&CRT_BASE, &KEY_BASE, &LOAD];

static CRT_BASE: Keyword<CrtStore> = Keyword {
    name: "crt-base",
    args: Arity::exactly(1, "<dir>"),
    since: "3.0",
    doc: "Where this store's certificates are.",
    manual: "12.7",
    ..Keyword::plain(|cx, store| store.crt_base = cx.bytes(0))
};

static KEY_BASE: Keyword<CrtStore> = Keyword {
    name: "key-base",
    args: Arity::exactly(1, "<dir>"),
    since: "3.0",
    doc: "Where this store's private keys are.",
    manual: "12.7",
    ..Keyword::plain(|cx, store| store.key_base = cx.bytes(0))
};

static LOAD: Keyword<CrtStore> = Keyword {
    name: "load",
    args: Arity::at_least(0, "[crt <filename>] and other options"),
    since: "3.0",
    doc: "A certificate and what belongs to it.",
    manual: "12.7",
    ..Keyword::plain(|cx, store| {
        let mut load = CertLoad { at: cx.at(crate::cx::KEYWORD), ..CertLoad::default() };
        options::read(cx, 0, |index| &index.load, Places::ALL, &mut load);
        if load.name.is_none() {
            cx.alert(crate::cx::KEYWORD, "needs 'crt <filename>'.");
            return;
        }
        if load.acme.is_none() && !(load.domains.is_empty() && load.ips.is_empty()) {
            cx.alert(crate::cx::KEYWORD, ": 'domains' and 'ips' need 'acme'.");
        }
        store.loads.push(load);
    })
};
