//! Which certificate a client gets: by the name it asks for and by the kinds of keys it can use (manual 5.1, `crt`,
//! `crt-list`, `default-crt`, `strict-sni`).

use crate::cert::ServerCert;
use crate::x509::KeyKind;
use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::sync::Arc;

/// The longest name of a host (RFC 1035, 2.3.4).
const LONGEST_NAME: usize = 255;

/// The certificates of one bind line. It doesn't change; a change of the line's certificates makes another one.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Entry>,
    /// By the whole name, and by what follows the `*` of a wildcard; places in `entries`, in order of loading.
    exact: HashMap<Box<[u8]>, Places>,
    wild: HashMap<Box<[u8]>, Places>,
    defaults: Vec<u32>,
}

/// One use of a certificate.
#[derive(Debug)]
pub struct Entry {
    pub certified: Arc<CertifiedKey>,
    pub kind: KeyKind,
    /// Which settings its connections have; 0 are the line's own.
    pub settings: u16,
    /// Names taken out, in lower case, `*` at the front for a wildcard.
    without: Vec<Box<[u8]>>,
}

/// Nearly always one.
#[derive(Debug, Clone)]
enum Places {
    One(u32),
    More(Vec<u32>),
}

impl Places {
    fn as_slice(&self) -> &[u32] {
        match self {
            Places::One(place) => core::slice::from_ref(place),
            Places::More(places) => places,
        }
    }

    fn push(&mut self, place: u32) {
        if self.as_slice().contains(&place) {
            return;
        }
        match self {
            Places::One(first) => *self = Places::More(vec![*first, place]),
            Places::More(places) => places.push(place),
        }
    }
}

/// The kinds of keys that a client can use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Able {
    pub rsa: bool,
    pub ecdsa: bool,
    pub ed25519: bool,
}

impl Able {
    pub const ALL: Able = Able { rsa: true, ecdsa: true, ed25519: true };

    fn has(self, kind: KeyKind) -> bool {
        match kind {
            KeyKind::Rsa => self.rsa,
            KeyKind::Ecdsa => self.ecdsa,
            KeyKind::Ed25519 => self.ed25519,
            KeyKind::Dsa | KeyKind::Other => false,
        }
    }
}

/// How a certificate is to be used.
#[derive(Clone, Debug, Default)]
pub struct Use<'a> {
    /// The names of a crt-list's line; without any that aren't negative, the certificate's own.
    pub filters: &'a [Box<[u8]>],
    /// Serves those who name no known host.
    pub is_default: bool,
    pub settings: u16,
}

impl Index {
    /// Adds a certificate. `certified` is what handshakes use: the certificate's own, or with a restricted key.
    pub fn add(&mut self, cert: &ServerCert, certified: Arc<CertifiedKey>, how: &Use<'_>) {
        let place = self.entries.len() as u32;
        let lower = |name: &[u8]| Box::<[u8]>::from(name.to_ascii_lowercase());
        let without = how.filters.iter().filter_map(|filter| filter.strip_prefix(b"!")).map(lower).collect();
        self.entries.push(Entry { certified, kind: cert.kind, settings: how.settings, without });
        let mut is_default = how.is_default;
        let mut named = false;
        for filter in how.filters.iter().filter(|filter| !filter.starts_with(b"!")) {
            named = true;
            match &filter[..] {
                b"*" => is_default = true,
                name => self.name(lower(name), place),
            }
        }
        if !named {
            cert.names().into_iter().for_each(|name| self.name(name.into(), place));
        }
        if is_default {
            self.defaults.push(place);
        }
    }

    fn name(&mut self, name: Box<[u8]>, place: u32) {
        let (map, key) = match name.strip_prefix(b"*") {
            Some(rest) => (&mut self.wild, Box::from(rest)),
            None => (&mut self.exact, name),
        };
        map.entry(key).and_modify(|places| places.push(place)).or_insert(Places::One(place));
    }

    /// The certificate for a client that asks for `name`. `strict`: none for a name that isn't known, or for no name.
    pub fn choose(&self, name: Option<&str>, able: Able, strict: bool) -> Option<&Entry> {
        let found = name.filter(|name| name.len() <= LONGEST_NAME).and_then(|name| {
            // On the stack: this is done for each connection.
            let mut lower = [0u8; LONGEST_NAME];
            let lower = &mut lower[..name.len()];
            lower.copy_from_slice(name.as_bytes());
            lower.make_ascii_lowercase();
            self.named(lower, able)
        });
        match found {
            None if !strict => self.pick(self.defaults.iter(), able),
            found => found,
        }
    }

    fn named(&self, name: &[u8], able: Able) -> Option<&Entry> {
        let exact = self.exact.get(name).map(Places::as_slice).unwrap_or_default();
        let wild = name.iter().position(|c| *c == b'.').and_then(|dot| self.wild.get(&name[dot..]));
        let wild = wild.map(Places::as_slice).unwrap_or_default();
        let wanted = |place: &&u32| !self.entries[**place as usize].excludes(name);
        self.pick(exact.iter().filter(wanted), able).or_else(|| self.pick(wild.iter().filter(wanted), able))
    }

    /// ECDSA goes first where the client can, since it costs least; else the first that the client can use, else the
    /// first at all, so that the handshake fails for the right reason.
    fn pick<'a>(&'a self, places: impl Iterator<Item = &'a u32> + Clone, able: Able) -> Option<&'a Entry> {
        let entries = places.map(|place| &self.entries[*place as usize]);
        let best = entries.clone().find(|e| e.kind == KeyKind::Ecdsa && able.ecdsa);
        best.or_else(|| entries.clone().find(|e| able.has(e.kind))).or_else(|| entries.clone().next())
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether there is a certificate for those who name no known host.
    pub fn has_default(&self) -> bool {
        !self.defaults.is_empty()
    }
}

impl Entry {
    fn excludes(&self, name: &[u8]) -> bool {
        self.without.iter().any(|pattern| match pattern.strip_prefix(b"*") {
            Some(rest) => name.iter().position(|c| *c == b'.').is_some_and(|dot| &name[dot..] == rest),
            None => &pattern[..] == name,
        })
    }
}
