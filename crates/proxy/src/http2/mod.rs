//! HTTP/2 connections. One task drives a connection: it owns the codec and the socket. Each stream is a task of its
//! own, which runs the same exchange as a request over HTTP/1 (`http1::transaction`).

mod client;
mod config;
mod driver;
mod server;
mod state;
mod stream_end;

pub use client::serve;
pub use server::{Trunk, Trunks, launch};
pub use state::Opened;
pub use stream_end::{Answered, Content, Gone, StreamEnd};
