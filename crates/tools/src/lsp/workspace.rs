//! The texts that are known: what the editor has open, and the other configuration files of the folders.

use super::names::Parsed;
use super::outline::Setting;
use super::text::Text;
use super::uri;
use conf::Outside;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// The longest file of a folder that is looked at, in bytes.
const LONGEST: usize = 4 << 20;
/// How many files of a folder are looked at.
const MOST: usize = 256;

/// One text.
pub struct Source {
    pub uri: String,
    /// Where it is; its URI if that is no file.
    pub path: Vec<u8>,
    pub text: Text,
    /// The editor's number for this state of it.
    pub version: Option<i64>,
    parsed: OnceCell<Parsed>,
}

impl Source {
    pub fn new(uri: String, path: Vec<u8>, text: impl Into<Vec<u8>>) -> Source {
        Source { uri, path, text: Text::new(text), version: None, parsed: OnceCell::new() }
    }

    /// The name that messages have for it.
    pub fn name(&self) -> String {
        String::from_utf8_lossy(&self.path).into_owned()
    }

    /// The names in it. Read when first asked for.
    pub fn parsed(&self, setting: &Setting) -> &Parsed {
        self.parsed.get_or_init(|| Parsed::new(setting, &self.name(), &self.text))
    }

    /// Changes the text.
    pub fn edit(&mut self, edit: impl FnOnce(&mut Text)) {
        edit(&mut self.text);
        self.parsed = OnceCell::new();
    }
}

/// All texts.
#[derive(Default)]
pub struct Workspace {
    /// The folder that the editor has open.
    pub root: Option<Vec<u8>>,
    /// Open texts by URI.
    open: BTreeMap<String, Source>,
    /// Files that aren't open, by path.
    closed: BTreeMap<Vec<u8>, Source>,
}

/// A text, and those that may make up a configuration with it.
pub struct Scope<'a> {
    pub here: &'a Source,
    /// All of them by path, `here` included.
    pub all: Vec<&'a Source>,
    pub setting: &'a Setting,
}

impl Workspace {
    /// Opens a text, in the place of one of this name.
    pub fn open(&mut self, uri: &str, text: String, version: Option<i64>) {
        let path = uri::to_path(uri).unwrap_or_else(|| uri.as_bytes().to_vec());
        self.open.insert(uri.to_owned(), Source { version, ..Source::new(uri.to_owned(), path, text) });
    }

    pub fn close(&mut self, uri: &str) {
        self.open.remove(uri);
    }

    /// An open text.
    pub fn get(&self, uri: &str) -> Option<&Source> {
        self.open.get(uri)
    }

    pub fn get_mut(&mut self, uri: &str) -> Option<&mut Source> {
        self.open.get_mut(uri)
    }

    /// The names of the open texts.
    pub fn uris(&self) -> impl Iterator<Item = &str> {
        self.open.keys().map(String::as_str)
    }

    /// An open text with its neighbours: the configuration files of its folder and of the root, if it is within the
    /// root.
    pub fn scope<'a>(&'a self, uri: &str, setting: &'a Setting) -> Option<Scope<'a>> {
        let here = self.open.get(uri)?;
        let mut all: BTreeMap<&[u8], &Source> = BTreeMap::new();
        if let Some(root) = self.root.as_deref().filter(|root| is_within(&here.path, root)) {
            let folders = [root, uri::folder(&here.path)];
            let near = |source: &&Source| folders.contains(&uri::folder(&source.path));
            let open = self.open.values().filter(|source| is_config(&source.path));
            all.extend(self.closed.values().chain(open).filter(near).map(|source| (source.path.as_slice(), source)));
        }
        all.insert(&here.path, here);
        Some(Scope { here, all: all.into_values().collect(), setting })
    }

    /// Reads the configuration files of the root and of the folders of open texts within it again.
    pub fn refresh(&mut self, world: &mut dyn Outside) {
        self.closed.clear();
        let Some(root) = &self.root else { return };
        let inside = self.open.values().map(|source| &source.path).filter(|path| is_within(path, root));
        let mut folders: BTreeSet<Vec<u8>> = inside.map(|path| uri::folder(path).to_vec()).collect();
        folders.insert(root.clone());
        for folder in folders {
            let names = world.dir(&folder).unwrap_or_default();
            for name in names.iter().filter(|name| is_config(name) && !name.starts_with(b".")).take(MOST) {
                let mut path = folder.clone();
                if !path.ends_with(b"/") {
                    path.push(b'/');
                }
                path.extend_from_slice(name);
                if let Ok(bytes) = world.read(&path).map_err(drop).and_then(|bytes| short(bytes).ok_or(())) {
                    self.closed.insert(path.clone(), Source::new(uri::of_path(&path), path, bytes));
                }
            }
        }
    }
}

fn short(bytes: Vec<u8>) -> Option<Vec<u8>> {
    Some(bytes).filter(|bytes| bytes.len() <= LONGEST)
}

fn is_config(path: &[u8]) -> bool {
    path.ends_with(b".cfg")
}

fn is_within(path: &[u8], folder: &[u8]) -> bool {
    let folder = folder.strip_suffix(b"/").unwrap_or(folder);
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"))
}

impl<'a> Scope<'a> {
    /// The names of a text of the scope.
    pub fn parsed(&self, source: &'a Source) -> &'a Parsed {
        source.parsed(self.setting)
    }

    /// The others.
    pub fn others(&self, source: &Source) -> impl Iterator<Item = &'a Source> {
        let path = source.path.clone();
        self.all.iter().copied().filter(move |other| other.path != path)
    }
}
