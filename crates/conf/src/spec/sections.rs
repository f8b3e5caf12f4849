//! The sections beside `global` and the proxies, one list a kind.

use super::{Acme, CrtStore, Userlist};

/// Every such section, in the order of the files.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sections {
    pub acmes: Vec<Acme>,
    pub crt_stores: Vec<CrtStore>,
    pub userlists: Vec<Userlist>,
}
