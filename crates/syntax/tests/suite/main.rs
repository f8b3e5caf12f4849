//! Suites of data cases for the whole crate.

mod common;
mod conditions;
mod tree;
mod words;
