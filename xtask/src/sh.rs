//! Starting other programs, the workspace's paths, and command-line arguments.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace's top directory.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in the workspace").to_path_buf()
}

/// Where cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => root().join("target"),
    }
}

/// The cargo that started us, run in the workspace's top directory.
pub fn cargo() -> Command {
    let mut cmd = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cmd.current_dir(root());
    cmd
}

/// Runs to the end with our own stdout and stderr; an error when it can't start or fails.
pub fn run(cmd: &mut Command) -> Result<(), String> {
    let shown = show(cmd);
    let status = cmd.status().map_err(|e| format!("cannot start `{shown}`: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed: {status}")) }
}

/// Runs to the end and answers what it printed on stdout.
pub fn read(cmd: &mut Command) -> Result<String, String> {
    let shown = show(cmd);
    let out = cmd.output().map_err(|e| format!("cannot start `{shown}`: {e}"))?;
    if !out.status.success() {
        return Err(format!("`{shown}` failed: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr)));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Whether the program can be started at all.
pub fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

fn show(cmd: &Command) -> String {
    let mut words = vec![cmd.get_program().to_string_lossy().into_owned()];
    words.extend(cmd.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}

/// `--name VALUE` and `--flag` options, and what else is on a command line.
pub struct Args {
    words: Vec<String>,
}

impl Args {
    pub fn new(args: &[String]) -> Args {
        Args { words: args.to_vec() }
    }

    /// Takes `--name VALUE` out of the line and parses the value.
    pub fn option<T: std::str::FromStr>(&mut self, name: &str) -> Result<Option<T>, String> {
        let Some(at) = self.words.iter().position(|w| w == name) else { return Ok(None) };
        if at + 1 >= self.words.len() {
            return Err(format!("{name} needs a value"));
        }
        let value = self.words.remove(at + 1);
        self.words.remove(at);
        value.parse().map(Some).map_err(|_| format!("{name}: bad value '{value}'"))
    }

    /// What is left; an error when there is more than `most` or an unknown option among it.
    pub fn rest(self, most: usize) -> Result<Vec<String>, String> {
        match self.words.iter().enumerate().find(|(at, w)| *at >= most || w.starts_with("--")) {
            Some((_, word)) => Err(format!("unexpected '{word}'")),
            None => Ok(self.words),
        }
    }
}
