//! Having the reference say what is right: `<?` steps become what it does.

use super::case::{Case, Peer, Step, Suite};
use super::run::{Failure, Pace, Recorded, run_case};
use std::path::Path;

/// Replaces each `<?` step of a suite's text by what `bin` does. Answers the new text and what failed on the way.
pub fn bless(bin: &Path, name: &str, text: &str) -> Result<(String, Vec<Failure>), String> {
    let suite = Suite::parse(name, text, Peer::of(bin)?)?;
    let mut recorded = Recorded::new();
    let mut failures = Vec::new();
    for case in suite.cases.iter().filter(|c| c.steps.iter().any(is_open)) {
        match run_case(bin, name, case, Pace::AsWritten) {
            Ok(steps) => recorded.extend(steps),
            Err(failure) => failures.push(failure),
        }
    }
    let mut out = String::new();
    for (at, line) in text.lines().enumerate() {
        match recorded.get(&(at + 1)) {
            Some(steps) => steps.iter().for_each(|s| out.push_str(&format!("{s}\n"))),
            None => out.push_str(&format!("{line}\n")),
        }
    }
    Ok((out, failures))
}

/// Plays a case with `<?` steps against the reference, and then against `ours`, which must do exactly the same.
pub fn differential(reference: &Path, ours: &Path, case: &Case) -> Result<(), Failure> {
    let recorded = run_case(reference, "the reference", case, Pace::AsWritten)?;
    let mut exact = case.clone();
    exact.steps = case.steps.iter().flat_map(|step| replaced(step, &recorded)).collect();
    run_case(ours, "ours, against the reference", &exact, Pace::AsWritten).map(drop)
}

fn replaced(step: &Step, recorded: &Recorded) -> Vec<Step> {
    match recorded.get(&step.line) {
        Some(texts) => texts.iter().map(|text| Step { line: step.line, text: text.clone() }).collect(),
        None => vec![step.clone()],
    }
}

fn is_open(step: &Step) -> bool {
    step.text.ends_with("<?") || step.text.ends_with("<??")
}
