//! The four keywords of section `global` that change the environment (manual 3.1).

use crate::env::Env;
use crate::tree::Word;
use diag::{Diagnostic, Frame, Span};

/// Does what a line of section `global` says about the environment, if it says something; the answer is what is wrong
/// with it. Lines with another keyword do nothing.
pub fn obey(words: &[Word], env: &mut Env) -> Vec<Diagnostic> {
    let Some((keyword, args)) = words.split_first() else { return Vec::new() };
    let (name, span) = (&*keyword.text, keyword.span);
    match (name, args) {
        (b"setenv" | b"presetenv", args) => set(keyword, args, env).into_iter().collect(),
        (b"unsetenv", []) => vec![alert(span, "'unsetenv' expects at least one variable name.".to_owned())],
        (b"unsetenv", names) => {
            let (fixed, free): (Vec<_>, Vec<_>) = names.iter().partition(|name| Env::is_fixed(&name.text));
            free.iter().for_each(|name| env.unset(&name.text));
            fixed.iter().map(|name| is_fixed(keyword, name)).collect()
        }
        (b"resetenv", kept) => {
            env.retain(|name| Env::is_fixed(name) || kept.iter().any(|word| *word.text == *name));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// `setenv` and `presetenv`.
fn set(keyword: &Word, args: &[Word], env: &mut Env) -> Option<Diagnostic> {
    let shown = keyword.show();
    let [name, value] = args else {
        return Some(match args.get(2) {
            Some(extra) => {
                alert(extra.span, format!("'{shown}' cannot handle unexpected argument '{}'.", extra.show()))
                    .help("quote a value that has blanks in it")
            }
            None => alert(keyword.span, format!("'{shown}' expects a name and a value.")),
        });
    };
    if name.is_empty() || name.text.contains(&b'=') {
        let text = format!("'{shown}' failed on variable '{}' : Invalid argument.", name.show());
        return Some(alert(name.span, text).help("a name is not empty and has no '='"));
    }
    if keyword.is("presetenv") && env.value(&name.text).is_some() {
        return None;
    }
    if Env::is_fixed(&name.text) {
        return Some(is_fixed(keyword, name));
    }
    env.set(&name.text, &value.text);
    None
}

fn alert(span: Span, text: String) -> Diagnostic {
    Diagnostic::alert(span, text).framed(Frame::Language).manual("3.1")
}

/// The program's own variables keep their values.
fn is_fixed(keyword: &Word, name: &Word) -> Diagnostic {
    let text = format!("'{}' can't change variable '{}', its value is kept.", keyword.show(), name.show());
    Diagnostic::warning(name.span, text).framed(Frame::Language).manual("2.3")
}
