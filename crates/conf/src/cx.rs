//! What a keyword's parser is given: its words, the prefix before it, the outside world, and ways to read values and
//! to report what is wrong with them.

use crate::addr::{self, Parsed, Want};
use crate::addr_env;
use crate::build::{DefaultPath, Exposed, ProxyB};
use crate::keyword::{Gate, Said};
use crate::lang::Index;
use crate::outside::Outside;
use crate::parts::{Parts, Reference};
use crate::paths;
use crate::rulelang::Named;
use crate::spec::{At, Sourced};
use base::{Addr, Ms};
use diag::{Diagnostic, Diagnostics, Files, Severity, Span};
use std::borrow::Cow;
use std::collections::HashMap;
use syntax::Word;
use syntax::value::{self, TimeUnit, ValueError};

/// The context of one keyword on one line. Arguments are counted from 0, the keyword itself excluded.
pub struct Cx<'a> {
    /// All words of the line.
    pub words: &'a [Word],
    /// Line number, for [`At`].
    pub line: u32,
    /// Where the arguments are among the words.
    pub args: core::ops::Range<usize>,
    /// How many arguments a parser of variable length took; options of a line only.
    pub used: usize,
    /// The keyword as messages name it.
    pub name: &'a str,
    pub manual: &'static str,
    /// `no` or `default` before the keyword.
    pub said: Said,
    /// What stands before the message on `bind` and `server` lines.
    pub lead: Lead<'a>,
    pub world: &'a mut dyn Outside,
    pub diags: &'a mut Diagnostics,
    pub files: &'a Files,
    pub index: &'a Index,
    /// The other sections.
    pub parts: &'a mut Parts,
    /// The proxies above.
    pub earlier: Earlier<'a>,
    /// Names that expressions refer to, to be looked for once all is read.
    pub named: &'a mut Vec<Named>,
    pub default_path: DefaultPath,
    pub exposed: Exposed,
    /// Section word and name, for messages: `frontend`, `www`.
    pub section: (&'a str, &'a str),
}

/// The proxies read so far, for lines that copy from them.
#[derive(Clone, Copy)]
pub struct Earlier<'a> {
    pub proxies: &'a [Box<ProxyB>],
    /// The first of each name.
    pub names: &'a HashMap<Box<str>, usize>,
}

impl<'a> Earlier<'a> {
    pub fn find(self, name: &str) -> Option<&'a ProxyB> {
        self.names.get(name).and_then(|at| self.proxies.get(*at)).map(|proxy| &**proxy)
    }
}

/// How messages about an option of a line begin.
#[derive(Clone, Copy, Debug)]
pub enum Lead<'a> {
    /// Not an option: nothing.
    None,
    /// `'bind ADDR' in section 'frontend' : `.
    Bind(&'a [u8]),
    /// `'stats socket' : `.
    Socket,
    /// `'server backend/NAME' : `.
    Server(&'a [u8]),
    /// `'default-server' : `.
    DefaultServer,
    /// Ready made.
    Text(&'a str),
}

/// The keyword itself instead of one of its arguments.
pub const KEYWORD: usize = usize::MAX;

impl<'a> Cx<'a> {
    /// The same line under another name, for messages about a part of it.
    pub fn called<'b>(&'b mut self, name: &'b str) -> Cx<'b> {
        Cx {
            words: self.words,
            line: self.line,
            args: self.args.clone(),
            used: self.used,
            name,
            manual: self.manual,
            said: self.said,
            lead: self.lead,
            world: self.world,
            diags: self.diags,
            files: self.files,
            index: self.index,
            named: self.named,
            parts: self.parts,
            earlier: self.earlier,
            default_path: self.default_path.clone(),
            exposed: self.exposed,
            section: self.section,
        }
    }

    /// How many arguments there are.
    pub fn len(&self) -> usize {
        self.args.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.args.is_empty()
    }

    /// The text of an argument, empty if it isn't there.
    pub fn text(&self, i: usize) -> &'a [u8] {
        self.word(i).map_or(&[], |w| &w.text[..])
    }

    /// An argument's word.
    pub fn word(&self, i: usize) -> Option<&'a Word> {
        let at = self.args.start.checked_add(i)?;
        if at < self.args.end { self.words.get(at) } else { None }
    }

    /// An argument as text for messages.
    pub fn show(&self, i: usize) -> String {
        String::from_utf8_lossy(self.text(i)).into_owned()
    }

    /// Where an argument is; the keyword if it isn't there.
    pub fn span(&self, i: usize) -> Span {
        match self.word(i) {
            Some(word) => word.span,
            None => self.words[self.args.start.saturating_sub(1).min(self.words.len() - 1)].span,
        }
    }

    /// The same as a place of the Spec.
    pub fn at(&self, i: usize) -> At {
        at(self.span(i), self.line)
    }

    /// The arguments from `i` on as words of the rule language.
    pub fn texts_from(&self, i: usize) -> Vec<Box<[u8]>> {
        (i..self.len()).map(|i| self.text(i).into()).collect()
    }

    /// The arguments from `from` to before `to`, for the Spec.
    pub fn sourced(&self, from: usize, to: usize) -> Sourced {
        Sourced { words: (from..to).map(|i| self.text(i).into()).collect(), at: self.at(from) }
    }

    /// The same with their places.
    pub fn words_from<C: FromIterator<Word>>(&self, i: usize) -> C {
        (i..self.len()).filter_map(|i| self.word(i)).cloned().collect()
    }

    /// Reports an error at argument `i` ([`KEYWORD`]: at the keyword). The keyword's name is put before it.
    pub fn alert(&mut self, i: usize, text: impl AsRef<str>) {
        self.say(Severity::Alert, i, &format!("'{}' {}", self.name, text.as_ref()), None);
    }

    /// The same, with advice.
    pub fn alert_help(&mut self, i: usize, text: impl AsRef<str>, help: String) {
        self.say(Severity::Alert, i, &format!("'{}' {}", self.name, text.as_ref()), Some(help));
    }

    /// The same, with the place where the other one stands.
    pub fn alert_also(&mut self, i: usize, text: impl AsRef<str>, other: Span, what: &str) {
        let text = format!("'{}' {}", self.name, text.as_ref());
        let diagnostic = self.sentence(Severity::Alert, i, &text, None).also(other, what);
        self.push(diagnostic);
    }

    /// Reports a warning at argument `i`.
    pub fn warn(&mut self, i: usize, text: impl AsRef<str>) {
        self.say(Severity::Warning, i, &format!("'{}' {}", self.name, text.as_ref()), None);
    }

    /// Reports that a line says once more what may be said once, and is left out.
    pub fn once_more(&mut self, i: usize) {
        self.say(Severity::Complaint, i, &format!("'{}' is there already, this line has no effect.", self.name), None);
    }

    /// Reports a complete sentence at argument `i`; the keyword's name isn't put before it.
    pub fn say(&mut self, severity: Severity, i: usize, text: &str, help: Option<String>) {
        let diagnostic = self.sentence(severity, i, text, help);
        self.push(diagnostic);
    }

    fn sentence(&self, severity: Severity, i: usize, text: &str, help: Option<String>) -> Diagnostic {
        let diagnostic = self.framed(severity, text).at(self.span(i));
        match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    /// Adds a diagnostic, with the keyword's section of the manual if it names none.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        if diagnostic.manual.is_none() && !self.manual.is_empty() {
            diagnostic.manual = Some(self.manual);
        }
        self.diags.push(diagnostic);
    }

    /// A diagnostic without a place, begun as those of this line are.
    pub(crate) fn framed(&self, severity: Severity, text: &str) -> Diagnostic {
        let message = match self.lead {
            Lead::None => text.to_owned(),
            Lead::Bind(addr) => {
                format!("'bind {}' in section '{}' : {text}", String::from_utf8_lossy(addr), self.section.0)
            }
            Lead::Socket => format!("'stats socket' : {text}"),
            Lead::Server(name) => {
                format!("'server {}/{}' : {text}", self.section.1, String::from_utf8_lossy(name))
            }
            Lead::DefaultServer => format!("'default-server' : {text}"),
            Lead::Text(lead) => format!("{lead}{text}"),
        };
        Diagnostic::new(severity, message)
    }

    /// Reads what belongs to an option on the line: messages then name the keyword and the option.
    pub fn within<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = core::mem::replace(&mut self.name, name);
        let read = read(self);
        self.name = outer;
        read
    }

    /// A whole number within limits, as decimal digits with an optional sign.
    pub fn int(&mut self, i: usize, min: i64, max: i64) -> Option<i64> {
        let value = core::str::from_utf8(self.text(i)).ok().and_then(|t| t.parse::<i64>().ok());
        match value {
            Some(n) if (min..=max).contains(&n) => Some(n),
            Some(n) => {
                self.alert(i, format!("expects a number from {min} to {max}, not {n}."));
                None
            }
            None if self.word(i).is_none() => {
                self.alert(i, "expects an integer argument.");
                None
            }
            None => {
                let got = self.show(i);
                self.alert(i, format!("expects an integer argument, not '{got}'."));
                None
            }
        }
    }

    /// The same, unsigned and 32 bits wide.
    pub fn uint(&mut self, i: usize, min: u32, max: u32) -> Option<u32> {
        self.int(i, i64::from(min), i64::from(max)).and_then(|n| u32::try_from(n).ok())
    }

    /// A time in milliseconds when no unit is given (manual 2.5); at least `min_ms`.
    pub fn time(&mut self, i: usize, min_ms: u32) -> Option<Ms> {
        if self.word(i).is_none() {
            self.alert(i, "expects a time (in milliseconds unless a unit follows).");
            return None;
        }
        match value::time_ms(self.text(i)) {
            Ok(ms) if ms.0 >= min_ms => Some(ms),
            Ok(ms) => {
                self.alert(i, format!("expects a time of at least {min_ms} ms, not {}.", ms.0));
                None
            }
            Err(why) => {
                self.bad_value(i, why);
                None
            }
        }
    }

    /// A time in whole seconds, rounded up, which is also the unit where none is given.
    pub fn seconds(&mut self, i: usize) -> Option<u32> {
        if self.word(i).is_none() {
            self.alert(i, "expects a time (in seconds unless a unit follows).");
            return None;
        }
        match value::time(self.text(i), TimeUnit::S, TimeUnit::S) {
            Ok(n) => u32::try_from(n).ok(),
            Err(why) => {
                self.bad_value(i, why);
                None
            }
        }
    }

    /// A size in bytes (manual 2.6) within limits.
    pub fn size(&mut self, i: usize, min: u32, max: u32) -> Option<u32> {
        if self.word(i).is_none() {
            self.alert(i, "expects a size (in bytes unless a unit follows).");
            return None;
        }
        match value::size_in(self.text(i), u64::from(min), u64::from(max)) {
            Ok(n) => u32::try_from(n).ok(),
            Err(why) => {
                self.bad_value(i, why);
                None
            }
        }
    }

    /// The same for sizes that don't fit 32 bits.
    pub fn long_size(&mut self, i: usize, min: u64, max: u64) -> Option<u64> {
        match value::size_in(self.text(i), min, max) {
            Ok(n) => Some(n),
            Err(why) => {
                self.bad_value(i, why);
                None
            }
        }
    }

    /// Reports a value that its parser refused, with the caret under the offending byte.
    fn bad_value(&mut self, i: usize, why: ValueError) {
        let Some(word) = self.word(i) else { return };
        let (from, to) = why.range(&word.text);
        let text = format!("{}.", why.message(&word.text, self.name));
        let diagnostic = self.framed(Severity::Alert, &text).at(word.part(from, to));
        self.push(diagnostic);
    }

    /// Text.
    pub fn string(&mut self, i: usize) -> Option<Box<str>> {
        match core::str::from_utf8(self.text(i)) {
            Ok("") => {
                self.alert(i, "expects a text that isn't empty.");
                None
            }
            Ok(text) => Some(text.into()),
            Err(_) => {
                self.alert(i, "expects text in UTF-8.");
                None
            }
        }
    }

    /// Bytes: a path, a tag.
    pub fn bytes(&mut self, i: usize) -> Option<Box<[u8]>> {
        if self.text(i).is_empty() {
            self.alert(i, "expects a value that isn't empty.");
            return None;
        }
        Some(self.text(i).into())
    }

    /// An address as written, with the values of its variables: those after the last line of the configuration.
    pub fn address_text(&self, i: usize) -> Cow<'a, [u8]> {
        addr_env::expand(self.text(i), &self.parts.env)
    }

    /// An address, its name not yet looked up.
    pub fn address(&mut self, i: usize, want: Want) -> Option<Parsed> {
        match addr::parse(&self.address_text(i), want) {
            Ok(parsed) => Some(parsed),
            Err(why) => {
                self.alert(i, format!(": {why}"));
                None
            }
        }
    }

    /// An IP address, its name looked up.
    pub fn ip_address(&mut self, i: usize, want: Want) -> Option<Addr> {
        let parsed = self.address(i, want)?;
        if !parsed.is_ip() {
            let text = format!(": '{}' is no IP address.", self.show(i));
            self.alert(i, text);
            return None;
        }
        match parsed.resolve(parsed.port(), self.world) {
            Ok(addr) => Some(addr),
            Err(why) => {
                self.alert(i, format!(": {why}"));
                None
            }
        }
    }

    /// A file name, put where `default-path` says.
    pub fn path(&self, i: usize) -> Vec<u8> {
        paths::join(self.text(i), self.files.name(self.span(i).file), &self.default_path)
    }

    /// One of several words.
    pub fn one_of<T: Copy>(&mut self, i: usize, choices: &[(&str, T)]) -> Option<T> {
        let got = self.text(i);
        if let Some((_, value)) = choices.iter().find(|(name, _)| name.as_bytes() == got) {
            return Some(*value);
        }
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("'{name}'")).collect();
        let text = format!("expects {}, not '{}'.", names.join(" or "), self.show(i));
        match diag::closest(got, choices.iter().map(|(name, _)| *name)) {
            Some(near) if !got.is_empty() => self.alert_help(i, text, format!("did you mean '{near}'?")),
            _ => self.alert(i, text),
        }
        None
    }

    /// `on` or `off`.
    pub fn on_off(&mut self, i: usize) -> Option<bool> {
        self.one_of(i, &[("on", true), ("off", false)])
    }

    /// A name made of letters, digits, `-_.:` (manual 4).
    pub fn proxy_name(&mut self, i: usize) -> Option<Box<str>> {
        let text = self.text(i);
        match text.iter().find(|c| !is_name_byte(**c)) {
            Some(&bad) => {
                let all = self.show(i);
                let name = self.name;
                let bad = char::from(bad);
                let said = format!("character '{bad}' is not permitted in {name} name '{all}'.");
                self.say(Severity::Alert, i, &said, None);
                None
            }
            None => self.string(i),
        }
    }

    /// Notes that argument `i` names a section of this kind, which must exist after the last file. Not for what a
    /// `defaults` section may hold: see [`crate::parts::Names::refer`].
    pub fn refers(&mut self, i: usize, kind: &'static str) {
        let by = format!("'{}'", self.name).into();
        let (name, span, manual) = (self.text(i).into(), self.span(i), self.manual);
        self.parts.refs.push(Reference { kind, name, span, by, manual });
    }

    /// Notes that a part of a line is legal and not built yet: a check passes, a start is refused.
    pub fn not_yet(&mut self, i: usize, what: &str) {
        let mut diagnostic = self.sentence(Severity::Alert, i, &format!("'{what}' is not supported yet"), None);
        diagnostic.manual = Some(self.manual).filter(|manual| !manual.is_empty());
        self.diags.push_unbuilt(diagnostic);
    }

    /// Whether the keyword's gate is open; says so if not.
    pub fn passes(&mut self, gate: Gate) -> bool {
        let (open, what, key) = match gate {
            Gate::None => return true,
            Gate::Experimental => (self.exposed.experimental, "experimental", "expose-experimental-directives"),
            Gate::Deprecated => (self.exposed.deprecated, "deprecated", "expose-deprecated-directives"),
        };
        self.parts.uses_experimental |= gate == Gate::Experimental;
        if !open {
            self.alert(KEYWORD, format!("directive is {what}, must be allowed via a global '{key}'."));
        }
        open
    }
}

/// Whether a byte may stand in the name of a proxy, a server or an ACL (manual 4).
pub fn is_name_byte(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | b':')
}

/// A span as a place of the Spec.
pub fn at(span: Span, line: u32) -> At {
    At { file: span.file.0, start: span.start, end: span.end, line }
}
