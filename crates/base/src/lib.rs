//! Words that every layer shares: time, buffers, addresses, rates, index types.
//!
//! What it is not: anything that knows a protocol, a configuration or an operating system. Nothing here
//! reads a clock, a file or the environment; time always comes in as an argument.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod addr;
pub mod buf;
pub mod ix;
pub mod rate;
pub mod tick;

pub use addr::{Addr, SockKind};
pub use buf::{Buf, Pool};
pub use rate::Rate;
pub use tick::{Ms, Tick, WallClock};
