//! `differences.md`: the cases in which 2.6 differs, and the line of the manual that we follow instead.

use std::path::{Path, PathBuf};

/// A case that need not agree.
pub struct Exemption {
    /// The case, as `place \`line\`` or as a block's title.
    pub case: String,
    pub why: String,
    /// Section of the manual; `SPOE` for any of `SPOE.txt`.
    pub section: String,
    /// Line of the manual, from 1.
    pub line: usize,
}

/// All of them.
pub fn read() -> Vec<Exemption> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("differences.md");
    let text = std::fs::read_to_string(path).expect("the list is there");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.skip(1).filter(|row| !row.starts_with('-')).map(exemption).collect()
}

/// `place | \`line\` | why (section:line)`.
fn exemption(row: &str) -> Exemption {
    let read = || {
        let (place, rest) = row.split_once(" | ")?;
        let (case, rest) = rest.rsplit_once(" | ")?;
        let (why, cited) = rest.strip_suffix(')')?.rsplit_once(" (")?;
        let (section, line) = cited.split_once(':')?;
        let case = case.replace("\\|", "|");
        let case = if place == "block" { case } else { format!("{place} {case}") };
        Some(Exemption { case, why: why.to_owned(), section: section.to_owned(), line: line.parse().ok()? })
    };
    read().unwrap_or_else(|| panic!("no line of the manual: {row}"))
}

/// The manual's text.
pub struct Manual {
    configuration: Vec<String>,
    spoe: Vec<String>,
}

impl Manual {
    /// The manual in `$FERROXY_REFERENCE`, or beside the workspace.
    pub fn read() -> Option<Manual> {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
        let folder = std::env::var_os("FERROXY_REFERENCE").map_or_else(beside, PathBuf::from);
        let lines = |name: &str| -> Option<Vec<String>> {
            Some(std::fs::read_to_string(folder.join(name)).ok()?.lines().map(str::to_owned).collect())
        };
        Some(Manual { configuration: lines("configuration.txt")?, spoe: lines("SPOE.txt")? })
    }

    /// The section in which a line stands; `of` names the text.
    pub fn section(&self, of: &str, line: usize) -> String {
        if of == "SPOE" {
            assert!(line <= self.spoe.len(), "SPOE.txt has no line {line}");
            return "SPOE".to_owned();
        }
        let lines = &self.configuration;
        assert!(line <= lines.len(), "the manual has no line {line}");
        // A heading is a number and a title, underlined.
        let heading =
            |at: &usize| lines[*at].starts_with(|c: char| c.is_ascii_digit()) && lines[at + 1].starts_with("---");
        let at = (0..line).rev().find(heading).unwrap_or_default();
        let number = lines[at].split(' ').next().unwrap_or_default();
        number.trim_end_matches('.').to_owned()
    }
}
