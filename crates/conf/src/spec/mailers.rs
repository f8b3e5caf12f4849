//! Section `mailers` (manual 12.3).

use super::At;
use base::{Addr, Ms};

/// Where alerts are mailed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Mailers {
    pub name: Box<[u8]>,
    pub at: At,
    /// `timeout mail`: for a connection and its mail.
    pub timeout: Ms,
    pub mailers: Vec<Mailer>,
}

/// One SMTP server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Mailer {
    pub name: Box<str>,
    pub at: At,
    pub addr: Addr,
}
