//! Protocol versions (RFC 9110 section 2.5).

use core::fmt;

/// The version of a message: that of the HTTP it was received over, or is made for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version {
    /// 1 in HTTP/1.1.
    pub major: u8,
    /// The second number.
    pub minor: u8,
}

impl Version {
    /// A request line of method and target only.
    pub const HTTP_0_9: Version = Version { major: 0, minor: 9 };
    /// HTTP/1.0.
    pub const HTTP_1_0: Version = Version { major: 1, minor: 0 };
    /// HTTP/1.1.
    pub const HTTP_1_1: Version = Version { major: 1, minor: 1 };
    /// HTTP/2.
    pub const HTTP_2: Version = Version { major: 2, minor: 0 };
    /// HTTP/3.
    pub const HTTP_3: Version = Version { major: 3, minor: 0 };
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
