//! JSON: escaping text for it, and finding a value in it by a path (manual 7.3.1; RFC 8259).

use crate::args::{Arg, Args};
use crate::conv::{Conv, c};
use crate::env::Env;
use crate::error::show;
use crate::outside::Outside;
use crate::val::Type::*;
use crate::val::{Sink, Val, leading_int};

#[rustfmt::skip]
pub static ITEMS: &[Conv] = &[
    c("json", "string", Str, Str, "the text escaped for a JSON string").prepared(code_args).does(escape),
    c("json_query", "string[,string]", Str, Any, "what a path finds in JSON").prepared(|args, _| query_args(args)).does(|args, v, env| {
        query(v.bytes()?, args, env)
    }),
];

/// How the bytes of a text are taken for characters.
#[derive(Clone, Copy)]
struct Code {
    /// UTF-8, otherwise each byte is a character.
    utf8: bool,
    /// Characters that are wrong are left out, otherwise there is no result.
    silent: bool,
    /// Characters of more bytes than they need are right.
    permissive: bool,
}

static CODES: [(&[u8], Code); 6] = [
    (b"", Code { utf8: false, silent: false, permissive: false }),
    (b"ascii", Code { utf8: false, silent: false, permissive: false }),
    (b"utf8", Code { utf8: true, silent: false, permissive: false }),
    (b"utf8s", Code { utf8: true, silent: true, permissive: false }),
    (b"utf8p", Code { utf8: true, silent: false, permissive: true }),
    (b"utf8ps", Code { utf8: true, silent: true, permissive: true }),
];

fn code_args(args: &mut Args, _: &mut dyn Outside) -> Result<(), String> {
    let word = args.str(0).unwrap_or_default();
    let at = CODES.iter().position(|(name, _)| *name == word).ok_or_else(|| {
        let text = "Unexpected input code type '{}', expected 'ascii', 'utf8', 'utf8s', 'utf8p' or 'utf8ps'";
        text.replace("{}", &show(word))
    })?;
    args.0 = Box::new([Arg::Int(at as i64)]);
    Ok(())
}

fn escape<'a>(args: &'a Args, v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (text, (_, code)) = (v.bytes()?, CODES.get(usize::try_from(args.int(0)?).ok()?)?);
    if text.iter().all(|b| (b' '..0x7f).contains(b) && !matches!(b, b'"' | b'\\' | b'/')) {
        return Some(Val::Str(text));
    }
    let mut valid = true;
    let out = env.scratch.write(|w| {
        let mut rest = text;
        while let [first, tail @ ..] = rest {
            let (c, len) = if code.utf8 { character(rest, code.permissive) } else { (Some(u32::from(*first)), 1) };
            match c {
                Some(c) => put_char(c, w),
                None => valid &= code.silent,
            }
            rest = if len == 1 { tail } else { &rest[len..] };
        }
    });
    out.filter(|_| valid).map(Val::Str)
}

/// The character at the start of `text` if it is right and a single `\u` can write it, and how many bytes it takes.
fn character(text: &[u8], permissive: bool) -> (Option<u32>, usize) {
    let first = text[0];
    let (len, mut c) = match first {
        0..0x80 => return (Some(u32::from(first)), 1),
        0xc0..0xe0 => (2, u32::from(first & 0x1f)),
        0xe0..0xf0 => (3, u32::from(first & 0x0f)),
        0xf0..0xf8 => (4, u32::from(first & 0x07)),
        _ => return (None, 1),
    };
    for at in 1..len {
        match text.get(at) {
            Some(b) if b & 0xc0 == 0x80 => c = c << 6 | u32::from(b & 0x3f),
            _ => return (None, at),
        }
    }
    let least = [0, 0, 0x80, 0x800, 0x1_0000][len];
    let right = (c >= least || permissive) && c <= 0xffff && !(0xd800..0xe000).contains(&c);
    (right.then_some(c), len)
}

fn put_char(c: u32, out: &mut dyn Sink) {
    let short = match c {
        0x08 => b"\\b",
        0x09 => b"\\t",
        0x0a => b"\\n",
        0x0c => b"\\f",
        0x0d => b"\\r",
        0x22 => b"\\\"",
        0x2f => b"\\/",
        0x5c => b"\\\\",
        0x20..0x7f => return out.put(&[c as u8]),
        _ => {
            let digit = |shift: u32| b"0123456789abcdef"[(c >> shift & 15) as usize];
            return out.put(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
        }
    };
    out.put(short);
}

/// One step of a path into JSON.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// To the member of this name.
    Member(Box<[u8]>),
    /// To the element with this number.
    Element(usize),
}

/// Arguments 0 and 1 become the path (`$.a.b[0]`; none never finds anything) and whether an integer is wanted.
pub(super) fn query_args(args: &mut Args) -> Result<(), String> {
    let int = match args.str(1) {
        None | Some(b"") => false,
        Some(b"int") => true,
        Some(other) => return Err(format!("output_type '{}' is not supported, only 'int' is", show(other))),
    };
    let path = args.str(0).filter(|p| !p.is_empty()).ok_or("json_path must not be empty")?;
    args.0 = Box::new([Arg::Path(steps(path).map(Into::into)), Arg::Bool(int)]);
    Ok(())
}

fn steps(path: &[u8]) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix(b"$")?;
    let mut out = Vec::new();
    loop {
        match rest {
            [] => return Some(out),
            [b'[', quote @ (b'\'' | b'"'), tail @ ..] => {
                let end = memchr::memchr(*quote, tail)?;
                out.push(Step::Member(tail[..end].into()));
                rest = tail[end + 1..].strip_prefix(b"]")?;
            }
            [b'[', tail @ ..] => {
                let end = memchr::memchr(b']', tail)?;
                out.push(Step::Element(core::str::from_utf8(&tail[..end]).ok()?.parse().ok()?));
                rest = &tail[end + 1..];
            }
            [b'.', tail @ ..] => {
                let (mut name, mut at) = (Vec::new(), 0);
                while let Some(b) = tail.get(at).filter(|b| !matches!(b, b'.' | b'[')) {
                    at += usize::from(*b == b'\\');
                    name.push(*tail.get(at)?);
                    at += 1;
                }
                out.push(Step::Member(name.into()));
                rest = &tail[at..];
            }
            _ => return None,
        }
    }
}

/// What the path of the arguments finds.
pub(super) fn query<'a>(json: &'a [u8], args: &'a Args, env: &'a Env<'a>) -> Option<Val<'a>> {
    let (Some(Arg::Path(Some(path))), int) = (args.get(0), args.get(1) == Some(&Arg::Bool(true))) else { return None };
    let mut at = Cursor { json, at: 0 };
    for step in path {
        match step {
            Step::Member(name) => at.member(name)?,
            Step::Element(n) => at.element(*n)?,
        }
    }
    let value = at.value()?;
    match (value.first()?, int) {
        // A string stays one, as in the reference.
        (b'"', _) => unescaped(value.get(1..value.len() - 1)?, env).map(Val::Str),
        (b'-' | b'0'..=b'9', true) => Some(Val::Int(leading_int(value))),
        (b'-' | b'0'..=b'9', false) => match core::str::from_utf8(value).ok()?.parse() {
            Ok(n) => Some(Val::Int(n)),
            Err(_) => Some(whole(value).map_or(Val::Str(value), Val::Int)),
        },
        (b't', _) if value == b"true" => Some(Val::Bool(true)),
        (b'f', _) if value == b"false" => Some(Val::Bool(false)),
        (b'[', false) => list(value, env).map(Val::Str),
        _ => None,
    }
}

/// A number with a fraction or an exponent, if its value is an integer that a double holds exactly.
fn whole(number: &[u8]) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let n: f64 = core::str::from_utf8(number).ok()?.parse().ok()?;
    (n.fract() == 0.0 && n.abs() < EXACT).then_some(n as i64)
}

/// The elements of an array as they stand there, without the blanks around them.
fn list<'a>(array: &[u8], env: &'a Env<'a>) -> Option<&'a [u8]> {
    let mut whole = true;
    let out = env.scratch.write(|w| {
        w.put(b"[");
        let mut at = Cursor { json: array, at: 1 };
        let mut first = true;
        while at.peek() != Some(b']') {
            let Some(value) = at.value().filter(|_| first || array.get(at.at).is_some()) else {
                whole = false;
                break;
            };
            if !first {
                w.put(b",");
            }
            first = false;
            w.put(value);
            if at.peek() == Some(b',') {
                at.at += 1;
            }
        }
        w.put(b"]");
    });
    out.filter(|_| whole)
}

/// A place in JSON, in front of a value. It goes forward only, and what it skips is not checked.
struct Cursor<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        let blanks = self.json.get(self.at..)?.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
        self.at += blanks.count();
        self.json.get(self.at).copied()
    }

    /// Takes `b` if it comes next.
    fn take(&mut self, b: u8) -> Option<()> {
        (self.peek()? == b).then(|| self.at += 1)
    }

    /// Goes to the member `name` of the object here.
    fn member(&mut self, name: &[u8]) -> Option<()> {
        self.take(b'{')?;
        loop {
            let key = self.value().filter(|key| key.first() == Some(&b'"'))?;
            self.take(b':')?;
            if key.get(1..key.len() - 1) == Some(name) {
                return Some(());
            }
            self.value()?;
            self.take(b',')?;
        }
    }

    /// Goes to element `n` of the array here.
    fn element(&mut self, n: usize) -> Option<()> {
        self.take(b'[')?;
        for _ in 0..n {
            self.value()?;
            self.take(b',')?;
        }
        (self.peek()? != b']').then_some(())
    }

    /// The text of the value here; goes behind it.
    fn value(&mut self) -> Option<&'a [u8]> {
        let first = self.peek()?;
        let from = self.at;
        match first {
            b'"' => self.string()?,
            b'{' | b'[' => {
                let mut depth = 0_usize;
                loop {
                    match self.json.get(self.at)? {
                        b'"' => self.string()?,
                        b => {
                            depth = match b {
                                b'{' | b'[' => depth + 1,
                                b'}' | b']' => depth - 1,
                                _ => depth,
                            };
                            self.at += 1;
                            if depth == 0 {
                                break;
                            }
                        }
                    }
                }
            }
            b',' | b':' | b'}' | b']' => return None,
            _ => {
                let ends = |b: &u8| matches!(b, b',' | b'}' | b']' | b':' | b' ' | b'\t' | b'\r' | b'\n');
                self.at += self.json[self.at..].iter().position(ends).unwrap_or(self.json.len() - self.at);
            }
        }
        Some(&self.json[from..self.at])
    }

    /// Goes behind the string here.
    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let from = self.json.get(self.at..)?;
            let at = memchr::memchr2(b'"', b'\\', from)?;
            self.at += at + 1;
            if from[at] == b'"' {
                return Some(());
            }
            self.at += 1;
        }
    }
}

/// What stands in a string.
fn unescaped<'a>(text: &'a [u8], env: &'a Env<'a>) -> Option<&'a [u8]> {
    if memchr::memchr(b'\\', text).is_none() {
        return Some(text);
    }
    let mut valid = true;
    let out = env.scratch.write(|w| valid = unescape(text, w).is_some());
    out.filter(|_| valid)
}

fn unescape(text: &[u8], out: &mut dyn Sink) -> Option<()> {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.put(&rest[..at]);
        let escaped = *rest.get(at + 1)?;
        rest = &rest[at + 2..];
        match escaped {
            b'"' | b'\\' | b'/' => out.put(&[escaped]),
            b'b' => out.put(b"\x08"),
            b'f' => out.put(b"\x0c"),
            b'n' => out.put(b"\n"),
            b'r' => out.put(b"\r"),
            b't' => out.put(b"\t"),
            b'u' => {
                let mut c = unit(rest)?;
                rest = &rest[4..];
                if (0xd800..0xdc00).contains(&c) {
                    let low = unit(rest.strip_prefix(b"\\u")?).filter(|low| (0xdc00..0xe000).contains(low))?;
                    rest = &rest[6..];
                    c = 0x1_0000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                }
                out.put(char::from_u32(c)?.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => return None,
        }
    }
    out.put(rest);
    Some(())
}

/// Four hexadecimal digits.
fn unit(text: &[u8]) -> Option<u32> {
    text.get(..4)?.iter().try_fold(0, |n, b| Some(n << 4 | (*b as char).to_digit(16)?))
}
