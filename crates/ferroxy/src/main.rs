//! The binary: wiring, and our own commands.

mod command;
mod demo;
mod shell;
mod tool;

use std::ffi::OsString;
use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let argv: Vec<OsString> = std::env::args_os().collect();
    process::run(&argv, command::COMMANDS, process::data_path)
}
