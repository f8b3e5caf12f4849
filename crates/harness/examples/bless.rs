//! `cargo run -p harness --example bless -- SUITE…`: fills in the `<?` steps of suites by Debian's haproxy.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(bin) = harness::haproxy() else {
        eprintln!("haproxy isn't installed");
        return ExitCode::FAILURE;
    };
    let mut failed = false;
    for file in std::env::args().skip(1) {
        failed |= bless(&bin, &file).map_err(|why| eprintln!("{why}")).is_err();
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn bless(bin: &Path, file: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
    let (text, failures) = harness::suite::bless(bin, file, &text)?;
    std::fs::write(file, text).map_err(|e| format!("{file}: {e}"))?;
    match failures.is_empty() {
        true => Ok(()),
        false => Err(failures.iter().map(|f| format!("{f}\n")).collect()),
    }
}
