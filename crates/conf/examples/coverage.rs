//! Which of the reference's keywords are built, place by place: the registries set against the catalogue of names.
//! `cargo xtask coverage [--missing PLACE]` runs it; it isn't in xtask itself, which must build when `conf` doesn't.

use conf::keyword::Status;
use std::collections::BTreeSet;

/// Place and name of what the reference registers.
const CATALOGUE: &str = include_str!("../../../xtask/catalogue/names.tsv");

fn main() {
    let places = places();
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table(&places),
        ["--missing", place] => match places.iter().find(|(name, _)| *name == place) {
            Some((_, built)) => wanted(place).difference(built).for_each(|name| println!("{name}")),
            None => eprintln!("no place '{place}'"),
        },
        _ => eprintln!("usage: coverage [--missing PLACE]"),
    }
}

fn table(places: &[(&'static str, BTreeSet<String>)]) {
    println!("{:<10} {:>5} {:>5}", "place", "built", "of");
    for (place, built) in places {
        let wanted = wanted(place);
        println!("{place:<10} {:>5} {:>5}", wanted.intersection(built).count(), wanted.len());
    }
}

fn wanted(place: &str) -> BTreeSet<String> {
    let lines = CATALOGUE.lines().filter_map(|line| line.split_once('\t'));
    lines.filter(|(p, _)| *p == place).map(|(_, name)| name.to_string()).collect()
}

/// What works, by the catalogue's names of places.
fn places() -> Vec<(&'static str, BTreeSet<String>)> {
    let lang = &conf::LANG;
    let proxy: Vec<&str> = working(lang.proxy.iter().flat_map(|items| items.iter().map(|k| (k.name, k.status))));
    let options = proxy.iter().filter_map(|name| name.strip_prefix("option ")).map(str::to_string).collect();
    // The catalogue knows `timeout` and the like by their first word alone.
    let words = proxy.iter().flat_map(|name| [*name, name.split(' ').next().unwrap_or_default()]);
    vec![
        ("global", owned(working(lang.global.iter().map(|k| (k.name, k.status))))),
        ("proxy", words.map(str::to_string).collect()),
        ("option", options),
        ("bind", owned(working(lang.bind.iter().map(|k| (k.name, k.status))))),
        ("server", owned(working(lang.server.iter().map(|k| (k.name, k.status))))),
        ("fetch", owned(expr::fetch::items().filter(|f| f.fun.is_some()).map(|f| f.name).collect())),
        ("converter", owned(expr::conv::items().filter(|c| c.fun.is_some()).map(|c| c.name).collect())),
    ]
}

fn working(keywords: impl Iterator<Item = (&'static str, Status)>) -> Vec<&'static str> {
    keywords.filter(|(_, status)| matches!(status, Status::Working)).map(|(name, _)| name).collect()
}

fn owned(names: Vec<&str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_string).collect()
}
