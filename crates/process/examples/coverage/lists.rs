//! The lists of names, each name with how far it is.

use crate::trial;
use conf::keyword::Status;
use conf::listing::{self, Class, Listed};

const REGISTERED: &str = include_str!("../../../../xtask/catalogue/registered.tsv");
const EXPRESSIONS: &str = include_str!("../../../../xtask/catalogue/expr.tsv");
const LATER: &str = include_str!("../../../../xtask/catalogue/later.tsv");
const OLDER: &str = include_str!("../../../../xtask/catalogue/older.tsv");
const MANUAL: &str = include_str!("../../../../xtask/catalogue/manual.tsv");

/// How far a name is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Far {
    Works,
    /// Read and checked; a start is refused.
    Checked,
    /// Refused with the reason, and with what to do instead where there is something.
    Refused,
    /// Nobody knows it, or it isn't read as the list says.
    Missing(String),
}

/// One list of the report.
pub struct List {
    pub title: &'static str,
    pub names: Vec<Name>,
}

/// One name of a list.
pub struct Name {
    /// A section, a kind of line, a rule set; may be empty.
    pub context: String,
    pub name: String,
    pub far: Far,
}

/// All lists, in the order of the report.
pub fn all() -> Vec<List> {
    let listed = listing::all(&conf::LANG);
    let mut lists = Vec::new();
    for (class, title) in [
        ("cfg", "Configuration keywords (cfg)"),
        ("act", "Actions of rules (act)"),
        ("flt", "Filters (flt)"),
        ("svc", "Services (svc)"),
        ("cli", "Runtime API (cli)"),
    ] {
        let rows = rows(REGISTERED).filter(|row| row[0] == class);
        lists.push(List { title, names: rows.map(|row| registered(&listed, &row)).collect() });
    }
    for (class, title) in [("acl", "ACL keywords (acl)"), ("fetch", "Fetches (smp)"), ("converter", "Converters (cnv)")]
    {
        let rows = rows(EXPRESSIONS).filter(|row| row[0] == class);
        lists.push(List { title, names: rows.map(|row| expression(&listed, &row)).collect() });
    }
    let names = rows(OLDER).map(|row| older(&listed, &row)).collect();
    lists.push(List { title: "Older than the registries (keywords-extra)", names });
    let names = rows(MANUAL).map(|row| from_manual(&row)).collect();
    lists.push(List { title: "From the manual alone", names });
    lists
}

/// The cells of a list's lines; every line has four.
fn rows(text: &str) -> impl Iterator<Item = [&str; 4]> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut cells = line.split('\t');
        core::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

fn registered(all: &[Listed], row: &[&str; 4]) -> Name {
    let [class, context, name, extra] = *row;
    let far = match class {
        "act"
            if all
                .iter()
                .any(|act| act.class == Class::Act && act.name == name && star(act) != (extra == "prefix")) =>
        {
            Far::Missing("arguments in the same word, or not".to_owned())
        }
        "cfg" => configuration(all, context, name),
        "act" => one(all, Class::Act, context, name),
        "flt" => one(all, Class::Flt, "", name),
        "svc" => one(all, Class::Svc, "", name),
        _ => command(name),
    };
    Name::new(if class == "cli" { "" } else { context }, name, far)
}

fn expression(all: &[Listed], row: &[&str; 4]) -> Name {
    let [kind, context, name, _] = *row;
    let (class, context) = match kind {
        "acl" => (Class::Acl, ""),
        "fetch" => (Class::Smp, context),
        _ => (Class::Cnv, ""),
    };
    let far = one(all, class, context, name);
    // What doesn't work yet stands by the part that brings it.
    let part = if far == Far::Checked { later_part(kind, name) } else { "" };
    Name::new(part, name, far)
}

/// The later part that brings a name; one that isn't in the list belongs to the rule language.
fn later_part(class: &str, name: &str) -> &'static str {
    let mine = |row: &[&str; 4]| {
        row[0] == class && row[1].strip_suffix('*').map_or(row[1] == name, |begin| name.starts_with(begin))
    };
    rows(LATER).find(mine).map_or("Rule language", |row| row[2])
}

fn older(all: &[Listed], row: &[&str; 4]) -> Name {
    let [class, context, name, _] = *row;
    let far = match class {
        "section" => one(all, Class::Cfg, "section", name),
        "option-builtin" => one(all, Class::Cfg, "option", name),
        "log-alias" => trial::log_alias(name),
        _ => configuration(all, context, name),
    };
    let context = match class {
        "section" => "section",
        "option-builtin" => "option",
        "log-alias" => "log-format",
        _ => context,
    };
    Name::new(context, name, far)
}

fn from_manual(row: &[&str; 4]) -> Name {
    let [place, keyword, manual, line] = *row;
    let context = format!("{}, {manual}", place.trim_start_matches("http "));
    Name::new(&context, keyword, trial::line(place, keyword, line))
}

impl Name {
    fn new(context: &str, name: &str, far: Far) -> Name {
        Name { context: context.to_owned(), name: name.to_owned(), far }
    }
}

/// A line's keyword. The catalogue has the first word alone where the registry has several: all of those count.
fn configuration(all: &[Listed], context: &str, name: &str) -> Far {
    let begins = |one: &&Listed| one.name == name || one.name.split(' ').next() == Some(name);
    // An opener of sections among the keywords of `global` is the section itself.
    let section = |one: &&Listed| one.context == "section" && one.name == name;
    let known = all.iter().filter(|one| one.class == Class::Cfg);
    let option = |one: &&Listed| one.context == "option" && name == "option";
    let here = known.filter(|one| (one.context == context && begins(one)) || section(one) || option(one));
    worst(here.map(|one| one.status))
}

fn one(all: &[Listed], class: Class, context: &str, name: &str) -> Far {
    let named = all.iter().filter(|one| one.class == class && one.context == context && one.name == name);
    worst(named.map(|one| one.status))
}

/// Whether arguments in parentheses, or a number, belong to the word.
fn star(action: &Listed) -> bool {
    action.note == "*"
}

fn command(name: &str) -> Far {
    if admin::listing::built().iter().any(|built| built == name) {
        return Far::Works;
    }
    if admin::listing::to_come().contains(&name) { Far::Checked } else { unknown() }
}

fn worst(statuses: impl Iterator<Item = Status>) -> Far {
    let far = |status| match status {
        Status::Working => Far::Works,
        Status::Parsed => Far::Checked,
        Status::Gone(_) | Status::Absent(_) => Far::Refused,
    };
    let mut all: Vec<Far> = statuses.map(far).collect();
    let at = [Far::Checked, Far::Works, Far::Refused].iter().find_map(|far| all.iter().position(|one| one == far));
    at.map_or_else(unknown, |at| all.swap_remove(at))
}

fn unknown() -> Far {
    Far::Missing("unknown".to_owned())
}
