//! The life of the process: how it is called, how it starts, what it says, how it becomes a daemon, takes over from
//! an older process, obeys signals and ends; and the reading of the configuration, which a reload does again.
//!
//! What it is not: the data path. It serves no traffic; what it runs comes in as an [`engine::Engine`].

pub mod about;
pub mod cmdline;
pub mod console;
mod daemon;
mod data_path;
mod dump;
pub mod engine;
mod keywords;
mod limits;
pub mod loader;
mod outside;
mod privileges;
mod reload;
mod run;
pub mod sources;
mod startup;
mod status;
mod supervise;
mod takeover;
pub mod version;

pub use data_path::data_path;
pub use loader::Loader;
pub use outside::World;
pub use reload::Reloader;
pub use run::{Subcommand, run, run_embedded};
