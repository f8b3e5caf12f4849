//! Section `resolvers` (manual 5.3.2).

use super::{At, Server};
use base::{Addr, Ms};

/// A set of name servers and how to use them.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Resolvers {
    pub name: Box<[u8]>,
    pub at: At,
    pub nameservers: Vec<NameServer>,
    /// `accepted_payload_size` in bytes, as announced to the name servers.
    pub payload_size: u32,
    /// `resolve_retries`.
    pub retries: u32,
    /// `timeout resolve`: between two resolutions of a name.
    pub timeout_resolve: Ms,
    /// `timeout retry`: between two queries of one resolution.
    pub timeout_retry: Ms,
    pub hold: Hold,
}

/// One name server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NameServer {
    pub name: Box<str>,
    pub at: At,
    pub by: Transport,
}

/// How a name server is reached.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Transport {
    /// UDP, or a unix datagram socket.
    Dgram(Addr),
    /// TCP, or a unix stream socket, with options of a server.
    Stream(Box<Server>),
}

/// `hold`: how long a valid answer outlives answers of other kinds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Hold {
    pub valid: Ms,
    pub nx: Ms,
    pub refused: Ms,
    pub timeout: Ms,
    pub other: Ms,
    pub obsolete: Ms,
}

impl Default for Hold {
    fn default() -> Hold {
        let usual = Ms(30_000);
        Hold { valid: Ms(10_000), nx: usual, refused: usual, timeout: usual, other: usual, obsolete: Ms(0) }
    }
}
