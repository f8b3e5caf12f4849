//! The world outside the configuration, as a trait: the real one, a jailed worker's, an offline tool's, or the one
//! in memory that tests use.

use core::net::IpAddr;
use expr::list::Lists;
use std::collections::BTreeMap;

/// What compiling asks of the world. Errors are texts ready to stand in a message.
pub trait Outside {
    /// The content of a file.
    fn read(&mut self, path: &[u8]) -> Result<Vec<u8>, String>;

    /// The names in a directory, sorted.
    fn dir(&mut self, path: &[u8]) -> Result<Vec<Vec<u8>>, String>;

    /// Whether a path leads to a directory.
    fn is_dir(&mut self, path: &[u8]) -> bool;

    /// The addresses of a host name, best first.
    fn resolve(&mut self, host: &str) -> Result<Vec<IpAddr>, String>;

    /// The number of a user, if there is one of that name.
    fn uid(&mut self, user: &str) -> Option<u32>;

    /// The number of a group, if there is one of that name.
    fn gid(&mut self, group: &str) -> Option<u32>;

    /// What this process is called among peers: the machine's name, unless the command line says another one,
    /// which then also goes before `localpeer` (`-L`).
    fn local_peer(&self) -> LocalPeer;

    /// Whether a network namespace of that name exists.
    fn has_namespace(&mut self, name: &str) -> bool;

    /// Whether a server's name may stay without an address whatever `init-addr` says (`-dr`).
    fn may_lack_addresses(&self) -> bool;

    /// Seconds since 1970, for the few keywords that look at the date.
    fn now(&self) -> u64;

    /// The lists of patterns that the process has already. By default there are none.
    fn lists(&self) -> Lists {
        Lists::default()
    }
}

/// What a process is called among peers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LocalPeer {
    /// The machine's name.
    Host(Box<str>),
    /// The command line's.
    Said(Box<str>),
}

impl Default for LocalPeer {
    fn default() -> LocalPeer {
        LocalPeer::Host("localhost".into())
    }
}

/// A world in memory.
#[derive(Clone, Debug, Default)]
pub struct MemOutside {
    pub files: BTreeMap<Vec<u8>, Vec<u8>>,
    pub hosts: BTreeMap<String, Vec<IpAddr>>,
    pub users: BTreeMap<String, u32>,
    pub groups: BTreeMap<String, u32>,
    pub local_peer: LocalPeer,
    pub namespaces: Vec<String>,
    pub may_lack_addresses: bool,
    pub now: u64,
}

impl Outside for MemOutside {
    fn read(&mut self, path: &[u8]) -> Result<Vec<u8>, String> {
        self.files.get(path).cloned().ok_or_else(|| "No such file or directory".to_owned())
    }

    fn dir(&mut self, path: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        let mut prefix = path.to_vec();
        if prefix.last() != Some(&b'/') {
            prefix.push(b'/');
        }
        let names: Vec<Vec<u8>> = self
            .files
            .keys()
            .filter_map(|file| file.strip_prefix(prefix.as_slice()))
            .filter(|name| !name.contains(&b'/'))
            .map(<[u8]>::to_vec)
            .collect();
        if names.is_empty() { Err("No such file or directory".to_owned()) } else { Ok(names) }
    }

    fn is_dir(&mut self, path: &[u8]) -> bool {
        let prefix = [path.strip_suffix(b"/").unwrap_or(path), b"/"].concat();
        self.files.range(prefix.clone()..).next().is_some_and(|(file, _)| file.starts_with(&prefix))
    }

    fn resolve(&mut self, host: &str) -> Result<Vec<IpAddr>, String> {
        self.hosts.get(host).cloned().ok_or_else(|| "Name or service not known".to_owned())
    }

    fn uid(&mut self, user: &str) -> Option<u32> {
        self.users.get(user).copied()
    }

    fn gid(&mut self, group: &str) -> Option<u32> {
        self.groups.get(group).copied()
    }

    fn local_peer(&self) -> LocalPeer {
        self.local_peer.clone()
    }

    fn has_namespace(&mut self, name: &str) -> bool {
        self.namespaces.iter().any(|n| n == name)
    }

    fn may_lack_addresses(&self) -> bool {
        self.may_lack_addresses
    }

    fn now(&self) -> u64 {
        self.now
    }
}
