//! Commands about lists of patterns: `show`, `get`, `add`, `del`, `set`, `clear`, `prepare` and `commit`, each for ACLs and for
//! maps (management guide 9.3). What they say is what the reference says.

mod change;
mod get;
mod show;
mod version;

pub use change::{ADD_ACL, ADD_MAP, DEL_ACL, DEL_MAP, SET_MAP};
pub use get::{GET_ACL, GET_MAP};
pub use show::{SHOW_ACL, SHOW_MAP};
pub use version::{CLEAR_ACL, CLEAR_MAP, COMMIT_ACL, COMMIT_MAP, PREPARE_ACL, PREPARE_MAP};

use crate::command::Call;
use crate::reply::Reply;
use expr::list::{Change, Entry, Kind, List, Listed};
use std::sync::Arc;

/// Whether a command is about ACLs or about maps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Acl,
    Map,
}

impl About {
    /// The list that a word means: `#<number>` or its name.
    fn find(self, call: &Call<'_>, word: &str) -> Option<Listed> {
        let listing = call.serving.control.shared().lists.listing();
        listing.find(word).filter(|row| self.shows(row)).cloned()
    }

    /// Patterns may be those of a map; a map is none but itself.
    fn shows(self, row: &Listed) -> bool {
        match self {
            About::Acl => row.as_acl,
            About::Map => row.as_map,
        }
    }

    fn unknown(self) -> Reply {
        let what = match self {
            About::Acl => "ACL",
            About::Map => "map",
        };
        Reply::error(format!("Unknown {what} identifier. Please use #<id> or <file>."))
    }
}

/// Unknown to these commands: the reference says `map` even of ACLs here.
fn unknown_map() -> Reply {
    About::Map.unknown()
}

/// A list that is changed as an ACL must not be a map: its entries need values.
fn is_shared(row: &Listed) -> bool {
    row.list.kind() == Kind::Map
}

/// `@<version>` in front of the other words, and where those begin.
fn version(call: &Call<'_>) -> (Option<u32>, usize) {
    match call.arg(0).strip_prefix('@') {
        None => (None, 0),
        Some(digits) => {
            let end = digits.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len());
            (Some(digits[..end].parse().unwrap_or(0)), 1)
        }
    }
}

/// The entry that a word means: `#<reference>`, or a key. Of a reference that isn't a number no entry is meant.
fn entry(word: &str) -> Entry<'_> {
    match word.strip_prefix('#') {
        None => Entry::Key(word.as_bytes()),
        Some(digits) => {
            let digits = digits.strip_prefix("0x").unwrap_or(digits);
            Entry::Ref(u64::from_str_radix(digits, 16).unwrap_or(u64::MAX))
        }
    }
}

/// What is said of a change that failed.
fn failed(change: Change, not_found: &str) -> Reply {
    match change {
        Change::NotFound => Reply::error(not_found),
        Change::Bad(why) => Reply::error(why),
    }
}

/// Runs may have to be merged after a change. With many entries that takes a while, so it is done elsewhere.
fn tidy_up(list: &Arc<List>) {
    if list.merge_due() {
        let list = list.clone();
        // A merge that fails leaves the list as it was, only slower.
        rt::spawn(async move { drop(rt::offload(move || list.merge()).await) });
    }
}
