//! The process and its rights, inherited descriptors, the local zone: what needs the C library itself.
#![allow(unsafe_code)] // Each block is one call, with its argument beside it.

mod inherit;
mod zone;

pub use inherit::dup_inherited;
pub use zone::{load_zone, local_offset_s};
