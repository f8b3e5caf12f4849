//! The keywords, one file each or one per tight family; each folder's `mod.rs` names its items.

pub mod acme;
pub mod bind;
pub mod cache;
pub mod checks;
pub mod crt_store;
pub mod fcgi_app;
pub mod global;
pub mod healthcheck;
pub mod http_errors;
pub mod log_forward;
pub mod log_profile;
pub mod mailers;
pub mod mux;
pub mod namespace_list;
pub mod option;
pub mod peers;
pub mod proxy;
pub mod resolvers;
pub mod ring;
pub mod server;
pub mod spoe;
pub mod stats;
pub mod timeout;
pub mod tls;
pub mod traces;
pub mod userlist;
