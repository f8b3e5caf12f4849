//! Files of patterns and maps: one entry a line (manual 2.7, 7.1, 7.3.1 `map`).

/// Where key and value stand in the file, and the number of the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Line {
    pub key: (usize, usize),
    pub value: (usize, usize),
}

/// The entries of a file. Blanks before a key don't count, nor do empty lines and those that begin with `#`. In a map the
/// key ends at the first blank and the value, without blanks around it, is the rest; otherwise the line is the key.
pub(super) fn lines(file: &[u8], map: bool) -> impl Iterator<Item = Line> + '_ {
    let mut from = 0;
    file.split(|b| *b == b'\n').filter_map(move |line| {
        let start = from;
        from += line.len() + 1;
        one(line.strip_suffix(b"\r").unwrap_or(line), start, map)
    })
}

fn one(line: &[u8], start: usize, map: bool) -> Option<Line> {
    if line.first() == Some(&b'#') {
        return None;
    }
    let lead = line.iter().position(|b| !blank(b))?;
    if !map {
        let end = start + line.len();
        return Some(Line { key: (start + lead, end), value: (end, end) });
    }
    let key = line[lead..].iter().position(blank).map_or(line.len(), |at| lead + at);
    let gap = key + line[key..].iter().take_while(|b| blank(b)).count();
    let end = line.iter().rposition(|b| !blank(b)).map_or(gap, |at| (at + 1).max(gap));
    Some(Line { key: (start + lead, start + key), value: (start + gap, start + end) })
}

/// The number of the line that byte `at` is in, from 1.
pub(super) fn number_of(file: &[u8], at: usize) -> usize {
    1 + memchr::memchr_iter(b'\n', &file[..at]).count()
}

/// Key and value of a line of a payload: the first word, and the rest without the blanks before it.
pub fn pair(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = &line[line.iter().position(|b| !blank(b))?..];
    let (key, rest) = line.split_at(line.iter().position(blank).unwrap_or(line.len()));
    Some((key, &rest[rest.iter().position(|b| !blank(b)).unwrap_or(rest.len())..]))
}

fn blank(b: &u8) -> bool {
    matches!(b, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, map: bool, want: &[(&str, &str)]) {
        let got: Vec<_> =
            lines(file.as_bytes(), map).map(|l| (&file[l.key.0..l.key.1], &file[l.value.0..l.value.1])).collect();
        assert_eq!(got, want, "{file:?}");
    }

    #[test]
    fn keys_and_values() {
        let file = "# c\n\n  a  one two \t\r\nb\n\t\nc\tx\n #d";
        check(file, true, &[("a", "one two"), ("b", ""), ("c", "x"), ("#d", "")]);
        check(file, false, &[("a  one two \t", ""), ("b", ""), ("c\tx", ""), ("#d", "")]);
        check("", true, &[]);
        assert_eq!(pair(b" k  v w "), Some((&b"k"[..], &b"v w "[..])));
        assert_eq!((pair(b"k"), pair(b" \t")), (Some((&b"k"[..], &b""[..])), None));
        assert_eq!((number_of(b"a\nb\nc", 0), number_of(b"a\nb\nc", 4)), (1, 3));
    }
}
