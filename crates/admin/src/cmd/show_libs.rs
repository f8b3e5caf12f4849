//! `show libs`.

use crate::command::{Call, Command};
use crate::reply::Reply;
use conf::spec::CliLevel;
use std::fmt::Write;

pub static COMMAND: Command = Command {
    words: &["show", "libs"],
    usage: "show libs",
    level: CliLevel::Operator,
    doc: "the program's file and the libraries in memory",
    run,
};

fn run(_: &mut Call<'_>) -> Reply {
    Reply::Later(Box::pin(async {
        match rt::offload(|| std::fs::read_to_string("/proc/self/maps")).await {
            Ok(Ok(maps)) => Reply::Text(list(&maps)),
            Ok(Err(error)) => Reply::error(format!("/proc/self/maps: {error}")),
            Err(error) => Reply::error(format!("/proc/self/maps: {error:?}")),
        }
    }))
}

/// Each file with the range of addresses that it is mapped to.
fn list(maps: &str) -> String {
    let mut files: Vec<(&str, u64, u64)> = Vec::new();
    for line in maps.lines() {
        let Some(path) = line.find('/').map(|at| &line[at..]) else { continue };
        let Some((from, to)) = line.split(' ').next().and_then(range) else { continue };
        match files.last_mut() {
            Some(last) if last.0 == path => last.2 = to,
            _ => files.push((path, from, to)),
        }
    }
    let mut out = String::new();
    for (path, from, to) in files {
        // Writing to a String can't fail.
        let _ = writeln!(out, "{from:#018x}-{to:#018x} ({:#018x}) {path}", to.saturating_sub(from));
    }
    out
}

fn range(text: &str) -> Option<(u64, u64)> {
    let (from, to) = text.split_once('-')?;
    Some((u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_one_file_are_one_line() {
        let maps = "1000-2000 r--p 0 00:00 1    /bin/x y\n2000-5000 r-xp 0 00:00 1    /bin/x y\n\
                    6000-7000 rw-p 0 00:00 0\n8000-9000 r--p 0 00:00 2   /lib/c\nzz /lib/d\n";
        assert_eq!(
            list(maps),
            "0x0000000000001000-0x0000000000005000 (0x0000000000004000) /bin/x y\n\
             0x0000000000008000-0x0000000000009000 (0x0000000000001000) /lib/c\n"
        );
    }
}
