//! The real world, as compiling and linking see it.

use conf::LocalPeer;
use core::net::{IpAddr, Ipv4Addr};
use expr::list::Lists;
use expr::{Lookup, NameKind};
use std::ffi::OsStr;
use std::io;
use std::net::ToSocketAddrs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Files, names and users of this machine.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// Only IPv4 addresses of host names count (`-4`).
    pub ipv4_only: bool,
    /// `getaddrinfo()` isn't asked (`-dG`): host names come from `/etc/hosts` alone.
    pub hosts_file_only: bool,
    /// A server's name may stay without an address (`-dr`).
    pub may_lack_addresses: bool,
    /// What the process is called among peers (`-L`), if not as the machine.
    pub local_peer: Option<String>,
    /// Nothing is asked that may take long: all host names have one address that means nothing, and only plain files of
    /// a moderate size are read. For tools that look at a text while somebody types it.
    pub hasty: bool,
    /// The lists of patterns of this process: a reload finds them again.
    pub lists: Lists,
}

/// The largest file that a hasty world reads, in bytes.
const HASTY_FILE: u64 = 16 << 20;

/// Where the system lists host names.
const HOSTS: &str = "/etc/hosts";
/// Where `ip netns` keeps the names of namespaces.
const NAMESPACES: &str = "/var/run/netns";

impl World {
    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, String> {
        if self.hasty {
            return Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        }
        let all = if self.hosts_file_only {
            let text = std::fs::read(HOSTS).map_err(|error| cause(&error))?;
            in_hosts_file(&text, host)
        } else {
            let found = (host, 0).to_socket_addrs().map_err(|error| lookup_cause(&error))?;
            found.map(|addr| addr.ip()).collect()
        };
        let mut addresses: Vec<IpAddr> = Vec::new();
        for ip in all {
            if (ip.is_ipv4() || !self.ipv4_only) && !addresses.contains(&ip) {
                addresses.push(ip);
            }
        }
        if addresses.is_empty() { Err("no address for this name".to_owned()) } else { Ok(addresses) }
    }
}

impl conf::Outside for World {
    fn read(&mut self, path: &[u8]) -> Result<Vec<u8>, String> {
        if self.hasty {
            let info = std::fs::metadata(as_path(path)).map_err(|error| cause(&error))?;
            if !info.is_file() || info.len() > HASTY_FILE {
                return Err("not a plain file of a moderate size".to_owned());
            }
        }
        std::fs::read(as_path(path)).map_err(|error| cause(&error))
    }

    fn dir(&mut self, path: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        let entries = std::fs::read_dir(as_path(path)).map_err(|error| cause(&error))?;
        let mut names = Vec::new();
        for entry in entries {
            names.push(entry.map_err(|error| cause(&error))?.file_name().into_vec());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn is_dir(&mut self, path: &[u8]) -> bool {
        as_path(path).is_dir()
    }

    fn resolve(&mut self, host: &str) -> Result<Vec<IpAddr>, String> {
        self.addresses(host)
    }

    fn uid(&mut self, user: &str) -> Option<u32> {
        sys::uid_of(user).ok().flatten()
    }

    fn gid(&mut self, group: &str) -> Option<u32> {
        sys::gid_of(group).ok().flatten()
    }

    fn local_peer(&self) -> LocalPeer {
        match &self.local_peer {
            Some(name) => LocalPeer::Said(name.as_str().into()),
            None => LocalPeer::Host(sys::hostname().into()),
        }
    }

    fn has_namespace(&mut self, name: &str) -> bool {
        !name.contains('/') && Path::new(NAMESPACES).join(name).exists()
    }

    fn may_lack_addresses(&self) -> bool {
        self.may_lack_addresses
    }

    fn lists(&self) -> Lists {
        self.lists.clone()
    }

    fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}

impl expr::Outside for World {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        conf::Outside::read(self, path.as_bytes())
    }

    fn resolve4(&mut self, host: &str) -> Option<Vec<Ipv4Addr>> {
        let all = self.addresses(host).ok()?;
        let v4: Vec<Ipv4Addr> = all
            .into_iter()
            .filter_map(|ip| match ip {
                IpAddr::V4(ip) => Some(ip),
                IpAddr::V6(_) => None,
            })
            .collect();
        if v4.is_empty() { None } else { Some(v4) }
    }

    fn lists(&self) -> Lists {
        self.lists.clone()
    }

    fn find(&mut self, _kind: NameKind, _name: &[u8]) -> Lookup {
        // The files and names of the system say nothing about those of the configuration.
        Lookup::Later
    }
}

/// A path out of bytes.
pub fn as_path(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

/// The system's words for an error, without the number that the standard library adds.
pub fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// The resolver's words alone: the standard library leads them in with its own.
fn lookup_cause(error: &io::Error) -> String {
    let text = cause(error);
    text.rsplit(": ").next().unwrap_or_default().to_owned()
}

fn in_hosts_file(text: &[u8], host: &str) -> Vec<IpAddr> {
    let text = String::from_utf8_lossy(text);
    let mut found = Vec::new();
    for line in text.lines() {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let Some(Ok(ip)) = words.next().map(str::parse) else { continue };
        if words.any(|name| name.eq_ignore_ascii_case(host)) {
            found.push(ip);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use conf::Outside as _;

    #[test]
    fn names_in_the_hosts_file() {
        let text = b"127.0.0.1 localhost # nothing\n::1\tip6 LocalHost\nbroken localhost\n10.0.0.1 other#localhost\n";
        let want: Vec<IpAddr> = vec!["127.0.0.1".parse().expect("v4"), "::1".parse().expect("v6")];
        assert_eq!(in_hosts_file(text, "localhost"), want);
        assert!(in_hosts_file(text, "nothing").is_empty());
    }

    #[test]
    fn errors_speak_as_the_system_does() {
        let mut world = World::default();
        assert_eq!(world.read(b"/nonexistent/file"), Err("No such file or directory".to_owned()));
        assert_eq!(world.uid("root"), Some(0));
        assert!(!world.has_namespace("../../proc"));
    }

    #[test]
    fn a_hasty_world_waits_for_nothing() {
        let mut world = World { hasty: true, ..World::default() };
        assert_eq!(world.resolve("host.invalid").map(|found| found.len()), Ok(1));
        assert!(world.read(b"/dev/zero").is_err() && world.read(b"/").is_err());
        assert!(world.read(b"/etc/passwd").is_ok());
    }

    #[test]
    fn ipv4_alone() {
        let mut world = World { ipv4_only: true, hosts_file_only: true, ..World::default() };
        if let Ok(found) = world.resolve("localhost") {
            assert!(found.iter().all(IpAddr::is_ipv4));
        }
    }
}
