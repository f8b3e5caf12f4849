//! Lines of the runtime API: commands separated by `;`, words by blanks, and the start of a payload (management
//! guide 9.3).

/// A pattern longer than this doesn't start a payload.
const MAX_PATTERN: usize = 64;

/// A line, taken apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// The words of each command. A line without any has one command without words.
    pub commands: Vec<Vec<String>>,
    /// A payload for the last command follows, until a line that is equal to this.
    pub payload: Option<Vec<u8>>,
}

/// Takes a line apart, given without its line feed. A backslash takes the next character's meaning away.
pub fn parse(line: &[u8]) -> Line {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (line, payload) = match payload_pattern(line) {
        Some((rest, pattern)) => (rest, Some(pattern.to_vec())),
        None => (line, None),
    };
    let mut commands: Vec<Vec<String>> = split(line);
    if commands.len() > 1 {
        commands.retain(|words| !words.is_empty());
    }
    if commands.is_empty() {
        commands.push(Vec::new());
    }
    Line { commands, payload }
}

/// What stands before `<<` as the last word, and the pattern behind it.
fn payload_pattern(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.windows(2).rposition(|pair| pair == b"<<")?;
    let (rest, pattern) = (&line[..at], &line[at + 2..]);
    let is_own_word = rest.last().is_some_and(u8::is_ascii_whitespace);
    let fits = pattern.len() <= MAX_PATTERN && !pattern.iter().any(u8::is_ascii_whitespace);
    (is_own_word && fits).then_some((rest, pattern))
}

fn split(line: &[u8]) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<Vec<u8>> = None;
    let mut bytes = line.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => word.get_or_insert_default().push(bytes.next().unwrap_or(b'\\')),
            b';' => {
                end_word(&mut commands, &mut word);
                commands.push(Vec::new());
            }
            b if b.is_ascii_whitespace() => end_word(&mut commands, &mut word),
            b => word.get_or_insert_default().push(b),
        }
    }
    end_word(&mut commands, &mut word);
    commands
}

fn end_word(commands: &mut [Vec<String>], word: &mut Option<Vec<u8>>) {
    if let (Some(word), Some(command)) = (word.take(), commands.last_mut()) {
        command.push(String::from_utf8_lossy(&word).into_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, commands: &[&[&str]], payload: Option<&str>) {
        let parsed = parse(line.as_bytes());
        let words: Vec<Vec<&str>> = parsed.commands.iter().map(|c| c.iter().map(String::as_str).collect()).collect();
        assert_eq!(words, commands, "{line}");
        assert_eq!(parsed.payload.as_deref(), payload.map(str::as_bytes), "{line}");
    }

    #[test]
    fn commands_and_words() {
        check("show info", &[&["show", "info"]], None);
        check("  show\tinfo ;show stat; \r", &[&["show", "info"], &["show", "stat"]], None);
        check("", &[&[]], None);
        check(";;", &[&[]], None);
        check("a;;b", &[&["a"], &["b"]], None);
        check(r"set x a\;b\\c\ d", &[&["set", "x", r"a;b\c d"]], None);
        check("a\\", &[&["a\\"]], None);
    }

    #[test]
    fn payloads() {
        check("add map x <<", &[&["add", "map", "x"]], Some(""));
        check("show info; set y <<%EOF%", &[&["show", "info"], &["set", "y"]], Some("%EOF%"));
        check("set y<<", &[&["set", "y<<"]], None);
        check("set y << z", &[&["set", "y", "<<", "z"]], None);
        check(&format!("set y <<{}", "x".repeat(65)), &[&["set", "y", &format!("<<{}", "x".repeat(65))]], None);
    }
}
