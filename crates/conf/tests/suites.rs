//! Runs every case of `suites/*.md`. `CONF_BLESS=1` writes what is said now into the files; the diff is to be read
//! line by line before it is committed.

mod common;

use common::{cell, compile, files, lines, read, wrap};

#[test]
fn every_case_says_what_it_should() {
    let bless = std::env::var_os("CONF_BLESS").is_some();
    let (mut cases, mut wrong) = (0, Vec::new());
    for file in files() {
        let text = std::fs::read_to_string(&file).expect("a readable suite");
        let mut out: Vec<String> = text.lines().map(str::to_owned).collect();
        let (rows, blocks) = read(&file);
        cases += rows.len() + blocks.len();
        for row in rows {
            let (_, diags, _) = compile(&wrap(&row.place, &row.line));
            let got = cell(&diags);
            if got != row.result {
                let name = row.file.file_name().expect("a name").to_string_lossy().into_owned();
                wrong.push(format!(
                    "{name}:{} {} `{}`\n   want {}\n   got  {got}",
                    row.at + 1,
                    row.place,
                    row.line,
                    row.result
                ));
                let escape = |text: &str| text.replace('|', "\\|");
                out[row.at] = format!("| {} | `{}` | {} |", row.place, escape(&row.line), escape(&got));
            }
        }
        for block in blocks.into_iter().rev() {
            let (_, diags, sources) = compile(&block.config);
            let got = lines(&diags, &sources);
            if got != block.expected {
                wrong.push(format!(
                    "{}: {}\n--- want\n{}--- got\n{got}",
                    block.file.display(),
                    block.title,
                    block.expected
                ));
                out.splice(block.lines.0..block.lines.1, got.lines().map(str::to_owned));
            }
        }
        if bless {
            std::fs::write(&file, out.join("\n") + "\n").expect("a writable suite");
        }
    }
    assert!(cases > 300, "only {cases} cases were found");
    assert!(bless || wrong.is_empty(), "{} of {cases} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
