//! What compiling needs from the world outside: files, host names, and what else the configuration has names for.

use core::net::Ipv4Addr;
use std::sync::Arc;

use crate::acl::Acl;
use crate::args::NameKind;
use crate::list::{Lists, Source};

/// The files and names that a configuration refers to. `conf` implements it over its own outside world.
pub trait Outside {
    /// The whole content of a file, or why it can't be read (as the operating system says it).
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String>;
    /// The IPv4 addresses of a host name, or `None` if it doesn't resolve.
    fn resolve4(&mut self, host: &str) -> Option<Vec<Ipv4Addr>>;
    /// The ACL of this name, of those that are declared by now.
    fn acl(&mut self, _name: &[u8]) -> Option<Arc<Acl>> {
        None
    }
    /// The thing of this name as the proxy in hand sees it; without a name, the proxy itself or what it has.
    fn find(&mut self, kind: NameKind, name: &[u8]) -> Lookup;

    /// The lists of patterns that there are already. By default there are none, and each line has its own.
    fn lists(&self) -> Lists {
        Lists::default()
    }

    /// The line that is being compiled, if it is known.
    fn source(&self) -> Source {
        Source::default()
    }
}

/// What a name stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lookup {
    /// The thing with this number. Whoever gives it knows what it means to [`crate::Env`].
    At(u32),
    /// It can't be told here.
    Later,
    /// There is no such thing; the text begins a message, such as `unable to find backend 'x'`.
    Unknown(String),
}

/// A world without files and names.
pub struct NoOutside;

impl Outside for NoOutside {
    fn read(&mut self, _path: &str) -> Result<Vec<u8>, String> {
        Err("no such file or directory".to_owned())
    }

    fn resolve4(&mut self, _host: &str) -> Option<Vec<Ipv4Addr>> {
        None
    }

    fn find(&mut self, _kind: NameKind, _name: &[u8]) -> Lookup {
        Lookup::Later
    }
}
