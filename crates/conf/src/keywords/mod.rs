//! The keywords, one file each or one per tight family; each folder's `mod.rs` names its items.

pub mod acme;
pub mod bind;
pub mod crt_store;
pub mod global;
pub mod mux;
pub mod option;
pub mod proxy;
pub mod server;
pub mod timeout;
pub mod tls;
pub mod userlist;
