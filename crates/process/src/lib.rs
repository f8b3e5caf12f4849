//! The process around the proxy: how it is called and what it says about itself.
//!
//! What it is not: it serves no traffic and reads no configuration; the binary wires it to `conf` and `proxy`.

pub mod about;
pub mod cmdline;
