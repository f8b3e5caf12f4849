//! The language server: what an editor asks about a configuration, answered from the registries and the tree.
//! Messages come in, messages go out ([`Server`]); reading and writing them ([`frame`]) is the driver's, who also gives
//! the world's answers ([`conf::Outside`]).

mod complete;
mod cursor;
mod diagnose;
pub mod frame;
mod hover;
mod mentions;
mod names;
mod navigate;
mod outline;
mod roles;
mod rpc;
mod server;
mod symbols;
mod text;
mod uri;
mod vocabulary;
mod workspace;

pub use server::Server;

#[cfg(test)]
mod tests;
