//! What is written for shells and `man`: those that are installed take it.

use harness::proxy::TempDir;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What `ferroxy ARGS` prints.
fn printed(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ferroxy")).args(args).output().expect("the program runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A file with what `ferroxy ARGS` prints.
fn written(dir: &TempDir, name: &str, args: &[&str]) -> PathBuf {
    let file = dir.0.join(name);
    fs::write(&file, printed(args)).expect("write");
    file
}

/// Runs a program that may not be installed; it must succeed and complain of nothing. The answer is what it prints.
fn taken(program: &str, args: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(program).args(args).env("MANWIDTH", "80").output() else {
        println!("skipped: no {program}");
        return None;
    };
    assert!(output.status.success() && output.stderr.is_empty(), "{program} {args:?}: {output:?}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn shells_take_their_scripts() {
    let dir = TempDir::new().expect("temporary directory");
    for (shell, name) in [("bash", "ferroxy.bash"), ("zsh", "_ferroxy"), ("fish", "ferroxy.fish")] {
        let file = written(&dir, name, &["completions", shell]);
        taken(shell, &["-n", file.to_str().expect("UTF-8")]);
    }
    let wrong = Command::new(env!("CARGO_BIN_EXE_ferroxy")).args(["completions", "tcsh"]).output().expect("runs");
    assert_eq!(wrong.status.code(), Some(1));
}

/// The words that bash offers for a line; the last word is the one to be completed.
fn offered(dir: &TempDir, line: &[&str]) -> Option<Vec<String>> {
    let script = written(dir, "ferroxy.bash", &["completions", "bash"]);
    let words: Vec<String> = line.iter().map(|word| format!("'{word}'")).collect();
    let call = format!(
        "cd '{}'; source '{}'; COMP_WORDS=({}); COMP_CWORD={}; _ferroxy; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        dir.0.display(),
        script.display(),
        words.join(" "),
        line.len() - 1
    );
    let text = taken("bash", &["--norc", "-c", &call])?;
    Some(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

#[test]
fn bash_offers_what_fits() {
    let dir = TempDir::new().expect("temporary directory");
    fs::write(dir.0.join("a.cfg"), "").expect("write");
    for (line, want) in [
        (&["ferroxy", "mig"][..], &["migrate"][..]),
        (&["ferroxy", "--ex"], &["--explain-errors"]),
        (&["ferroxy", "-c", "-dW"], &["-dW"]),
        (&["ferroxy", "-f", "a"], &["a.cfg"]),
        (&["ferroxy", "-n", ""], &[]),
        (&["ferroxy", "check", "--format", ""], &["text", "json"]),
        (&["ferroxy", "check", "--f"], &["--format"]),
        (&["ferroxy", "check", "a"], &["a.cfg"]),
        (&["ferroxy", "completions", "z"], &["zsh"]),
        (&["ferroxy", "man", ""], &[]),
    ] {
        let Some(found) = offered(&dir, line) else { return };
        assert_eq!(found, want, "{line:?}");
    }
}

#[test]
fn formatters_take_the_manual_page() {
    let dir = TempDir::new().expect("temporary directory");
    let file = written(&dir, "ferroxy.1", &["man"]);
    let path = file.to_str().expect("UTF-8");
    for (program, args) in
        [("groff", &["-man", "-Tascii", "-ww", path][..]), ("mandoc", &["-Tascii", "-Wwarning", path])]
    {
        if let Some(text) = taken(program, args) {
            assert!(text.contains("forwards connections"), "{program}: {text}");
        }
    }
    if let Some(text) = taken("man", &["-l", path]) {
        assert!(text.contains("--explain-errors") && text.contains("migrate"), "{text}");
    }
}
