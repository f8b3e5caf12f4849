//! The outside world as the rule language sees it.

use super::Names;
use super::identity::Known;
use crate::build::{DefaultPath, ProxyB, SectionKind};
use crate::outside::Outside;
use crate::paths;
use crate::spec::ProxyKind;
use core::net::{IpAddr, Ipv4Addr};
use expr::{Lookup, NameKind};

/// The world for one place in one file: relative names start where `default-path` says.
pub struct ExprWorld<'a> {
    pub world: &'a mut dyn Outside,
    pub default_path: &'a DefaultPath,
    pub file: &'a str,
    /// All proxies, and the one in hand.
    pub names: &'a Names,
    pub own: &'a ProxyB,
}

impl expr::Outside for ExprWorld<'_> {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        self.world.read(&paths::join(path.as_bytes(), self.file, self.default_path))
    }

    fn resolve4(&mut self, host: &str) -> Option<Vec<Ipv4Addr>> {
        let found = self.world.resolve(host).ok()?;
        let v4: Vec<Ipv4Addr> = found
            .into_iter()
            .filter_map(|ip| match ip {
                IpAddr::V4(ip) => Some(ip),
                IpAddr::V6(_) => None,
            })
            .collect();
        if v4.is_empty() { None } else { Some(v4) }
    }

    fn find(&mut self, kind: NameKind, name: &[u8]) -> Lookup {
        match kind {
            NameKind::Frontend => self.proxy(name, "frontend", ProxyKind::Backend, |known| known.is_front),
            NameKind::Backend => self.proxy(name, "backend", ProxyKind::Frontend, |known| known.is_back),
            // What uses these can't be run yet, and nobody keeps their names.
            NameKind::Table | NameKind::Server | NameKind::Userlist => Lookup::Later,
        }
    }
}

impl ExprWorld<'_> {
    /// The proxy of this name, or the one in hand if it isn't of the `other` kind.
    fn proxy(&self, name: &[u8], what: &str, other: ProxyKind, is: fn(&Known) -> bool) -> Lookup {
        if name.is_empty() {
            if self.own.kind == SectionKind::Proxy(other) {
                return Lookup::Unknown(format!("proxy '{}' has no {what} capability,", self.own.name));
            }
            return Lookup::Later;
        }
        let shown = String::from_utf8_lossy(name);
        match self.names.get(&*shown).filter(|known| is(known)) {
            Some(known) => Lookup::At(known.index.0),
            None => Lookup::Unknown(format!("unable to find {what} '{shown}'")),
        }
    }
}
