//! `hash-type`, `hash-balance-factor`, `hash-preserve-affinity`.

use crate::build::ProxyB;
use crate::keyword::{Arity, Keyword, Places, Status};
use crate::spec::{HashAffinity, HashFunction, HashMethod, HashType};

pub static HASH_TYPE: Keyword<ProxyB> = Keyword {
    name: "hash-type",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::between(1, 3, "'map-based' or 'consistent', and optionally a function and 'avalanche'"),
    doc: "How hashes are computed and mapped to servers.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        if cx.text(0) == b"avalanche" {
            let help = "use 'hash-type map-based sdbm avalanche'".to_owned();
            return cx.alert_help(0, "avalanche is a modifier, no method.", help);
        }
        let methods = [("map-based", HashMethod::MapBased), ("consistent", HashMethod::Consistent)];
        let Some(method) = cx.one_of(0, &methods) else { return };
        let mut hash = HashType { method, ..HashType::default() };
        if cx.len() > 1 {
            let functions = [
                ("sdbm", HashFunction::Sdbm),
                ("djb2", HashFunction::Djb2),
                ("wt6", HashFunction::Wt6),
                ("crc32", HashFunction::Crc32),
                ("none", HashFunction::None),
            ];
            let Some(function) = cx.one_of(1, &functions) else { return };
            hash.function = function;
        } else {
            // As documented: a consistent hash without a function is mixed.
            hash.avalanche = method == HashMethod::Consistent;
        }
        if cx.len() > 2 {
            let Some(avalanche) = cx.one_of(2, &[("avalanche", true)]) else { return };
            hash.avalanche = avalanche;
        }
        proxy.back.hash_type = hash;
    })
};

pub static HASH_BALANCE_FACTOR: Keyword<ProxyB> = Keyword {
    name: "hash-balance-factor",
    status: Status::Parsed,
    places: Places::BACK.or(Places::QUIET),
    args: Arity::exactly(1, "<factor>"),
    since: "1.7",
    doc: "Load that a server may have when a hash chooses it, in percent of the average; 0 for any.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| match cx.uint(0, 0, i32::MAX as u32) {
        Some(0) => proxy.back.hash_balance_factor = None,
        Some(1..=100) => cx.alert(0, "must be 0, or greater than 100."),
        Some(factor) => proxy.back.hash_balance_factor = Some(factor),
        None => {}
    })
};

pub static HASH_PRESERVE_AFFINITY: Keyword<ProxyB> = Keyword {
    name: "hash-preserve-affinity",
    status: Status::Parsed,
    places: Places::BACK,
    args: Arity::exactly(1, "'always', 'maxconn' or 'maxqueue'"),
    since: "3.2",
    doc: "Whether a full server is passed over although a hash points to it.",
    manual: "4.2",
    ..Keyword::plain(|cx, proxy| {
        let choices = [
            ("always", HashAffinity::Always),
            ("maxconn", HashAffinity::Maxconn),
            ("maxqueue", HashAffinity::Maxqueue),
        ];
        if let Some(choice) = cx.one_of(0, &choices) {
            proxy.back.hash_affinity = choice;
        }
    })
};
