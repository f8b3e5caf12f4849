//! The outside world as the rule language sees it.

use crate::build::DefaultPath;
use crate::outside::Outside;
use crate::paths;
use core::net::{IpAddr, Ipv4Addr};
use diag::Span;
use expr::list::{Lists, Source};
use expr::{Lookup, NameKind};

/// The world for one place in one file: relative names start where `default-path` says.
pub struct ExprWorld<'a> {
    pub world: &'a mut dyn Outside,
    pub default_path: &'a DefaultPath,
    pub file: &'a str,
    /// Where the names are noted that the text refers to.
    pub named: &'a mut Vec<Named>,
    /// Where that text stands.
    pub span: Span,
    /// The number of its line.
    pub line: u32,
}

/// A name that a piece of the rule language refers to. Whether there is such a thing is known once all files are read.
#[derive(Clone, Debug)]
pub struct Named {
    pub kind: NameKind,
    /// Empty for the proxy in hand, or what it has.
    pub name: Box<[u8]>,
    pub span: Span,
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

    fn lists(&self) -> Lists {
        self.world.lists()
    }

    fn source(&self) -> Source {
        Source { file: self.file.into(), line: self.line }
    }

    fn find(&mut self, kind: NameKind, name: &[u8]) -> Lookup {
        self.named.push(Named { kind, name: name.into(), span: self.span });
        Lookup::Later
    }
}
