//! The keywords, one file each or one per tight family; each folder's `mod.rs` names its items.

pub mod bind;
pub mod cache;
pub mod checks;
pub mod global;
pub mod http_errors;
pub mod mailers;
pub mod option;
pub mod proxy;
pub mod resolvers;
pub mod server;
pub mod stats;
pub mod timeout;
pub mod userlist;
