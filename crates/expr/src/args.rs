//! Arguments of fetches and converters: `name(arg1,arg2)`, typed and checked once (manual 2.2 and 7.3).

use core::net::{Ipv4Addr, Ipv6Addr};

use std::sync::Arc;

use http::HdrId;

use crate::acl::Acl;
use crate::conv::{PathStep, PublicKey, When};
use crate::env::Env;
use crate::error::{Error, show};
use crate::list::View;
use crate::outside::{Lookup, Outside};
use crate::regex::Rx;
use crate::val::{Type, Val};
use crate::vars::{Owned, SetIf, VarName};

/// The type of an argument.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ArgKind {
    /// Any text.
    Str,
    /// A signed integer.
    Int,
    /// An IPv4 address.
    Ip4,
    /// An IPv6 address.
    Ip6,
    /// An IPv4 netmask, dotted or as a number of bits.
    Mask4,
    /// An IPv6 netmask, as an address or as a number of bits.
    Mask6,
    /// A regular expression.
    Regex,
    /// A field of a protocol buffers message: numbers with dots between them.
    Fields,
    /// The name of something else in the configuration.
    Name(NameKind),
}

/// What a name in an argument stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NameKind {
    /// A stick table. Without a name: that of the proxy in hand.
    Table,
    /// A frontend. Without a name: the proxy in hand.
    Frontend,
    /// A backend. Without a name: the proxy in hand.
    Backend,
    /// A server, as `backend/server` or of the proxy in hand.
    Server,
    /// A user list.
    Userlist,
}

impl ArgKind {
    /// Each kind with its name in the catalogue and in messages.
    const NAMED: [(ArgKind, &'static str); 13] = [
        (ArgKind::Str, "string"),
        (ArgKind::Int, "integer"),
        (ArgKind::Ip4, "IPv4 address"),
        (ArgKind::Ip6, "IPv6 address"),
        (ArgKind::Mask4, "IPv4 mask"),
        (ArgKind::Mask6, "IPv6 mask"),
        (ArgKind::Regex, "regex"),
        (ArgKind::Fields, "Protocol buffers field number"),
        (ArgKind::Name(NameKind::Table), "table"),
        (ArgKind::Name(NameKind::Frontend), "frontend"),
        (ArgKind::Name(NameKind::Backend), "backend"),
        (ArgKind::Name(NameKind::Server), "server"),
        (ArgKind::Name(NameKind::Userlist), "user list"),
    ];

    /// The kind's name in the catalogue and in messages.
    pub fn name(self) -> &'static str {
        ArgKind::NAMED.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind that stands at `from..to` of the catalogue's notation.
    const fn of(notation: &[u8], from: usize, to: usize) -> ArgKind {
        let mut i = 0;
        while i < ArgKind::NAMED.len() {
            let (kind, name) = ArgKind::NAMED[i];
            let name = name.as_bytes();
            let mut at = 0;
            while at < name.len() && from + at < to && name[at] == notation[from + at] {
                at += 1;
            }
            if at == name.len() && from + at == to {
                return kind;
            }
            i += 1;
        }
        panic!("no such type of argument")
    }

    /// Names may be left out even where they are mandatory: the proxy in hand is meant.
    fn has_default(self) -> bool {
        matches!(self, ArgKind::Name(_))
    }
}

/// Checks compiled arguments and brings them into the form that their doer wants; the error is the reason alone.
pub type Prepare = fn(&mut Args, &mut dyn Outside) -> Result<(), String>;

/// Which arguments something takes.
#[derive(Clone, Copy, Debug)]
pub struct ArgSpec {
    kinds: [ArgKind; ArgSpec::MOST],
    len: u8,
    min: u8,
}

impl ArgSpec {
    /// Nothing takes more arguments.
    const MOST: usize = 12;
    /// No argument.
    pub const NONE: ArgSpec = ArgSpec { kinds: [ArgKind::Str; ArgSpec::MOST], len: 0, min: 0 };

    /// The catalogue's notation without the parentheses, such as `string[,integer]`. Anything else doesn't compile.
    pub const fn of(notation: &str) -> ArgSpec {
        let text = notation.as_bytes();
        let (mut spec, mut min, mut from, mut at) = (ArgSpec::NONE, None, 0, 0);
        while at <= text.len() {
            let end = at == text.len();
            if (end || matches!(text[at], b'[' | b',' | b']')) && at > from {
                spec.kinds[spec.len as usize] = ArgKind::of(text, from, at);
                spec.len += 1;
            }
            if end || matches!(text[at], b'[' | b',' | b']') {
                from = at + 1;
            }
            if !end && text[at] == b'[' {
                min = Some(spec.len);
            }
            at += 1;
        }
        spec.min = match min {
            Some(min) => min,
            None => spec.len,
        };
        spec
    }

    /// The types, in order.
    pub fn kinds(&self) -> &[ArgKind] {
        &self.kinds[..usize::from(self.len)]
    }

    /// How many of them are mandatory.
    pub fn min(&self) -> usize {
        usize::from(self.min)
    }

    /// The catalogue's notation, such as `(string[,integer])`.
    pub fn text(&self) -> String {
        let mut out = String::from("(");
        for (i, kind) in self.kinds().iter().enumerate() {
            if i == self.min() {
                out.push('[');
            }
            if i > 0 {
                out.push(',');
            }
            out.push_str(kind.name());
        }
        if self.min < self.len {
            out.push(']');
        }
        out.push(')');
        out
    }
}

/// One compiled argument.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Arg {
    /// Text.
    Str(Box<[u8]>),
    /// An integer.
    Int(i64),
    /// An IPv4 address or mask.
    Ip4(Ipv4Addr),
    /// An IPv6 address or mask.
    Ip6(Ipv6Addr),
    /// The name of a header field, in lower case, with its number.
    Field(HdrId, Box<[u8]>),
    /// A truth value.
    Bool(bool),
    /// A variable.
    Var(VarName),
    /// The conditions of setting a variable.
    SetIf(SetIf),
    /// An ACL.
    Acl(Arc<Acl>),
    /// What converter `when` asks.
    When(When),
    /// A regular expression.
    Regex(Rx),
    /// A map.
    Map(View),
    /// A public key, if its file had one.
    PublicKey(Option<Arc<PublicKey>>),
    /// A value, or none.
    Owned(Option<Owned>),
    /// A path into JSON; `None` is one that finds nothing.
    Path(Option<Box<[PathStep]>>),
    /// The numbers of nested fields, from the outermost on.
    Fields(Box<[u32]>),
    /// What a name stands for: the number that [`Outside::find`] gave it, if it gave one already.
    Named(NameKind, Box<[u8]>, Option<u32>),
}

/// The compiled arguments of one use of a fetch or converter; optional ones at the end may be missing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Args(pub Box<[Arg]>);

impl Args {
    /// Argument `i` as text.
    #[inline]
    pub fn str(&self, i: usize) -> Option<&[u8]> {
        match self.0.get(i) {
            Some(Arg::Str(s) | Arg::Field(_, s)) => Some(s),
            _ => None,
        }
    }

    /// Argument `i` as an integer.
    #[inline]
    pub fn int(&self, i: usize) -> Option<i64> {
        match self.0.get(i) {
            Some(Arg::Int(n)) => Some(*n),
            _ => None,
        }
    }

    /// Argument `i`, whatever it is.
    #[inline]
    pub fn get(&self, i: usize) -> Option<&Arg> {
        self.0.get(i)
    }

    /// Argument `i` as an integer, which a variable may hold.
    #[inline]
    pub fn number(&self, i: usize, env: &Env<'_>) -> Option<i64> {
        match self.0.get(i)? {
            Arg::Int(n) => Some(*n),
            Arg::Var(name) => match env.var(name)?.cast(Type::Int, env.scratch)? {
                Val::Int(n) => Some(n),
                _ => None,
            },
            _ => None,
        }
    }

    /// Argument `i` as text, which a variable may hold.
    pub fn text<'a>(&'a self, i: usize, env: &'a Env<'a>) -> Option<&'a [u8]> {
        match self.0.get(i)? {
            Arg::Var(name) => env.var(name)?.cast(Type::Str, env.scratch)?.bytes(),
            _ => self.str(i),
        }
    }

    /// Argument `i`, text until now, becomes a variable's name.
    pub(crate) fn make_var(&mut self, i: usize) -> Result<(), String> {
        if let Some(slot) = self.0.get_mut(i)
            && let Arg::Str(text) = slot
        {
            *slot = Arg::Var(VarName::parse(text)?);
        }
        Ok(())
    }

    /// Argument `i`, text until now, becomes a variable's name if it is one.
    pub(crate) fn make_var_if_named(&mut self, i: usize) {
        if let Some(Ok(name)) = self.str(i).map(VarName::parse) {
            self.0[i] = Arg::Var(name);
        }
    }

    /// Argument `i`, text until now, becomes an integer or a variable's name.
    pub(crate) fn make_number(&mut self, i: usize) -> Result<(), String> {
        let Some(text) = self.str(i) else { return Ok(()) };
        let number: Option<i64> = match text {
            // The reference takes an empty number for 0.
            b"" => Some(0),
            _ => core::str::from_utf8(text).ok().and_then(|t| t.parse().ok()),
        };
        match number {
            Some(n) => self.0[i] = Arg::Int(n),
            None => {
                let why = |why: String| format!("expects an integer or a variable name, not '{}': {why}", show(text));
                let name = VarName::parse(text).map_err(why)?;
                self.0[i] = Arg::Var(name);
            }
        }
        Ok(())
    }

    /// Argument 0, text until now, becomes the name of a header field. Does nothing if it is missing or empty.
    pub fn make_field_name(&mut self) {
        if let Some(slot @ Arg::Str(_)) = self.0.first_mut()
            && let Arg::Str(name) = slot
            && !name.is_empty()
        {
            let name = name.to_ascii_lowercase();
            *slot = Arg::Field(HdrId::of(&name), name.into());
        }
    }
}

/// Reads the arguments at the start of `text`, which may begin with a parenthesis. `what` names the owner in
/// messages. Answers how many bytes were read.
pub(crate) fn parse(
    text: &[u8],
    spec: &ArgSpec,
    what: &str,
    outside: &mut dyn Outside,
) -> Result<(Args, usize), Error> {
    let kinds = spec.kinds();
    // No parentheses are the same as empty ones, and those hold one empty argument.
    let (mut raw, len) = match text.first() {
        Some(b'(') => split(text, what)?,
        _ => (vec![Raw { bytes: Vec::new(), off: 0, len: 0 }], 0),
    };
    if let Some(extra) = raw.get(kinds.len())
        && !(kinds.is_empty() && raw.len() == 1 && extra.bytes.is_empty())
    {
        return Err(Error::at(extra.off, extra.len, format!("{what} : expected ')' before '{}'", show(&extra.bytes))));
    }
    // An empty argument is none where nothing has to be said.
    if let [only] = &raw[..]
        && only.bytes.is_empty()
        && only.len == 0
        && kinds[..spec.min()].iter().all(|k| k.has_default())
    {
        raw.clear();
    }
    while raw.len() < spec.min() && kinds[raw.len()].has_default() {
        raw.push(Raw { bytes: Vec::new(), off: 0, len: 0 });
    }
    if raw.len() < spec.min() {
        let kind = kinds[raw.len()].name();
        let text = format!("{what} : missing arguments (got {}/{}), type '{kind}' expected", raw.len(), spec.min());
        return Err(Error::at(len.saturating_sub(1), len.min(1), text));
    }
    let args: Result<Box<[Arg]>, Error> =
        raw.iter().zip(kinds).enumerate().map(|(i, (raw, &kind))| typed(raw, kind, i + 1, what, outside)).collect();
    Ok((Args(args?), len))
}

/// One argument before it has a type; `off` and `len` tell where its text stood, quotes included.
struct Raw {
    bytes: Vec<u8>,
    off: usize,
    len: usize,
}

/// Cuts `(a,"b",c)` at the start of `text` at its commas, and takes quotes and escapes away.
fn split(text: &[u8], what: &str) -> Result<(Vec<Raw>, usize), Error> {
    let mut out = Vec::new();
    let mut cur = Raw { bytes: Vec::new(), off: 1, len: 0 };
    let mut quote = None;
    let mut at = 1;
    while let Some(&b) = text.get(at) {
        let mut used = 1;
        match (b, quote) {
            (b')', None) => {
                cur.len = at - cur.off;
                out.push(cur);
                return Ok((out, at + 1));
            }
            (b',', None) => {
                cur.len = at - cur.off;
                out.push(core::mem::replace(&mut cur, Raw { bytes: Vec::new(), off: at + 1, len: 0 }));
            }
            (b'"' | b'\'', None) => quote = Some(b),
            (b, Some(q)) if b == q => quote = None,
            (b'\\', None | Some(b'"')) => used = unescape(&text[at..], &mut cur.bytes),
            _ => cur.bytes.push(b),
        }
        at += used;
    }
    let text = match quote {
        Some(q) => format!("{what} : missing closing quote {}", q as char),
        None => format!("{what} : expected ')'"),
    };
    Err(Error::at(at, 0, text))
}

/// Takes the escape at the start of `text`; one that isn't known stands for itself, backslash included.
fn unescape(text: &[u8], out: &mut Vec<u8>) -> usize {
    match text.get(1) {
        Some(b'n') => out.push(b'\n'),
        Some(b'r') => out.push(b'\r'),
        Some(b't') => out.push(b'\t'),
        Some(&b @ (b'\\' | b' ' | b'"' | b'\'' | b'\t')) => out.push(b),
        _ => {
            out.push(b'\\');
            return 1;
        }
    }
    2
}

fn typed(raw: &Raw, kind: ArgKind, position: usize, what: &str, outside: &mut dyn Outside) -> Result<Arg, Error> {
    let type_name = kind.name();
    if let ArgKind::Name(kind) = kind {
        return named(raw, kind, position, what, outside);
    }
    if raw.bytes.is_empty() && !matches!(kind, ArgKind::Str | ArgKind::Regex) {
        let text = format!("{what} : expected type '{type_name}' at position {position}, but got nothing");
        return Err(Error::at(raw.off, raw.len, text));
    }
    let text = core::str::from_utf8(&raw.bytes).unwrap_or("");
    let arg = match kind {
        ArgKind::Str | ArgKind::Regex => Some(Arg::Str(raw.bytes.as_slice().into())),
        ArgKind::Fields => fields(text).map(Arg::Fields),
        ArgKind::Name(_) => None,
        ArgKind::Int => text.parse().ok().map(Arg::Int),
        ArgKind::Ip4 => text.parse().ok().map(Arg::Ip4),
        ArgKind::Ip6 => text.parse().ok().map(Arg::Ip6),
        ArgKind::Mask4 => mask4(text).map(Arg::Ip4),
        ArgKind::Mask6 => mask6(text).map(Arg::Ip6),
    };
    arg.ok_or_else(|| {
        let shown = show(&raw.bytes);
        let text = format!("{what} : failed to parse '{shown}' as type '{type_name}' at position {position}");
        Error::at(raw.off, raw.len, text)
    })
}

/// The thing that a name stands for, which has to exist.
fn named(raw: &Raw, kind: NameKind, position: usize, what: &str, outside: &mut dyn Outside) -> Result<Arg, Error> {
    let found = match outside.find(kind, &raw.bytes) {
        Lookup::At(number) => Some(number),
        Lookup::Later => None,
        Lookup::Unknown(why) => {
            return Err(Error::at(raw.off, raw.len, format!("{why} referenced in arg {position} of {what}")));
        }
    };
    Ok(Arg::Named(kind, raw.bytes.as_slice().into(), found))
}

/// The numbers of nested fields: `1.2.3`.
fn fields(text: &str) -> Option<Box<[u32]>> {
    /// Fields are numbered with 29 bits.
    const LAST: u32 = (1 << 29) - 1;
    text.split('.').map(|n| n.parse().ok().filter(|n| (1..=LAST).contains(n))).collect()
}

/// A netmask in dotted form, or as a number of leading bits.
pub(crate) fn mask4(text: &str) -> Option<Ipv4Addr> {
    match text.parse::<u32>() {
        Ok(bits @ 0..=32) => Some(Ipv4Addr::from(u32::MAX.checked_shl(32 - bits).unwrap_or(0))),
        Ok(_) => None,
        Err(_) => text.parse().ok(),
    }
}

/// A netmask as an address, or as a number of leading bits.
pub(crate) fn mask6(text: &str) -> Option<Ipv6Addr> {
    match text.parse::<u32>() {
        Ok(bits @ 0..=128) => Some(Ipv6Addr::from(u128::MAX.checked_shl(128 - bits).unwrap_or(0))),
        Ok(_) => None,
        Err(_) => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STR_INT: ArgSpec = ArgSpec::of("string[,integer]");
    const OPT: ArgSpec = ArgSpec::of("[string,integer]");

    #[track_caller]
    fn check(text: &str, spec: &ArgSpec, want: &str) {
        let got = match parse(text.as_bytes(), spec, "fetch method 'f'", &mut crate::outside::NoOutside) {
            Ok((args, len)) => {
                let shown: Vec<String> = args
                    .0
                    .iter()
                    .map(|a| match a {
                        Arg::Str(s) => format!("'{}'", show(s)),
                        other => format!("{other:?}"),
                    })
                    .collect();
                format!("{} +{len}", shown.join(" "))
            }
            Err(e) => format!("{}@{}: {}", e.off, e.len, e.text.trim_start_matches("fetch method 'f' : ")),
        };
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn splits_and_types() {
        check("(host)", &STR_INT, "'host' +6");
        check("(host,-1),lower", &STR_INT, "'host' Int(-1) +9");
        check("(\"a,b)\",2)", &STR_INT, "'a,b)' Int(2) +10");
        check("('a\\',2)", &STR_INT, "'a\\' Int(2) +8");
        check("(a\\ \\\\b\\n\\1)", &STR_INT, "'a \\b\n\\1' +12");
        check("()", &OPT, " +2");
        check("()", &STR_INT, "'' +2");
        check("", &OPT, " +0");
        check("", &STR_INT, "'' +0");
        check(",lower", &OPT, " +0");
        check("(,3)", &OPT, "'' Int(3) +4");
    }

    #[test]
    fn refuses() {
        check("", &ArgSpec::of("integer"), "0@0: expected type 'integer' at position 1, but got nothing");
        check("(a)", &ArgSpec::of("string,integer"), "2@1: missing arguments (got 1/2), type 'integer' expected");
        check("(a", &STR_INT, "2@0: expected ')'");
        check("(\"a)", &STR_INT, "4@0: missing closing quote \"");
        check("(a,x)", &STR_INT, "3@1: failed to parse 'x' as type 'integer' at position 2");
        check("(a,)", &STR_INT, "3@0: expected type 'integer' at position 2, but got nothing");
        check("(a,1,2)", &STR_INT, "5@1: expected ')' before '2'");
        check("(b)", &ArgSpec::NONE, "1@1: expected ')' before 'b'");
    }

    #[test]
    fn masks() {
        assert_eq!(mask4("24"), Some(Ipv4Addr::new(255, 255, 255, 0)));
        assert_eq!(mask4("0"), Some(Ipv4Addr::UNSPECIFIED));
        assert_eq!(mask4("255.255.0.0"), Some(Ipv4Addr::new(255, 255, 0, 0)));
        assert_eq!((mask4("33"), mask4("x"), mask6("129")), (None, None, None));
        assert_eq!(mask6("64"), "ffff:ffff:ffff:ffff::".parse().ok());
        assert_eq!(mask6("0"), Some(Ipv6Addr::UNSPECIFIED));
    }

    #[test]
    fn notation() {
        for text in ["", "string[,integer]", "[string,integer]", "user list", "IPv4 mask[,IPv6 mask]", "regex,string"] {
            assert_eq!(ArgSpec::of(text).text(), format!("({text})"));
        }
        assert_eq!((STR_INT.min(), OPT.min(), ArgSpec::NONE.kinds().len()), (1, 0, 0));
    }
}
