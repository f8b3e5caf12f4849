//! Which patterns mean the same to the linear-time engine as to PCRE2, and how they are written for it.
//!
//! This is a reader of PCRE2's syntax that gives up as soon as it meets anything whose meaning isn't known to be equal
//! in both: back references, look-around, possessive quantifiers, repeated groups that can match nothing, and so on. To
//! give up is always right, only slower: PCRE2 then runs the pattern itself.

/// A pattern for the linear-time engine, which has to read it with Unicode off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Linear {
    /// The pattern, in ASCII.
    pub pattern: String,
    /// It has a `$`, which PCRE2 lets match at the end and before a final newline. Here it stands as one that matches
    /// before any newline: the same for texts without an inner newline, and for no other.
    pub has_end: bool,
}

/// Groups nest no deeper than this; PCRE2 says what it thinks of deeper ones.
const DEEPEST: u32 = 40;
/// A count above this makes the linear-time engine large.
const MOST: u32 = 1000;

/// The same pattern for the linear-time engine, if there is one.
pub fn linear(pattern: &[u8]) -> Option<Linear> {
    let mut reader = Reader { rest: pattern, out: String::with_capacity(pattern.len() + 8), has_end: false, depth: 0 };
    reader.alternation()?;
    reader.rest.is_empty().then_some(Linear { pattern: reader.out, has_end: reader.has_end })
}

struct Reader<'p> {
    rest: &'p [u8],
    out: String,
    has_end: bool,
    depth: u32,
}

/// What a quantifier could apply to.
#[derive(Clone, Copy, PartialEq)]
enum Atom {
    /// It takes at least one byte.
    Solid,
    /// A group that can match nothing.
    Hollow,
    /// An assertion or an option: nothing that is repeated.
    Nothing,
}

/// One item of a class.
enum Item {
    Byte(u8),
    /// Several bytes, which can't be the end of a range.
    Set(String),
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take_if(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.rest = &self.rest[1..];
        }
        there
    }

    /// Branches up to a closing parenthesis or the end; whether one of them can match nothing.
    fn alternation(&mut self) -> Option<bool> {
        let mut hollow = self.branch()?;
        while self.take_if(b'|') {
            self.out.push('|');
            hollow |= self.branch()?;
        }
        Some(hollow)
    }

    fn branch(&mut self) -> Option<bool> {
        let mut hollow = true;
        while !matches!(self.peek(), None | Some(b'|' | b')')) {
            let atom = self.atom()?;
            let may_be_left_out = self.quantifier(atom)?;
            hollow &= may_be_left_out || atom != Atom::Solid;
        }
        Some(hollow)
    }

    fn atom(&mut self) -> Option<Atom> {
        Some(match self.take()? {
            b'\\' => return self.escape(),
            b'[' => {
                self.class()?;
                Atom::Solid
            }
            b'(' => return self.group(),
            b'.' => {
                self.out.push('.');
                Atom::Solid
            }
            b'^' => {
                self.out.push('^');
                Atom::Nothing
            }
            b'$' => self.end(),
            b'*' | b'+' | b'?' | b'{' => return None,
            byte => self.literal(byte),
        })
    }

    fn end(&mut self) -> Atom {
        self.has_end = true;
        self.out.push_str("(?m:$)");
        Atom::Nothing
    }

    fn literal(&mut self, byte: u8) -> Atom {
        write_byte(byte, &mut self.out);
        Atom::Solid
    }

    /// What stands behind an atom; whether it lets the atom be left out.
    fn quantifier(&mut self, atom: Atom) -> Option<bool> {
        let (from, optional) = (self.out.len(), matches!(self.peek(), Some(b'*' | b'?')));
        let optional = match self.peek() {
            Some(b @ (b'*' | b'+' | b'?')) => {
                self.take();
                self.out.push(b as char);
                optional
            }
            Some(b'{') => self.count()?,
            _ => return Some(false),
        };
        if atom != Atom::Solid {
            return None;
        }
        if self.take_if(b'?') {
            self.out.push('?');
        }
        // Possessive, or a quantifier of a quantifier.
        if matches!(self.peek(), Some(b'*' | b'+' | b'?' | b'{')) {
            return None;
        }
        debug_assert!(self.out.len() > from);
        Some(optional)
    }

    /// `{n}`, `{n,}` or `{n,m}`. Another brace stands for itself, or doesn't, depending on PCRE2's version.
    fn count(&mut self) -> Option<bool> {
        let end = self.rest.iter().position(|b| *b == b'}')?;
        let inner = core::str::from_utf8(&self.rest[1..end]).ok()?;
        let number = |t: &str| {
            let digits = !t.is_empty() && t.len() <= 4 && t.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| t.parse::<u32>().ok()).flatten().filter(|n| *n <= MOST)
        };
        let (low, high) = match inner.split_once(',') {
            None => (number(inner)?, Some(number(inner)?)),
            Some((low, "")) => (number(low)?, None),
            Some((low, high)) => (number(low)?, Some(number(high)?)),
        };
        if high.is_some_and(|high| high < low.max(1)) {
            return None;
        }
        self.out.push('{');
        self.out.push_str(inner);
        self.out.push('}');
        self.rest = &self.rest[end + 1..];
        Some(low == 0)
    }

    /// An escape outside of a class, whose backslash has been read.
    fn escape(&mut self) -> Option<Atom> {
        match self.peek()? {
            b'b' | b'B' | b'A' | b'z' => {
                let c = self.take()? as char;
                self.out.push('\\');
                self.out.push(c);
                // The engine has a meaning for this of its own.
                if self.peek() == Some(b'{') { None } else { Some(Atom::Nothing) }
            }
            b'Z' => {
                self.take();
                Some(self.end())
            }
            _ => {
                match self.escaped()? {
                    Item::Byte(byte) => write_byte(byte, &mut self.out),
                    Item::Set(set) => self.out.push_str(&set),
                }
                Some(Atom::Solid)
            }
        }
    }

    /// An escape that stands for bytes, whose backslash has been read.
    fn escaped(&mut self) -> Option<Item> {
        Some(match self.take()? {
            b @ (b'd' | b'D' | b'w' | b'W' | b's' | b'S') => Item::Set(format!("\\{}", b as char)),
            b'n' => Item::Byte(b'\n'),
            b'r' => Item::Byte(b'\r'),
            b't' => Item::Byte(b'\t'),
            b'f' => Item::Byte(0x0c),
            b'a' => Item::Byte(0x07),
            b'e' => Item::Byte(0x1b),
            b'x' => {
                let mut digit = || (self.take()? as char).to_digit(16);
                Item::Byte((digit()? * 16 + digit()?) as u8)
            }
            b if b.is_ascii_alphanumeric() => return None,
            b => Item::Byte(b),
        })
    }

    /// A group, whose opening parenthesis has been read.
    fn group(&mut self) -> Option<Atom> {
        self.out.push('(');
        match self.peek()? {
            b'*' => return None,
            b'?' => {
                self.take();
                self.out.push('?');
                if self.options()? == b')' {
                    return Some(Atom::Nothing);
                }
            }
            _ => {}
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let hollow = self.alternation()?;
        self.depth -= 1;
        self.out.push(')');
        self.take_if(b')').then_some(if hollow { Atom::Hollow } else { Atom::Solid })
    }

    /// The options `i` and `s`, set or unset, and the byte behind them: `:` or `)`.
    fn options(&mut self) -> Option<u8> {
        let (mut unset, mut named) = (false, false);
        loop {
            let byte = self.take()?;
            self.out.push(byte as char);
            match byte {
                b'i' | b's' => named = true,
                b'-' if !unset => (unset, named) = (true, false),
                b':' if named || !unset => return Some(byte),
                b')' if named => return Some(byte),
                _ => return None,
            }
        }
    }

    /// A class, whose opening bracket has been read.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.take_if(b'^') {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            if self.peek()? == b']' && !first {
                self.take();
                self.out.push(']');
                return Some(());
            }
            first = false;
            let low = match self.item()? {
                Item::Byte(byte) => byte,
                Item::Set(set) => {
                    // What a hyphen behind it means differs.
                    if self.peek() == Some(b'-') {
                        return None;
                    }
                    self.out.push_str(&set);
                    continue;
                }
            };
            write_byte(low, &mut self.out);
            let is_range = self.peek() == Some(b'-') && self.rest.get(1).is_some_and(|b| *b != b']');
            if is_range {
                self.take();
                let Item::Byte(high) = self.item()? else { return None };
                if high < low {
                    return None;
                }
                self.out.push('-');
                write_byte(high, &mut self.out);
            }
        }
    }

    fn item(&mut self) -> Option<Item> {
        match self.take()? {
            b'\\' if self.take_if(b'b') => Some(Item::Byte(0x08)),
            b'\\' => self.escaped(),
            b'[' => match self.peek() {
                Some(b':') => self.named_class(),
                Some(b'.' | b'=') => None,
                _ => Some(Item::Byte(b'[')),
            },
            byte => Some(Item::Byte(byte)),
        }
    }

    /// `[:name:]`, whose bracket has been read.
    fn named_class(&mut self) -> Option<Item> {
        let end = self.rest.windows(2).position(|pair| pair == b":]").filter(|end| *end > 1)?;
        let name = core::str::from_utf8(&self.rest[1..end]).ok()?;
        const SAME: [&str; 14] = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
            "word", "xdigit",
        ];
        let set = SAME.contains(&name).then(|| format!("[:{name}:]"))?;
        self.rest = &self.rest[end + 2..];
        Some(Item::Set(set))
    }
}

/// Writes a byte that stands for itself, in a way that means nothing else anywhere.
fn write_byte(byte: u8, out: &mut String) {
    if byte.is_ascii_alphanumeric() {
        out.push(byte as char);
    } else {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        out.push_str("\\x");
        out.push(HEX[usize::from(byte >> 4)] as char);
        out.push(HEX[usize::from(byte & 15)] as char);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_is_rewritten() {
        for (pattern, want) in [
            ("a.c", "a.c"),
            ("^/x$", "^\\x2fx(?m:$)"),
            ("[]a-c&&-]", "[\\x5da-c\\x26\\x26\\x2d]"),
            ("(?i:a|b)+?", "(?i:a|b)+?"),
            ("[[:digit:]x]{2,}", "[[:digit:]x]{2,}"),
            ("\\.\\/\\x41", "\\x2e\\x2fA"),
            ("a(|b)", "a(|b)"),
            ("\u{e9}", "\\xc3\\xa9"),
            ("", ""),
        ] {
            assert_eq!(linear(pattern.as_bytes()).map(|l| l.pattern).as_deref(), Some(want), "{pattern}");
        }
        assert!(linear(b"a$").unwrap().has_end && !linear(b"a\\$").unwrap().has_end);
    }

    #[test]
    fn what_may_mean_something_else_is_left_to_pcre2() {
        for pattern in [
            "(a)\\1",
            "a++",
            "a*+",
            "a**",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?>a)",
            "(?P<n>a)",
            "\\v",
            "\\h",
            "\\K",
            "\\Qa\\E",
            "a{,3}",
            "a{x",
            "[a-\\d]",
            "[\\d-z]",
            "\\pL",
            "(?u)a",
            "(?x) a",
            "*a",
            "(",
            "[a",
            "a\\",
            "\\x4",
            "\\b{start}",
            "(?m)a$",
            "(a*)*",
            "(a|)+",
            "(a?)?",
            "^*",
            "a)",
            "(*UTF)a",
            "[[.a.]]",
            "[[:^digit:]]",
            "[[:foo:]]",
            "\\R",
            "a{0}",
            "a{2,1}",
            "a{1001}",
            "(?-)a",
            "(?^i)a",
            "[z-a]",
            "\\07",
            "a{1}{2}",
            "\\ca",
        ] {
            assert_eq!(linear(pattern.as_bytes()), None, "{pattern}");
        }
        assert_eq!(linear("(".repeat(100_000).as_bytes()), None);
    }
}
