//! The outside world, each host name asked for once: a thousand servers of one name cost one look-up, and all of
//! them see the same answer.

use crate::outside::{LocalPeer, Outside};
use core::net::IpAddr;
use expr::list::Lists;
use std::collections::HashMap;

/// The world behind a memory of its answers.
pub struct Cached<'a> {
    world: &'a mut dyn Outside,
    hosts: HashMap<String, Result<Vec<IpAddr>, String>>,
    /// The same ones for the whole configuration.
    lists: Lists,
}

impl<'a> Cached<'a> {
    pub fn new(world: &'a mut dyn Outside) -> Cached<'a> {
        let lists = world.lists();
        lists.begin();
        Cached { world, hosts: HashMap::new(), lists }
    }
}

impl Outside for Cached<'_> {
    fn read(&mut self, path: &[u8]) -> Result<Vec<u8>, String> {
        self.world.read(path)
    }

    fn dir(&mut self, path: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        self.world.dir(path)
    }

    fn is_dir(&mut self, path: &[u8]) -> bool {
        self.world.is_dir(path)
    }

    fn resolve(&mut self, host: &str) -> Result<Vec<IpAddr>, String> {
        if let Some(known) = self.hosts.get(host) {
            return known.clone();
        }
        let answer = self.world.resolve(host);
        self.hosts.insert(host.to_owned(), answer.clone());
        answer
    }

    fn lists(&self) -> Lists {
        self.lists.clone()
    }

    fn uid(&mut self, user: &str) -> Option<u32> {
        self.world.uid(user)
    }

    fn gid(&mut self, group: &str) -> Option<u32> {
        self.world.gid(group)
    }

    fn local_peer(&self) -> LocalPeer {
        self.world.local_peer()
    }

    fn has_namespace(&mut self, name: &str) -> bool {
        self.world.has_namespace(name)
    }

    fn may_lack_addresses(&self) -> bool {
        self.world.may_lack_addresses()
    }

    fn now(&self) -> u64 {
        self.world.now()
    }
}
