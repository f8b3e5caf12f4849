//! What may follow the name of a tool: options and files.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// The words after a tool's name.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Args {
    /// `--help` or `-h`.
    pub help: bool,
    /// Options that were given, without their values.
    pub flags: Vec<&'static str>,
    /// Options with their values; the last one of a name counts.
    pub values: Vec<(&'static str, String)>,
    pub files: Vec<PathBuf>,
}

impl Args {
    /// Reads the words, among which at least one must be a file. See [`Args::parse_options`].
    pub fn parse(words: &[OsString], flags: &[&'static str], valued: &[&'static str]) -> Result<Args, String> {
        let args = Args::parse_options(words, flags, valued)?;
        if args.files.is_empty() && !args.help {
            return Err("no file was given".to_owned());
        }
        Ok(args)
    }

    /// Reads the words. `flags` are the options that stand alone, `valued` those that take a value (`--x V` or
    /// `--x=V`). Everything after `--` is a file. The error is ready to be said.
    pub fn parse_options(words: &[OsString], flags: &[&'static str], valued: &[&'static str]) -> Result<Args, String> {
        let mut args = Args::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            let (name, value) = text.split_once('=').map_or((&*text, None), |(name, value)| (name, Some(value)));
            if text == "--" {
                args.files.extend(words.map(PathBuf::from));
                break;
            } else if text == "--help" || text == "-h" {
                args.help = true;
            } else if let Some(flag) = flags.iter().find(|flag| **flag == text) {
                args.flags.push(flag);
            } else if let Some(option) = valued.iter().find(|option| **option == name) {
                let value = match value {
                    Some(value) => value.to_owned(),
                    None => words.next().ok_or(format!("'{option}' needs a value"))?.to_string_lossy().into_owned(),
                };
                args.values.push((option, value));
            } else if word.as_bytes().starts_with(b"-") && word != "-" {
                return Err(format!("unexpected option '{text}'"));
            } else {
                args.files.push(PathBuf::from(word));
            }
        }
        Ok(args)
    }

    /// Whether an option was given.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    /// The value of an option.
    pub fn value(&self, option: &str) -> Option<&str> {
        self.values.iter().rev().find(|(name, _)| *name == option).map(|(_, value)| value.as_str())
    }

    /// All values of an option that may be repeated.
    pub fn all<'a>(&'a self, option: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(name, _)| *name == option).map(|(_, value)| value.as_str())
    }

    /// What isn't an option, for commands that don't take it as files.
    pub fn words(&self) -> String {
        let words: Vec<_> = self.files.iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Args, String> {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        Args::parse(&words, &["--check"], &["--format"])
    }

    #[test]
    fn options_and_files() {
        let args = parse("--check a.cfg --format json --format=text -- -b.cfg").expect("right");
        assert!(args.has("--check") && args.value("--format") == Some("text"));
        assert_eq!(args.files, [PathBuf::from("a.cfg"), PathBuf::from("-b.cfg")]);
        assert!(parse("-h").expect("help needs no file").help);
        assert_eq!(parse("-").expect("stdin is a file").files, [PathBuf::from("-")]);
        assert_eq!(parse("--chek a").unwrap_err(), "unexpected option '--chek'");
        assert_eq!(parse("a --format").unwrap_err(), "'--format' needs a value");
        assert_eq!(parse("--check").unwrap_err(), "no file was given");
    }
}
