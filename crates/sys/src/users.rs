//! Users and groups: names to numbers, and giving up root.

use nix::unistd::{Gid, Group, Uid, User};
use std::io;

/// The number of a user's name; `None` if there is no such user.
pub fn uid_of(name: &str) -> io::Result<Option<u32>> {
    Ok(User::from_name(name)?.map(|user| user.uid.as_raw()))
}

/// The number of a group's name; `None` if there is no such group.
pub fn gid_of(name: &str) -> io::Result<Option<u32>> {
    Ok(Group::from_name(name)?.map(|group| group.gid.as_raw()))
}

/// Whether the process has root's rights (its effective user).
pub fn is_root() -> bool {
    Uid::effective().is_root()
}

/// Whom to become; absent parts stay as they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Identity {
    pub uid: Option<u32>,
    pub gid: Option<u32>,
}

/// Which step of [`set_identity`] failed, and why.
#[derive(Debug)]
pub struct IdentityError {
    /// `"group"`, `"supplementary groups"` or `"user"`.
    pub step: &'static str,
    pub error: io::Error,
}

/// Becomes another user and group for good, in all threads of the process. Supplementary groups are given up
/// whenever the process is root and either part changes.
pub fn set_identity(to: Identity) -> Result<(), IdentityError> {
    let fail = |step| move |error: nix::Error| IdentityError { step, error: error.into() };
    if is_root() && (to.uid.is_some() || to.gid.is_some()) {
        nix::unistd::setgroups(&[]).map_err(fail("supplementary groups"))?;
    }
    if let Some(gid) = to.gid {
        nix::unistd::setgid(Gid::from_raw(gid)).map_err(fail("group"))?;
    }
    if let Some(uid) = to.uid {
        nix::unistd::setuid(Uid::from_raw(uid)).map_err(fail("user"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_numbers() {
        assert_eq!(uid_of("root").unwrap(), Some(0));
        assert_eq!(gid_of("root").unwrap(), Some(0));
        assert_eq!(uid_of("no-such-user-here").unwrap(), None);
        assert!(set_identity(Identity::default()).is_ok(), "nothing to change");
    }
}
