//! The sections beside `global` and the proxies, one list a kind.

use super::Userlist;

/// Every such section, in the order of the files.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sections {
    pub userlists: Vec<Userlist>,
}
