//! PCRE2 with limits. It backtracks: a pattern may take time that grows with the text's length to any power, so each
//! search has a budget of steps, and ends as one that found nothing when it is used up.

use core::fmt;

use super::{Groups, RxError};
use crate::error::show;

/// Most steps of one search, and most of them within each other. Limits in the pattern can only lower them.
const LIMITS: &str = "(*LIMIT_MATCH=400000)(*LIMIT_DEPTH=20000)";
/// What the compiled code may take for its stack (bytes); a search that needs more ends as one that found nothing.
const JIT_STACK: usize = 256 * 1024;

/// An expression that PCRE2 runs, over bytes.
pub struct Pcre(pcre2::bytes::Regex);

impl Pcre {
    /// Compiles a pattern.
    pub fn new(pattern: &[u8], ignore_case: bool) -> Result<Pcre, RxError> {
        let shown = || show(pattern);
        let (text, offset_of): (_, fn(&[u8], usize) -> usize) = match core::str::from_utf8(pattern) {
            Ok(text) => (text.to_owned(), |_, at| at),
            Err(_) => (in_ascii(pattern), offset_in),
        };
        pcre2::bytes::RegexBuilder::new()
            .caseless(ignore_case)
            .jit_if_available(true)
            .max_jit_stack_size(Some(JIT_STACK))
            .build(&format!("{LIMITS}{text}"))
            .map(Pcre)
            .map_err(|error| {
                let at = error.offset().unwrap_or(0).saturating_sub(LIMITS.len());
                let offset = offset_of(pattern, at).min(pattern.len());
                let all = error.to_string();
                let why = all.rsplit_once(": ").map_or(&*all, |(_, why)| why);
                RxError { text: format!("regex '{}' is invalid (error={why}, erroffset={offset})", shown()), offset }
            })
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.0.is_match(text).unwrap_or(false)
    }

    /// Whether a search of this text ends at the limit, so that its answer says nothing.
    pub fn reaches_limit(&self, text: &[u8]) -> bool {
        self.0.is_match(text).is_err()
    }

    /// The first match at or behind `from`.
    pub fn captures_at<'t>(&self, text: &'t [u8], from: usize) -> Option<Groups<'t>> {
        let mut found = self.0.capture_locations();
        self.0.captures_read_at(&mut found, text, from).ok()??;
        Some(Groups::new(text, |n| found.get(n)))
    }
}

impl fmt::Debug for Pcre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pcre").field(&self.0.as_str()).finish()
    }
}

/// PCRE2's version: major and minor.
pub fn version() -> (u32, u32) {
    pcre2::version()
}

/// The same pattern in ASCII: bytes above 127 as escapes.
fn in_ascii(pattern: &[u8]) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in pattern.iter().enumerate() {
        if byte.is_ascii() {
            out.push(*byte as char);
            match (quoted, escaped, byte) {
                (false, true, b'Q') => quoted = true,
                (true, true, b'E') => quoted = false,
                _ => {}
            }
            escaped = *byte == b'\\' && (quoted || !escaped) && at + 1 < pattern.len();
            continue;
        }
        // A backslash before such a byte says nothing, and would take the escape's own meaning away.
        if escaped && !quoted {
            out.pop();
        }
        let (before, behind) = if quoted { ("\\E", "\\Q") } else { ("", "") };
        out.push_str(&format!("{before}\\x{byte:02x}{behind}"));
        escaped = false;
    }
    out
}

/// Which byte of a pattern byte `at` of its form in ASCII stands for.
fn offset_in(pattern: &[u8], at: usize) -> usize {
    (0..=pattern.len()).rev().find(|n| in_ascii(&pattern[..*n]).len() <= at).unwrap_or(0)
}
