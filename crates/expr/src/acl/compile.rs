//! From the words of an `acl` line to a test.

use std::sync::Arc;

use super::Test;
use super::int::Operator;
use super::keyword;
use super::matcher::Matcher;
use super::pattern::Builder;
use crate::error::{Error, show};
use crate::expr::{Expr, name_len};
use crate::fetch;
use crate::list::{Kind, List, Use, View, ViewKey};
use crate::outside::Outside;

/// What flags of an ACL line ask for besides matching.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Options {
    /// `-u`: the number by which runtime commands name it.
    pub unique_id: Option<u32>,
    /// `-M`: files are read as maps.
    pub map: bool,
}

/// Compiles `criterion [flags] [operator] [value]…`.
pub(super) fn test(words: &[&[u8]], outside: &mut dyn Outside) -> Result<Test, Error> {
    let Some(criterion) = words.first() else {
        return Err(Error::at(0, 0, "missing fetch method in ACL expression ''"));
    };
    let (expr, default) = criterion_of(criterion, outside)?;
    let flags = Flags::read(words)?;
    let matcher = flags.matcher.or(default).ok_or_else(|| {
        let kind = expr.out().name();
        let text = format!(
            "matching method must be specified first (using '-m') when using a sample fetch of this type ('{kind}')"
        );
        Error::at(0, criterion.len(), text)
    })?;
    if !matcher.takes(expr.out()) {
        let (name, keyword, kind) = (matcher.name(), show(criterion), expr.out().name());
        let text = format!("matching method '{name}' cannot be used with fetch keyword '{keyword}' of type '{kind}'");
        return Err(Error::at(0, criterion.len(), text));
    }
    let mut builder = Builder::new(matcher);
    let files = files_and_values(words, &flags, &mut builder, outside)?;
    let inline = own_values(words, &flags, &mut builder, outside);
    let patterns = builder.finish().map_err(|why| Error::at(0, words[0].len(), why))?;
    let source = words.iter().map(|w| Box::from(*w)).collect();
    let takes_none = matches!(matcher, Matcher::Found | Matcher::Bool);
    let patternless =
        !takes_none && !words[1..].iter().any(|w| *w == b"--") && !parts(words).any(|(_, p)| is_pattern(p));
    Ok(Test { expr, patterns, files: files.into(), inline, source, options: flags.options, patternless })
}

/// The expression, and the matching method that goes without saying. An ACL's own keyword is looked for first; its
/// method is lost when converters follow.
fn criterion_of(text: &[u8], outside: &mut dyn Outside) -> Result<(Expr, Option<Matcher>), Error> {
    let len = name_len(text);
    let Some(keyword) = keyword::find(&text[..len]) else {
        let expr = Expr::compile(text, outside).map_err(|mut e| {
            if !e.candidates.is_empty() && e.off == 0 {
                e.candidates.extend(keyword::ITEMS.iter().map(|k| k.name.to_owned()));
            }
            e.text.push_str(&format!(" in ACL expression '{}'", show(text)));
            e
        })?;
        let default = Matcher::of_type(expr.out());
        return Ok((expr, default));
    };
    let Some(fetch) = fetch::find(keyword.fetch.as_bytes()) else {
        return Err(Error::at(0, len, format!("unknown fetch method '{}'", keyword.fetch)));
    };
    let (expr, end) = Expr::with_fetch(fetch, text, len, outside).map_err(|mut e| {
        e.text.push_str(&format!(" in ACL expression '{}'", show(text)));
        e
    })?;
    if end < text.len() {
        let what = show(&text[end..]);
        return Err(Error::at(end, text.len() - end, format!("unexpected '{what}' behind the criterion")));
    }
    let default = if expr.has_convs() { Matcher::of_type(expr.out()) } else { Some(keyword.matcher) };
    Ok((expr, default))
}

/// The flags before the values. Those that change what follows them are only counted here.
struct Flags {
    matcher: Option<Matcher>,
    options: Options,
}

impl Flags {
    /// Finds the flags that concern the whole line, wherever they stand before the first value.
    fn read(words: &[&[u8]]) -> Result<Flags, Error> {
        let mut flags = Flags { matcher: None, options: Options::default() };
        let mut seen_file = false;
        for (at, part) in parts(words) {
            match part? {
                Part::Method(name) => {
                    if seen_file {
                        return Err(
                            Error::at(0, 2, "'-m' must only be specified before patterns and files").in_word(at)
                        );
                    }
                    if flags.matcher.is_some() {
                        return Err(Error::at(0, 2, "only one explicit matching method is allowed").in_word(at));
                    }
                    flags.matcher = Some(Matcher::find(name).ok_or_else(|| {
                        Error::at(0, name.len(), format!("unknown matching method '{}'", show(name)))
                            .known(Matcher::NAMED.map(Matcher::name))
                            .in_word(at + 1)
                    })?);
                }
                Part::UniqueId(id) => {
                    let id = core::str::from_utf8(id).ok().and_then(|t| t.parse().ok());
                    flags.options.unique_id = Some(
                        id.ok_or_else(|| Error::at(0, 0, "the argument of '-u' must be a number").in_word(at + 1))?,
                    );
                }
                Part::Map => flags.options.map = true,
                Part::File(_) => seen_file = true,
                Part::IgnoreCase | Part::NoResolve | Part::Value(_) => {}
            }
        }
        Ok(flags)
    }
}

/// One flag with its argument, or one value.
enum Part<'w> {
    Method(&'w [u8]),
    UniqueId(&'w [u8]),
    File(&'w [u8]),
    IgnoreCase,
    NoResolve,
    Map,
    Value(&'w [u8]),
}

/// Whether this part says what to match, even if it is a comparison without a value.
fn is_pattern(part: Result<Part<'_>, Error>) -> bool {
    matches!(part, Ok(Part::Value(_) | Part::File(_)))
}

/// Walks over the words behind the criterion: flags up to the first word that is none (or `--`), then values.
fn parts<'w>(words: &'w [&'w [u8]]) -> impl Iterator<Item = (usize, Result<Part<'w>, Error>)> {
    let mut at = 1;
    let mut in_flags = true;
    core::iter::from_fn(move || {
        loop {
            let here = at;
            // An empty word ends the line.
            let word = words.get(at).copied().filter(|word| !word.is_empty())?;
            at += 1;
            if !in_flags {
                return Some((here, Ok(Part::Value(word))));
            }
            let argument = words.get(at).copied();
            let with_argument: fn(&'w [u8]) -> Part<'w> = match word {
                b"-i" => return Some((here, Ok(Part::IgnoreCase))),
                b"-n" => return Some((here, Ok(Part::NoResolve))),
                b"-M" => return Some((here, Ok(Part::Map))),
                b"--" => {
                    in_flags = false;
                    continue;
                }
                b"-m" => Part::Method,
                b"-u" => Part::UniqueId,
                b"-f" => Part::File,
                [b'-', ..] => {
                    let text = format!(
                        "'{}' is not a valid ACL option. Please use '--' before any pattern beginning with a '-'",
                        show(word)
                    );
                    return Some((here, Err(Error::at(0, word.len(), text).in_word(here))));
                }
                _ => {
                    in_flags = false;
                    return Some((here, Ok(Part::Value(word))));
                }
            };
            at += 1;
            let part = argument.map(with_argument).ok_or_else(|| {
                Error::at(0, word.len(), format!("missing argument behind '{}'", show(word))).in_word(here)
            });
            return Some((here, part));
        }
    })
}

/// The lists that the line's files are; its values go to the builder.
fn files_and_values(
    words: &[&[u8]],
    flags: &Flags,
    builder: &mut Builder,
    outside: &mut dyn Outside,
) -> Result<Vec<View>, Error> {
    let mut files = Vec::new();
    for (at, part) in parts(words) {
        match part? {
            Part::IgnoreCase => builder.ignore_case = true,
            Part::NoResolve => builder.no_resolve = true,
            Part::File(name) => {
                let view = file(name, flags.options.map, builder.view_key(), outside);
                let view = view.map_err(|why| Error::at(0, name.len(), why).in_word(at + 1))?;
                note(view.list().clone(), words, None, outside);
                files.push(view);
            }
            Part::Value(word) => match Operator::find(word).filter(|_| builder.compares()) {
                Some(operator) => builder.operator = operator,
                None => builder.add(word, outside).map_err(|why| Error::at(0, word.len(), why).in_word(at))?,
            },
            Part::Method(_) | Part::UniqueId(_) | Part::Map => {}
        }
    }
    Ok(files)
}

/// The line's own values as a list.
fn own_values(words: &[&[u8]], flags: &Flags, builder: &mut Builder, outside: &mut dyn Outside) -> Option<View> {
    let source = outside.source();
    let view = builder.inline(words[0], &source, outside)?;
    note(view.list().clone(), words, flags.options.unique_id, outside);
    Some(view)
}

fn note(list: Arc<List>, words: &[&[u8]], id: Option<u32>, outside: &mut dyn Outside) {
    let criterion = show(&words[0][..name_len(words[0])]).into();
    let source = outside.source();
    outside.lists().note(Use { list, by: "acl", criterion, id, source });
}

fn file(name: &[u8], map: bool, key: ViewKey, outside: &mut dyn Outside) -> Result<View, String> {
    let name = core::str::from_utf8(name).map_err(|_| "a file name has to be UTF-8".to_owned())?;
    View::load(name, if map { Kind::Map } else { Kind::Patterns }, key, outside)
}
