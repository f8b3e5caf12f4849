//! What compiling needs from the world outside: pattern files and host names.

use core::net::Ipv4Addr;

/// The files and names that a configuration refers to. `conf` implements it over its own outside world.
pub trait Outside {
    /// The whole content of a file, or why it can't be read (as the operating system says it).
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String>;
    /// The IPv4 addresses of a host name, or `None` if it doesn't resolve.
    fn resolve4(&mut self, host: &str) -> Option<Vec<Ipv4Addr>>;
}

/// A world without files and names.
pub struct NoOutside;

impl Outside for NoOutside {
    fn read(&mut self, _path: &str) -> Result<Vec<u8>, String> {
        Err("no such file or directory".to_owned())
    }

    fn resolve4(&mut self, _host: &str) -> Option<Vec<Ipv4Addr>> {
        None
    }
}
