//! The report as Markdown, which is `COVERAGE.md`.

use crate::lists::{Far, List, Name};

/// Lines of names are filled up to here.
const WIDTH: usize = 116;

/// One table over all lists, then the names that aren't there, and those that don't work.
pub fn markdown(lists: &[List]) -> String {
    let mut out = HEAD.to_owned();
    let mut total = [0; 5];
    for list in lists {
        let counts = counts(list);
        total.iter_mut().zip(counts).for_each(|(sum, one)| *sum += one);
        out += &row(list.title, counts);
    }
    out += &row("**all**", total);
    out += "\n## Missing\n\n";
    let missing: Vec<String> = lists.iter().flat_map(missing).collect();
    out += &if missing.is_empty() { "Nothing.\n".to_owned() } else { missing.concat() };
    out += "\n## Registered and checked, not working yet\n";
    for list in lists {
        out += &named(list, &Far::Checked);
    }
    out += "\n## Refused with a reason\n";
    for list in lists {
        out += &named(list, &Far::Refused);
    }
    out
}

const HEAD: &str = "\
# Coverage

Written by `cargo xtask coverage --write`; `cargo xtask ci` fails when it is stale. The names are those of
`xtask/catalogue/`: what HAProxy 3.5 registers (`registered.tsv`, `expr.tsv`), what it has and doesn't list
(`older.tsv`), which fetches, converters and ACL keywords a later part brings (`later.tsv`: they stand below by
that part), and what only its manual names (`manual.tsv`, where each name comes with a line that must be taken,
and be refused once the name is misspelt).

*Registered*: known, with place, arguments and values checked. *Works*: does what it says; what is registered and
doesn't work yet passes `-c`, and a start is refused with file and line (commands of the runtime API are refused by
name). *Refused*: removed from the language, or of something that this program is built without; the message says so
and what to do instead. A name that stands for several keywords works when all of them do.

| list | names | registered | work | refused | missing |
|---|---:|---:|---:|---:|---:|
";

/// Names, registered, working, refused, missing.
fn counts(list: &List) -> [usize; 5] {
    let count = |wanted: fn(&Far) -> bool| list.names.iter().filter(|name| wanted(&name.far)).count();
    let missing = count(|far| matches!(far, Far::Missing(_)));
    let (works, refused) = (count(|far| *far == Far::Works), count(|far| *far == Far::Refused));
    [list.names.len(), list.names.len() - missing, works, refused, missing]
}

fn row(title: &str, [names, registered, works, refused, missing]: [usize; 5]) -> String {
    format!("| {title} | {names} | {registered} | {works} | {refused} | {missing} |\n")
}

fn missing(list: &List) -> Vec<String> {
    let line = |name: &Name| match &name.far {
        Far::Missing(why) => {
            Some(format!("- {}`{}`: {}\n", before(&name.context), name.name, why.trim_end_matches('.')))
        }
        _ => None,
    };
    list.names.iter().filter_map(line).collect()
}

fn before(context: &str) -> String {
    if context.is_empty() { String::new() } else { format!("{context}: ") }
}

/// The names of one state under the list's title, a filled paragraph for each context; empty if there is none.
fn named(list: &List, wanted: &Far) -> String {
    let mut by_context: Vec<(&str, Vec<&str>)> = Vec::new();
    for name in list.names.iter().filter(|name| name.far == *wanted) {
        match by_context.iter_mut().find(|(context, _)| *context == name.context) {
            Some((_, names)) => names.push(&name.name),
            None => by_context.push((&name.context, vec![&name.name])),
        }
    }
    if by_context.is_empty() {
        return String::new();
    }
    let paragraphs = by_context.iter().map(|(context, names)| paragraph(context, names));
    format!("\n### {}\n\n{}", list.title, paragraphs.collect::<Vec<_>>().join("\n"))
}

fn paragraph(context: &str, names: &[&str]) -> String {
    let mut words: Vec<String> = context.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if let Some(last) = words.last_mut() {
        last.push(':');
    }
    let comma = |i: usize| if i + 1 < names.len() { "," } else { "" };
    words.extend(names.iter().enumerate().map(|(i, name)| format!("`{name}`{}", comma(i))));
    let (mut out, mut width) = (String::new(), 0);
    for word in words {
        if width > 0 && width + 1 + word.len() > WIDTH {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        width += word.len();
        out += &word;
    }
    out.push('\n');
    out
}
