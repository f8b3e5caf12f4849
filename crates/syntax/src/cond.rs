//! Conditions of `.if`, `.elif` and `-cc` (manual 2.4).

use crate::args::{self, Arg, ArgsError};
use crate::env::Env;
use crate::facts::Facts;
use crate::lexer::{self, LexErrorKind, Scope};
use crate::version::Version;

/// The options that `enabled()` knows; asking for another one is an error.
pub const OPTIONS: &[&str] = &[
    "POLL",
    "EPOLL",
    "KQUEUE",
    "EVPORTS",
    "SPLICE",
    "GETADDRINFO",
    "REUSEPORT",
    "FAST-FORWARD",
    "SERVER-SSL-VERIFY-NONE",
];

/// The predicates and how many arguments each takes at most. A missing argument is an empty one, except for
/// the comparisons of two strings.
pub const PREDICATES: &[(&str, usize)] = &[
    ("awslc_api_atleast", 1),
    ("awslc_api_before", 1),
    ("defined", 1),
    ("enabled", 1),
    ("feature", 1),
    ("fips_mode", 0),
    ("openssl_version_atleast", 1),
    ("openssl_version_before", 1),
    ("ssllib_name_startswith", 1),
    ("streq", 2),
    ("strneq", 2),
    ("strstr", 2),
    ("version_atleast", 1),
    ("version_before", 1),
];

/// How deep parentheses may nest. Each level takes a few frames of the stack.
pub const MAX_DEPTH: usize = 100;

/// Why a condition has no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CondError {
    /// What is wrong, without the place and without a full stop.
    pub message: String,
    /// Offset in the condition.
    pub at: usize,
}

/// The answer of a condition whose words have been joined by single blanks. The empty one is false.
pub fn eval(text: &[u8], env: &Env, facts: &Facts) -> Result<bool, CondError> {
    if text.is_empty() {
        return Ok(false);
    }
    let mut cond = Cond { text, at: 0, depth: 0, env, facts };
    let answer = cond.any()?;
    match text.get(cond.at..).unwrap_or_default() {
        [] => Ok(answer),
        [b'&', b'&', ..] | [b'|', b'|', ..] => cond.unparsable(cond.at),
        [byte, ..] => cond.fail(cond.at, |text| {
            format!("unexpected character '{}' at the end of conditional expression '{text}'", byte.escape_ascii())
        }),
    }
}

/// The answer of a condition as the command line gives it with `-cc`: it is cut into words first, as a line
/// is, but without comments. The error is the whole message.
pub fn eval_argument(text: &[u8], env: &Env, facts: &Facts) -> Result<bool, String> {
    let mut budget = lexer::MAX_EXPANSION;
    let mut scope = Scope { env, file_name: "", line_no: 0, section: b"", budget: &mut budget, comments: false };
    let line = text.split(|&b| b == b'\n').next().unwrap_or_default();
    let statement = lexer::statement(line, diag::FileId(0), 0, &mut scope);
    if let Some(error) = statement.error {
        let what = match error.kind {
            LexErrorKind::UnmatchedQuote => "Unmatched quote",
            kind => kind.message(),
        };
        return Err(format!("Syntax Error in condition: {what}."));
    }
    if statement.words.is_empty() && !line.is_empty() {
        // Blanks aren't the empty condition, here and in the reference.
        return Err(format!("Failed to evaluate condition: unparsable conditional expression '{}'", show(line)));
    }
    let joined = join(statement.words.iter().map(|word| &*word.text));
    eval(&joined, env, facts).map_err(|error| format!("Failed to evaluate condition: {}", error.message))
}

/// Words joined by single blanks, as a condition sees them.
pub fn join<'a>(words: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
    out
}

struct Cond<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
    env: &'a Env,
    facts: &'a Facts,
}

impl<'a> Cond<'a> {
    /// Terms of `||`. All of them are read, so that mistakes in any are found; asking has no side effect.
    fn any(&mut self) -> Result<bool, CondError> {
        let mut answer = self.all()?;
        while self.operator(b"||") {
            answer |= self.all()?;
        }
        Ok(answer)
    }

    /// Terms of `&&`.
    fn all(&mut self) -> Result<bool, CondError> {
        let mut answer = self.term()?;
        while self.operator(b"&&") {
            answer &= self.term()?;
        }
        Ok(answer)
    }

    /// A number, a predicate or parentheses, perhaps negated. Blanks before and behind are skipped.
    fn term(&mut self) -> Result<bool, CondError> {
        let mut negated = false;
        self.blanks();
        while self.text.get(self.at) == Some(&b'!') {
            negated = !negated;
            self.at += 1;
            self.blanks();
        }
        let answer = match self.text.get(self.at) {
            Some(b'(') => self.parentheses()?,
            Some(b'0'..=b'9' | b'+' | b'-') => self.number()?,
            _ => self.predicate()?,
        };
        self.blanks();
        Ok(answer != negated)
    }

    fn parentheses(&mut self) -> Result<bool, CondError> {
        let open = self.at;
        if self.depth == MAX_DEPTH {
            return self.fail(open, |_| format!("more than {MAX_DEPTH} nested parentheses in conditional expression"));
        }
        self.depth += 1;
        self.at += 1;
        let answer = self.any()?;
        self.depth -= 1;
        if self.text.get(self.at) != Some(&b')') {
            let rest = show(&self.text[open..]);
            return self.fail(open, |_| format!("expected ')' after conditional expression '{rest}'"));
        }
        self.at += 1;
        Ok(answer)
    }

    /// A number in C's notation (decimal, `0x…`, `0…`): true unless it is zero.
    fn number(&mut self) -> Result<bool, CondError> {
        let start = self.at;
        let rest = &self.text[start..];
        let sign = usize::from(matches!(rest[0], b'+' | b'-'));
        let (prefix, digit): (usize, fn(&u8) -> bool) = match &rest[sign..] {
            [b'0', b'x' | b'X', next, ..] if next.is_ascii_hexdigit() => (2, u8::is_ascii_hexdigit),
            [b'0', ..] => (0, |b| matches!(b, b'0'..=b'7')),
            [b'1'..=b'9', ..] => (0, u8::is_ascii_digit),
            _ => return self.unparsable(start),
        };
        let digits = &rest[sign + prefix..];
        let len = digits.iter().take_while(|b| digit(b)).count();
        self.at = start + sign + prefix + len;
        Ok(digits[..len].iter().any(|&b| b != b'0'))
    }

    fn predicate(&mut self) -> Result<bool, CondError> {
        let start = self.at;
        let rest = &self.text[start..];
        let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let name = &rest[..len];
        let Some(&(name, max)) = PREDICATES.iter().find(|(known, _)| known.as_bytes() == name) else {
            return self.unparsable(start);
        };
        self.at += len;
        let args = if self.text.get(self.at) == Some(&b'(') { self.arguments(name, max)? } else { Vec::new() };
        if max == 2 && args.len() < 2 {
            let at = args.last().map_or(self.at, |arg| arg.at);
            let got = args.len();
            return self.fail(at, |_| {
                format!(
                    "missing arguments (got {got}/2), type 'string' expected in argument {} of predicate '{name}' used in conditional expression",
                    got + 1
                )
            });
        }
        self.answer(start, name, &args)
    }

    fn arguments(&mut self, name: &str, max: usize) -> Result<Vec<Arg>, CondError> {
        match args::list(self.text, self.at + 1, max) {
            Ok((args, end)) => {
                self.at = end;
                Ok(args)
            }
            Err(error) => {
                let at = error.at().min(self.text.len());
                // The comma in front shows better where the list should have ended.
                let at = if let ArgsError::TooMany { .. } = error { at.max(1) - 1 } else { at };
                let rest = show(&self.text[at..]);
                let (what, before) = match error {
                    ArgsError::UnmatchedQuote { .. } => ("closing quote", format!(" for {rest}")),
                    ArgsError::Unclosed { .. } => ("')'", String::new()),
                    ArgsError::TooMany { .. } => ("')'", format!(" before '{rest}'")),
                };
                self.fail(at, |_| {
                    format!("expected {what}{before} in arguments of predicate '{name}' used in conditional expression")
                })
            }
        }
    }

    fn answer(&self, start: usize, name: &str, args: &[Arg]) -> Result<bool, CondError> {
        let arg = |index: usize| args.get(index).map_or(&b""[..], |arg: &Arg| &arg.text);
        let first = arg(0);
        let tls = self.facts.tls.as_ref();
        Ok(match name {
            "awslc_api_atleast" => tls.and_then(|t| t.awslc_api).is_some_and(|api| api >= api_number(first)),
            "awslc_api_before" => tls.and_then(|t| t.awslc_api).is_some_and(|api| api < api_number(first)),
            "defined" => self.env.value(first).is_some(),
            "enabled" => return self.enabled(start, first),
            "feature" => self.facts.feature(first),
            "fips_mode" => tls.is_some_and(|t| t.fips),
            "openssl_version_atleast" => tls.is_some_and(|t| t.openssl >= Version::parse(first)),
            "openssl_version_before" => tls.is_some_and(|t| t.openssl < Version::parse(first)),
            "ssllib_name_startswith" => tls.is_some_and(|t| t.name.as_bytes().starts_with(first)),
            "streq" => first == arg(1),
            "strneq" => first != arg(1),
            "strstr" => contains(first, arg(1)),
            "version_atleast" => Version::parse(self.facts.version.as_bytes()) >= Version::parse(first),
            "version_before" => Version::parse(self.facts.version.as_bytes()) < Version::parse(first),
            _ => return self.unparsable(start),
        })
    }

    fn enabled(&self, start: usize, option: &[u8]) -> Result<bool, CondError> {
        if !OPTIONS.iter().any(|known| known.as_bytes() == option) {
            let option = show(option);
            return self.fail(start, |_| format!("unknown option '{option}' for predicate 'enabled'"));
        }
        Ok(self.facts.enabled.iter().any(|on| on.as_bytes() == option))
    }

    /// Whether an operator stands here; it is skipped if something that isn't blank follows it.
    fn operator(&mut self, operator: &[u8; 2]) -> bool {
        let found = self.text[self.at..].starts_with(operator);
        let operand = self.text.get(self.at + 2..).is_some_and(|rest| !rest.trim_ascii().is_empty());
        // An operator without its right side is what the reference points at, so it stays in place.
        if found && !operand {
            return false;
        }
        if found {
            self.at += 2;
        }
        found
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_ascii_start().len();
    }

    fn unparsable<T>(&self, at: usize) -> Result<T, CondError> {
        let rest = show(&self.text[at..]);
        self.fail(at, |_| format!("unparsable conditional expression '{rest}'"))
    }

    fn fail<T>(&self, at: usize, message: impl FnOnce(&str) -> String) -> Result<T, CondError> {
        Err(CondError { message: message(&show(self.text)), at })
    }
}

/// An AWS-LC API number; what isn't a number counts as 0.
fn api_number(text: &[u8]) -> u32 {
    core::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

/// A part of a condition for a message. Conditions may be as long as a line, messages may not.
fn show(text: &[u8]) -> String {
    const MAX: usize = 200;
    let cut = if text.len() > MAX { "…" } else { "" };
    format!("{}{cut}", String::from_utf8_lossy(&text[..text.len().min(MAX)]))
}
