//! Variables in addresses (manual 4.2, `bind` and `server`): unlike in other words, they stand for their values without
//! quotes, too.

use std::borrow::Cow;
use syntax::Env;

/// An address with the values of its variables: `$NAME` or `${NAME}`, nothing for one that isn't set.
pub fn expand<'t>(text: &'t [u8], env: &Env) -> Cow<'t, [u8]> {
    if !text.contains(&b'$') {
        return Cow::Borrowed(text);
    }
    let mut pieces = text.split(|c| *c == b'$');
    let mut out = pieces.next().unwrap_or_default().to_vec();
    for piece in pieces {
        let (braced, piece) = piece.strip_prefix(b"{").map_or((false, piece), |piece| (true, piece));
        let is_name = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_';
        let (name, rest) = piece.split_at(piece.iter().position(|c| !is_name(c)).unwrap_or(piece.len()));
        out.extend_from_slice(env.value(name).unwrap_or_default());
        out.extend_from_slice(rest.strip_prefix(b"}").filter(|_| braced).unwrap_or(rest));
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the reference was seen to read them.
    #[test]
    fn variables_as_the_reference_reads_them() {
        let env: Env = [("X", "1.2.3.4"), ("P", "80")].into_iter().collect();
        for (text, want) in [
            ("1.2.3.4:80", "1.2.3.4:80"),
            ("$X:80", "1.2.3.4:80"),
            ("${X}:$P", "1.2.3.4:80"),
            ("${X}:1${P}", "1.2.3.4:180"),
            ("$X$P", "1.2.3.480"),
            ("$X:80$", "1.2.3.4:80"),
            ("$-x:80", "-x:80"),
            ("${X:80", "1.2.3.4:80"),
            ("${X-1}:80", "1.2.3.4-1}:80"),
            ("${NO}", ""),
            ("a$NO.example:$NO", "a.example:"),
        ] {
            assert_eq!(String::from_utf8_lossy(&expand(text.as_bytes(), &env)), want, "{text}");
        }
    }
}
