//! Cookie persistence (manual 4.2, `cookie`).

/// `cookie` of a backend.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Cookie {
    pub name: Box<[u8]>,
    /// `None`: the cookie is only read.
    pub mode: Option<CookieMode>,
    pub indirect: bool,
    pub nocache: bool,
    pub postonly: bool,
    pub preserve: bool,
    pub httponly: bool,
    pub secure: bool,
    pub dynamic: bool,
    /// `domain`, once for each.
    pub domains: Vec<Box<[u8]>>,
    /// Seconds.
    pub max_idle_s: Option<u32>,
    /// Seconds.
    pub max_life_s: Option<u32>,
    /// `attr`, once for each.
    pub attributes: Vec<Box<[u8]>>,
}

/// Who makes the cookie.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CookieMode {
    /// The server; its value is replaced.
    Rewrite,
    /// The proxy.
    Insert,
    /// The server; its value gets the server's before it.
    Prefix,
}
