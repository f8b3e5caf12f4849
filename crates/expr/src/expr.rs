//! Sample expressions: a fetch and any number of converters (manual 7.3).

use core::hash::{Hash, Hasher};

use crate::args::{self, Args};
use crate::conv::{self, Conv};
use crate::env::Env;
use crate::error::{Error, Unbuilt, show};
use crate::fetch::{self, Fetch};
use crate::outside::Outside;
use crate::place::Places;
use crate::val::{Type, Val};

/// What evaluating gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Got<'a> {
    /// A value. `more`: another call with the same cursor may give another occurrence.
    Val {
        /// The value.
        v: Val<'a>,
        /// Whether asking again makes sense.
        more: bool,
    },
    /// There is no such thing.
    Absent,
    /// It isn't there yet and may still come.
    Wait,
}

impl<'a> Got<'a> {
    /// A single value.
    #[inline]
    pub fn one(v: Val<'a>) -> Got<'a> {
        Got::Val { v, more: false }
    }

    /// A single value, or its absence.
    #[inline]
    pub fn opt(v: Option<Val<'a>>) -> Got<'a> {
        v.map_or(Got::Absent, Got::one)
    }
}

/// Where a fetch stands among the occurrences of what it looks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    /// Every occurrence is wanted, one after the other (ACLs); otherwise the one that the arguments name.
    pub every: bool,
    /// The first field that hasn't been looked at.
    pub at: usize,
    /// The first byte of that field that hasn't been looked at.
    pub sub: usize,
}

impl Cursor {
    /// For an ACL, which tries every occurrence.
    pub fn every() -> Cursor {
        Cursor { every: true, ..Cursor::default() }
    }
}

/// What one part of an expression gave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Traced<'a> {
    /// Where the part begins in the expression's text.
    pub off: usize,
    /// What a converter was given, after the cast to its type; `None` if there is no such value, and for the fetch.
    pub input: Option<Val<'a>>,
    /// What it made of it.
    pub got: Got<'a>,
}

/// A compiled sample expression.
#[derive(Clone, Debug)]
pub struct Expr {
    fetch: &'static Fetch,
    args: Args,
    convs: Box<[Step]>,
    out: Type,
}

#[derive(Clone, Debug)]
struct Step {
    conv: &'static Conv,
    args: Args,
    /// Where its name stands in the expression's text.
    off: usize,
}

impl Expr {
    /// Compiles `text`, which must be one whole expression.
    pub fn compile(text: &[u8], outside: &mut dyn Outside) -> Result<Expr, Error> {
        let (expr, end) = Expr::compile_prefix(text, outside)?;
        match text.get(end) {
            None => Ok(expr),
            Some(_) => Err(Error::at(
                end,
                text.len() - end,
                format!("unexpected '{}' behind the expression", show(&text[end..])),
            )),
        }
    }

    /// Compiles the expression at the start of `text` and answers where it ends: at the first byte that can't
    /// belong to it, such as the `]` of a log format.
    pub fn compile_prefix(text: &[u8], outside: &mut dyn Outside) -> Result<(Expr, usize), Error> {
        let name_len = name_len(text);
        let name = &text[..name_len];
        if name.is_empty() {
            return Err(Error::at(0, 0, "missing fetch method"));
        }
        let fetch = fetch::find(name).ok_or_else(|| {
            Error::at(0, name_len, format!("unknown fetch method '{}'", show(name))).known(fetch::names())
        })?;
        Expr::with_fetch(fetch, text, name_len, outside)
    }

    /// The same for a fetch that is known already: its arguments begin at `from`.
    pub(crate) fn with_fetch(
        fetch: &'static Fetch,
        text: &[u8],
        from: usize,
        outside: &mut dyn Outside,
    ) -> Result<(Expr, usize), Error> {
        let what = format!("fetch method '{}'", show(&text[..from]));
        let (mut args, used) =
            args::parse(&text[from..], &fetch.args, &what, outside).map_err(|e| e.bytes_later(from))?;
        if let Some(prepare) = fetch.prepare {
            prepare(&mut args, outside).map_err(|why| {
                let name = show(&text[..from]);
                Error::at(from, used, format!("invalid args in fetch method '{name}' : {why}"))
            })?;
        }
        let mut end = from + used;
        let mut out = fetch.out;
        let mut convs = Vec::new();
        while text.get(end) == Some(&b',') {
            let (mut step, used) = Step::compile(&text[end + 1..], out, outside).map_err(|e| e.bytes_later(end + 1))?;
            step.off = end + 1;
            // `Same` is a type that is known only at run time, to the reference as well: it has no way to match by default.
            out = step.conv.out;
            convs.push(step);
            end += 1 + used;
        }
        Ok((Expr { fetch, args, convs: convs.into(), out }, end))
    }

    /// The type of its values.
    pub fn out(&self) -> Type {
        self.out
    }

    /// The places where it is legal.
    pub fn places(&self) -> Places {
        self.fetch.places
    }

    /// The fetch that it begins with.
    pub fn fetch(&self) -> &'static Fetch {
        self.fetch
    }

    /// What it uses and nobody has built yet. Evaluated nevertheless, it is absent.
    pub fn unbuilt(&self) -> impl Iterator<Item = Unbuilt> + '_ {
        let fetch = (!self.fetch.works()).then(|| Unbuilt::at(self.fetch.name, 0));
        let convs = self.convs.iter().filter(|s| !s.conv.works()).map(|s| Unbuilt::at(s.conv.name, s.off));
        fetch.into_iter().chain(convs)
    }

    /// Whether converters follow the fetch.
    pub fn has_convs(&self) -> bool {
        !self.convs.is_empty()
    }

    /// The one value that it means.
    #[inline]
    pub fn eval<'a>(&'a self, env: &'a Env<'a>) -> Got<'a> {
        self.next(env, &mut Cursor::default())
    }

    /// The next value. An occurrence that a converter refuses is [`Got::Absent`] if it was the last, otherwise the one
    /// behind it is tried.
    #[inline]
    pub fn next<'a>(&'a self, env: &'a Env<'a>, cursor: &mut Cursor) -> Got<'a> {
        let Some(fun) = self.fetch.fun else { return Got::Absent };
        if self.convs.is_empty() {
            return fun(&self.args, env, cursor);
        }
        self.next_converted(fun, env, cursor)
    }

    fn next_converted<'a>(&'a self, fun: fetch::Fun, env: &'a Env<'a>, cursor: &mut Cursor) -> Got<'a> {
        loop {
            match fun(&self.args, env, cursor) {
                Got::Val { v, more } => match self.convert(v, env) {
                    Some(v) => return Got::Val { v, more },
                    None if more => {}
                    None => return Got::Absent,
                },
                none => return none,
            }
        }
    }

    /// How many parts it has: the fetch and the converters.
    pub fn parts(&self) -> usize {
        1 + self.convs.len()
    }

    /// Where the text of a part ends; `None` for the last one, which goes on to the end.
    pub fn part_end(&self, part: usize) -> Option<usize> {
        self.convs.get(part).map(|step| step.off - 1)
    }

    /// As [`Expr::eval`], in the open: what each part gave, up to the first that gave nothing. For tools.
    pub fn trace<'a>(&'a self, env: &'a Env<'a>) -> Vec<Traced<'a>> {
        let mut got = self.fetch.fun.map_or(Got::Absent, |fun| fun(&self.args, env, &mut Cursor::default()));
        let mut parts = vec![Traced { off: 0, input: None, got }];
        for step in &self.convs {
            let Got::Val { v, .. } = got else { break };
            let input = v.cast(step.conv.input, env.scratch);
            got = Got::opt(input.zip(step.conv.fun).and_then(|(v, fun)| fun(&step.args, v, env)));
            parts.push(Traced { off: step.off, input, got });
        }
        parts
    }

    /// What the fetch alone gives.
    #[cfg(test)]
    pub(crate) fn input<'a>(&'a self, env: &'a Env<'a>) -> Option<Val<'a>> {
        match self.fetch.fun?(&self.args, env, &mut Cursor::default()) {
            Got::Val { v, .. } => Some(v),
            Got::Absent | Got::Wait => None,
        }
    }

    pub(crate) fn convert<'a>(&'a self, mut v: Val<'a>, env: &'a Env<'a>) -> Option<Val<'a>> {
        for step in &self.convs {
            v = v.cast(step.conv.input, env.scratch)?;
            v = (step.conv.fun?)(&step.args, v, env)?;
        }
        Some(v)
    }
}

impl Step {
    /// Compiles the converter at the start of `text`, which will be given values of type `input`.
    fn compile(text: &[u8], input: Type, outside: &mut dyn Outside) -> Result<(Step, usize), Error> {
        let name_len = name_len(text);
        let name = &text[..name_len];
        if name.is_empty() {
            return Err(Error::at(0, 0, "missing converter name"));
        }
        let conv = conv::find(name).ok_or_else(|| {
            Error::at(0, name_len, format!("unknown converter '{}'", show(name))).known(conv::names())
        })?;
        let what = format!("converter '{}'", conv.name);
        let (mut args, used) =
            args::parse(&text[name_len..], &conv.args, &what, outside).map_err(|e| e.bytes_later(name_len))?;
        if let Some(prepare) = conv.prepare {
            prepare(&mut args, outside)
                .map_err(|why| Error::at(name_len, used, format!("invalid args in {what} : {why}")))?;
        }
        if !input.casts_to(conv.input) {
            let (from, to) = (input.name(), conv.input.name());
            let text = format!("{what} cannot be applied: it takes type '{to}', not '{from}'");
            return Err(Error::at(0, name_len, text));
        }
        Ok((Step { conv, args, off: 0 }, name_len + used))
    }
}

/// How many bytes at the start of `text` belong to the name of a fetch or converter.
pub(crate) fn name_len(text: &[u8]) -> usize {
    text.iter().position(|b| matches!(b, b'(' | b',' | b']' | b')' | b' ' | b'\t')).unwrap_or(text.len())
}

impl PartialEq for Expr {
    fn eq(&self, other: &Expr) -> bool {
        core::ptr::eq(self.fetch, other.fetch) && self.args == other.args && self.convs == other.convs
    }
}

impl Eq for Expr {}

impl Hash for Expr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.fetch.name.hash(state);
        self.args.hash(state);
        for step in &self.convs {
            step.conv.name.hash(state);
            step.args.hash(state);
        }
    }
}

impl PartialEq for Step {
    fn eq(&self, other: &Step) -> bool {
        core::ptr::eq(self.conv, other.conv) && self.args == other.args
    }
}
