//! Arguments of fetches and converters: `name(arg1,arg2)`, typed and checked once (manual 2.2 and 7.3).

use core::net::{Ipv4Addr, Ipv6Addr};

use http::HdrId;

use crate::error::{Error, show};

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
}

impl ArgKind {
    /// The kind's name in the catalogue and in messages.
    pub fn name(self) -> &'static str {
        match self {
            ArgKind::Str => "string",
            ArgKind::Int => "integer",
            ArgKind::Ip4 => "IPv4 address",
            ArgKind::Ip6 => "IPv6 address",
            ArgKind::Mask4 => "IPv4 mask",
            ArgKind::Mask6 => "IPv6 mask",
        }
    }
}

/// Checks compiled arguments and brings them into the form that their doer wants; the error is the reason alone.
pub type Prepare = fn(&mut Args) -> Result<(), String>;

/// Which arguments something takes.
#[derive(Clone, Copy, Debug)]
pub struct ArgSpec {
    /// The types, in order.
    pub kinds: &'static [ArgKind],
    /// How many of them are mandatory.
    pub min: usize,
}

impl ArgSpec {
    /// No argument.
    pub const NONE: ArgSpec = ArgSpec { kinds: &[], min: 0 };

    /// The catalogue's notation, such as `(string[,integer])`.
    pub fn text(&self) -> String {
        let mut out = String::from("(");
        for (i, kind) in self.kinds.iter().enumerate() {
            if i == self.min {
                out.push('[');
            }
            if i > 0 {
                out.push(',');
            }
            out.push_str(kind.name());
        }
        if self.min < self.kinds.len() {
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
pub(crate) fn parse(text: &[u8], spec: &ArgSpec, what: &str) -> Result<(Args, usize), Error> {
    let Some(b'(') = text.first() else {
        if spec.min > 0 {
            return Err(Error::at(
                0,
                0,
                format!("{what} : missing arguments (got 0/{}), type '{}' expected", spec.min, spec.kinds[0].name()),
            ));
        }
        return Ok((Args::default(), 0));
    };
    let (raw, len) = split(text, what)?;
    if let Some(extra) = raw.get(spec.kinds.len())
        && !(spec.kinds.is_empty() && raw.len() == 1 && extra.bytes.is_empty())
    {
        return Err(Error::at(extra.off, extra.len, format!("{what} : expected ')' before '{}'", show(&extra.bytes))));
    }
    // `name()` is the same as `name` where everything is optional.
    let none = raw.len() == 1 && raw[0].bytes.is_empty() && raw[0].len == 0 && spec.min == 0;
    let raw = if none { &[][..] } else { &raw[..] };
    if raw.len() < spec.min {
        let kind = spec.kinds[raw.len()].name();
        let text = format!("{what} : missing arguments (got {}/{}), type '{kind}' expected", raw.len(), spec.min);
        return Err(Error::at(len - 1, 1, text));
    }
    let args: Result<Box<[Arg]>, Error> =
        raw.iter().zip(spec.kinds).enumerate().map(|(i, (raw, &kind))| typed(raw, kind, i + 1, what)).collect();
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

fn typed(raw: &Raw, kind: ArgKind, position: usize, what: &str) -> Result<Arg, Error> {
    let type_name = kind.name();
    if raw.bytes.is_empty() && kind != ArgKind::Str {
        let text = format!("{what} : expected type '{type_name}' at position {position}, but got nothing");
        return Err(Error::at(raw.off, raw.len, text));
    }
    let text = core::str::from_utf8(&raw.bytes).unwrap_or("");
    let arg = match kind {
        ArgKind::Str => Some(Arg::Str(raw.bytes.as_slice().into())),
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

    const STR_INT: ArgSpec = ArgSpec { kinds: &[ArgKind::Str, ArgKind::Int], min: 1 };
    const OPT: ArgSpec = ArgSpec { kinds: &[ArgKind::Str, ArgKind::Int], min: 0 };

    #[track_caller]
    fn check(text: &str, spec: &ArgSpec, want: &str) {
        let got = match parse(text.as_bytes(), spec, "fetch method 'f'") {
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
        check(",lower", &OPT, " +0");
        check("(,3)", &OPT, "'' Int(3) +4");
    }

    #[test]
    fn refuses() {
        check("", &STR_INT, "0@0: missing arguments (got 0/1), type 'string' expected");
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
        assert_eq!(STR_INT.text(), "(string[,integer])");
        assert_eq!(OPT.text(), "([string,integer])");
        assert_eq!(ArgSpec::NONE.text(), "()");
    }
}
