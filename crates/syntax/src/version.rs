//! Versions as `version_atleast()` and its kin compare them (manual 2.4).

/// A version: up to four numbers, and how far it is from the release that it names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Version {
    /// Major, minor, patch; missing ones are zero.
    pub numbers: [u32; 3],
    /// What follows the numbers.
    pub stage: Stage,
}

/// Where in the life of a release a version stands. In this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// `-dev<N>`, `-rc<N>`, `-pre<N>` and the like: before the release.
    Before(u32),
    /// The release, with the number of changes on top of it (`-<N>`), usually 0.
    After(u32),
}

impl Default for Stage {
    fn default() -> Stage {
        Stage::After(0)
    }
}
