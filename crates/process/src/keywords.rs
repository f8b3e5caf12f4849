//! `-dK`: the registered keywords, class by class, in the reference's format (management manual 3). Tools compare such
//! dumps, so the layout is the reference's to the letter; what is listed comes from the registries alone.

use conf::listing::{self, Class as Kind, Listed, RULE_SETS};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    Help,
    Acl,
    /// Our own: what the reference shows in the middle of its class `cfg` only.
    Act,
    Cfg,
    Cli,
    Cnv,
    Flt,
    Smp,
    Svc,
}

/// Each class with its name and what the help says of it.
const CLASSES: [(Class, &str, &str); 9] = [
    (Class::Help, "help", "this list"),
    (Class::Acl, "acl", "ACL keywords"),
    (Class::Act, "act", "actions of rules (they are part of cfg)"),
    (Class::Cfg, "cfg", "configuration keywords"),
    (Class::Cli, "cli", "CLI keywords"),
    (Class::Cnv, "cnv", "sample converter keywords"),
    (Class::Flt, "flt", "filter names"),
    (Class::Smp, "smp", "sample fetch functions"),
    (Class::Svc, "svc", "service names"),
];

/// Reads `class[,class]*`. The lists come in the order of the help however they are asked for. An error is a sentence.
pub fn parse(text: &str) -> Result<BTreeSet<Class>, String> {
    let mut wanted = BTreeSet::new();
    for word in text.split(',') {
        match CLASSES.iter().find(|(_, name, _)| *name == word) {
            Some((class, ..)) => drop(wanted.insert(*class)),
            None if word == "all" => {
                let all = CLASSES.iter().map(|(class, ..)| *class);
                wanted.extend(all.filter(|class| !matches!(class, Class::Help | Class::Act)));
            }
            None => return Err(format!("there is no class '{word}'; -dKhelp lists them")),
        }
    }
    Ok(wanted)
}

/// The lists.
pub fn dump(classes: &BTreeSet<Class>) -> String {
    let mut all = listing::all(&conf::LANG);
    // What this program is built without isn't registered, as in the reference.
    all.retain(|one| !matches!(one.status, conf::keyword::Status::Absent(_)));
    let mut out = String::new();
    for class in classes {
        match class {
            Class::Help => help(&mut out),
            Class::Acl => {
                lines(&mut out, "ACL keywords", &all, Kind::Acl, |one| format!("{} = {}", one.name, one.note))
            }
            Class::Act => {
                out += "# List of registered actions:\n";
                actions(&all, &mut out);
            }
            Class::Cfg => configuration(&all, &mut out),
            Class::Cli => commands(&mut out),
            Class::Cnv => lines(&mut out, "sample converter functions", &all, Kind::Cnv, named),
            Class::Flt => lines(&mut out, "filter names", &all, Kind::Flt, |one| format!("{} {}", one.name, one.note)),
            Class::Smp => fetches(&all, &mut out),
            Class::Svc => lines(&mut out, "service names", &all, Kind::Svc, named),
        }
    }
    out
}

fn help(out: &mut String) {
    *out += "# List of supported keyword classes:\nall: list all keywords\n";
    for (class, name, doc) in CLASSES {
        if class != Class::Help {
            push(out, &format!("{name}: {doc}"));
        }
    }
}

/// A list in alphabetical order under its heading.
fn lines(out: &mut String, title: &str, all: &[Listed], class: Kind, line: fn(&Listed) -> String) {
    push(out, &format!("# List of registered {title}:"));
    for one in sorted(all.iter().filter(|one| one.class == class)) {
        push(out, &line(one));
    }
}

fn named(one: &Listed) -> String {
    format!("{}{}", one.name, one.note)
}

fn sorted<'l>(list: impl Iterator<Item = &'l Listed>) -> Vec<&'l Listed> {
    let mut list: Vec<&Listed> = list.collect();
    list.sort_by_key(|one| one.name);
    list
}

/// Fetches behind their places, and a head that names the columns.
fn fetches(all: &[Listed], out: &mut String) {
    *out += "# List of registered sample fetch functions:\n";
    let columns = expr::Place::ALL.len();
    for (i, place) in expr::Place::ALL.iter().enumerate() {
        let before = " ".repeat(columns + 1 - i);
        let slashes = "/ ".repeat(i);
        let dashes = "-".repeat(columns - i);
        push(out, &format!("#{before}{slashes}_.{dashes} {}", place.name()));
    }
    push(out, &format!("# {} ", "/ ".repeat(columns)));
    push(out, &format!("# {}", "| ".repeat(columns)));
    for one in sorted(all.iter().filter(|one| one.class == Kind::Smp)) {
        let places: String = one.context.chars().flat_map(|column| [column, ' ']).collect();
        push(out, &format!("[ {places}] {}{}", one.name, one.note));
    }
}

/// The configuration's words, in a form that resembles a configuration.
fn configuration(all: &[Listed], out: &mut String) {
    *out += "# List of registered configuration keywords:\n";
    section(all, "global", "global", out);
    section(all, "listen", "proxy", out);
    for (context, line) in
        [("bind", "bind <addr>"), ("bind ssl", "bind <addr> ssl"), ("server", "server <name> <addr>")]
    {
        for one in sorted(in_context(all, context)) {
            push(out, &format!("\t{line} {}", with_note(one)));
        }
    }
    for one in sorted(in_context(all, "option")) {
        push(out, &format!("\toption {}", with_note(one)));
    }
    actions(all, out);
    for word in ["userlist", "peers"] {
        section(all, word, word, out);
    }
    push(out, "crt-list");
    for one in sorted(in_context(all, "crt-list")) {
        push(out, &format!("\t{}", with_note(one)));
    }
    let mut sections: Vec<&str> = in_context(all, "section").map(|one| one.name).collect();
    sections.retain(|word| !SHOWN.contains(word));
    // The reference's own few in its order, then what it doesn't list.
    sections.sort_by_key(|word| (LISTED.iter().position(|known| known == word).unwrap_or(LISTED.len()), *word));
    for word in sections {
        section(all, word, word, out);
    }
}

/// Sections that have their place in front.
const SHOWN: [&str; 7] = ["global", "defaults", "frontend", "backend", "listen", "userlist", "peers"];

/// Sections that the reference lists behind lists of certificates.
const LISTED: [&str; 3] = ["crt-store", "traces", "acme"];

/// A section with the first words of its lines.
fn section(all: &[Listed], word: &str, context: &str, out: &mut String) {
    push(out, word);
    let first = |one: &Listed| one.name.split(' ').next().unwrap_or_default();
    let words: BTreeSet<&str> = in_context(all, context).map(first).collect();
    words.iter().for_each(|word| push(out, &format!("\t{word}")));
}

/// Actions behind the rule sets in which they are legal; a star stands for arguments in the same word.
fn actions(all: &[Listed], out: &mut String) {
    for stage in RULE_SETS {
        let here = all.iter().filter(|one| one.class == Kind::Act && one.context == stage.keyword());
        for one in sorted(here) {
            push(out, &format!("\t{} {}{}", stage.keyword(), one.name, one.note));
        }
    }
}

/// Commands with the process that obeys them. There is no master yet.
fn commands(out: &mut String) {
    *out += "# List of registered CLI keywords:\n";
    admin::listing::built().iter().for_each(|name| push(out, &format!("{name} [WORKER] ")));
}

fn in_context<'l>(all: &'l [Listed], context: &'l str) -> impl Iterator<Item = &'l Listed> {
    all.iter().filter(move |one| one.class == Kind::Cfg && one.context == context)
}

fn with_note(one: &Listed) -> String {
    let gap = if one.note.is_empty() { "" } else { " " };
    format!("{}{gap}{}", one.name, one.note)
}

fn push(out: &mut String, line: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(out, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use conf::keyword::Status;
    use std::collections::HashSet;

    const REGISTERED: &str = include_str!("../../../xtask/catalogue/registered.tsv");
    const EXPRESSIONS: &str = include_str!("../../../xtask/catalogue/expr.tsv");

    /// Where ours says more than the reference: it doesn't count what a variable number of words or parentheses hold.
    const FULLER: [&str; 2] = ["\tserver <name> <addr> source +-1", "\tserver <name> <addr> set-proxy-v2-tlv-fmt"];

    fn text(classes: &str) -> String {
        dump(&parse(classes).expect(classes))
    }

    /// The reference's line for a row of our lists of its names.
    fn line(row: &[&str]) -> Option<String> {
        let [class, context, name, note] = core::array::from_fn(|i| row.get(i).copied().unwrap_or_default());
        let noted = if note.is_empty() { name.to_owned() } else { format!("{name} {note}") };
        Some(match (class, context) {
            ("act", set) => format!("\t{set} {name}{}", if note == "prefix" { "*" } else { "" }),
            ("cfg", "bind" | "bind ssl") => format!("\t{} {noted}", context.replace("bind", "bind <addr>")),
            ("cfg", "server") => format!("\tserver <name> <addr> {noted}"),
            ("cfg", "option") if note.is_empty() => format!("\toption {name} [ ]"),
            ("cfg", "option") => format!("\toption {name} [ {note} ]"),
            ("cfg", _) => format!("\t{noted}"),
            ("flt", _) => format!("{name} [{note}]"),
            ("svc", _) => noted,
            ("acl", _) => format!("{name} = {note}"),
            ("fetch", places) => {
                let places: String = places.chars().flat_map(|place| [place, ' ']).collect();
                let (arguments, out) = note.rsplit_once(' ')?;
                format!("[ {places}] {name}{}: {out}", arguments.replace("()", ""))
            }
            ("converter", _) => {
                let (arguments, types) = note.rsplit_once(' ')?;
                let (from, to) = types.split_once("=>")?;
                format!("{name}{}: {to} => {from}", arguments.replace("()", ""))
            }
            // Which commands there are changes by the day.
            _ => return None,
        })
    }

    #[test]
    fn every_line_of_the_reference_is_there() {
        let dumped = text("all");
        let lines: HashSet<&str> = dumped.lines().collect();
        let absent: HashSet<&str> = listing::all(&conf::LANG)
            .iter()
            .filter(|one| matches!(one.status, Status::Absent(_)))
            .map(|one| one.name)
            .collect();
        let rows = REGISTERED.lines().chain(EXPRESSIONS.lines()).filter(|line| !line.starts_with('#'));
        let rows = rows.map(|row| row.split('\t').collect::<Vec<_>>()).filter(|row| !absent.contains(row[2]));
        let mut count = 0;
        let lost: Vec<String> = rows
            .filter_map(|row| line(&row))
            .inspect(|_| count += 1)
            .filter(|line| !lines.contains(line.as_str()) && !FULLER.contains(&line.as_str()))
            .collect();
        assert_eq!(lost, Vec::<String>::new());
        assert!(count > 1500, "{count}");
    }

    #[test]
    fn the_head_of_fetches_draws_their_places() {
        let dumped = text("smp");
        let head: Vec<&str> = dumped.lines().take(25).collect();
        assert_eq!(head[0], "# List of registered sample fetch functions:");
        assert_eq!(head[1], "#                       _.---------------------- frontend tcp-request connection rule");
        assert_eq!(head[22], "#  / / / / / / / / / / / / / / / / / / / / / _.- CLI parser");
        assert_eq!(head[23], "# / / / / / / / / / / / / / / / / / / / / / /  ");
        assert_eq!(head[24], "# | | | | | | | | | | | | | | | | | | | | | | ");
    }

    #[test]
    fn classes() {
        for (asked, titles) in [
            ("svc", "service names"),
            ("flt,acl,flt", "ACL keywords|filter names"),
            ("act", "actions"),
            ("cli", "CLI keywords"),
            (
                "all,svc",
                "ACL keywords|configuration keywords|CLI keywords|sample converter functions|filter names|\
                 sample fetch functions|service names",
            ),
        ] {
            let dumped = text(asked);
            let found: Vec<&str> = dumped
                .lines()
                .filter_map(|line| line.strip_prefix("# List of registered ")?.strip_suffix(':'))
                .collect();
            assert_eq!(found.join("|"), titles, "{asked}");
        }
        assert!(text("help").lines().any(|line| line == "svc: service names"));
        for bad in ["", "x", "svc,", "all,x"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
