//! The configurations in `examples/` are valid, here and, as far as the reference knows their keywords, there.

use harness::haproxy;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What Debian's 2.6 refuses, and why.
const TOO_NEW: &[(&str, &str)] = &[("reload.cfg", "unknown keyword 'guid'")];

#[test]
fn examples_are_valid() {
    let examples = examples();
    assert!(examples.iter().any(|path| path.ends_with("quickstart.cfg")), "{examples:?}");
    for path in &examples {
        let (valid, said) = check(Path::new(env!("CARGO_BIN_EXE_ferroxy")), path);
        assert!(valid, "{}:\n{said}", path.display());
        let Some(peer) = haproxy() else { continue };
        let (valid, said) = check(&peer, path);
        match TOO_NEW.iter().find(|(name, _)| path.ends_with(name)) {
            Some((_, why)) => assert!(!valid && said.contains(why), "{}:\n{said}", path.display()),
            None => assert!(valid, "{}:\n{said}", path.display()),
        }
    }
}

fn examples() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let files = std::fs::read_dir(dir).expect("the examples are there").flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "cfg")).collect()
}

/// Whether `program` finds nothing to complain about, not even a warning.
fn check(program: &Path, config: &Path) -> (bool, String) {
    let output = Command::new(program).args(["-c", "-dW", "-f"]).arg(config).output().expect("the program runs");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}
