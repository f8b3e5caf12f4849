//! Which files make up the configuration, and reading them.

use crate::outside::cause;
use diag::{FileId, Files};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What `-f` and `--` named, in their order. Directories are looked into at each reading, so that a reload sees new
/// files.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    given: Vec<PathBuf>,
    /// A configuration that comes with the program: a name for messages, and its text.
    embedded: Option<(&'static str, String)>,
}

impl Sources {
    /// The files and directories of the command line.
    pub fn new(given: Vec<PathBuf>) -> Sources {
        Sources { given, embedded: None }
    }

    /// A configuration that is in no file; messages call it `name`.
    pub fn embedded(name: &'static str, text: String) -> Sources {
        Sources { given: Vec::new(), embedded: Some((name, text)) }
    }

    /// The files as they are now: each directory replaced by the files in it that end in `.cfg` and aren't hidden, by
    /// name. The error is ready to be said.
    pub fn paths(&self) -> Result<Vec<PathBuf>, String> {
        let mut paths = Vec::new();
        for given in &self.given {
            let path = given.as_path();
            let info = fs::metadata(path).map_err(|error| cannot_open(path, &error))?;
            if info.is_dir() {
                directory(path, &mut paths)?;
            } else {
                paths.push(path.to_owned());
            }
        }
        Ok(paths)
    }

    /// Reads `paths`, and what is embedded. The error is ready to be said.
    pub fn read(&self, paths: &[PathBuf]) -> Result<(Files, Vec<FileId>), String> {
        let mut files = Files::new();
        let mut ids = Vec::with_capacity(paths.len());
        for path in paths {
            let bytes = read(path)
                .map_err(|error| format!("Could not open configuration file {} : {}", path.display(), cause(&error)))?;
            ids.push(files.add(path.to_string_lossy(), bytes));
        }
        if let Some((name, text)) = &self.embedded {
            ids.push(files.add(*name, text.as_bytes()));
        }
        Ok((files, ids))
    }
}

/// Adds the configuration files of a directory, by name as bytes.
fn directory(path: &Path, into: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(path).map_err(|error| cannot_open(path, &error))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| cannot_open(path, &error))?;
        let name = entry.file_name();
        // Links count as what they lead to.
        let is_file = fs::metadata(entry.path()).is_ok_and(|info| info.is_file());
        if is_file && is_config_name(&name) {
            names.push(name);
        }
    }
    names.sort_unstable_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    into.extend(names.into_iter().map(|name| path.join(name)));
    Ok(())
}

fn is_config_name(name: &OsStr) -> bool {
    let name = name.as_bytes();
    name.ends_with(b".cfg") && !name.starts_with(b".")
}

/// Reads a file, at most as much as a source may have.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = Files::MAX_BYTES as u64;
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() > Files::MAX_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

fn cannot_open(path: &Path, error: &io::Error) -> String {
    format!("Cannot open configuration file/directory {} : {}", path.display(), cause(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_give_their_configuration_files_in_order() {
        let dir = std::env::temp_dir().join(format!("ferroxy-sources-{}", std::process::id()));
        fs::create_dir_all(dir.join("sub.cfg")).expect("temporary directory");
        for name in ["b.cfg", "a.cfg", "Z.cfg", ".hidden.cfg", "c.cfg~", "d.txt"] {
            fs::write(dir.join(name), name).expect("write");
        }
        let sources = Sources::new(vec![dir.join("d.txt"), dir.clone()]);
        let paths = sources.paths().expect("readable");
        let names: Vec<_> = paths.iter().filter_map(|path| path.file_name()).collect();
        assert_eq!(names, ["d.txt", "Z.cfg", "a.cfg", "b.cfg"]);
        let (files, ids) = sources.read(&paths).expect("readable");
        assert_eq!((ids.len(), files.bytes(ids[1])), (4, &b"Z.cfg"[..]));
        let embedded = Sources::embedded("demo.cfg", "global".to_owned());
        let (files, ids) = embedded.read(&embedded.paths().expect("no file")).expect("no file");
        assert_eq!((ids.len(), files.name(ids[0]), files.bytes(ids[0])), (1, "demo.cfg", &b"global"[..]));
        fs::remove_dir_all(&dir).expect("remove");
        let gone = sources.paths().expect_err("gone");
        assert!(gone.ends_with("d.txt : No such file or directory"), "{gone}");
    }
}
