//! From the text of a format to its pieces.

use super::alias;
use super::{Flags, LogFormat, Node, Use};
use crate::error::{Error, Unbuilt, show};
use crate::expr::Expr;
use crate::outside::{NoOutside, Outside};
use crate::place::Places;
use crate::record::Needs;

/// Compiles what a user wrote.
pub(super) fn compile(
    text: &[u8],
    purpose: Use,
    place: Places,
    http: bool,
    outside: &mut dyn Outside,
) -> Result<LogFormat, Error> {
    let mut c = Compiler::new(text, purpose, place, outside);
    c.http = http;
    c.run()
}

/// Compiles one of our own texts, which may use what users can't.
pub(super) fn trusted(text: &[u8], purpose: Use, place: Places) -> Result<LogFormat, Error> {
    let mut outside = NoOutside;
    let mut c = Compiler::new(text, purpose, place, &mut outside);
    (c.http, c.internal) = (true, true);
    c.run()
}

struct Compiler<'t> {
    text: &'t [u8],
    at: usize,
    purpose: Use,
    place: Places,
    /// Aliases of HTTP mode are legal.
    http: bool,
    /// Aliases of our own formats are legal.
    internal: bool,
    /// What `%o` has set for all items behind it.
    global: Flags,
    literal: Vec<u8>,
    nodes: Vec<Node>,
    needs: Needs,
    unbuilt: Vec<Unbuilt>,
    outside: &'t mut dyn Outside,
}

impl<'t> Compiler<'t> {
    fn new(text: &'t [u8], purpose: Use, place: Places, outside: &'t mut dyn Outside) -> Compiler<'t> {
        Compiler {
            text,
            at: 0,
            purpose,
            place,
            http: false,
            internal: false,
            global: Flags::default(),
            literal: Vec::new(),
            nodes: Vec::new(),
            needs: Needs::NONE,
            unbuilt: Vec::new(),
            outside,
        }
    }

    fn run(mut self) -> Result<LogFormat, Error> {
        let merge_spaces = self.purpose != Use::Http;
        while let Some(&b) = self.text.get(self.at) {
            match b {
                b'%' => self.item()?,
                b' ' if merge_spaces => {
                    self.flush();
                    if self.nodes.last() != Some(&Node::Space) {
                        self.nodes.push(Node::Space);
                    }
                    self.at += 1;
                }
                _ => {
                    self.literal.push(b);
                    self.at += 1;
                }
            }
        }
        self.flush();
        let (purpose, source) = (self.purpose, self.text.into());
        let unbuilt = self.unbuilt.into();
        Ok(LogFormat { nodes: self.nodes.into(), needs: self.needs, purpose, source, unbuilt })
    }

    /// Ends the text before an item.
    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.nodes.push(Node::Text(core::mem::take(&mut self.literal).into()));
        }
    }

    /// `%%`, or `%(name:type){flags}` with an alias or an expression behind.
    fn item(&mut self) -> Result<(), Error> {
        let start = self.at;
        self.at += 1;
        if self.text.get(self.at) == Some(&b'%') {
            self.literal.push(b'%');
            self.at += 1;
            return Ok(());
        }
        if self.text.get(self.at) == Some(&b'(') {
            self.item_name()?;
        }
        let mut flags = self.global;
        let has_flags = self.text.get(self.at) == Some(&b'{');
        if has_flags {
            self.flags(&mut flags)?;
        }
        match self.text.get(self.at) {
            None if self.at == start + 1 => Err(self.error(start, 1, "truncated line after '%'")),
            Some(b'[') => self.expression(flags),
            Some(b) if b.is_ascii_alphanumeric() => self.alias(flags),
            Some(_) if self.at == start + 1 => {
                // As in the reference, a percent sign before punctuation is dropped.
                self.literal.push(self.text[self.at]);
                self.at += 1;
                Ok(())
            }
            _ => {
                let item = show(&self.text[start..self.at]);
                let text = format!("parse argument modifier without variable name near '{item}'");
                Err(self.error(start, self.at - start, text))
            }
        }
    }

    /// `(name:type)`: both only matter to encoders that aren't built yet.
    fn item_name(&mut self) -> Result<(), Error> {
        let start = self.at;
        let Some(len) = self.text[start..].iter().position(|b| *b == b')') else {
            return Err(self.error(start, 1, "missing ')' behind the item's name"));
        };
        let inner = &self.text[start + 1..start + len];
        if let Some(colon) = inner.iter().position(|b| *b == b':') {
            let kind = &inner[colon + 1..];
            if !matches!(kind, b"str" | b"sint" | b"bool") {
                let text = format!("unexpected output type '{}', expected 'str', 'sint' or 'bool'", show(kind));
                return Err(self.error(start + 2 + colon, kind.len(), text));
            }
        }
        self.at = start + len + 1;
        Ok(())
    }

    /// `{+Q,-E}`. A flag without a sign changes nothing, as in the reference's own `%{Q}o`.
    fn flags(&mut self, flags: &mut Flags) -> Result<(), Error> {
        let start = self.at;
        let Some(len) = self.text[start..].iter().position(|b| *b == b'}') else {
            let text = format!("truncated line after '{}'", show(&self.text[start + 1..]));
            return Err(self.error(start, self.text.len() - start, text));
        };
        let mut at = start + 1;
        for word in self.text[start + 1..start + len].split(|b| *b == b',') {
            let trimmed = word.trim_ascii();
            let (sign, name) = match trimmed {
                [sign @ (b'+' | b'-'), name @ ..] => (Some(*sign == b'+'), name),
                name => (None, name),
            };
            let flag = match name {
                b"Q" => &mut flags.quote,
                b"X" => &mut flags.hex,
                b"E" => &mut flags.escape,
                b"bin" => &mut flags.bin,
                b"json" | b"cbor" => {
                    let name = if name == b"json" { "json" } else { "cbor" };
                    self.unbuilt.push(Unbuilt::at(name, at));
                    at += word.len() + 1;
                    continue;
                }
                b"" => {
                    at += word.len() + 1;
                    continue;
                }
                _ => {
                    let text = format!("unknown log-format flag '{}'", show(name));
                    return Err(self.error(at, word.len(), text).known(["Q", "X", "E", "bin", "json", "cbor"]));
                }
            };
            if let Some(on) = sign {
                *flag = on;
            }
            at += word.len() + 1;
        }
        self.at = start + len + 1;
        Ok(())
    }

    fn expression(&mut self, mut flags: Flags) -> Result<(), Error> {
        let start = self.at + 1;
        let rest = &self.text[start..];
        let whole = rest.iter().position(|b| *b == b']').map_or(rest, |end| &rest[..end]);
        let (expr, len) = Expr::compile_prefix(rest, self.outside).map_err(|mut e| {
            e.text = format!("failed to parse sample expression <{}> : {}", show(whole), e.text);
            e.bytes_later(start)
        })?;
        if rest.get(len) != Some(&b']') {
            return Err(self.error(start + len, 0, format!("missing ']' after '{}'", show(&rest[..len]))));
        }
        if !expr.places().meets(self.place) {
            let (name, place) = (expr.fetch().name, self.place.name());
            let text = format!("sample fetch <{name}> may not be reliably used here: it is not available in '{place}'");
            return Err(self.error(start, len, text));
        }
        // Binary output can only be chosen for the whole format.
        flags.bin = self.global.bin;
        self.needs = self.needs.or(expr.fetch().needs);
        self.unbuilt.extend(expr.unbuilt().map(|u| u.bytes_later(start)));
        self.flush();
        self.nodes.push(Node::Expr(Box::new(expr), flags));
        self.at = start + len + 1;
        Ok(())
    }

    fn alias(&mut self, flags: Flags) -> Result<(), Error> {
        let start = self.at;
        let len = self.text[start..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let name = &self.text[start..start + len];
        self.at += len;
        if name == b"o" {
            self.global = flags;
            return Ok(());
        }
        let Some(alias) = alias::find(name, self.internal) else {
            let text = format!(
                "no such format alias '{}'. If you wanted to emit the '%' character verbatim, you need to use '%%'",
                show(name)
            );
            return Err(self.error(start, len, text).known(alias::ITEMS.iter().map(|a| a.name)));
        };
        if alias.http && !self.http {
            return Err(self.error(start, len, format!("format alias '{}' is reserved for HTTP mode", alias.name)));
        }
        self.needs = self.needs.or(alias.needs);
        self.flush();
        self.nodes.push(Node::Alias(alias, flags));
        Ok(())
    }

    fn error(&self, off: usize, len: usize, text: impl Into<String>) -> Error {
        Error::at(off, len, text)
    }
}
